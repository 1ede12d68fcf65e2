using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Braid.Channels.Email.Mime;

/// <summary>A mail of ours as a stream of blocks, 7-bit clean and with CRLF only. Files pass through in pieces, never whole.</summary>
internal sealed class MimeWriter(MailDraft draft)
{
    private const int FilePiece = 57 * 400;

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> BlocksAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var text = new StringBuilder();
        var seed = draft.MessageId.GetHashCode(StringComparison.Ordinal).ToString("x8", CultureInfo.InvariantCulture);
        string outer = $"=_braid_{seed}_mixed", inner = $"=_braid_{seed}_alt";
        Headers(text);
        if (draft.Files.Count == 0)
        {
            Alternative(text, inner);
            yield return Flush(text);
            yield break;
        }

        text.Append(CultureInfo.InvariantCulture, $"Content-Type: multipart/mixed; boundary=\"{outer}\"\r\n\r\n--{outer}\r\n");
        Alternative(text, inner);
        foreach (var file in draft.Files)
        {
            text.Append(CultureInfo.InvariantCulture, $"\r\n--{outer}\r\n");
            FileHeaders(text, file);
            yield return Flush(text);
            await using var content = await OpenAsync(file, ct);
            var piece = new byte[FilePiece];
            while (await ReadAsync(file, content, piece, ct) is > 0 and var read) { yield return Base64Lines(piece.AsSpan(0, read)); }
        }

        text.Append(CultureInfo.InvariantCulture, $"\r\n--{outer}--\r\n");
        yield return Flush(text);
    }

    // A file that can't be read is the mail's trouble, not the mail server's.
    private static async Task<Stream> OpenAsync(OutboundAttachment file, CancellationToken ct)
    {
        try
        {
            return await file.OpenAsync(ct);
        }
        catch (IOException e)
        {
            throw new MediaUnavailableException($"The file \"{file.Name}\" can't be read. Attach it again.", permanent: true, e);
        }
    }

    private static async Task<int> ReadAsync(OutboundAttachment file, Stream content, byte[] piece, CancellationToken ct)
    {
        try
        {
            return await content.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false, ct);
        }
        catch (IOException e)
        {
            throw new MediaUnavailableException($"The file \"{file.Name}\" can't be read. Attach it again.", permanent: true, e);
        }
    }

    private void Headers(StringBuilder text)
    {
        text.Append("Date: ").Append(draft.Date.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture)).Append("\r\n");
        HeaderText.People(text, "From", [draft.From]);
        if (draft.ReplyTo is { } replyTo) { HeaderText.People(text, "Reply-To", [replyTo]); }
        HeaderText.People(text, "To", draft.To);
        if (draft.Cc.Count > 0) { HeaderText.People(text, "Cc", draft.Cc); }
        HeaderText.Words(text, "Subject", draft.Subject);
        HeaderText.Ids(text, "Message-ID", [draft.MessageId]);
        if (draft.InReplyTo is { } answered) { HeaderText.Ids(text, "In-Reply-To", [answered]); }
        if (draft.References.Count > 0) { HeaderText.Ids(text, "References", draft.References); }
        foreach (var (name, value) in draft.Extra) { HeaderText.Words(text, name, value); }
        text.Append("MIME-Version: 1.0\r\n");
    }

    private void Alternative(StringBuilder text, string boundary)
    {
        text.Append(CultureInfo.InvariantCulture, $"Content-Type: multipart/alternative; boundary=\"{boundary}\"\r\n\r\n");
        Body(text, boundary, "text/plain", draft.Text);
        Body(text, boundary, "text/html", draft.Html);
        text.Append(CultureInfo.InvariantCulture, $"--{boundary}--\r\n");
    }

    private static void Body(StringBuilder text, string boundary, string type, string content)
    {
        text.Append(CultureInfo.InvariantCulture, $"--{boundary}\r\nContent-Type: {type}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n");
        HeaderText.QuotedPrintable(text, content);
        text.Append("\r\n");
    }

    private static void FileHeaders(StringBuilder text, OutboundAttachment file)
    {
        var type = HeaderText.IsMediaType(file.ContentType) ? file.ContentType : "application/octet-stream";
        // A nested mail must not be base64 (RFC 2046 §5.2.1), and we don't look inside: it goes as bytes.
        if (type.StartsWith("message/", StringComparison.OrdinalIgnoreCase) || type.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase)) { type = "application/octet-stream"; }
        text.Append("Content-Type: ").Append(type).Append("\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment");
        HeaderText.FileName(text, file.Name);
        text.Append("\r\n\r\n");
    }

    private static byte[] Base64Lines(ReadOnlySpan<byte> bytes)
    {
        var result = new byte[((bytes.Length + 56) / 57 * 78) + 4];
        var length = 0;
        while (!bytes.IsEmpty)
        {
            var line = bytes[..Math.Min(57, bytes.Length)];
            Base64.EncodeToUtf8(line, result.AsSpan(length), out _, out var written);
            length += written;
            result[length++] = (byte)'\r';
            result[length++] = (byte)'\n';
            bytes = bytes[line.Length..];
        }

        return result[..length];
    }

    private static byte[] Flush(StringBuilder text)
    {
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        text.Clear();
        return bytes;
    }
}

/// <summary>Everything a mail of ours is made of.</summary>
internal sealed record MailDraft
{
    public required DateTimeOffset Date { get; init; }
    public required MailAddress From { get; init; }
    public MailAddress? ReplyTo { get; init; }
    public required IReadOnlyList<MailAddress> To { get; init; }
    public IReadOnlyList<MailAddress> Cc { get; init; } = [];
    public required string Subject { get; init; }
    public required string MessageId { get; init; }
    public string? InReplyTo { get; init; }
    public IReadOnlyList<string> References { get; init; } = [];
    public IReadOnlyList<(string Name, string Value)> Extra { get; init; } = [];
    public required string Text { get; init; }
    public required string Html { get; init; }
    public IReadOnlyList<OutboundAttachment> Files { get; init; } = [];
}
