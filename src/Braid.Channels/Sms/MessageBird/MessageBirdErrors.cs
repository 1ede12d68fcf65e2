using Braid.Channels.Common;

namespace Braid.Channels.Sms.MessageBird;

/// <summary>Numbered errors of the older API, plain HTTP statuses of the new one, and the networks' codes in reports.</summary>
internal static class MessageBirdErrors
{
    public static SendResult Of(ProviderAnswer answer)
    {
        if (answer is not ProviderAnswer.Answered no || no.Ok || no.Status == 429) { return Outcomes.Of(answer, "MessageBird"); }
        var error = no.Json.Items("errors").FirstOrDefault();
        var code = error.Id("code") ?? no.Json.Text("code");
        return (code, no.Status) switch
        {
            ("2", _) or (_, 401 or 403) => new SendResult.Failed(
                FailureKind.Credentials, "MessageBird does not accept the access key. Compare it with MessageBird's settings.", code ?? $"{no.Status}"),
            ("25", _) or (_, 402) => new SendResult.Failed(
                FailureKind.Configuration, "The MessageBird account has no credit. An admin must top it up.", code ?? "402"),
            ("99", _) => new SendResult.Retry("MessageBird is in trouble", no.RetryAfter) { ProviderDown = true },
            ("9" or "10", _) when error.Text("parameter") is "recipient" or "recipients" => new SendResult.Failed(
                FailureKind.Unreachable, "This is not a number that can get text messages. Check it with the customer.", code),
            ("9" or "10", _) when error.Text("parameter") == "originator" => new SendResult.Failed(
                FailureKind.Configuration, "MessageBird does not let us send from this number. Check it in the inbox's settings.", code),
            ("20" or "98", _) or (_, 404) => new SendResult.Failed(
                FailureKind.Configuration, "MessageBird does not know this workspace, channel or address. Check the inbox's settings.", code ?? "404"),
            (_, 400 or 409 or 422) => new SendResult.Failed(
                FailureKind.Content, $"MessageBird refused the message: {Outcomes.Sentence(error.Text("description") ?? no.Json.Text("message") ?? "a field is not valid")}", code ?? $"{no.Status}"),
            (not null, >= 500) => new SendResult.Retry("MessageBird is in trouble", no.RetryAfter) { ProviderDown = true },
            _ => Outcomes.Of(no, "MessageBird"),
        };
    }

    /// <summary>A report's code in words; null when there is none.</summary>
    public static string? Words(string? code) => code switch
    {
        null => null,
        "1" or "9" or "11" => "This number is unknown to its network. Check it with the customer.",
        "13" or "104" => "The network blocks our messages to this number. Use another channel.",
        "27" => "The phone is switched off or out of reach. Try again later.",
        "34" => "The customer's network is in trouble. Try again later.",
        "101" or "102" => "There is no way to this number's network. Use another channel.",
        "103" => "The customer has opted out with STOP. Only they can undo it.",
        _ => $"The message was not delivered (MessageBird error {code}).",
    };
}
