using Braid.Channels.Common;

namespace Braid.Channels.Bluesky;

internal static class BlueskyAnswers
{
    public const string Provider = "Bluesky";

    public static SendResult Refused(ProviderAnswer answer)
    {
        if (answer is not ProviderAnswer.Answered { Status: >= 400 and < 500 and not 429 } no) { return Outcomes.Of(answer, Provider); }
        var (error, says) = (no.Json.Text("error") ?? $"{no.Status}", no.Json.Text("message") ?? "");
        bool Says(string words) => says.Contains(words, StringComparison.OrdinalIgnoreCase);
        return error switch
        {
            _ when BlueskyApi.IsScope(no) => new SendResult.Failed(
                FailureKind.Credentials, "The app password does not allow direct messages. Make a new one that does, and enter it in the inbox's settings.", error),
            "ExpiredToken" or "InvalidToken" or "AuthenticationRequired" or "AuthMissing" or "401" => new SendResult.Failed(
                FailureKind.Credentials, "Bluesky does not accept the app password. Make a new one and enter it in the inbox's settings.", error),
            "AccountTakedown" => new SendResult.Failed(FailureKind.Credentials, "Bluesky has suspended the account. Sign in there to see why.", error),
            "ConvoLocked" => new SendResult.Failed(FailureKind.Unreachable, "This chat is locked. Use another channel.", error),
            "InvalidConvo" => new SendResult.Failed(FailureKind.Unreachable, "This chat no longer exists.", error),
            "ReplyTargetNotFound" or "NotFound" => new SendResult.Failed(FailureKind.Other, "What you answer was deleted.", error),
            "BlockedActor" or "BlockedByActor" => new SendResult.Failed(FailureKind.Unreachable, "This person blocked the account. Use another channel.", error),
            _ when Says("recipient") || Says("incoming messages") => new SendResult.Failed(
                FailureKind.Unreachable, "This person takes no chats from accounts they don't follow. Answer in public, or use another channel.", error),
            _ when no.Status == 413 || Says("too large") || Says("BlobTooLarge") => new SendResult.Failed(FailureKind.Content, "The picture is too large for Bluesky. Send a smaller one.", error),
            _ => new SendResult.Failed(FailureKind.Content, $"Bluesky refused the message: {Outcomes.Sentence(says.Length > 0 ? says : error)}", error),
        };
    }

    /// <summary>Runs what needs a session; one that can't be had says so in the same outcomes.</summary>
    public static async Task<SendResult> WithSessionAsync(Func<Task<SendResult>> run)
    {
        try
        {
            return await run();
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
}
