using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Sms.Vonage;

/// <summary>The numbers of the Messages API (in the error's address, or as its title in reports), and those of older delivery receipts.</summary>
internal static class VonageErrors
{
    public static SendResult Of(ProviderAnswer answer)
    {
        if (answer is not ProviderAnswer.Answered no || no.Ok) { return Outcomes.Of(answer, "Vonage"); }
        var code = Code(no.Json);
        return Of(code, no.RetryAfter) ?? no switch
        {
            { Status: 402 } => new SendResult.Failed(FailureKind.Configuration, "The Vonage account has no credit. An admin must top it up.", "402"),
            { Status: 401 or 403 } => new SendResult.Failed(
                FailureKind.Credentials, "Vonage does not accept the credentials. Compare key, secret and application with the Vonage dashboard.", $"{no.Status}"),
            { Status: 400 or 422 } => new SendResult.Failed(
                FailureKind.Content, $"Vonage refused the message: {Outcomes.Sentence(Reason(no.Json))}", code ?? $"{no.Status}"),
            { Status: >= 500 } when code is not null => new SendResult.Retry("Vonage is in trouble", no.RetryAfter) { ProviderDown = true },
            _ => Outcomes.Of(no, "Vonage"),
        };
    }

    public static string? Words(string? code) => code is null ? null : Of(code, null) switch
    {
        SendResult.Failed failed => failed.Reason,
        SendResult.Retry => $"The network could not deliver the message now (error {code}). Try again later.",
        _ => $"The message was not delivered (Vonage error {code}).",
    };

    /// <summary>Of the older API's receipts.</summary>
    public static string? ReportWords(string? code) => code switch
    {
        null or "0" => null,
        "2" or "7" or "8" or "16" => "The phone could not be reached in time. Try again later.",
        "3" or "9" or "11" or "12" => "This number can't get text messages. Check it with the customer.",
        "4" or "6" or "13" or "14" => "The network or the customer blocks our messages. Use another channel.",
        _ when code.Length == 2 && code[0] == '5' => "The rules of the country or the network forbid this message.",
        _ => $"The message was not delivered (Vonage error {code}).",
    };

    private static SendResult? Of(string? code, TimeSpan? after) => code switch
    {
        "1000" or "throttled" => new SendResult.Retry("Vonage asks to slow down", after) { WholeInbox = true },
        "1070" or "1080" => Failed(FailureKind.Configuration, "The Vonage account has no credit or has reached its limit. An admin must look at it.", code),
        "1030" or "1260" => new SendResult.Retry("Vonage is in trouble", after) { ProviderDown = true },
        { Length: 4 } when string.CompareOrdinal(code, "1130") >= 0 && string.CompareOrdinal(code, "1190") <= 0 => new SendResult.Retry(
            "the customer's network is in trouble", after) { ProviderDown = true },
        "1021" or "1022" => Failed(FailureKind.Content, "Vonage refused the message: a field or the template is not valid.", code),
        "1240" or "1300" or "1430" => Failed(FailureKind.Unreachable, "This number can't be reached. Check it with the customer.", code),
        "1340" => Failed(FailureKind.WindowClosed, "The customer wrote more than 24 hours ago. Use a template or another channel.", code),
        "1050" or "1060" or "1380" => Failed(FailureKind.Other, "The network or the customer blocks our messages. Use another channel.", code),
        "1420" => Failed(FailureKind.Configuration, "Vonage does not let us send from this number. Check it in the inbox's settings.", code),
        _ => null,
    };

    private static SendResult.Failed Failed(FailureKind kind, string reason, string? code) => new(kind, reason, code);

    private static string? Code(JsonElement json) => json.Text("type") is { } type && type.Contains('#') ? type.Split('#')[^1] : null;

    private static string Reason(JsonElement json) =>
        json.Items("invalid_parameters").Select(p => p.Text("reason")).FirstOrDefault(r => r is not null) ?? json.Text("detail") ?? json.Text("title") ?? "a field is not valid";
}
