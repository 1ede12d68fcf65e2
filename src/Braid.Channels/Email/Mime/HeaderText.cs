using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Braid.Channels.Email.Mime;

/// <summary>Writes header fields so that nothing in a value can begin a new field: control characters never get through.</summary>
internal static class HeaderText
{
    private const int LineLength = 76;

    private static readonly Regex MediaType = new(@"^[A-Za-z0-9!#$&^_.+-]{1,80}/[A-Za-z0-9!#$&^_.+-]{1,80}$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    public static bool IsMediaType(string type) => MediaType.IsMatch(type);

    /// <summary>Free text, as encoded words where it needs them.</summary>
    public static void Words(StringBuilder text, string name, string value)
    {
        var clean = OneLine(value);
        text.Append(name).Append(": ");
        if (NeedsEncoding(clean)) { EncodedWords(text, clean, name.Length + 2); }
        else { Fold(text, clean.Split(' '), name.Length + 2); }
        text.Append("\r\n");
    }

    public static void People(StringBuilder text, string name, IReadOnlyList<MailAddress> people)
    {
        text.Append(name).Append(": ");
        for (var i = 0; i < people.Count; i++)
        {
            if (i > 0) { text.Append(",\r\n "); }
            var shown = people[i].Name is { } given ? OneLine(given).Trim() : "";
            if (shown.Length > 0)
            {
                if (NeedsEncoding(shown) || shown.Length > 60) { EncodedWords(text, shown, i == 0 ? name.Length + 2 : 1); }
                else { text.Append('"').Append(shown.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"'); }
                text.Append(' ');
            }

            text.Append('<').Append(OneLine(people[i].Address ?? "").Replace(" ", "", StringComparison.Ordinal)).Append('>');
        }

        text.Append("\r\n");
    }

    public static void Ids(StringBuilder text, string name, IReadOnlyList<string> ids)
    {
        text.Append(name).Append(':');
        foreach (var (id, i) in ids.Select((id, i) => (id, i)))
        {
            var clean = string.Concat(id.Where(c => c is > ' ' and < (char)127 and not ('<' or '>')));
            text.Append(i == 0 ? " <" : "\r\n <").Append(clean.Length > 900 ? clean[..900] : clean).Append('>');
        }

        text.Append("\r\n");
    }

    /// <summary>The name twice: plain for old programs, RFC 2231 for the rest.</summary>
    public static void FileName(StringBuilder text, string name)
    {
        var clean = FileNames.Clean(OneLine(name)) ?? "file";
        var plain = string.Concat(clean.Select(c => c is >= ' ' and < (char)127 and not ('"' or '\\') ? c : '_'));
        text.Append(";\r\n filename=\"").Append(plain).Append('"');
        if (clean == plain) { return; }
        var line = new StringBuilder();
        var part = 0;
        foreach (var rune in clean.EnumerateRunes())
        {
            var escaped = Escaped(rune);
            if (line.Length + escaped.Length > 50) { Piece(); }
            line.Append(escaped);
        }

        Piece();

        void Piece()
        {
            text.Append(CultureInfo.InvariantCulture, $";\r\n filename*{part}*=").Append(part == 0 ? "utf-8''" : "").Append(line);
            line.Clear();
            part++;
        }
    }

    public static void QuotedPrintable(StringBuilder text, string content)
    {
        var lines = content.ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var column = 0;
            var bytes = Encoding.UTF8.GetBytes(lines[i]);
            for (var k = 0; k < bytes.Length; k++)
            {
                var last = k == bytes.Length - 1;
                var b = bytes[k];
                var literal = b is >= 33 and <= 126 and not (byte)'=' || (b is (byte)' ' or (byte)'\t' && !last);
                if (column + (literal ? 1 : 3) > LineLength - 1) { text.Append("=\r\n"); column = 0; }
                if (literal) { text.Append((char)b); column++; }
                else { text.Append('=').Append(b.ToString("X2", CultureInfo.InvariantCulture)); column += 3; }
            }

            if (i < lines.Length - 1) { text.Append("\r\n"); }
        }
    }

    private static string OneLine(string value) => string.Concat(value.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c));

    private static bool NeedsEncoding(string value) => value.Contains("=?", StringComparison.Ordinal) || value.Any(c => c is < ' ' or > '~') || value.Split(' ').Any(w => w.Length > 200);

    private static void Fold(StringBuilder text, string[] words, int column)
    {
        for (var i = 0; i < words.Length; i++)
        {
            // A line of white space alone would end the header: fold only before a real word.
            if (i > 0 && words[i].Length > 0 && column + words[i].Length + 1 > LineLength) { text.Append("\r\n "); column = 1; }
            else if (i > 0) { text.Append(' '); column++; }
            text.Append(words[i]);
            column += words[i].Length;
        }
    }

    // At most 75 characters each, never splitting a character: 45 bytes make 60 characters of base64.
    private static void EncodedWords(StringBuilder text, string value, int column)
    {
        var bytes = new List<byte>();
        var first = true;
        foreach (var rune in value.EnumerateRunes())
        {
            var buffer = new byte[4];
            var length = rune.EncodeToUtf8(buffer);
            if (bytes.Count + length > (first ? Math.Max(12, 42 - column) : 42)) { Word(); }
            bytes.AddRange(buffer.AsSpan(0, length));
        }

        Word();

        void Word()
        {
            if (!first) { text.Append("\r\n "); }
            text.Append("=?utf-8?B?").Append(Convert.ToBase64String([.. bytes])).Append("?=");
            bytes.Clear();
            first = false;
        }
    }

    private static string Escaped(Rune rune)
    {
        if (rune.IsAscii && (Rune.IsLetterOrDigit(rune) || rune.Value is '.' or '-' or '_')) { return rune.ToString(); }
        Span<byte> bytes = stackalloc byte[4];
        var length = rune.EncodeToUtf8(bytes);
        var result = new StringBuilder();
        foreach (var b in bytes[..length]) { result.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture)); }
        return result.ToString();
    }
}
