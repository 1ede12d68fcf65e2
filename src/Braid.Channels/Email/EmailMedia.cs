using Braid.Channels.Email.Mime;

namespace Braid.Channels.Email;

/// <summary>The files of a mail lie inside its delivery: a reference is the part's number.</summary>
internal sealed class EmailMedia : IMedia<EmailSettings>
{
    public Task<MediaContent> OpenAsync(MediaRequest request, EmailSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (request.Source is not { Body.IsEmpty: false } source) { throw new MediaUnavailableException("The original mail is no longer kept, so its files are gone."); }
        var path = request.Reference.StartsWith("part:", StringComparison.Ordinal) ? request.Reference[5..] : request.Reference;
        var file = MailContent.Of(MimeReader.Read(source.Body)).Files.FirstOrDefault(f => f.Path == path)
            ?? throw new MediaUnavailableException("The mail has no such file.");
        var bytes = file.Part.Decode();
        return Task.FromResult(new MediaContent(new MemoryStream(bytes, writable: false), file.ContentType, file.Name, bytes.Length));
    }
}
