using System.Globalization;
using Braid.Channels.Common;

namespace Braid.Channels.Viber;

/// <summary>Viber answers 200 and says in `status` what it thinks.</summary>
internal static class ViberErrors
{
    public static SendResult Result(ProviderAnswer answer)
    {
        if (answer is not ProviderAnswer.Answered { Ok: true } said || said.Json.Number("status") is not { } status) { return Outcomes.Of(answer, "Viber"); }
        return status switch
        {
            0 => new SendResult.Sent(said.Json.Id("message_token") ?? "unknown"),
            12 => new SendResult.Retry("Viber asks to slow down", said.RetryAfter ?? TimeSpan.FromSeconds(10)) { WholeInbox = true },
            23 => new SendResult.Retry("this month's number of messages outside a session is used up", said.RetryAfter ?? TimeSpan.FromHours(6)) { WholeInbox = true },
            24 => new SendResult.Retry("the Viber account has no balance left", said.RetryAfter ?? TimeSpan.FromHours(6)) { WholeInbox = true },
            _ when Explain(status) is { } no => new SendResult.Failed(no.Kind, no.Reason, status.ToString(CultureInfo.InvariantCulture)),
            _ => new SendResult.Retry("Viber reports a general error", said.RetryAfter) { ProviderDown = true },
        };
    }

    private static (FailureKind Kind, string Reason)? Explain(long status) => status switch
    {
        1 or 10 => (FailureKind.Configuration, "Viber has no working webhook for this bot. Connect the inbox again."),
        2 => (FailureKind.Credentials, "Viber does not accept the authentication token. Copy it from the Viber Admin Panel again."),
        7 or 8 or 9 => (FailureKind.Credentials, "Viber blocked or suspended this bot. Ask your Viber partner."),
        3 or 4 => (FailureKind.Content, "Viber does not take this content. Change it and send it again."),
        5 => (FailureKind.Unreachable, "Viber does not know this customer. Use another channel."),
        6 => (FailureKind.Unreachable, "The customer left this bot. Nothing can be sent until they write again; use another channel."),
        11 => (FailureKind.Unreachable, "The customer's device can't show messages of bots. Use another channel."),
        13 or 14 => (FailureKind.Content, "The customer's Viber is too old for this content. Send it as plain text."),
        15 or 16 or 17 or 18 => (FailureKind.Other, "Viber does not let this bot write to this customer."),
        19 or 20 => (FailureKind.Other, "Viber does not let this bot send to many."),
        21 => (FailureKind.Unreachable, "Viber does not deliver messages of bots in the customer's country. Use another channel."),
        22 => (FailureKind.Other, "Viber does not support payments here."),
        _ => null,
    };
}
