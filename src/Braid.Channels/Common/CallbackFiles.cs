using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Braid.Channels.Common;

/// <summary>Files both ways: an address to fetch them from, or their bytes as base64 in the body.</summary>
internal static class CallbackFiles
{
    private const string Inside = "content:";

    // Larger ones need an address: few systems like bodies of many megabytes.
    private const int MostInside = 6 * 1024 * 1024;

    public static InboundAttachment Read(JsonElement json, string id, int index)
    {
        var kind = json.Text("type") switch
        {
            "image" => AttachmentKind.Image,
            "video" => AttachmentKind.Video,
            "audio" => AttachmentKind.Audio,
            "file" => AttachmentKind.File,
            "sticker" => AttachmentKind.Sticker,
            "location" => AttachmentKind.Location,
            "contact" => AttachmentKind.Contact,
            _ => AttachmentKind.Unknown,
        };
        var reference = json.Text("url") ?? (json.Text("content") is not null ? $"{Inside}{index}:{id}" : null);
        var facts = new Dictionary<string, string>();
        foreach (var (name, value) in new[]
        {
            ("latitude", Decimal(json, "latitude")), ("longitude", Decimal(json, "longitude")), ("name", json.Text("label") ?? (kind == AttachmentKind.Contact ? json.Text("name") : null)),
            ("address", json.Text("address")), ("phones", json.Id("phone")), ("email", json.Text("email")), ("caption", json.Text("caption")),
        })
        {
            if (value is not null) { facts[name] = value; }
        }

        return new InboundAttachment(kind == AttachmentKind.Unknown && reference is not null ? AttachmentKind.File : kind)
        {
            Name = json.Text("name"),
            ContentType = json.Text("contentType"),
            Size = json.Number("size"),
            MediaRef = kind is AttachmentKind.Location ? null : reference,
            Facts = facts,
        };
    }

    /// <summary>The bytes that came inside a delivery; null when the reference is an address.</summary>
    public static MediaContent? FromDelivery(MediaRequest request)
    {
        if (!request.Reference.StartsWith(Inside, StringComparison.Ordinal)) { return null; }
        if (request.Source is not { Body.IsEmpty: false } source) { throw new MediaUnavailableException("The original message is no longer kept, so its files are gone."); }
        var colon = request.Reference.IndexOf(':', Inside.Length);
        var (index, id) = colon < 0 ? ("", "") : (request.Reference[Inside.Length..colon], request.Reference[(colon + 1)..]);
        try
        {
            using var document = JsonDocument.Parse(source.Body);
            var root = document.RootElement;
            var item = root.Get("events").ValueKind == JsonValueKind.Array ? root.Items("events").FirstOrDefault(e => e.Id("id") == id) : root;
            var file = int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var i) ? item.Items("attachments").ElementAtOrDefault(i) : default;
            if (Signatures.Base64(file.Text("content")) is { } bytes) { return new MediaContent(new MemoryStream(bytes, writable: false), file.Text("contentType"), file.Text("name"), bytes.Length); }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Said below.
        }

        throw new MediaUnavailableException("The message holds no such file.");
    }

    /// <summary>What goes to the callback; the problem in words when a file can't go.</summary>
    public static async Task<(JsonArray? Files, string? Problem)> WriteAsync(IReadOnlyList<OutboundAttachment> attachments, CancellationToken ct)
    {
        var files = new JsonArray();
        foreach (var attachment in attachments)
        {
            var file = new JsonObject { ["type"] = Word(attachment), ["name"] = attachment.Name, ["contentType"] = attachment.ContentType, ["size"] = attachment.Size };
            if (attachment.Link is { } link) { file["url"] = link.AbsoluteUri; }
            else if (attachment.Size > MostInside) { return (null, $"The file \"{attachment.Name}\" is too large to send from a server without a public address. Send a link, or let an admin set the server's public address."); }
            else if (await BytesAsync(attachment, ct) is { } bytes) { file["content"] = Convert.ToBase64String(bytes); }
            else { return (null, $"The file \"{attachment.Name}\" can't be read. Attach it again."); }
            files.Add(file);
        }

        return (files, null);
    }

    private static async Task<byte[]?> BytesAsync(OutboundAttachment attachment, CancellationToken ct)
    {
        try
        {
            await using var stream = await attachment.OpenAsync(ct);
            using var copy = new MemoryStream();
            await stream.CopyToAsync(copy, ct);
            return copy.Length <= MostInside ? copy.ToArray() : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string Word(OutboundAttachment attachment) => attachment.ContentType.Split('/')[0] switch
    {
        _ when attachment.Kind == AttachmentKind.Sticker => "sticker",
        "image" => "image",
        "video" => "video",
        "audio" => "audio",
        _ => "file",
    };

    private static string? Decimal(JsonElement json, string name) => json.Get(name) switch
    {
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => json.Text(name),
    };
}
