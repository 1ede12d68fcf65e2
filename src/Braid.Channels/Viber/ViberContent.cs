using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Viber;

/// <summary>What a message says and carries.</summary>
internal static class ViberContent
{
    public static InboundEvent Fill(InboundEvent e, JsonElement message) => message.Text("type") switch
    {
        "text" => Choice(e, message.Text("text"), message.Text("tracking_data")),
        "url" => e with { Text = message.Text("media") },
        "picture" => e with { Text = message.Text("text"), Attachments = [File(AttachmentKind.Image, message)] },
        "video" => e with { Text = message.Text("text"), Attachments = [File(AttachmentKind.Video, message)] },
        "file" => e with { Attachments = [File(AttachmentKind.File, message)] },
        "sticker" => e with { Attachments = [new(AttachmentKind.Sticker) { MediaRef = message.Text("media"), Facts = Facts(("stickerId", message.Id("sticker_id"))) }] },
        "contact" => e with
        {
            Attachments = [new(AttachmentKind.Contact) { Facts = Facts(("name", message.Get("contact").Text("name")), ("phones", message.Get("contact").Text("phone_number"))) }],
        },
        "location" => e with
        {
            Attachments =
            [
                new(AttachmentKind.Location)
                {
                    Facts = Facts(
                        ("latitude", message.Get("location").Id("lat")), ("longitude", message.Get("location").Id("lon")), ("address", message.Get("location").Text("address"))),
                },
            ],
        },
        var unknown => e with { Status = "unsupported", Attachments = [new(AttachmentKind.Unknown) { Facts = Facts(("content", unknown ?? "unknown")) }] },
    };

    /// <summary>
    /// A tapped button comes as a typed text does. What we sent last comes along, too, and holds the buttons it had: a text that is one of
    /// them was tapped (or typed letter by letter, which means the same).
    /// </summary>
    private static InboundEvent Choice(InboundEvent e, string? text, string? tracking) =>
        text is not null && ViberTracking.Choice(tracking, text) is { } payload
            ? e with { Kind = InboundKind.Postback, Text = text, Payload = payload }
            : e with { Text = text };

    private static InboundAttachment File(AttachmentKind kind, JsonElement message) => new(kind)
    {
        Name = message.Text("file_name"),
        Size = message.Number("file_size") ?? message.Number("size"),
        MediaRef = message.Text("media"),
    };

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
