using System.Globalization;
using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Slack;

/// <summary>Our thread id: the channel, or `channel:ts` of a thread's first message.</summary>
internal readonly record struct SlackThread(string Channel, string? Root = null)
{
    public override string ToString() => Root is null ? Channel : $"{Channel}:{Root}";

    /// <summary>A ts is unique inside its channel only.</summary>
    public string Key(string ts) => $"{Channel}:{ts}";

    /// <summary>Not a channel yet, but somebody whom we write first.</summary>
    public bool IsPerson => Channel.StartsWith('U') || Channel.StartsWith('W');

    public static SlackThread Parse(string thread)
    {
        var colon = thread.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? new(thread) : new(thread[..colon], thread[(colon + 1)..]);
    }

    /// <summary>Reactions and taps don't say what kind of channel it is; ids of direct messages begin with D.</summary>
    public Audience Audience(string? channelType) =>
        channelType is "im" or "app_home" || (channelType is null && Channel.StartsWith('D')) ? Channels.Audience.Private : Channels.Audience.Shared;
}

internal static class SlackTime
{
    /// <summary>`1763789012.000400` is an id and a time; as an id it stays text.</summary>
    public static DateTimeOffset? Of(string? ts) =>
        decimal.TryParse(ts, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 253_402_300_799m
            ? DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond))
            : null;
}

internal static class SlackFiles
{
    public static InboundAttachment Of(JsonElement file) => new(Kind(file.Text("mimetype")))
    {
        Name = file.Text("name") ?? file.Text("title"),
        ContentType = file.Text("mimetype"),
        Size = file.Number("size"),
        // The address is asked for when the file is fetched: files shared from other workspaces come without one.
        MediaRef = file.Text("mode") is "tombstone" or "hidden_by_limit" ? null : file.Id("id"),
    };

    private static AttachmentKind Kind(string? type) => type?.Split('/')[0] switch
    {
        "image" => AttachmentKind.Image,
        "video" => AttachmentKind.Video,
        "audio" => AttachmentKind.Audio,
        _ => AttachmentKind.File,
    };
}
