using System.Text;

namespace Braid.Channels.Email.Mime;

/// <summary>A node of the part tree. Bodies are slices of the raw mail and decoded only when asked for.</summary>
internal sealed class MimePart
{
    private byte[]? decoded;

    /// <summary>Part number as IMAP counts: `1`, `2.1`; empty for a multipart at the top.</summary>
    public required string Path { get; init; }
    public required Headers Headers { get; init; }
    /// <summary>Lower-case `type/subtype`; what it is treated as, which for broken multiparts is text/plain.</summary>
    public required string ContentType { get; init; }
    public required ParameterizedValue TypeParameters { get; init; }
    public required ParameterizedValue Disposition { get; init; }
    public required ReadOnlyMemory<byte> Body { get; init; }
    public IReadOnlyList<MimePart> Children { get; init; } = [];

    public bool IsMultipart => Children.Count > 0;
    public bool IsAttachment => Disposition.Value.Equals("attachment", StringComparison.OrdinalIgnoreCase);
    public string? ContentId => Headers.First("Content-ID") is { } id && (MessageIds.First(id) ?? id.Trim(' ', '<', '>')) is { Length: > 0 } bare ? bare : null;

    /// <summary>Content-Disposition's name beats Content-Type's; encoded words inside are decoded though the RFC forbids them.</summary>
    public string? FileName
    {
        get
        {
            var name = Disposition["filename"] ?? TypeParameters["name"];
            return name is null ? null : FileNames.Clean(EncodedWords.Decode(name));
        }
    }

    public byte[] Decode() => decoded ??= ContentType.StartsWith("message/", StringComparison.Ordinal) && !HasEncoding
        ? Body.ToArray()
        : TransferEncodings.Decode(Body.Span, Headers.First("Content-Transfer-Encoding"));

    public string DecodeText() => Charsets.Decode(Decode(), TypeParameters["charset"]).ReplaceLineEndings("\n");

    private bool HasEncoding => Headers.First("Content-Transfer-Encoding")?.Trim() is { } encoding
        && (encoding.StartsWith("base64", StringComparison.OrdinalIgnoreCase) || encoding.StartsWith("quoted", StringComparison.OrdinalIgnoreCase));

    /// <summary>This part and all below it, in document order. The depth is bounded by the reader.</summary>
    public IEnumerable<MimePart> All() => Children.SelectMany(c => c.All()).Prepend(this);
}

internal static class FileNames
{
    /// <summary>Base name only, nothing a file system or a header could choke on.</summary>
    public static string? Clean(string name)
    {
        var slash = name.LastIndexOfAny(['/', '\\']);
        var text = new StringBuilder(name.Length);
        foreach (var c in slash < 0 ? name : name[(slash + 1)..])
        {
            if (!char.IsControl(c) && c is not ('\u202E' or '\u202D' or '\u2066' or '\u2067' or '\u2068')) { text.Append(c); }
        }

        var clean = text.ToString().Trim().TrimEnd('.', ' ');
        if (clean.Length > MimeLimits.FileNameLength)
        {
            var dot = clean.LastIndexOf('.');
            var extension = dot > clean.Length - 12 ? clean[dot..] : "";
            clean = clean[..(MimeLimits.FileNameLength - extension.Length)].TrimEnd('\uD83D', '\uD83C', '\uD83E') + extension;
        }

        return clean.Length == 0 ? null : clean;
    }
}
