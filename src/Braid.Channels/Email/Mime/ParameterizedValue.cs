using System.Text;

namespace Braid.Channels.Email.Mime;

/// <summary>Content-Type and Content-Disposition: a value with parameters, RFC 2231 continuations and charsets put together.</summary>
internal sealed record ParameterizedValue(string Value, IReadOnlyDictionary<string, string> Parameters)
{
    public static readonly ParameterizedValue Empty = new("", new Dictionary<string, string>());

    public string? this[string name] => Parameters.GetValueOrDefault(name);

    public static ParameterizedValue Read(string? header)
    {
        if (string.IsNullOrWhiteSpace(header)) { return Empty; }
        var at = 0;
        var value = Token(header, ref at, ";").Trim();
        var found = new List<(string Name, string Value)>();
        while (at < header.Length && found.Count < MimeLimits.Parameters)
        {
            at++;
            var name = Token(header, ref at, "=;").Trim();
            if (at >= header.Length || header[at] == ';') { continue; }
            at++;
            found.Add((name, ReadValue(header, ref at)));
        }

        return new ParameterizedValue(value, Assemble(found));
    }

    private static string Token(string header, ref int at, string stops)
    {
        var text = new StringBuilder();
        while (at < header.Length && !stops.Contains(header[at], StringComparison.Ordinal))
        {
            if (header[at] == '(') { SkipComment(header, ref at); continue; }
            text.Append(header[at++]);
        }

        return text.ToString();
    }

    private static void SkipComment(string header, ref int at)
    {
        var depth = 0;
        for (; at < header.Length; at++)
        {
            if (header[at] == '(') { depth++; }
            else if (header[at] == ')' && --depth == 0) { at++; return; }
        }
    }

    private static string ReadValue(string header, ref int at)
    {
        while (at < header.Length && char.IsWhiteSpace(header[at])) { at++; }
        var text = new StringBuilder();
        if (at >= header.Length || header[at] != '"')
        {
            // An encoded word may hold semicolons; an unquoted name with spaces is common.
            while (at < header.Length && header[at] != ';')
            {
                if (header[at] == '=' && EncodedWords.EndOf(header, at) is > 0 and var end)
                {
                    text.Append(header, at, end - at);
                    at = end;
                    continue;
                }

                text.Append(header[at++]);
            }

            return text.ToString().Trim();
        }

        for (at++; at < header.Length && header[at] != '"'; at++)
        {
            if (header[at] == '\\' && at + 1 < header.Length && header[at + 1] is '"' or '\\') { at++; }
            text.Append(header[at]);
        }

        at++;
        while (at < header.Length && header[at] != ';') { at++; }
        return text.ToString();
    }

    private static Dictionary<string, string> Assemble(List<(string Name, string Value)> found)
    {
        var result = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var extended = new Dictionary<string, SortedDictionary<int, (string Value, bool Encoded)>>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in found)
        {
            var star = name.IndexOf('*', StringComparison.Ordinal);
            if (star < 0)
            {
                result.TryAdd(name, value);
                continue;
            }

            var rest = name[(star + 1)..];
            var encoded = rest.Length == 0 || rest.EndsWith('*');
            var index = int.TryParse(rest.TrimEnd('*'), out var n) ? n : 0;
            var key = name[..star];
            if (!extended.TryGetValue(key, out var pieces)) { extended[key] = pieces = []; }
            pieces.TryAdd(index, (value, encoded));
        }

        foreach (var (name, pieces) in extended) { result[name] = Join(pieces.Values); }
        return result;
    }

    private static string Join(IEnumerable<(string Value, bool Encoded)> pieces)
    {
        string? charset = null;
        var first = true;
        var bytes = new List<byte>();
        foreach (var (piece, encoded) in pieces)
        {
            var value = piece;
            if (first && encoded && value.Split('\'', 3) is [var label, _, var text])
            {
                charset = label;
                value = text;
            }

            first = false;
            bytes.AddRange(encoded ? Unescape(value) : Encoding.UTF8.GetBytes(value));
        }

        return Charsets.Decode(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes), charset);
    }

    private static byte[] Unescape(string value)
    {
        var raw = Encoding.UTF8.GetBytes(value);
        var result = new byte[raw.Length];
        var length = 0;
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] == '%' && i + 2 < raw.Length && TransferEncodings.Hex(raw[i + 1]) is >= 0 and var high && TransferEncodings.Hex(raw[i + 2]) is >= 0 and var low)
            {
                result[length++] = (byte)((high << 4) | low);
                i += 2;
            }
            else
            {
                result[length++] = raw[i];
            }
        }

        return result[..length];
    }
}
