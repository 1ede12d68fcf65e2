using Braid.Channels.Common;
using Braid.Channels.Meta;

namespace Braid.Channels.WhatsApp;

/// <summary>What Graph error codes mean for a message. Decided by code, never by HTTP status or title, which Meta changes.</summary>
internal static class WhatsAppErrors
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public static SendResult Result(ProviderAnswer answer) => answer switch
    {
        ProviderAnswer.NotSent lost => new SendResult.Retry(lost.Reason) { ProviderDown = true },
        ProviderAnswer.NoAnswer lost => new SendResult.Unknown(lost.Reason),
        ProviderAnswer.Answered no when no.Json.Get("error").IsObject() => Refused(no, new(no.Json.Get("error"))),
        ProviderAnswer.Answered { Status: 429 } busy => new SendResult.Retry("WhatsApp asks to slow down", busy.RetryAfter) { WholeInbox = true },
        ProviderAnswer.Answered { Status: 503 } down => new SendResult.Retry("WhatsApp is in trouble", down.RetryAfter) { ProviderDown = true },
        ProviderAnswer.Answered { Status: >= 500 or < 300 } odd => new SendResult.Unknown($"an answer without content ({odd.Status}) in WhatsApp's place"),
        ProviderAnswer.Answered { Status: 401 } => new SendResult.Failed(FailureKind.Credentials, "WhatsApp does not accept the access token.", "401"),
        ProviderAnswer.Answered other => new SendResult.Failed(FailureKind.Other, $"WhatsApp refused the message ({other.Status}).", $"{other.Status}"),
        _ => throw new InvalidOperationException(),
    };

    private static SendResult Refused(ProviderAnswer.Answered no, GraphError error) => error.Code switch
    {
        4 or 80007 => new SendResult.Retry("WhatsApp's limit of calls is reached", no.RetryAfter ?? TimeSpan.FromMinutes(5)) { WholeInbox = true },
        130429 or 133016 => new SendResult.Retry("WhatsApp's limit of messages per second is reached", no.RetryAfter) { WholeInbox = true },
        131056 => new SendResult.Retry("too many messages to this customer", no.RetryAfter ?? TimeSpan.FromSeconds(6)),
        131048 => new SendResult.Retry("WhatsApp slows this number down after complaints", no.RetryAfter ?? Hour) { WholeInbox = true },
        // Counts people reached by templates outside their windows; answers to others still go.
        131064 => new SendResult.Retry("the number of people you may write to first is reached for today", no.RetryAfter ?? Hour),
        1 or 2 or 131000 or 131016 or 131057 or 133004 => new SendResult.Retry("WhatsApp is in trouble", no.RetryAfter) { ProviderDown = true },
        _ when no.Status == 429 => new SendResult.Retry("WhatsApp asks to slow down", no.RetryAfter) { WholeInbox = true },
        _ when no.Status >= 500 || error.Transient => new SendResult.Retry("WhatsApp is in trouble", no.RetryAfter) { ProviderDown = true },
        _ => Explain(error),
    };

    /// <summary>For good: what happened and what to do. Also for statuses that report a failure later.</summary>
    public static SendResult.Failed Explain(GraphError error)
    {
        var (kind, reason) = error.Code switch
        {
            131047 => (FailureKind.WindowClosed, "The customer's last message is more than 24 hours old. Send a template or use another channel."),
            131026 => (FailureKind.Unreachable, "WhatsApp can't deliver to this number. It may not be on WhatsApp. Use another channel."),
            131030 => (FailureKind.Unreachable, "This is a test number and the customer is not on its list. Add the customer there, or use a real number."),
            131021 => (FailureKind.Content, "A number can't write to itself."),
            131049 => (FailureKind.Other, "WhatsApp limits how much marketing this person gets. Wait at least a day before trying again."),
            131050 => (FailureKind.Other, "The customer stopped marketing messages from you."),
            130472 => (FailureKind.Other, "WhatsApp keeps marketing from this person for an experiment. Use another channel."),
            131062 => (FailureKind.Template, "This template needs the customer's phone number, which WhatsApp hides."),
            137000 => (FailureKind.Other, "The customer's identity changed. Ask them to write again."),
            131051 => (FailureKind.Content, "WhatsApp does not take this kind of message."),
            131052 or 131053 => (FailureKind.Content, Detailed("WhatsApp does not take this file", error)),
            132015 or 132016 => (FailureKind.Template, "WhatsApp paused or disabled this template. Choose another."),
            132001 => (FailureKind.Template, "This template does not exist in this language, or is not approved yet. Choose another."),
            132000 or 132012 or 132018 => (FailureKind.Template, Detailed("The values do not fit the template", error)),
            132005 or 132007 or 132008 or 132068 or 132069 => (FailureKind.Template, Detailed("WhatsApp refused the template", error)),
            190 or 0 => (FailureKind.Credentials, "The access token is no longer valid. Generate a new one for the system user and enter it in the inbox's settings."),
            3 or 10 or (>= 200 and <= 299) or 131005 => (
                FailureKind.Credentials, "The access token may not send for this number. Give its system user whatsapp_business_messaging and the account."),
            131031 or 368 or 130497 => (FailureKind.Configuration, "Meta has locked or restricted the account. See Meta's business support."),
            131037 => (FailureKind.Configuration, "The number's display name is not approved yet. Finish it in WhatsApp Manager."),
            131042 => (FailureKind.Configuration, "Payment for the WhatsApp account failed. Check the payment method in WhatsApp Manager."),
            131045 or 133010 => (FailureKind.Configuration, "The phone number is not registered. Register it in WhatsApp Manager."),
            131063 => (FailureKind.Configuration, Detailed("The WhatsApp account may not send this", error)),
            // 33: the object of the URL, our number, does not exist for this token.
            100 when error.Subcode == 33 => (FailureKind.Configuration, "WhatsApp does not know this phone number id. Check it, and that the token belongs to its account."),
            100 or 131008 or 131009 or 135000 => (FailureKind.Content, Detailed("WhatsApp refused the message", error)),
            _ => (FailureKind.Other, Detailed("WhatsApp refused the message", error)),
        };
        return new(kind, reason, error.CodeText);
    }

    /// <summary>What went wrong and how to mend it, for an admin.</summary>
    public static (string Problem, string Fix) Trouble(ProviderAnswer answer) => GraphApi.Trouble(
        answer,
        "In the business settings generate a token for the system user, with whatsapp_business_messaging and whatsapp_business_management and the account, and enter it here.",
        "Copy the id from WhatsApp, API Setup, and check that the token belongs to the same business.");

    private static string Detailed(string words, GraphError error) => error.Details is { } details ? $"{words}: {details.TrimEnd('.')}." : words + ".";
}
