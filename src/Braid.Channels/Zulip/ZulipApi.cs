using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Zulip;

internal static class ZulipApi
{
    public static JsonApi Of(ZulipSettings settings, ProviderContext context, string under = "/api/v1", TimeSpan? timeout = null) => new(
        settings.ApiBaseUrl.TrimEnd('/') + under, context, timeout ?? ZulipChannel.Limits.CallTimeout, JsonApi.Basic(settings.BotEmail, settings.ApiKey));

    public static SendResult Error(ProviderAnswer answer)
    {
        if (answer is not ProviderAnswer.Answered no || no.Status < 300) { return Outcomes.Of(answer, "Zulip"); }
        var code = no.Json.Text("code") ?? $"{no.Status}";
        SendResult.Failed Failed(FailureKind kind, string reason) => new(kind, reason, code);
        return (no.Status, code) switch
        {
            (429, _) => new SendResult.Retry("Zulip asks to slow down", Wait(no)) { WholeInbox = true },
            (>= 500, _) when no.Json.Text("result") == "error" => new SendResult.Retry("Zulip is in trouble", no.RetryAfter) { ProviderDown = true },
            (>= 500, _) => Outcomes.Of(answer, "Zulip"),
            (401, _) => Failed(FailureKind.Credentials, "Zulip does not accept the bot's e-mail address and API key. Copy both again from Personal settings, Bots."),
            (403, _) => Failed(FailureKind.Unreachable, "The bot may not write here. Subscribe it to the channel, or ask an admin of Zulip."),
            (_, "STREAM_DOES_NOT_EXIST") or (404, _) => Failed(FailureKind.Unreachable, "Zulip no longer has this channel, person or message."),
            (413, _) => Failed(FailureKind.Content, "The file is larger than this Zulip server takes. Send a link instead."),
            (400, _) => Failed(FailureKind.Content, "Zulip does not take this message. Shorten it, or send it simpler."),
            _ => Outcomes.Of(answer, "Zulip"),
        };
    }

    /// <summary>Zulip's pauses have fractions, which the header's own format does not know.</summary>
    private static TimeSpan? Wait(ProviderAnswer.Answered busy) =>
        busy.RetryAfter ?? (busy.Json.Get("retry-after") is { ValueKind: JsonValueKind.Number } seconds && seconds.TryGetDouble(out var wait) && wait is > 0 and < 100_000 ? TimeSpan.FromSeconds(wait) : null);
}

/// <summary>Our thread id: `stream:topic`, or the ids of all people of a direct conversation, `5,9`.</summary>
internal readonly record struct ZulipThread(string? Stream, string Rest)
{
    public IReadOnlyList<string> People => Stream is null ? Rest.Split(',', StringSplitOptions.RemoveEmptyEntries) : [];

    public override string ToString() => Stream is null ? Rest : $"{Stream}:{Rest}";

    public static ZulipThread Parse(string thread)
    {
        var colon = thread.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? new(null, thread) : new(thread[..colon], thread[(colon + 1)..]);
    }

    public static ZulipThread OfPeople(IEnumerable<string> ids) =>
        new(null, string.Join(',', ids.Distinct().OrderBy(id => id.Length).ThenBy(id => id, StringComparer.Ordinal)));
}
