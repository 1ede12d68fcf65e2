using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Zalo;

/// <summary>What a message says and carries.</summary>
internal static class ZaloContent
{
    /// <summary>Stands before the payloads of our own buttons, which come back as an ordinary text.</summary>
    public const string ButtonMark = "#braid:";

    public static InboundEvent Fill(InboundEvent e, string kind, JsonElement message)
    {
        var text = message.Text("text");
        if (!e.Outbound && text is not null && text.StartsWith(ButtonMark, StringComparison.Ordinal) && text.Length > ButtonMark.Length)
        {
            return e with { Kind = InboundKind.Postback, Payload = text[ButtonMark.Length..] };
        }

        var attachments = message.Items("attachments").Select(a => Attachment(a, kind)).ToList();
        return e with
        {
            Text = text,
            Attachments = attachments.Count == 0 && text is null ? [Unknown(kind)] : attachments,
            Status = text is null && attachments.TrueForAll(a => a.Kind == AttachmentKind.Unknown) ? "unsupported" : null,
        };
    }

    private static InboundAttachment Attachment(JsonElement attachment, string kind)
    {
        var payload = attachment.Get("payload");
        return attachment.Text("type") switch
        {
            "image" or "photo" or "gif" => File(AttachmentKind.Image, payload),
            "video" => File(AttachmentKind.Video, payload),
            "audio" => File(AttachmentKind.Audio, payload),
            "file" => File(AttachmentKind.File, payload),
            "sticker" => File(AttachmentKind.Sticker, payload) with { Facts = Facts(("stickerId", payload.Id("id"))) },
            "location" => new(AttachmentKind.Location)
            {
                Facts = Facts(("latitude", payload.Get("coordinates").Id("latitude")), ("longitude", payload.Get("coordinates").Id("longitude"))),
            },
            "link" when kind == "business_card" => new(AttachmentKind.Contact) { Facts = Facts(("phones", Phone(payload.Text("description"))), ("url", payload.Text("url"))) },
            "link" => new(AttachmentKind.Share) { Facts = Facts(("url", payload.Text("url")), ("title", payload.Text("description"))) },
            "template" or "list" => new(AttachmentKind.Template),
            var unknown => Unknown(unknown ?? kind),
        };
    }

    private static InboundAttachment Unknown(string what) => new(AttachmentKind.Unknown) { Facts = Facts(("content", what)) };

    private static InboundAttachment File(AttachmentKind kind, JsonElement payload) => new(kind)
    {
        Name = payload.Text("name"), Size = payload.Number("size"), MediaRef = payload.Text("url"),
    };

    /// <summary>A card holds its facts as JSON inside a string.</summary>
    private static string? Phone(string? description)
    {
        try
        {
            using var document = JsonDocument.Parse(description ?? "");
            return document.RootElement.Id("phone");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    private static Dictionary<string, string> Facts(params ReadOnlySpan<(string Name, string? Value)> facts)
    {
        var known = new Dictionary<string, string>();
        foreach (var (name, value) in facts)
        {
            if (value is not null) { known[name] = value; }
        }

        return known;
    }
}
