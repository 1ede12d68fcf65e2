using System.Globalization;
using System.Text;

namespace Braid.Platform.Files;

/// <summary>What strangers call their files. Pure.</summary>
internal static class SafeNames
{
    /// <summary>The last part of the path, without control and direction characters ("gpj.exe" must not read "exe.jpg"), at most 200 long.</summary>
    public static string Of(string? name, string fallback = "file")
    {
        var last = (name ?? "").Split('/', '\\')[^1];
        var text = new StringBuilder(last.Length);
        foreach (var rune in last.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                && rune.Value is not ('"' or '<' or '>' or '|' or ':' or '*' or '?' or 0xFFFD))
            {
                text.Append(rune);
            }
        }

        var safe = text.ToString().Trim(' ', '.');
        return safe.Length == 0 ? fallback : safe.Length <= 200 ? safe : string.Concat(safe.AsSpan(0, 180), Path.GetExtension(safe) is { Length: < 20 } end ? end : "");
    }

    /// <summary>A type we may repeat in a header; everything odd becomes bytes.</summary>
    public static string ContentType(string? given) =>
        Microsoft.Net.Http.Headers.MediaTypeHeaderValue.TryParse(given, out var type) && type.MediaType is { HasValue: true, Length: <= 100 } media && !media.Value!.Contains('*', StringComparison.Ordinal)
            ? media.Value.ToLowerInvariant()
            : "application/octet-stream";

    /// <summary>Types a browser may show in place: they carry no script. SVG does, PDF and HTML may.</summary>
    public static bool MayShow(string contentType) => contentType is
        "image/jpeg" or "image/png" or "image/gif" or "image/webp" or "image/avif" or "image/bmp"
        or "audio/mpeg" or "audio/mp4" or "audio/ogg" or "audio/wav" or "audio/webm" or "audio/aac" or "audio/amr" or "audio/opus"
        or "video/mp4" or "video/webm" or "video/ogg" or "video/quicktime" or "video/3gpp";
}
