using System.Globalization;

namespace Braid.Channels.Common;

/// <summary>Cuts a long text into messages a channel accepts: at a line, else at a space, else between what readers see as characters.</summary>
public static class TextSplitter
{
    /// <param name="limit">Most UTF-16 code units of one part.</param>
    /// <returns>Parts in order, none blank; empty for a blank text. Only the white space at a cut is lost.</returns>
    public static IReadOnlyList<string> Split(string text, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 2);
        var parts = new List<string>();
        var rest = text.AsSpan();
        while (rest.Length > limit)
        {
            var cut = Cut(rest, limit);
            Add(parts, rest[..cut]);
            rest = rest[cut..];
            if (rest is [' ' or '\n', ..]) rest = rest[1..];
        }

        Add(parts, rest);
        return parts;
    }

    private static void Add(List<string> parts, ReadOnlySpan<char> part)
    {
        if (!part.IsWhiteSpace()) parts.Add(part.ToString());
    }

    private static int Cut(ReadOnlySpan<char> text, int limit)
    {
        // A line or word end in the second half reads better than a full part; the character at the cut is dropped by the caller.
        var head = text[..(limit + 1)];
        var line = head.LastIndexOf('\n');
        if (line > limit / 2) return line;

        var space = head.LastIndexOf(' ');
        return space > limit / 2 ? space : LastGraphemeBorder(text, limit);
    }

    private static int LastGraphemeBorder(ReadOnlySpan<char> text, int limit)
    {
        var cut = 0;
        while (true)
        {
            var next = cut + StringInfo.GetNextTextElementLength(text[cut..]);
            if (next > limit) break;
            cut = next;
        }

        if (cut > 0) return cut;

        // One "character" longer than a whole message (piled-up accents): cut it, but never inside a surrogate pair.
        return char.IsHighSurrogate(text[limit - 1]) ? limit - 1 : limit;
    }
}
