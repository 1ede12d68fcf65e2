using Braid.Channels.Common;

namespace Braid.Channels.Sms.Plivo;

/// <summary>Answers speak by HTTP status; reports by numbers.</summary>
internal static class PlivoErrors
{
    public static SendResult Of(ProviderAnswer answer) => answer switch
    {
        ProviderAnswer.Answered { Status: 401 or 403 } no => new SendResult.Failed(
            FailureKind.Credentials, "Plivo does not accept the credentials. Compare Auth ID and Auth Token with the Plivo console.", $"{no.Status}"),
        ProviderAnswer.Answered { Status: 402 } => new SendResult.Failed(
            FailureKind.Configuration, "The Plivo account has no credit. An admin must top it up.", "402"),
        ProviderAnswer.Answered { Status: 404 or 405 } no => new SendResult.Failed(
            FailureKind.Configuration, "Plivo does not know this account or address. Check the Auth ID and the API address in the inbox's settings.", $"{no.Status}"),
        ProviderAnswer.Answered { Status: 400 } no => Refused(no.Json.Text("error") ?? "a field is not valid"),
        ProviderAnswer.Answered { Status: >= 500 } no when no.Json.Text("error") is not null => new SendResult.Retry(
            "Plivo is in trouble", no.RetryAfter) { ProviderDown = true },
        _ => Outcomes.Of(answer, "Plivo"),
    };

    private static SendResult.Failed Refused(string words) =>
        words.Contains("dst", StringComparison.OrdinalIgnoreCase)
            ? new(FailureKind.Unreachable, "This is not a number that can get text messages. Check it with the customer.", "400")
        : words.Contains("src", StringComparison.OrdinalIgnoreCase)
            ? new(FailureKind.Configuration, "Plivo does not let us send from this number. Check it in the inbox's settings.", "400")
        : new(FailureKind.Content, $"Plivo refused the message: {Outcomes.Sentence(words)}", "400");

    /// <summary>A report's number in words; null when there is none.</summary>
    public static string? Words(string? code) => code switch
    {
        null or "0" or "000" => null,
        "10" => "The message was not valid. Word it otherwise.",
        "20" or "80" or "300" => "The phone or its network could not be reached. Try again later.",
        "30" or "100" => "The network blocked the message. Word it otherwise or use another channel.",
        "40" => "Our number can't be used to send. An admin must look at it in the Plivo console.",
        "50" or "70" => "This number can't get text messages. Check it with the customer.",
        "60" or "90" => "There is no way to this number's network. Use another channel.",
        "110" => "The text is too long for one message. Shorten it.",
        "200" => "The customer has opted out with STOP. Only they can undo it, by writing START.",
        "420" => "The message expired before the phone was reached. Try again later.",
        "900" => "The Plivo account has no credit. An admin must top it up.",
        "910" => "The account's daily limit is reached. Try again tomorrow.",
        _ => $"The message was not delivered (Plivo error {code}).",
    };
}
