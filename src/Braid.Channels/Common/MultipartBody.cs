using System.Text;
using Braid.Channels.Email.Mime;

namespace Braid.Channels.Common;

/// <param name="FileName">Null for plain fields.</param>
internal sealed record MultipartPart(string Name, string? FileName, string? ContentType, ReadOnlyMemory<byte> Content);

/// <summary>
/// A multipart/form-data body taken apart without copying (RFC 7578). Bounded and forgiving: a missing end or a broken part ends the list,
/// nothing throws.
/// </summary>
internal static class MultipartBody
{
    private const int MostParts = 500;
    private const int LongestBoundary = 200;

    /// <summary>The parts in order; null when the body is none of this kind.</summary>
    public static IReadOnlyList<MultipartPart>? Read(ReadOnlyMemory<byte> body, string? contentType)
    {
        if (Boundary(body.Span, contentType) is not { } boundary) { return null; }
        var delimiter = Encoding.UTF8.GetBytes("--" + boundary);
        var parts = new List<MultipartPart>();
        var at = Find(body.Span, delimiter, 0);
        while (at >= 0 && parts.Count < MostParts)
        {
            var start = at + delimiter.Length;
            if (body.Span[start..].StartsWith("--"u8)) { break; }
            var line = body.Span[start..].IndexOf((byte)'\n');
            if (line < 0) { break; }
            start += line + 1;
            at = Find(body.Span, delimiter, start);
            var end = at < 0 ? body.Length : at;
            if (Part(body[start..WithoutLineEnd(body.Span, start, end)]) is { } part) { parts.Add(part); }
        }

        return parts;
    }

    private static MultipartPart? Part(ReadOnlyMemory<byte> block)
    {
        var headers = Headers.Read(block.Span, out var bodyStart, top: false);
        var disposition = ParameterizedValue.Read(headers.First("Content-Disposition"));
        return disposition["name"] is { } name && bodyStart <= block.Length
            ? new MultipartPart(JsonText.WellFormed(name), disposition["filename"] is { } file ? JsonText.WellFormed(file) : null, headers.First("Content-Type")?.Trim(), block[bodyStart..])
            : null;
    }

    /// <summary>A delimiter stands at the beginning of a line and is followed by nothing but its end.</summary>
    private static int Find(ReadOnlySpan<byte> body, byte[] delimiter, int from)
    {
        while (from <= body.Length - delimiter.Length)
        {
            var found = body[from..].IndexOf(delimiter);
            if (found < 0) { return -1; }
            var at = from + found;
            var next = at + delimiter.Length;
            if ((at == 0 || body[at - 1] == '\n') && (next == body.Length || body[next] is (byte)'\r' or (byte)'\n' or (byte)'-' or (byte)' ' or (byte)'\t')) { return at; }
            from = at + 1;
        }

        return -1;
    }

    private static int WithoutLineEnd(ReadOnlySpan<byte> body, int start, int end)
    {
        if (end > start && end <= body.Length && body[end - 1] == '\n') { end--; }
        if (end > start && body[end - 1] == '\r') { end--; }
        return end;
    }

    /// <summary>As the header says; without a header (a recorded body) the first line is the delimiter.</summary>
    private static string? Boundary(ReadOnlySpan<byte> body, string? contentType)
    {
        if (contentType?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) == true)
        {
            return ParameterizedValue.Read(contentType)["boundary"] is { Length: > 0 and <= LongestBoundary } named ? named : null;
        }

        if (!body.StartsWith("--"u8)) { return null; }
        var line = body.IndexOf((byte)'\n');
        return line is > 2 and <= LongestBoundary ? Encoding.UTF8.GetString(body[2..line]).TrimEnd('\r', ' ', '\t') is { Length: > 0 } first ? first : null : null;
    }
}
