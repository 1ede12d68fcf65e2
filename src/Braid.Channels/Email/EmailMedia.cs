using Braid.Channels.Email.Mime;

namespace Braid.Channels.Email;

internal sealed class EmailMedia : IMedia<EmailSettings>
{
    public Task<MediaContent> OpenAsync(MediaRequest request, EmailSettings settings, ProviderContext context, CancellationToken ct) =>
        Task.FromResult(MailFiles.Open(request.Reference, request.Source?.Body ?? default));
}

/// <summary>The files of a mail lie inside its delivery: a reference is the part's number.</summary>
internal static class MailFiles
{
    /// <param name="raw">The whole mail; empty when it is no longer kept.</param>
    public static MediaContent Open(string reference, ReadOnlyMemory<byte> raw)
    {
        if (raw.IsEmpty) { throw new MediaUnavailableException("The original mail is no longer kept, so its files are gone."); }
        var path = reference.StartsWith("part:", StringComparison.Ordinal) ? reference[5..] : reference;
        var file = MailContent.Of(MimeReader.Read(raw)).Files.FirstOrDefault(f => f.Path == path)
            ?? throw new MediaUnavailableException("The mail has no such file.");
        var bytes = file.Part.Decode();
        return new MediaContent(new MemoryStream(bytes, writable: false), file.ContentType, file.Name, bytes.Length);
    }
}
