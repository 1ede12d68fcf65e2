using System.Text;
using System.Text.RegularExpressions;

namespace Braid.Simulator.Mail;

/// <summary>Encoded words (RFC 2047) both ways, in the few forms that mail programs of this world use.</summary>
internal static partial class MailHeaders
{
    /// <summary>At most 45 bytes per word, so that the encoded word stays under 75; a character is never split.</summary>
    public static string Encode(string text)
    {
        if (text.All(c => c is >= ' ' and <= '~'))
        {
            return text;
        }

        var words = new List<string>();
        var word = new List<byte>();
        foreach (var rune in text.EnumerateRunes())
        {
            var bytes = Encoding.UTF8.GetBytes(rune.ToString());
            if (word.Count + bytes.Length > 45)
            {
                words.Add(Word(word));
                word.Clear();
            }

            word.AddRange(bytes);
        }

        words.Add(Word(word));
        return string.Join("\r\n ", words);
    }

    public static string Phrase(string name) =>
        name.All(c => char.IsAsciiLetterOrDigit(c) || c == ' ') ? name
        : name.All(c => c is >= ' ' and <= '~') ? $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""
        : Encode(name);

    public static string Decode(string value) =>
        EncodedWord().Replace(BetweenWords().Replace(value, "?==?"), match =>
        {
            var encoding = Encoding.GetEncoding(match.Groups[1].Value);
            var text = match.Groups[3].Value;
            return match.Groups[2].Value is "B" or "b"
                ? encoding.GetString(Convert.FromBase64String(text))
                : encoding.GetString(Quoted.Decode(text.Replace('_', ' ')));
        });

    private static string Word(List<byte> bytes) => $"=?utf-8?B?{Convert.ToBase64String([.. bytes])}?=";

    [GeneratedRegex("""=\?([^?*]+)(?:\*[^?]*)?\?([BbQq])\?([^?]*)\?=""")]
    private static partial Regex EncodedWord();

    [GeneratedRegex("""\?=\s+=\?""")]
    private static partial Regex BetweenWords();
}

internal static class Quoted
{
    /// <summary>Quoted-printable; soft line ends join.</summary>
    public static byte[] Decode(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '=')
            {
                bytes.Add((byte)text[i]);
            }
            else if (i + 2 < text.Length && text[i + 1] == '\r')
            {
                i += 2;
            }
            else if (i + 1 < text.Length && text[i + 1] == '\n')
            {
                i++;
            }
            else if (i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                bytes.Add(Convert.FromHexString(text.AsSpan(i + 1, 2))[0]);
                i += 2;
            }
        }

        return [.. bytes];
    }
}
