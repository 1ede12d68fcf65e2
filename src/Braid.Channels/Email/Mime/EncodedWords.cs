using System.Text;

namespace Braid.Channels.Email.Mime;

/// <summary>RFC 2047 words in headers, and the ways they are broken: inside quotes, without padding, a character split over two words.</summary>
internal static class EncodedWords
{
    // Far over the 75 of the RFC, since programs ignore it; low enough that hostile headers stay cheap.
    private const int LongestWord = 5000;

    private static readonly System.Buffers.SearchValues<char> NotInCharset = System.Buffers.SearchValues.Create(" \t\"<>()");

    private readonly record struct Word(string Charset, byte[] Bytes, int End);

    public static string Decode(string value)
    {
        if (!value.Contains("=?", StringComparison.Ordinal)) { return value; }
        var text = new StringBuilder(value.Length);
        var pending = new List<byte>();
        string? charset = null;
        var plainFrom = 0;
        var misses = 0;
        for (var at = value.IndexOf("=?", StringComparison.Ordinal); at >= 0; at = at >= value.Length ? -1 : value.IndexOf("=?", at, StringComparison.Ordinal))
        {
            // A header of nothing but "=?" would make every search run to the end.
            if (misses > 2000) { break; }
            if (TryRead(value, at) is not { } word)
            {
                misses++;
                at += 2;
                continue;
            }

            var between = value.AsSpan(plainFrom, at - plainFrom);
            var adjacent = charset is not null && between.Trim().IsEmpty;
            if (!adjacent || !word.Charset.Equals(charset, StringComparison.OrdinalIgnoreCase))
            {
                Flush();
                if (!adjacent) { text.Append(between); }
            }

            charset = word.Charset;
            pending.AddRange(word.Bytes);
            at = plainFrom = word.End;
        }

        Flush();
        return text.Append(value.AsSpan(plainFrom)).ToString();

        void Flush()
        {
            if (charset is null) { return; }
            text.Append(Charsets.Decode(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(pending), charset));
            pending.Clear();
            charset = null;
        }
    }

    /// <summary>Where an encoded word that starts here ends, or -1: address lists must not split one at its commas.</summary>
    public static int EndOf(string value, int start) => TryRead(value, start, decode: false)?.End ?? -1;

    private static Word? TryRead(string value, int start, bool decode = true)
    {
        var charsetEnd = IndexOfNear(value, '?', start + 2, 80);
        if (charsetEnd < 0 || charsetEnd == start + 2 || charsetEnd + 2 >= value.Length || value[charsetEnd + 2] != '?') { return null; }
        var kind = value[charsetEnd + 1];
        if (kind is not ('B' or 'b' or 'Q' or 'q')) { return null; }
        var textStart = charsetEnd + 3;
        var end = value.IndexOf("?=", textStart, Math.Min(LongestWord, value.Length - textStart), StringComparison.Ordinal);
        // In Q an escape right after a question mark looks like the end: "=?utf-8?Q?why?=3F?=".
        while (end >= 0 && kind is 'Q' or 'q' && IsEscape(value, end + 1)
            && value.IndexOf("?=", end + 2, Math.Min(LongestWord, value.Length - end - 2), StringComparison.Ordinal) is > 0 and var later
            && !value.AsSpan(end + 1, later - end - 1).Contains(' '))
        {
            end = later;
        }

        if (end < 0) { return null; }
        var charset = value[(start + 2)..charsetEnd];
        if (charset.AsSpan().IndexOfAny(NotInCharset) >= 0) { return null; }
        var star = charset.IndexOf('*', StringComparison.Ordinal);
        var bytes = decode ? Bytes(value.AsSpan(textStart, end - textStart), kind) : [];
        return new Word(star < 0 ? charset : charset[..star], bytes, end + 2);
    }

    private static bool IsEscape(string value, int at) =>
        at + 2 < value.Length && value[at] == '=' && char.IsAsciiHexDigit(value[at + 1]) && char.IsAsciiHexDigit(value[at + 2]);

    private static int IndexOfNear(string value, char c, int from, int within)
    {
        var span = value.AsSpan(Math.Min(from, value.Length));
        var at = span[..Math.Min(span.Length, within)].IndexOf(c);
        return at < 0 ? -1 : from + at;
    }

    private static byte[] Bytes(ReadOnlySpan<char> text, char kind)
    {
        var raw = Encoding.UTF8.GetBytes(text.ToArray());
        if (kind is 'B' or 'b') { return TransferEncodings.Base64(raw); }
        var result = new byte[raw.Length];
        var length = 0;
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] == '=' && i + 2 < raw.Length && TransferEncodings.Hex(raw[i + 1]) is >= 0 and var high && TransferEncodings.Hex(raw[i + 2]) is >= 0 and var low)
            {
                result[length++] = (byte)((high << 4) | low);
                i += 2;
            }
            else
            {
                result[length++] = raw[i] == '_' ? (byte)' ' : raw[i];
            }
        }

        return result[..length];
    }
}
