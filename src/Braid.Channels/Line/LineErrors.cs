using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Line;

/// <summary>What LINE's answers mean. It has no codes: status and message together decide.</summary>
internal static class LineErrors
{
    public const string BadReplyToken = "Invalid reply token";

    /// <param name="repeatable">True when the call carried a retry key: then a server error can be tried again without doubling anything.</param>
    public static SendResult Result(ProviderAnswer answer, bool repeatable)
    {
        if (answer is not ProviderAnswer.Answered said) { return Outcomes.Of(answer, "LINE"); }
        var words = said.Json.Text("message") ?? "";
        return said.Status switch
        {
            409 when repeatable => Accepted(said.Json, "accepted-before"),
            400 when words.StartsWith(BadReplyToken, StringComparison.Ordinal) => Failed(FailureKind.Other, "LINE no longer takes an answer to that message. Send it again.", said),
            400 when words.Contains("'to'", StringComparison.Ordinal) => Failed(FailureKind.Unreachable, "LINE does not know this customer or group. It may belong to another account.", said),
            400 when said.Json.Items("details").FirstOrDefault() is { ValueKind: JsonValueKind.Object } detail => Failed(
                FailureKind.Content, $"LINE does not take this message: {Outcomes.Sentence(detail.Text("message") ?? words)} Change it and send it again.", said),
            400 when words.StartsWith("Failed to send", StringComparison.Ordinal) => Failed(
                FailureKind.Other, "LINE could not send this. The customer or group may be gone; use another channel.", said),
            400 => Failed(FailureKind.Content, $"LINE does not take this message: {Outcomes.Sentence(words)}", said),
            401 => Failed(FailureKind.Credentials, "LINE does not accept the channel access token. Enter a new one in the inbox's settings.", said),
            403 => Failed(FailureKind.Configuration, "LINE does not let this account send. Check its plan and permissions in the LINE Developers console.", said),
            404 or 410 => Failed(FailureKind.Other, "LINE no longer has what this is about.", said),
            413 or 415 => Failed(FailureKind.Content, "This is too large for LINE, or of a kind it does not show. Send a link instead.", said),
            429 when words.Contains("monthly limit", StringComparison.OrdinalIgnoreCase) => new SendResult.Retry(
                "the monthly number of messages of your LINE plan is used up", said.RetryAfter ?? TimeSpan.FromHours(6)) { WholeInbox = true },
            >= 500 when repeatable => new SendResult.Retry("LINE is in trouble", said.RetryAfter) { ProviderDown = true },
            _ => Outcomes.Of(answer, "LINE"),
        };
    }

    /// <summary>One call may carry several messages, each with an id that a customer can quote.</summary>
    public static SendResult Accepted(JsonElement json, string otherwise)
    {
        var ids = json.Items("sentMessages").Select(m => m.Id("id")).OfType<string>().ToList();
        return new SendResult.Sent(ids.Count > 0 ? ids[0] : otherwise) { OtherKeys = [.. ids.Skip(1)] };
    }

    private static SendResult.Failed Failed(FailureKind kind, string reason, ProviderAnswer.Answered said) => new(kind, reason, $"{said.Status}");
}
