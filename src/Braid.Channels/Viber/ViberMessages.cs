using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Viber;

/// <summary>One call's worth of a message, without receiver and sender.</summary>
/// <param name="Plain">What is sent instead when the customer's app is too old for it; null when there is nothing simpler.</param>
internal sealed record ViberPart(JsonObject Body, string? Plain = null);

/// <summary>Takes a message apart into what Viber accepts in one call.</summary>
internal static class ViberMessages
{
    private const int Megabyte = 1024 * 1024;

    public static string? Problem(OutboundMessage message) => message.Attachments.FirstOrDefault(f => f.Link is null) is { } file
        ? $"Viber fetches files from a public address, and this server has none for {file.Name}. Ask an admin to set Braid's public address, or send a link."
        : message.Attachments.FirstOrDefault(f => f.Size > ViberChannel.Limits.AttachmentBytes) is { } large ? $"{large.Name} is larger than the 50 MB Viber takes. Send a link instead."
        : null;

    public static List<ViberPart> Of(OutboundMessage message)
    {
        var rich = message.Rich ?? new();
        var files = message.Attachments;
        var caption = files.Count > 0 && TypeOf(files[0]) == "picture" && message.Text.Trim().Length > 0 && message.Text.Length <= ViberChannel.Limits.CaptionLength;
        var parts = new List<ViberPart>();
        if (!caption) { parts.AddRange(TextSplitter.Split(message.Text, ViberChannel.Limits.TextLength).Select(text => new ViberPart(Text(text)))); }
        parts.AddRange(files.Select((file, i) => new ViberPart(File(file, caption && i == 0 ? message.Text : null))));
        if (rich.Cards.Count > 0) { parts.Add(new(ViberRich.Cards(rich.Cards), Plain(rich with { Buttons = [], QuickReplies = [], Location = null }))); }
        if (rich.Location is { } place) { parts.AddRange(Location(place)); }

        if (rich.Buttons.Count + rich.QuickReplies.Count > 0)
        {
            if (parts.Count == 0) { parts.Add(new(Text("…"))); }
            var last = parts[^1];
            var text = last.Body["text"]?.GetValue<string>();
            last.Body["min_api_version"] = Math.Max(3, last.Body["min_api_version"]!.GetValue<int>());
            last.Body["keyboard"] = ViberRich.Keyboard([.. rich.Buttons, .. rich.QuickReplies]);
            parts[^1] = last with { Plain = string.Join("\n\n", new[] { text, last.Plain, Plain(rich with { Cards = [], Location = null }) }.OfType<string>()) };
        }

        var choices = rich.Buttons.Concat(rich.QuickReplies).Concat(rich.Cards.SelectMany(c => c.Buttons));
        foreach (var part in parts) { part.Body["tracking_data"] = ViberTracking.Of(message.Id, choices); }
        return parts;
    }

    public static JsonObject Envelope(OutboundMessage message, ViberSettings settings, JsonObject part)
    {
        var body = new JsonObject { ["receiver"] = message.RecipientId, ["sender"] = Sender(settings) };
        foreach (var (name, value) in part) { body[name] = value?.DeepClone(); }
        return body;
    }

    public static JsonObject Sender(ViberSettings settings)
    {
        var sender = new JsonObject { ["name"] = settings.SenderName };
        if (!string.IsNullOrWhiteSpace(settings.SenderAvatar)) { sender["avatar"] = settings.SenderAvatar; }
        return sender;
    }

    public static JsonObject Text(string text) => new() { ["min_api_version"] = 1, ["type"] = "text", ["text"] = text };

    private static string Plain(RichContent rich) => RichPlan.Of("", rich, RichSupport.None).Text;

    private static IEnumerable<ViberPart> Location(RichLocation place)
    {
        // A place has no words of its own on Viber.
        if (string.Join(", ", new[] { place.Name, place.Address }.OfType<string>()) is { Length: > 0 } words) { yield return new(Text(words)); }
        yield return new(new() { ["min_api_version"] = 3, ["type"] = "location", ["location"] = new JsonObject { ["lat"] = place.Latitude, ["lon"] = place.Longitude } }, Plain(new() { Location = place }));
    }

    private static JsonObject File(OutboundAttachment file, string? caption)
    {
        var body = new JsonObject { ["min_api_version"] = 1, ["type"] = TypeOf(file) };
        switch (TypeOf(file))
        {
            case "picture":
                body["text"] = caption ?? "";
                break;
            case "video":
                body["size"] = file.Size;
                break;
            default:
                body["size"] = file.Size;
                body["file_name"] = file.Name.Length <= 256 ? file.Name : file.Name[^256..];
                break;
        }

        body["media"] = file.Link!.AbsoluteUri;
        return body;
    }

    private static string TypeOf(OutboundAttachment file) => file.ContentType.Split(';')[0].Trim().ToLowerInvariant() switch
    {
        "image/jpeg" or "image/png" or "image/gif" when file.Size <= Megabyte => "picture",
        "video/mp4" when file.Size <= 26 * Megabyte => "video",
        _ => "file",
    };
}
