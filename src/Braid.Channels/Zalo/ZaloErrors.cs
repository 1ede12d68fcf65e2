using System.Globalization;
using Braid.Channels.Common;

namespace Braid.Channels.Zalo;

/// <summary>Zalo answers 200 and says in `error` what it thinks. The table is not published in one place: what is not in it counts as final.</summary>
internal static class ZaloErrors
{
    public static SendResult Result(ProviderAnswer answer)
    {
        if (answer is not ProviderAnswer.Answered { Ok: true } said || said.Json.Number("error") is not { } error) { return Outcomes.Of(answer, "Zalo"); }
        return error switch
        {
            0 when said.Json.Get("data").Id("message_id") is { } id => new SendResult.Sent(id),
            0 => new SendResult.Unknown("Zalo took the message but gave no id"),
            -32 => new SendResult.Retry("Zalo asks to slow down", said.RetryAfter ?? TimeSpan.FromMinutes(1)) { WholeInbox = true },
            -200 => new SendResult.Retry("Zalo could not send this just now", said.RetryAfter) { ProviderDown = true },
            -211 => new SendResult.Retry("the Official Account's quota of messages is used up", said.RetryAfter ?? TimeSpan.FromHours(6)) { WholeInbox = true },
            -234 => new SendResult.Retry("Zalo sends this kind of message only from 6 to 22 o'clock", said.RetryAfter ?? TimeSpan.FromHours(1)),
            _ => Explain(error),
        };
    }

    private static SendResult.Failed Explain(long error)
    {
        var (kind, reason) = error switch
        {
            -124 or -216 => (FailureKind.Credentials, "Zalo no longer accepts the sign-in. " + ZaloApi.SignIn),
            -230 or -232 => (FailureKind.WindowClosed, "The customer has done nothing on Zalo for 7 days. Wait until they write, or use another channel."),
            -213 => (FailureKind.Unreachable, "The customer does not follow the account or takes no messages. Use another channel."),
            -217 => (FailureKind.Unreachable, "The customer blocked messages of this kind. Use another channel."),
            -218 => (FailureKind.Other, "The customer got as many messages as Zalo allows for now. Try again later or use another channel."),
            -227 => (FailureKind.Unreachable, "The customer's Zalo account is blocked or was unused for 45 days. Use another channel."),
            -201 => (FailureKind.Content, "Zalo does not take this content. Change it and send it again."),
            -210 => (FailureKind.Content, "The text is too long or the file too large for Zalo. Send less, or a link."),
            -233 => (FailureKind.Content, "Zalo does not take this kind of message here. Send a plain text."),
            -204 or -205 => (FailureKind.Configuration, "Zalo does not know this Official Account any more. Sign in with the right one."),
            -209 or -212 or -240 => (FailureKind.Configuration, "The Zalo app may not send messages. Give it that right on developers.zalo.me."),
            -221 or -224 => (FailureKind.Configuration, "The Official Account must be verified, or needs another package, to send this. Look into oa.zalo.me."),
            _ => (FailureKind.Other, "Zalo refused the message."),
        };
        return new(kind, reason, error.ToString(CultureInfo.InvariantCulture));
    }
}
