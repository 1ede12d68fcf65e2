using System.Text;
using Braid.Channels.Common;
using Braid.Channels.Email;

namespace Braid.Channels.MicrosoftGraphMail;

internal sealed class GraphMailReceiver : IReceiver<GraphMailSettings>
{
    public Verdict Verify(WebhookRequest request, GraphMailSettings settings) => new Verdict.Forged("Mail is fetched from Microsoft, it is not posted here.", 403);

    public Reading Read(RawDelivery delivery, GraphMailSettings settings) => MailEvents.Read(delivery, settings.Place);
}

internal sealed class GraphMailMedia : IMedia<GraphMailSettings>
{
    public Task<MediaContent> OpenAsync(MediaRequest request, GraphMailSettings settings, ProviderContext context, CancellationToken ct) =>
        Task.FromResult(MailFiles.Open(request.Reference, request.Source?.Body ?? default));
}

/// <summary>Hands the whole mail over. Microsoft accepts it with 202 and tells no id: our Message-ID is all there is.</summary>
internal sealed class GraphMailSender : ISender<GraphMailSettings>
{
    private const int MostBase64 = 4 * 1000 * 1000;

    public Task<SendResult> SendAsync(OutboundMessage message, GraphMailSettings settings, ProviderContext context, CancellationToken ct) => TokenCalls.SendAsync(async () =>
    {
        if (MailDrafts.Problem(message, MicrosoftGraphMailChannel.Limits.TextLength) is { } problem) { return problem; }
        var draft = MailDrafts.Of(message, settings.Place, context.Clock);
        string body;
        try
        {
            body = Convert.ToBase64String(await MailDrafts.BytesAsync(draft, ct));
        }
        catch (MediaUnavailableException gone)
        {
            return new SendResult.Failed(FailureKind.Content, gone.Message);
        }

        if (body.Length > MostBase64) { return new SendResult.Failed(FailureKind.Content, "The mail is larger than Microsoft takes. Send a link instead of the file."); }
        var answer = await new GraphMailApi(settings, context).CallAsync(
            api => api.CallAsync(HttpMethod.Post, $"{settings.Root}/sendMail", new StringContent(body, Encoding.ASCII, "text/plain"), ct), ct);
        return answer is ProviderAnswer.Answered { Ok: true }
            ? new SendResult.Sent(draft.MessageId) { ThreadId = message.ThreadId ?? (draft.References is [var root, ..] ? root : draft.MessageId) }
            : GraphMailErrors.Result(answer);
    });
}

internal static class GraphMailErrors
{
    public static SendResult Result(ProviderAnswer answer)
    {
        if (answer is not ProviderAnswer.Answered no || no.Json.Get("error").Text("code") is not { } code) { return Outcomes.Of(answer, "Microsoft"); }
        var words = no.Json.Get("error").Text("message") is { } text ? " (" + (text.Length > 200 ? text[..200] : text).TrimEnd('.') + ")" : "";
        return code switch
        {
            "ErrorInvalidRecipients" or "ErrorInvalidSmtpAddress" => new SendResult.Failed(FailureKind.Unreachable, $"Microsoft can't send to this address{words}.", code),
            "ErrorSendAsDenied" or "ErrorAccessDenied" or "Authorization_RequestDenied" or "MailboxNotEnabledForRESTAPI" or "ErrorMessageSubmissionBlocked" or "ErrorNonExistentMailbox" or "ErrorInvalidUser" => new SendResult.Failed(
                FailureKind.Configuration, $"Microsoft does not let this inbox send from its address. Check the permissions and the mailbox{words}.", code),
            "ErrorMessageSizeExceeded" => new SendResult.Failed(FailureKind.Content, "The mail is larger than Microsoft takes. Send a link instead of the file.", code),
            "ErrorExceededMessageLimit" or "ErrorMessageThrottled" => new SendResult.Retry("Microsoft sends no more mail from this account for now", no.RetryAfter ?? TimeSpan.FromHours(1)) { WholeInbox = true },
            _ when no.Status is 401 or 429 or 413 => Outcomes.Of(answer, "Microsoft"),
            _ when no.Status >= 500 => new SendResult.Retry("Microsoft is in trouble", no.RetryAfter) { ProviderDown = true },
            _ when no.Status == 403 => new SendResult.Failed(FailureKind.Configuration, $"Microsoft does not let this inbox send. Check the permissions{words}.", code),
            _ => new SendResult.Failed(FailureKind.Content, $"Microsoft refused the mail{words}.", code),
        };
    }
}

internal sealed class GraphMailSetup : ISetup<GraphMailSettings>
{
    public async Task<IReadOnlyList<CheckStep>> CheckAsync(GraphMailSettings settings, ConnectContext context, CancellationToken ct) =>
    [
        await TokenCalls.CheckAsync("Mailbox", async () =>
        {
            var answer = await new GraphMailApi(settings, context.Provider).CallAsync(api => api.GetAsync($"{settings.Root}/mailFolders/{Uri.EscapeDataString(settings.Folder)}", ct), ct);
            var folder = (answer as ProviderAnswer.Answered)?.Json.Text("displayName") ?? settings.Folder;
            return Outcomes.Step("Mailbox", answer, "Microsoft", $"The folder {folder} can be read.", "Check the permissions Mail.Read and Mail.Send (for a shared mailbox with .Shared), the folder, and sign in again.");
        }),
    ];

    /// <summary>There is nothing to set up at Microsoft: the mailbox is asked.</summary>
    public Task<IReadOnlyList<CheckStep>> ConnectAsync(GraphMailSettings settings, ConnectContext context, CancellationToken ct) => CheckAsync(settings, context, ct);
}
