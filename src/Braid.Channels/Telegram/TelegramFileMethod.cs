namespace Braid.Channels.Telegram;

/// <summary>Which method shows a file best; whatever Telegram would not show goes as a document.</summary>
internal static class TelegramFileMethod
{
    private const long LargestPhoto = 10 * 1024 * 1024;

    public static (string Method, string Field) For(OutboundAttachment file)
    {
        var type = file.ContentType.Split(';')[0].Trim().ToLowerInvariant();
        return type switch
        {
            "image/jpeg" or "image/png" or "image/webp" when file.Kind != AttachmentKind.Sticker && file.Size <= LargestPhoto => ("sendPhoto", "photo"),
            "image/webp" when file.Kind == AttachmentKind.Sticker => ("sendSticker", "sticker"),
            "image/gif" => ("sendAnimation", "animation"),
            "video/mp4" => ("sendVideo", "video"),
            "audio/ogg" => ("sendVoice", "voice"),
            "audio/mpeg" or "audio/mp4" or "audio/x-m4a" => ("sendAudio", "audio"),
            _ => ("sendDocument", "document"),
        };
    }
}
