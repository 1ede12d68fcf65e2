using System.Globalization;
using System.Text;

namespace Braid.Channels.Email.Imap;

/// <summary>
/// One answer line with its literals. Tag is `*`, `+` or ours. Status answers (OK, NO, BAD, BYE, PREAUTH) keep their text, data answers
/// are cut into values: string (atom or quoted), byte[] (literal), a nested list, or null (NIL).
/// </summary>
internal sealed record ImapResponse(string Tag, string Word, string Text, IReadOnlyList<object?> Values)
{
    /// <summary>For `* 18 EXISTS` the number in front.</summary>
    public long Number { get; init; }

    /// <summary>`AUTHENTICATIONFAILED` of `NO [AUTHENTICATIONFAILED] ...`; empty when there is none.</summary>
    public string Code => Text.StartsWith('[') && Text.IndexOf(']', StringComparison.Ordinal) is > 0 and var end ? Text[1..end] : "";

    public string Human => Text.StartsWith('[') && Text.IndexOf(']', StringComparison.Ordinal) is > 0 and var end ? Text[(end + 1)..].Trim() : Text.Trim();

    /// <summary>The value after a name in a FETCH list; names may carry partial marks (`BODY[]&lt;0&gt;`).</summary>
    public object? Item(string name)
    {
        if (Values is not [List<object?> list, ..]) { return null; }
        for (var i = 0; i + 1 < list.Count; i += 2)
        {
            if (list[i] is string key && (key.Equals(name, StringComparison.OrdinalIgnoreCase) || key.StartsWith(name + "<", StringComparison.OrdinalIgnoreCase))) { return list[i + 1]; }
        }

        return null;
    }

    public long? NumberOf(string name) => long.TryParse(Item(name) as string, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    public byte[]? BytesOf(string name) => Item(name) switch { byte[] bytes => bytes, string text => Encoding.UTF8.GetBytes(text), _ => null };

    /// <summary>Lines and the literals between them, in order: the last line has no literal behind it.</summary>
    public static ImapResponse Parse(IReadOnlyList<byte[]> lines, IReadOnlyList<byte[]> literals)
    {
        var first = Encoding.UTF8.GetString(lines[0]).TrimStart('\0', ' ');
        var tag = Cut(ref first);
        if (tag == "+") { return new ImapResponse("+", "", first, []); }
        var word = Cut(ref first).ToUpperInvariant();
        if (word is "OK" or "NO" or "BAD" or "BYE" or "PREAUTH") { return new ImapResponse(tag, word, first, []); }
        long number = 0;
        if (long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed))
        {
            number = parsed;
            word = Cut(ref first).ToUpperInvariant();
        }

        var rest = Encoding.UTF8.GetBytes(first);
        return new ImapResponse(tag, word, first, new ImapValues([rest, .. lines.Skip(1)], literals).Read()) { Number = number };
    }

    private static string Cut(ref string text)
    {
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        var word = space < 0 ? text : text[..space];
        text = space < 0 ? "" : text[(space + 1)..];
        return word;
    }
}

/// <summary>Values of a data answer. Tolerant: stray brackets end lists, unknown bytes are atoms.</summary>
internal sealed class ImapValues(IReadOnlyList<byte[]> lines, IReadOnlyList<byte[]> literals)
{
    private const int Deepest = 50;

    private readonly Stack<List<object?>> open = new();
    private List<object?> current = [];

    public IReadOnlyList<object?> Read()
    {
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            var end = i < literals.Count ? Array.LastIndexOf(line, (byte)'{') : line.Length;
            ReadLine(line.AsSpan(0, Math.Max(0, end)));
            if (i < literals.Count) { current.Add(literals[i]); }
        }

        while (open.Count > 0) { current = open.Pop(); }
        return current;
    }

    private void ReadLine(ReadOnlySpan<byte> line)
    {
        for (var i = 0; i < line.Length;)
        {
            switch (line[i])
            {
                case (byte)' ':
                    i++;
                    break;
                case (byte)'(':
                    if (open.Count < Deepest)
                    {
                        var inner = new List<object?>();
                        current.Add(inner);
                        open.Push(current);
                        current = inner;
                    }

                    i++;
                    break;
                case (byte)')':
                    if (open.Count > 0) { current = open.Pop(); }
                    i++;
                    break;
                case (byte)'"':
                    current.Add(Quoted(line, ref i));
                    break;
                default:
                    var atom = Atom(line, ref i);
                    current.Add(atom.Equals("NIL", StringComparison.OrdinalIgnoreCase) ? null : atom);
                    break;
            }
        }
    }

    private static string Quoted(ReadOnlySpan<byte> line, ref int i)
    {
        var bytes = new List<byte>();
        for (i++; i < line.Length && line[i] != '"'; i++)
        {
            if (line[i] == '\\' && i + 1 < line.Length) { i++; }
            bytes.Add(line[i]);
        }

        i++;
        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static string Atom(ReadOnlySpan<byte> line, ref int i)
    {
        var start = i;
        var bracket = false;
        for (; i < line.Length; i++)
        {
            if (line[i] == '[') { bracket = true; }
            else if (line[i] == ']') { bracket = false; }
            else if (!bracket && line[i] is (byte)' ' or (byte)'(' or (byte)')' && !bracket) { break; }
        }

        if (i == start) { i++; }
        return Encoding.UTF8.GetString(line[start..i]);
    }
}
