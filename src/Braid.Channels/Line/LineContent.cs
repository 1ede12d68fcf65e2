using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Line;

/// <summary>What a message says and carries. Types we don't know are shown as unsupported, never lost.</summary>
internal static class LineContent
{
    /// <summary>Marks a file that LINE converts before it can be fetched.</summary>
    public const string Converted = "converted:";

    public static InboundEvent Fill(InboundEvent e, JsonElement message, string? replyToken)
    {
        var quoted = message.Id("quotedMessageId");
        e = e with
        {
            ReplyTo = quoted,
            TargetKey = quoted,
            Extra = Extra(default, ("replyToken", replyToken), ("quoteToken", message.Id("quoteToken")), ("markAsReadToken", message.Id("markAsReadToken")), ("imageSet", message.Get("imageSet").Id("id"))),
        };
        return message.Text("type") switch
        {
            "text" => e with { Text = message.Text("text") },
            "image" => e with { Attachments = [File(AttachmentKind.Image, message)] },
            "video" => e with { Attachments = [File(AttachmentKind.Video, message)] },
            "audio" => e with { Attachments = [File(AttachmentKind.Audio, message)] },
            "file" => e with { Attachments = [File(AttachmentKind.File, message)] },
            "location" => e with { Attachments = [new(AttachmentKind.Location) { Facts = Extra(default, ("name", message.Text("title")), ("address", message.Text("address")), ("latitude", message.Id("latitude")), ("longitude", message.Id("longitude"))) }] },
            "sticker" => e with { Text = message.Text("text"), Attachments = [Sticker(message)] },
            var unknown => e with { Status = "unsupported", Attachments = [new(AttachmentKind.Unknown) { Facts = Extra(default, ("content", unknown ?? "unknown")) }] },
        };
    }

    /// <summary>Small strings only; what is missing or too long is left out.</summary>
    public static Dictionary<string, string> Extra(JsonElement more, params ReadOnlySpan<(string Name, string? Value)> values)
    {
        var extra = new Dictionary<string, string>();
        foreach (var (name, value) in values)
        {
            if (value is { Length: > 0 and <= 500 }) { extra[name] = value; }
        }

        foreach (var name in new[] { "date", "time", "datetime", "newRichMenuAliasId", "status" })
        {
            if (more.Text(name) is { Length: <= 500 } value) { extra["params." + name] = value; }
        }

        return extra;
    }

    private static InboundAttachment File(AttachmentKind kind, JsonElement message)
    {
        var provider = message.Get("contentProvider");
        var id = message.Id("id");
        return new(kind)
        {
            Name = message.Text("fileName"),
            Size = message.Number("fileSize"),
            MediaRef = provider.Text("type") == "external" ? provider.Text("originalContentUrl")
                : kind is AttachmentKind.Video or AttachmentKind.Audio ? Converted + id
                : id,
        };
    }

    private static InboundAttachment Sticker(JsonElement message) => new(AttachmentKind.Sticker)
    {
        Facts = Extra(
            default,
            ("packageId", message.Id("packageId")), ("stickerId", message.Id("stickerId")),
            ("keywords", string.Join(", ", message.Items("keywords").Where(k => k.ValueKind == JsonValueKind.String).Select(JsonText.Of)))),
    };
}
