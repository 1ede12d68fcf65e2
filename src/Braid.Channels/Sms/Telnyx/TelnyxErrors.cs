using Braid.Channels.Common;

namespace Braid.Channels.Sms.Telnyx;

/// <summary>Telnyx' codes are texts of digits; those that begin with 4 and are not known here concern this one message.</summary>
internal static class TelnyxErrors
{
    public static SendResult Of(ProviderAnswer answer)
    {
        if (answer is not ProviderAnswer.Answered no || no.Ok) { return Outcomes.Of(answer, "Telnyx"); }
        var error = no.Json.Items("errors").FirstOrDefault();
        var code = error.Id("code");
        var recipient = error.Get("source").Text("pointer")?.StartsWith("/to", StringComparison.Ordinal) == true;
        return Of(code, no.RetryAfter) ?? no.Status switch
        {
            401 => Outcomes.Of(no, "Telnyx"),
            402 => new SendResult.Failed(FailureKind.Configuration, "The Telnyx account has no credit. An admin must top it up.", code ?? "402"),
            403 => new SendResult.Failed(
                FailureKind.Configuration, "Telnyx does not allow this account to send. An admin must look at the account and its campaign.", code ?? "403"),
            400 or 422 when recipient => new SendResult.Failed(
                FailureKind.Unreachable, "This is not a number that can get text messages. Check it with the customer.", code),
            400 or 422 => new SendResult.Failed(
                FailureKind.Content, $"Telnyx refused the message: {Outcomes.Sentence(error.Text("detail") ?? error.Text("title") ?? "a field is not valid")}", code ?? $"{no.Status}"),
            >= 500 when code is not null => new SendResult.Retry("Telnyx is in trouble", no.RetryAfter) { ProviderDown = true },
            _ => Outcomes.Of(no, "Telnyx"),
        };
    }

    public static string? Words(string? code) => code is null ? null : Of(code, null) switch
    {
        SendResult.Failed failed => failed.Reason,
        SendResult.Retry => $"The network could not deliver the message now (error {code}). Try again later.",
        _ => $"The message was not delivered (Telnyx error {code}).",
    };

    private static SendResult? Of(string? code, TimeSpan? after) => code switch
    {
        "10009" or "10003" => Failed(FailureKind.Credentials, "Telnyx does not accept the API key. Compare it with the Telnyx portal.", code),
        "20100" or "40010" or "40329" => Failed(
            FailureKind.Configuration, "Telnyx does not allow this account or number to send yet. An admin must look at the account and its campaign.", code),
        "40305" or "40313" => Failed(
            FailureKind.Configuration, "Telnyx does not let us send from this number or profile. Check them in the inbox's settings.", code),
        "10011" or "40318" => new SendResult.Retry("Telnyx asks to slow down", after) { WholeInbox = true },
        "40333" => new SendResult.Retry("the number's daily limit is reached", after ?? TimeSpan.FromHours(6)) { WholeInbox = true },
        "40005" or "40006" => new SendResult.Retry("the customer's network is in trouble", after) { ProviderDown = true },
        "40300" => Failed(FailureKind.Unreachable, "The customer has opted out with STOP. Only they can undo it, by writing START.", code),
        "40001" or "40008" or "40013" or "40310" => Failed(FailureKind.Unreachable, "This number can't be reached. Check it with the customer.", code),
        "40002" or "40003" => Failed(FailureKind.Other, "The network blocked the message as unwanted. Word it otherwise or use another channel.", code),
        "10005" or "40012" => Failed(FailureKind.Content, "Telnyx refused the message: a field is not valid.", code),
        { Length: 5 } when code[0] == '4' => Failed(FailureKind.Other, $"Telnyx refused the message (error {code}).", code),
        _ => null,
    };

    private static SendResult.Failed Failed(FailureKind kind, string reason, string? code) => new(kind, reason, code);
}
