using System.Globalization;
using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.RocketChat;

/// <summary>A message, however it came. Ids are unique on the server; the room is the thread.</summary>
internal sealed record RocketChatMessage(string Id, string Room, Sender Sender)
{
    public string? Text { get; init; }
    public string? Root { get; init; }
    public bool Edited { get; init; }
    public DateTimeOffset? At { get; init; }
    public bool Private { get; init; }
    public string? Title { get; init; }
    public IReadOnlyList<InboundAttachment> Files { get; init; } = [];

    /// <summary>As the socket, the history and Omnichannel write it.</summary>
    public static RocketChatMessage? Of(JsonElement json)
    {
        var user = json.Get("u");
        if (json.Id("_id") is not { } id || json.Id("rid") is not { } room || user.Id("_id") is not { } sender) { return null; }
        var edited = Time(json.Get("editedAt"));
        return new(id, room, new(sender)
        {
            Name = user.Text("name") ?? user.Text("username"), Username = user.Text("username"), Address = user.Text("username") is { } name ? "@" + name : null,
        })
        {
            Text = json.Text("msg")?.Trim(), Root = json.Id("tmid"), Edited = edited is not null, At = edited ?? Time(json.Get("ts")), Files = FilesOf(json),
        };
    }

    public InboundEvent Event(InboundKind kind) => new(kind)
    {
        Sender = Sender, ThreadId = Room, Audience = Private ? Audience.Private : Audience.Shared, ThreadTitle = Title, Timestamp = At,
    };

    /// <summary>`{"$date": ms}` on the socket, text elsewhere.</summary>
    public static DateTimeOffset? Time(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.Epoch("$date"),
        JsonValueKind.String => DateTimeOffset.TryParse(json.AsId(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null,
        _ => null,
    };

    public static IReadOnlyList<InboundAttachment> FilesOf(JsonElement message)
    {
        var files = message.Items("files").Concat([message.Get("file")]).Where(f => f.IsObject() && f.Id("_id") is not null).DistinctBy(f => f.Id("_id")).ToList();
        // A picture comes with a small copy of itself.
        return [.. files.Where(f => files.Count == 1 || f.Text("name")?.StartsWith("thumb-", StringComparison.Ordinal) != true).Select(f => new InboundAttachment(Kind(f.Text("type")))
        {
            Name = f.Text("name"), ContentType = f.Text("type"), Size = f.Number("size"), MediaRef = $"/file-upload/{Uri.EscapeDataString(f.Id("_id")!)}/{Uri.EscapeDataString(f.Text("name") ?? "file")}",
        })];
    }

    public static AttachmentKind Kind(string? type) => type?.Split('/')[0] switch
    {
        "image" => AttachmentKind.Image,
        "video" => AttachmentKind.Video,
        "audio" => AttachmentKind.Audio,
        _ => AttachmentKind.File,
    };
}
