using Braid.Channels.Common;

namespace Braid.Channels.TikTok;

/// <summary>What TikTok's codes mean; the HTTP status says nothing.</summary>
internal static class TikTokErrors
{
    public static SendResult Result(ProviderAnswer answer) => answer switch
    {
        ProviderAnswer.Answered no when TikTokApi.Code(no.Json) is { } code and not 0 => Refused(code, no),
        _ => Outcomes.Of(answer, "TikTok"),
    };

    private static SendResult Refused(long code, ProviderAnswer.Answered no) => code switch
    {
        40100 => new SendResult.Retry("TikTok asks to slow down", no.RetryAfter ?? TimeSpan.FromMinutes(1)) { WholeInbox = true },
        >= 50_000 and < 60_000 => new SendResult.Retry("TikTok is in trouble", no.RetryAfter) { ProviderDown = true },
        40105 => No(FailureKind.Credentials, "TikTok does not accept the sign-in. Sign in again in the inbox's settings."),
        40001 => No(FailureKind.Other, "TikTok does not allow this for the account or this customer. Answer in TikTok's own app."),
        40002 => No(FailureKind.Content, $"TikTok does not take the message. {Outcomes.Sentence(no.Json.Text("message") ?? "It gave no reason")}"),
        40007 => No(FailureKind.Other, "TikTok no longer has this conversation or comment."),
        40064 => No(FailureKind.WindowClosed, "TikTok's rules for direct messages don't allow it: the customer's last message is more than 48 hours old, or 10 answers were sent."),
        40908 => No(FailureKind.Content, "TikTok takes JPEG and PNG pictures only. Send a link instead."),
        _ => No(FailureKind.Other, $"TikTok refused this ({code}). {Outcomes.Sentence(no.Json.Text("message") ?? "It gave no reason")}"),
    };

    private static SendResult.Failed No(FailureKind kind, string reason) => new(kind, reason);
}
