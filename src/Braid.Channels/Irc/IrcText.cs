using System.Globalization;
using System.Text;

namespace Braid.Channels.Irc;

/// <summary>A text as lines: no line breaks inside, each short enough in bytes, cut at a space or between what readers see as characters.</summary>
internal static class IrcText
{
    public const int LineBytes = 400; // 512 with our own prefix as others see it, the command, the target and CRLF.

    public static IReadOnlyList<string> Lines(string text, int limit = LineBytes)
    {
        var lines = new List<string>();
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            var clean = new string([.. line.Where(c => c is not ('\0' or '\r' or '\n' or '\x01'))]);
            if (!string.IsNullOrWhiteSpace(clean)) { Cut(clean, limit, lines); }
        }

        return lines;
    }

    private static void Cut(string text, int limit, List<string> lines)
    {
        var rest = text;
        while (Encoding.UTF8.GetByteCount(rest) > limit)
        {
            var (end, bytes, space) = (0, 0, -1);
            while (end < rest.Length)
            {
                var length = StringInfo.GetNextTextElementLength(rest.AsSpan(end));
                var size = Encoding.UTF8.GetByteCount(rest.AsSpan(end, length));
                if (bytes + size > limit) { break; }
                if (rest[end] == ' ') { space = end; }
                (end, bytes) = (end + length, bytes + size);
            }

            if (end == 0) { end = Runes(rest, limit); } // One "character" of more than a line.
            var at = space > end / 2 ? space : end;
            lines.Add(rest[..at].TrimEnd());
            rest = rest[at..].TrimStart(' ');
        }

        if (rest.Trim().Length > 0) { lines.Add(rest); }
    }

    private static int Runes(string text, int limit)
    {
        var (end, bytes) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if (bytes + rune.Utf8SequenceLength > limit) { break; }
            (end, bytes) = (end + rune.Utf16SequenceLength, bytes + rune.Utf8SequenceLength);
        }

        return Math.Max(end, 1);
    }
}
