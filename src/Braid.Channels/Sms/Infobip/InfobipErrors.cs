using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Sms.Infobip;

/// <summary>Two shapes of refusals, and the names of statuses and network errors.</summary>
internal static class InfobipErrors
{
    public static SendResult Of(ProviderAnswer answer) => answer switch
    {
        ProviderAnswer.Answered { Status: 401 } => new SendResult.Failed(
            FailureKind.Credentials, "Infobip does not accept the API key. Compare it with the Infobip portal.", "401"),
        ProviderAnswer.Answered { Status: 403 } => new SendResult.Failed(
            FailureKind.Configuration, "The API key may not send messages. Give it the scopes for SMS and MMS in the Infobip portal.", "403"),
        ProviderAnswer.Answered { Status: 404 } => new SendResult.Failed(
            FailureKind.Configuration, "Nothing answers there. Check the base URL in the inbox's settings.", "404"),
        ProviderAnswer.Answered { Status: 400 } no => Refused(no.Json),
        ProviderAnswer.Answered { Status: >= 500 } no when no.Json.IsObject() => new SendResult.Retry(
            "Infobip is in trouble", no.RetryAfter) { ProviderDown = true },
        _ => Outcomes.Of(answer, "Infobip"),
    };

    /// <summary>What an accepted request says about its message; null when it was taken.</summary>
    public static SendResult? Refusal(JsonElement status) => status.Number("groupId") is not (2 or 5) ? null : status.Text("name") switch
    {
        "REJECTED_NOT_ENOUGH_CREDITS" => new SendResult.Failed(FailureKind.Configuration, Words("REJECTED_NOT_ENOUGH_CREDITS")!, "REJECTED_NOT_ENOUGH_CREDITS"),
        "REJECTED_SENDER" or "REJECTED_SOURCE" => new SendResult.Failed(FailureKind.Configuration, Words("REJECTED_SENDER")!, status.Text("name")),
        "REJECTED_FLOODING_FILTER" => new SendResult.Retry("Infobip asks to slow down", TimeSpan.FromMinutes(1)),
        "REJECTED_DESTINATION" or "REJECTED_PREFIX_MISSING" or "REJECTED_DND" => new SendResult.Failed(
            FailureKind.Unreachable, Words(status.Text("name"))!, status.Text("name")),
        var name => new SendResult.Failed(FailureKind.Other, Words(name) ?? "Infobip refused the message.", name),
    };

    private static SendResult.Failed Refused(JsonElement json)
    {
        var violation = json.Items("violations").FirstOrDefault();
        var words = violation.Text("violation") ?? json.Text("description") ?? json.Get("requestError").Get("serviceException").Text("text") ?? "a field is not valid";
        return violation.Text("property")?.EndsWith(".to", StringComparison.Ordinal) == true
            ? new(FailureKind.Unreachable, "This is not a number that can get text messages. Check it with the customer.", json.Text("errorCode") ?? "400")
            : new(FailureKind.Content, $"Infobip refused the message: {Outcomes.Sentence(words)}", json.Text("errorCode") ?? "400");
    }

    /// <summary>A status' or error's name in words; null when there is none.</summary>
    public static string? Words(string? name) => name switch
    {
        null => null,
        "REJECTED_NOT_ENOUGH_CREDITS" => "The Infobip account has no credit. An admin must top it up.",
        "REJECTED_SENDER" or "REJECTED_SOURCE" => "Infobip does not let us send from this number. Check it in the inbox's settings.",
        "REJECTED_DND" => "The customer is on a do-not-disturb list. Use another channel.",
        "REJECTED_DESTINATION" or "REJECTED_PREFIX_MISSING" or "EC_UNKNOWN_SUBSCRIBER" or "EC_ILLEGAL_SUBSCRIBER" => "This number can't get text messages. Check it with the customer.",
        "EC_ABSENT_SUBSCRIBER" => "The phone is switched off or out of reach. Try again later.",
        _ when name.EndsWith("REJECTED_OPERATOR", StringComparison.Ordinal) => "The customer's network refused the message. Use another channel.",
        _ => $"The message was not delivered (Infobip says {name}).",
    };
}
