using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.SignalCli;

internal static class SignalAnswers
{
    public const string Provider = "signal-cli";

    /// <summary>The outcome of a send by JSON-RPC: an error, or one result per recipient.</summary>
    public static SendResult Rpc(ProviderAnswer answer, SignalSettings settings)
    {
        if (answer is not ProviderAnswer.Answered { Ok: true } yes) { return Outcomes.Of(answer, Provider); }
        var (error, result) = (yes.Json.Get("error"), yes.Json.Get("result"));
        var results = (result.Items("results").Any() ? result : error.Get("data").Get("response")).Items("results").ToList();
        var failed = results.FirstOrDefault(r => r.Text("type") is { } type && type != "SUCCESS");
        // In a group the message counts as sent as soon as one member can get it.
        if (failed.IsObject() && !results.Exists(r => r.Text("type") == "SUCCESS")) { return Failure(failed); }
        if (error.Exists()) { return Error(error); }
        return result.Id("timestamp") is { } time
            ? new SendResult.Sent(time, $"{settings.Number}:{time}") { Note = failed.IsObject() ? "Some members of the group could not be reached." : null }
            : new SendResult.Unknown("signal-cli said yes but gave no time.");
    }

    /// <summary>The outcome of an act by JSON-RPC.</summary>
    public static SendResult Done(ProviderAnswer answer, SignalSettings settings, string id) => Rpc(answer, settings) switch
    {
        SendResult.Unknown when answer is ProviderAnswer.Answered { Ok: true } => new SendResult.Sent(id), // Receipts and typing answer without a time.
        SendResult.Sent => new SendResult.Sent(id),
        var other => other,
    };

    public static SendResult Rest(ProviderAnswer answer, SignalSettings settings) => answer switch
    {
        ProviderAnswer.Answered { Ok: true } yes => yes.Json.Id("timestamp") is { } time
            ? new SendResult.Sent(time, $"{settings.Number}:{time}")
            : new SendResult.Unknown("signal-cli said yes but gave no time."),
        ProviderAnswer.Answered { Status: 400 } no => Words(no.Json.Text("error") ?? "", no.Json.Get("challenge_tokens").Exists()),
        _ => Outcomes.Of(answer, Provider),
    };

    private static SendResult Words(string says, bool challenged)
    {
        bool Says(string words) => says.Contains(words, StringComparison.OrdinalIgnoreCase);
        return challenged || Says("rate limit") ? Slow(null)
            : Says("unregistered") ? Unregistered()
            : Says("untrusted") ? Untrusted()
            : new SendResult.Failed(FailureKind.Content, "signal-cli refused the message. Look into its log for the reason.", "400");
    }

    private static SendResult Failure(JsonElement result) => result.Text("type") switch
    {
        "UNREGISTERED_FAILURE" => Unregistered(),
        "IDENTITY_FAILURE" => Untrusted(),
        "NETWORK_FAILURE" => new SendResult.Retry("signal-cli could not reach Signal") { ProviderDown = true },
        "RATE_LIMIT_FAILURE" or "PROOF_REQUIRED_FAILURE" => Slow(result.Number("retryAfterSeconds")),
        var type => new SendResult.Failed(FailureKind.Other, "Signal refused the message.", type),
    };

    private static SendResult Error(JsonElement error) => error.Number("code") switch
    {
        -4 => Untrusted(),
        -5 => Slow(null),
        // Perhaps it went out before the trouble came; only -1 and the protocol's own codes are plain noes.
        -2 or -3 => new SendResult.Unknown("signal-cli had trouble while sending"),
        <= -32000 and var code => new SendResult.Failed(FailureKind.Content, "signal-cli does not understand the request. Check its version.", $"{code}"),
        var code => new SendResult.Failed(FailureKind.Other, "signal-cli refused the message. Look into its log for the reason.", $"{code}"),
    };

    private static SendResult.Retry Slow(long? seconds) =>
        new("Signal slows this number down; solve the captcha signal-cli asks for if it goes on", seconds is > 0 and < 604_800 ? TimeSpan.FromSeconds(seconds.Value) : null) { WholeInbox = true };

    private static SendResult.Failed Unregistered() => new(FailureKind.Unreachable, "This person is not on Signal. Use another channel.", "UNREGISTERED_FAILURE");

    private static SendResult.Failed Untrusted() =>
        new(FailureKind.Other, "This person's safety number changed. Compare it with them, then trust it in signal-cli.", "IDENTITY_FAILURE");
}
