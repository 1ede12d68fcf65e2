using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Line;

/// <summary>Takes a message apart into calls of up to five message objects; one call counts once against the quota.</summary>
internal static class LineMessages
{
    private const int ObjectsPerCall = 5;
    private const int Megabyte = 1024 * 1024;

    public static string? Problem(OutboundMessage message) => message.Attachments.FirstOrDefault(f => f.Link is null) is { } file
        ? $"LINE fetches files from a public address, and this server has none for {file.Name}. Ask an admin to set Braid's public address, or send a link."
        : message.Attachments.FirstOrDefault(f => f.Size > LineChannel.Limits.AttachmentBytes) is { } large ? $"{large.Name} is larger than the 200 MB LINE shows. Send a link instead."
        : null;

    public static List<JsonArray> Of(OutboundMessage message)
    {
        var rich = message.Rich ?? new();
        var bubble = LineRich.HasBubble(rich);
        var objects = new List<JsonObject>();
        var texts = bubble && message.Text.Length <= LineRich.MostText && rich.Cards.Count == 0 ? [] : TextSplitter.Split(message.Text, LineChannel.Limits.TextLength);
        objects.AddRange(texts.Select(text => new JsonObject { ["type"] = "text", ["text"] = text }));
        var alone = Math.Max(objects.Count - 1, 0);

        if (bubble) { objects.Add(rich.Cards.Count > 0 ? LineRich.Cards(message.Text, rich) : LineRich.Bubble(message.Text, rich)); }
        if (rich.Cards.Count > 0 && (rich.Buttons.Count > 0 || rich.List is not null)) { objects.Add(LineRich.Bubble(" ", rich with { Cards = [] })); }
        if (rich.Location is { } place) { objects.Add(LineRich.Location(place)); }
        objects.AddRange(message.Attachments.Select(File));

        if (objects.Count > 0)
        {
            if (message.ReplyToExtra.GetValueOrDefault("quoteToken") is { } quote && objects[0]["type"]!.GetValue<string>() == "text") { objects[0]["quoteToken"] = quote; }
            if (rich.QuickReplies.Count > 0) { objects[^1]["quickReply"] = LineRich.QuickReplies(rich.QuickReplies); }
        }

        // Long texts go one by one, so that each can be told apart when one is refused.
        return [.. objects.Take(alone).Select(o => new JsonArray(o)), .. objects.Skip(alone).Chunk(ObjectsPerCall).Select(some => new JsonArray([.. some]))];
    }

    /// <summary>There is no file message: what LINE can't show goes as a link.</summary>
    private static JsonObject File(OutboundAttachment file)
    {
        var link = file.Link!.AbsoluteUri;
        return file.ContentType.Split(';')[0].Trim().ToLowerInvariant() switch
        {
            "image/jpeg" or "image/png" when file.Size <= 10 * Megabyte => new() { ["type"] = "image", ["originalContentUrl"] = link, ["previewImageUrl"] = link },
            "audio/mpeg" or "audio/mp4" or "audio/x-m4a" => new() { ["type"] = "audio", ["originalContentUrl"] = link, ["duration"] = 60_000 },
            _ => new() { ["type"] = "text", ["text"] = $"{file.Name}\n{link}" },
        };
    }
}
