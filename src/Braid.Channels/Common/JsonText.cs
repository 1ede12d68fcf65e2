using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Braid.Channels.Common;

/// <summary>
/// Strings as people meant them: NUL, lone surrogates and broken UTF-8 become U+FFFD, because PostgreSQL refuses them and the
/// framework's own reader throws on them. The raw delivery keeps the original.
/// </summary>
internal static class JsonText
{
    private const char Replacement = '\uFFFD';

    public static string Of(JsonElement json)
    {
        string text;
        try
        {
            text = json.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            text = Unescape(Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(json)[1..^1]));
        }

        return WellFormed(text);
    }

    public static string WellFormed(string text)
    {
        if (!text.Contains('\0') && text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0) return text;

        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
            {
                clean.Append(text[i]).Append(text[++i]);
            }
            else
            {
                clean.Append(text[i] == '\0' || char.IsSurrogate(text[i]) ? Replacement : text[i]);
            }
        }

        return clean.ToString();
    }

    private static string Unescape(string raw)
    {
        var text = new StringBuilder(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '\\' || i + 1 == raw.Length)
            {
                text.Append(raw[i]);
                continue;
            }

            var escaped = raw[++i];
            if (escaped == 'u' && i + 4 < raw.Length
                && ushort.TryParse(raw.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
            {
                text.Append((char)unit);
                i += 4;
            }
            else
            {
                text.Append(escaped switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'b' => '\b', 'f' => '\f', _ => escaped });
            }
        }

        return text.ToString();
    }
}
