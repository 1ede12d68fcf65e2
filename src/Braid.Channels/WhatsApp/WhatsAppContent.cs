using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.WhatsApp;

/// <summary>What a message says and carries. Types we don't know are shown as unsupported, never lost.</summary>
internal static class WhatsAppContent
{
    public static InboundEvent Fill(InboundEvent e, WhatsAppMessage message)
    {
        var content = message.Content;
        return message.Type switch
        {
            "text" when content.Text("body") is { } body => e with { Text = body },
            "image" => File(e, AttachmentKind.Image, content),
            "video" => File(e, AttachmentKind.Video, content),
            "audio" => File(e, AttachmentKind.Audio, content),
            "document" => File(e, AttachmentKind.File, content),
            "sticker" => File(e, AttachmentKind.Sticker, content),
            "location" => e with { Attachments = [Location(content)] },
            "contacts" => e with { Attachments = [.. message.Json.Items("contacts").Select(Contact)] },
            "order" => e with { Text = content.Text("text"), Attachments = [Order(content)] },
            "unsupported" => Unsupported(e, content.Text("type") ?? "unsupported"),
            var unknown => Unsupported(e, unknown),
        };
    }

    public static InboundEvent Unsupported(InboundEvent e, string what) => e with
    {
        Status = "unsupported",
        Attachments = [new(AttachmentKind.Unknown) { Facts = Facts(("content", what)) }],
    };

    private static InboundEvent File(InboundEvent e, AttachmentKind kind, JsonElement file) => e with
    {
        Text = file.Text("caption"),
        Attachments =
        [
            new(kind)
            {
                Name = file.Text("filename"),
                ContentType = file.Text("mime_type"),
                Size = file.Number("file_size"),
                MediaRef = file.Id("id"),
            },
        ],
    };

    private static InboundAttachment Location(JsonElement place) => new(AttachmentKind.Location)
    {
        Facts = Facts(
            ("latitude", place.Id("latitude")), ("longitude", place.Id("longitude")),
            ("name", place.Text("name")), ("address", place.Text("address")), ("url", place.Text("url"))),
    };

    private static InboundAttachment Contact(JsonElement contact) => new(AttachmentKind.Contact)
    {
        Facts = Facts(
            ("name", contact.Get("name").Text("formatted_name")),
            ("phones", Joined(contact.Items("phones").Select(p => p.Text("phone")))),
            ("emails", Joined(contact.Items("emails").Select(m => m.Text("email")))),
            ("company", contact.Get("org").Text("company"))),
    };

    private static InboundAttachment Order(JsonElement order) => new(AttachmentKind.Order)
    {
        Facts = Facts(
            ("catalog", order.Id("catalog_id")),
            ("items", Joined(order.Items("product_items").Take(20).Select(i => $"{i.Id("quantity") ?? "1"} × {i.Id("product_retailer_id")} ({i.Id("item_price")} {i.Text("currency")})")))),
    };

    private static string? Joined(IEnumerable<string?> values) => string.Join(", ", values.OfType<string>()) is { Length: > 0 } text ? text : null;

    private static Dictionary<string, string> Facts(params ReadOnlySpan<(string Name, string? Value)> facts)
    {
        var known = new Dictionary<string, string>();
        foreach (var (name, value) in facts)
        {
            if (value is not null) known[name] = value;
        }

        return known;
    }
}
