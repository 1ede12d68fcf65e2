using Braid.Channels.Common;

namespace Braid.Channels.GoogleChat;

internal static class GoogleChatErrors
{
    public static SendResult Result(ProviderAnswer answer)
    {
        if (answer is not ProviderAnswer.Answered no || no.Status < 300) { return Outcomes.Of(answer, "Google Chat"); }
        var status = no.Json.Get("error").Text("status") ?? $"{no.Status}";
        SendResult.Failed Failed(FailureKind kind, string reason) => new(kind, reason, status);
        return no.Status switch
        {
            // One write a second in each space comes before any other limit.
            429 => new SendResult.Retry("Google Chat asks to slow down", no.RetryAfter),
            // The request's id makes a repeat harmless.
            >= 500 => new SendResult.Retry("Google Chat is in trouble", no.RetryAfter) { ProviderDown = true },
            401 => Failed(FailureKind.Credentials, "Google does not accept the service account. Make a new key and paste it in the inbox's settings."),
            403 => Failed(FailureKind.Unreachable, "The app may not write here: it is no longer a member of the space, or it is blocked."),
            404 => Failed(FailureKind.Unreachable, "Google Chat no longer has this space or message."),
            400 => Failed(FailureKind.Content, "Google Chat does not take this content. Shorten it, or use fewer buttons."),
            _ => Outcomes.Of(answer, "Google Chat"),
        };
    }
}
