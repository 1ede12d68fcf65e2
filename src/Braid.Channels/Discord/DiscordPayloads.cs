using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Braid.Channels.Common;

namespace Braid.Channels.Discord;

/// <summary>The parts that messages, reactions and taps share.</summary>
internal static partial class DiscordPayloads
{
    private const long Epoch = 1_420_070_400_000;

    /// <summary>Ids hold the time they were made.</summary>
    public static DateTimeOffset? TimeOf(string? snowflake) =>
        ulong.TryParse(snowflake, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id >> 22 is > 0 and < 200_000_000_000_000 and var milliseconds
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds + Epoch) : null;

    public static DateTimeOffset? Time(this JsonElement json, string name) =>
        DateTimeOffset.TryParse(json.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    public static Sender? Person(JsonElement user, JsonElement member) => user.Id("id") is not { } id ? null : new(id)
    {
        Name = member.Text("nick") ?? user.Text("global_name") ?? user.Text("username"),
        Username = user.Text("username"),
        Address = user.Text("username") is { } name ? "@" + name : null,
    };

    /// <summary>A server's channel has readers besides the sender; a direct message (1) has none.</summary>
    public static Audience AudienceOf(JsonElement item) =>
        item.Id("guild_id") is null && item.Number("channel_type") is null or 1 ? Audience.Private : Audience.Shared;

    public static IReadOnlyList<InboundAttachment> Files(JsonElement message) =>
    [
        .. message.Items("attachments").Where(a => a.IsObject()).Select(a => new InboundAttachment(Kind(a.Text("content_type")))
        {
            Name = a.Text("filename"), ContentType = a.Text("content_type"), Size = a.Number("size"), MediaRef = a.Text("url"),
        }),
        .. message.Items("sticker_items").Where(s => s.IsObject()).Select(s => new InboundAttachment(AttachmentKind.Sticker)
        {
            Name = s.Text("name"), MediaRef = Sticker(s.Id("id"), s.Number("format_type")),
        }),
    ];

    public static string? Text(JsonElement message, string ours)
    {
        if (message.Text("content") is not { } content) { return null; }
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var user in message.Items("mentions"))
        {
            if (user.Id("id") is { } id && (user.Text("global_name") ?? user.Text("username")) is { } name) { names[id] = name; }
        }

        var text = Token().Replace(content, match => match.Groups["kind"].Value switch
        {
            "@" or "@!" => match.Groups["id"].Value == ours ? "" : "@" + names.GetValueOrDefault(match.Groups["id"].Value, match.Groups["id"].Value),
            "@&" => "@role",
            "#" => "#" + match.Groups["id"].Value,
            "t:" => Moment(match.Groups["id"].Value),
            var name => ":" + name.TrimStart('a').Trim(':') + ":",
        }).Trim();
        return text.Length == 0 ? null : text;
    }

    private static string Moment(string seconds) => long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at < 253_402_300_799
        ? DateTimeOffset.FromUnixTimeSeconds(at).ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture) : seconds;

    private static AttachmentKind Kind(string? type) => type?.Split('/')[0] switch
    {
        "image" => AttachmentKind.Image,
        "video" => AttachmentKind.Video,
        "audio" => AttachmentKind.Audio,
        _ => AttachmentKind.File,
    };

    /// <summary>Lottie stickers (3) are no picture anyone could show.</summary>
    private static string? Sticker(string? id, long? format) => (id, format) switch
    {
        (null, _) or (_, 3 or null) => null,
        (_, 4) => $"https://media.discordapp.net/stickers/{Uri.EscapeDataString(id)}.gif",
        _ => $"https://media.discordapp.net/stickers/{Uri.EscapeDataString(id)}.png",
    };

    [GeneratedRegex(@"<(?:(?<kind>@[!&]?|#|t:)(?<id>\d{1,20})(?::[a-zA-Z])?|(?<kind>a?:\w{1,32}:)\d{1,20})>", RegexOptions.CultureInvariant)]
    private static partial Regex Token();
}
