using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.XDm;

internal static class XDmContent
{
    /// <summary>X escapes three characters in texts of version 1.1.</summary>
    public static string Plain(string text) =>
        text.Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal);

    public static InboundAttachment Attachment(JsonElement attachment)
    {
        var media = attachment.Get("media");
        return (attachment.Text("type"), media.Text("type")) switch
        {
            ("media", "photo") => new(AttachmentKind.Image) { MediaRef = media.Text("media_url_https") },
            // An animated picture is a film without sound here.
            ("media", "video" or "animated_gif") => new(AttachmentKind.Video) { ContentType = "video/mp4", MediaRef = Film(media.Get("video_info")) ?? media.Text("media_url_https") },
            ("location", _) => new(AttachmentKind.Location),
            var (type, kind) => new(AttachmentKind.Unknown) { Facts = new Dictionary<string, string> { ["content"] = kind ?? type ?? "attachment" } },
        };
    }

    public static InboundAttachment PostMedia(JsonElement media) => media.Text("type") == "photo"
        ? new(AttachmentKind.Image) { MediaRef = media.Text("url") }
        : new(AttachmentKind.Video) { ContentType = "video/mp4", MediaRef = Film(media) ?? media.Text("preview_image_url") };

    private static string? Film(JsonElement info) => info.Items("variants")
        .Where(v => v.Text("content_type") == "video/mp4").OrderByDescending(v => v.Number("bitrate") ?? v.Number("bit_rate") ?? 0).FirstOrDefault().Text("url");
}
