using System.Text;

namespace Braid.Channels.Email.Mime;

/// <summary>
/// Raw mail to a tree of parts (RFC 2046 §5.1). Never throws for what is in the mail. Parents are cut before their children are read, so
/// an outer boundary ends every inner part, and work is bounded by depth times size.
/// </summary>
internal sealed class MimeReader
{
    private int parts;

    public static MimePart Read(ReadOnlyMemory<byte> raw) => new MimeReader().ReadPart(raw, "", 0, inDigest: false);

    private MimePart ReadPart(ReadOnlyMemory<byte> raw, string path, int depth, bool inDigest)
    {
        parts++;
        var headers = Headers.Read(raw.Span, out var bodyStart, top: path.Length == 0);
        var body = raw[bodyStart..];
        var type = ParameterizedValue.Read(headers.First("Content-Type"));
        var contentType = Normal(type.Value, inDigest ? "message/rfc822" : "text/plain");
        List<MimePart> children = [];
        if (contentType.StartsWith("multipart/", StringComparison.Ordinal))
        {
            children = depth < MimeLimits.Depth ? ReadChildren(Opened(body, headers, type["boundary"]), type["boundary"], path, depth, contentType) : [];
            if (children.Count == 0)
            {
                // No usable boundary: better shown as text than lost. Too deep: kept as a file.
                contentType = depth < MimeLimits.Depth ? "text/plain" : "application/octet-stream";
            }
        }

        return new MimePart
        {
            Path = path.Length == 0 && children.Count == 0 ? "1" : path,
            Headers = headers,
            ContentType = contentType,
            TypeParameters = type,
            Disposition = ParameterizedValue.Read(headers.First("Content-Disposition")),
            Body = body,
            Children = children,
        };
    }

    private List<MimePart> ReadChildren(ReadOnlyMemory<byte> body, string? boundary, string path, int depth, string contentType)
    {
        var children = new List<MimePart>();
        if (string.IsNullOrEmpty(boundary?.Trim())) { return children; }
        var digest = contentType == "multipart/digest";
        foreach (var range in Split(body.Span, boundary.TrimEnd()))
        {
            if (parts >= MimeLimits.Parts)
            {
                children.Add(Rest(body[range.Start..], Number(path, children.Count)));
                break;
            }

            children.Add(ReadPart(body[range], Number(path, children.Count), depth + 1, digest));
        }

        return children;
    }

    private static string Number(string path, int index) => path.Length == 0 ? $"{index + 1}" : $"{path}.{index + 1}";

    private static MimePart Rest(ReadOnlyMemory<byte> body, string path) => new()
    {
        Path = path,
        Headers = Headers.None,
        ContentType = "application/octet-stream",
        TypeParameters = ParameterizedValue.Empty,
        Disposition = ParameterizedValue.Read("attachment; filename=rest-of-message.bin"),
        Body = body,
    };

    /// <summary>The ranges between delimiter lines. Preamble and epilogue are left out; without a last delimiter the input's end closes.</summary>
    private static List<Range> Split(ReadOnlySpan<byte> body, string boundary)
    {
        var ranges = new List<Range>();
        var delimiter = Encoding.UTF8.GetBytes("--" + boundary);
        var partStart = -1;
        var position = 0;
        while (position < body.Length && body[position..].IndexOf(delimiter) is >= 0 and var found)
        {
            var at = position + found;
            position = at + delimiter.Length;
            if (at > 0 && body[at - 1] is not ((byte)'\r' or (byte)'\n')) { continue; }
            var next = Lines.Next(body, position, out var lineEnd);
            var rest = body[position..lineEnd].Trim(" \t"u8);
            var closes = rest.StartsWith("--"u8) && rest[2..].Trim(" \t"u8).IsEmpty;
            if (!closes && !rest.IsEmpty) { continue; }
            if (partStart >= 0) { ranges.Add(partStart..Math.Max(partStart, BeforeLineBreak(body, at))); }
            if (closes) { return ranges; }
            partStart = position = next;
            if (ranges.Count > MimeLimits.Parts) { return ranges; }
        }

        if (partStart >= 0) { ranges.Add(partStart..body.Length); }
        return ranges;
    }

    // The line break before a delimiter belongs to the delimiter.
    private static int BeforeLineBreak(ReadOnlySpan<byte> body, int at)
    {
        if (at > 0 && body[at - 1] == '\n') { at--; return at > 0 && body[at - 1] == '\r' ? at - 1 : at; }
        return at > 0 && body[at - 1] == '\r' ? at - 1 : at;
    }

    // A multipart must not be encoded, but is now and then.
    private static ReadOnlyMemory<byte> Opened(ReadOnlyMemory<byte> body, Headers headers, string? boundary)
    {
        var encoding = headers.First("Content-Transfer-Encoding");
        return encoding is not null && boundary is not null && encoding.Contains("base64", StringComparison.OrdinalIgnoreCase)
            && body.Span.IndexOf(Encoding.UTF8.GetBytes("--" + boundary.TrimEnd())) < 0
                ? TransferEncodings.Base64(body.Span)
                : body;
    }

    private static string Normal(string value, string fallback)
    {
        var type = value.Trim().ToLowerInvariant();
        var slash = type.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == type.Length - 1 || type.IndexOf('/', slash + 1) >= 0 || type.Length > 200) { return fallback; }
        var space = type.IndexOfAny([' ', '\t', '"', ',']);
        return space > slash + 1 ? type[..space] : space >= 0 ? fallback : type;
    }
}
