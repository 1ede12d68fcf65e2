using System.Text;
using Braid.Channels;
using Braid.Conversations;
using Braid.Platform.Files;
using Braid.Platform.Http;

namespace Braid.Delivery;

/// <summary>Files on their way out. Pure.</summary>
internal static class OutgoingFiles
{
    public static void Check(IEnumerable<StoredFile> files, ChannelDescriptor channel)
    {
        var problem = files.Select(f => !channel.Capabilities.Attachments ? $"{channel.Name} can't carry files. Share a link instead."
            : channel.Limits.AttachmentBytes > 0 && f.Size > channel.Limits.AttachmentBytes ? $"{f.Name} is too large: {channel.Name} takes at most {FileSizes.Say(channel.Limits.AttachmentBytes)}."
            : null).FirstOrDefault(p => p is not null);
        if (problem is not null)
        {
            throw RefusalException.Invalid(problem, new Dictionary<string, string> { ["attachments"] = problem });
        }
    }

    public static Attachment Attachment(Message message, StoredFile file, int position) => new()
    {
        WorkspaceId = message.WorkspaceId,
        MessageId = message.Id,
        Position = position,
        Kind = KindOf(file.ContentType),
        Name = file.Name,
        ContentType = file.ContentType,
        Size = file.Size,
        State = AttachmentState.Ready,
        FileId = file.Id,
    };

    public static AttachmentKind KindOf(string contentType) => contentType.Split('/')[0] switch
    {
        "image" when contentType != "image/svg+xml" => AttachmentKind.Image,
        "video" => AttachmentKind.Video,
        "audio" => AttachmentKind.Audio,
        _ => AttachmentKind.File,
    };
}

internal static class CleanText
{
    /// <summary>NUL and lone surrogates become U+FFFD: PostgreSQL refuses them, and no channel carries them. Null for nothing but blanks.</summary>
    public static string? Of(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            clean.Append(rune.Value == 0 ? Rune.ReplacementChar : rune);
        }

        return clean.ToString();
    }
}
