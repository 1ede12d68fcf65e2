using Braid.Channels.Common;

namespace Braid.Channels.Matrix;

/// <summary>Every answer of a send, as what it means for the message.</summary>
internal static class MatrixAnswers
{
    public const string Provider = "The homeserver";

    public static SendResult Result(ProviderAnswer answer, MatrixSettings settings) => answer switch
    {
        ProviderAnswer.Answered { Ok: true } yes => yes.Json.Text("event_id") is { } id
            ? new SendResult.Sent(id)
            : new SendResult.Unknown("The homeserver said yes but gave no event id."),
        ProviderAnswer.Answered no => Refused(no, settings),
        _ => Outcomes.Of(answer, Provider),
    };

    public static SendResult Refused(ProviderAnswer.Answered no, MatrixSettings settings) => (no.Status, no.Json.Text("errcode")) switch
    {
        (429, _) => new SendResult.Retry("The homeserver asks to slow down", Wait(no)) { WholeInbox = true },
        (401, _) when string.IsNullOrEmpty(settings.AccessToken) => new SendResult.Retry("The sign-in ended; Braid signs in again"),
        (401, var code) => new SendResult.Failed(
            FailureKind.Credentials, "The homeserver does not accept the access token. Enter a new one, or the password, in the inbox's settings.", code ?? "401"),
        (403, var code) => new SendResult.Failed(
            FailureKind.Unreachable, "The account may not write in this room. Ask a member to invite it again.", code ?? "403"),
        (404, var code) => new SendResult.Failed(FailureKind.Unreachable, "The homeserver does not know this room or message.", code ?? "404"),
        (413, var code) => new SendResult.Failed(FailureKind.Content, "This is too large for the homeserver. Send less, or a link.", code ?? "413"),
        // The transaction id makes repeating harmless, so trouble told in Matrix's own words is simply tried again.
        ( >= 500, not null) => new SendResult.Retry("The homeserver is in trouble", no.RetryAfter) { ProviderDown = true },
        ( >= 400 and < 500, { } code) => new SendResult.Failed(FailureKind.Content, $"The homeserver refused the message ({code}).", code),
        _ => Outcomes.Of(no, Provider),
    };

    /// <summary>Runs what needs a signed-in API; a sign-in that fails says so in the same outcomes.</summary>
    public static async Task<SendResult> SignedInAsync(MatrixSettings settings, ProviderContext context, Func<MatrixApi, Task<SendResult>> run, CancellationToken ct)
    {
        try
        {
            return await run(await MatrixApi.OpenAsync(settings, context, ct));
        }
        catch (TokenRefusedException e)
        {
            return new SendResult.Failed(FailureKind.Credentials, $"{e.Message} {e.Fix}");
        }
        catch (TokenUnavailableException e)
        {
            return new SendResult.Retry(e.Message) { ProviderDown = true };
        }
    }

    public static TimeSpan? Wait(ProviderAnswer.Answered no) =>
        no.RetryAfter ?? (no.Json.Number("retry_after_ms") is > 0 and < 86_400_000 and var ms ? TimeSpan.FromMilliseconds(ms) : null);
}
