using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.WhatsApp;

/// <summary>One call's worth of a message: fills in its type and content.</summary>
internal sealed record WhatsAppPart(OutboundAttachment? File, Action<JsonObject, string?> Fill);

/// <summary>Takes a message apart into what WhatsApp accepts in one call, and writes the bodies.</summary>
internal static class WhatsAppParts
{
    private const int Megabyte = 1024 * 1024;

    public static List<WhatsAppPart> Of(OutboundMessage message)
    {
        if (message.Template is { } template) return [new(null, (body, _) => Template(body, template))];

        if (message.Rich is not null) return [.. WhatsAppRich.Parts(message)];

        // A caption fits on the first file if that can carry one; else the text goes ahead.
        var files = message.Attachments;
        var caption = files.Count > 0 && TypeOf(files[0]) is not "audio" and not "sticker"
            && !string.IsNullOrWhiteSpace(message.Text) && message.Text.Length <= WhatsAppChannel.Limits.CaptionLength;
        var parts = new List<WhatsAppPart>();
        if (!caption) parts.AddRange(Texts(message.Text));
        parts.AddRange(files.Select((file, i) => new WhatsAppPart(file, (body, id) => File(body, file, id!, caption && i == 0 ? message.Text : null))));
        return parts;
    }

    public static IEnumerable<WhatsAppPart> Texts(string words) =>
        TextSplitter.Split(words, WhatsAppChannel.Limits.TextLength).Select(text => new WhatsAppPart(null, (body, _) => Text(body, text)));

    /// <summary>A file without words.</summary>
    public static WhatsAppPart Of(OutboundAttachment file) => new(file, (body, id) => File(body, file, id!, null));

    /// <summary>Our id goes along with the last part alone: a receipt that names it says that the whole message is out.</summary>
    public static JsonObject Envelope(OutboundMessage message, bool first, bool last)
    {
        var body = Address(message.ThreadId ?? message.RecipientId);
        if (first && message.ReplyTo is { } quoted) body["context"] = new JsonObject { ["message_id"] = quoted };
        if (last) body["biz_opaque_callback_data"] = message.Id.ToString("D");
        return body;
    }

    /// <summary>A person by phone or by user id, or a group.</summary>
    public static JsonObject Address(string to)
    {
        var phone = to.TrimStart('+');
        var body = new JsonObject { ["messaging_product"] = "whatsapp", ["recipient_type"] = "individual" };
        if (WhatsAppPerson.IsUserId(to))
        {
            body["recipient"] = to;
        }
        else if (WhatsAppPerson.IsPhone(phone))
        {
            body["to"] = phone;
        }
        else
        {
            body["recipient_type"] = "group";
            body["to"] = to;
        }

        return body;
    }

    private static void Text(JsonObject body, string text)
    {
        body["type"] = "text";
        var content = new JsonObject { ["body"] = text };
        if (text.Contains("https://", StringComparison.OrdinalIgnoreCase) || text.Contains("http://", StringComparison.OrdinalIgnoreCase)) content["preview_url"] = true;
        body["text"] = content;
    }

    private static void File(JsonObject body, OutboundAttachment file, string mediaId, string? caption)
    {
        var type = TypeOf(file);
        var content = new JsonObject { ["id"] = mediaId };
        if (caption is not null) content["caption"] = caption;
        if (type == "document") content["filename"] = file.Name;
        if (type == "audio" && MediaType(file) == "audio/ogg") content["voice"] = true;
        body["type"] = type;
        body[type] = content;
    }

    private static void Template(JsonObject body, OutboundTemplate template)
    {
        var components = new JsonArray();
        Add("header", template.HeaderParameters, template.HeaderParameterNames);
        Add("body", template.BodyParameters, template.BodyParameterNames);
        var content = new JsonObject { ["name"] = template.Name, ["language"] = new JsonObject { ["code"] = template.Language } };
        if (components.Count > 0) content["components"] = components;
        body["type"] = "template";
        body["template"] = content;

        void Add(string type, IReadOnlyList<string> values, IReadOnlyList<string> names)
        {
            if (values.Count == 0) return;
            components.Add(new JsonObject { ["type"] = type, ["parameters"] = new JsonArray([.. values.Select((value, i) => Parameter(value, names.ElementAtOrDefault(i)))]) });
        }
    }

    private static JsonObject Parameter(string value, string? name)
    {
        var parameter = new JsonObject { ["type"] = "text", ["text"] = value };
        if (name is not null) parameter["parameter_name"] = name;
        return parameter;
    }

    /// <summary>What WhatsApp would not show, or only smaller, goes as a document.</summary>
    private static string TypeOf(OutboundAttachment file) => MediaType(file) switch
    {
        "image/jpeg" or "image/png" when file.Size <= 5 * Megabyte => "image",
        "image/webp" when file.Kind == AttachmentKind.Sticker && file.Size <= Megabyte / 2 => "sticker",
        "video/mp4" or "video/3gpp" when file.Size <= 16 * Megabyte => "video",
        "audio/aac" or "audio/amr" or "audio/mpeg" or "audio/mp4" or "audio/ogg" when file.Size <= 16 * Megabyte => "audio",
        _ => "document",
    };

    private static string MediaType(OutboundAttachment file) => file.ContentType.Split(';')[0].Trim().ToLowerInvariant();
}
