using System.Text;
using System.Text.RegularExpressions;

namespace Braid.Channels.Irc;

/// <summary>One line of the protocol: `[@tags ][:source ]COMMAND params [:trailing]`.</summary>
internal sealed partial record IrcMessage(IReadOnlyDictionary<string, string> Tags, string? Source, string Command, IReadOnlyList<string> Parameters)
{
    public string? Nick => Source is null ? null : Source.Split('!', 2)[0];

    public string? this[int index] => index < Parameters.Count ? Parameters[index] : null;

    /// <summary>Null when the line is none.</summary>
    public static IrcMessage? Parse(string line)
    {
        var rest = line.TrimEnd('\r', '\n').AsSpan();
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        string? source = null;
        if (rest is ['@', ..])
        {
            foreach (var tag in Word(ref rest)[1..].ToString().Split(';', StringSplitOptions.RemoveEmptyEntries))
            {
                var equals = tag.IndexOf('=', StringComparison.Ordinal);
                tags[equals < 0 ? tag : tag[..equals]] = equals < 0 ? "" : Unescape(tag[(equals + 1)..]);
            }
        }

        if (rest is [':', ..]) { source = Word(ref rest)[1..].ToString(); }
        var command = Word(ref rest).ToString().ToUpperInvariant();
        if (command.Length == 0 || !command.All(char.IsAsciiLetterOrDigit)) { return null; }
        var parameters = new List<string>();
        while (rest.Length > 0)
        {
            if (rest[0] == ':')
            {
                parameters.Add(rest[1..].ToString());
                break;
            }

            parameters.Add(Word(ref rest).ToString());
        }

        return new(tags, source, command, parameters);
    }

    /// <summary>Bold, italics, colours and the like, as people's clients hide them.</summary>
    public static string Plain(string text) => Formatting().Replace(text, "");

    private static ReadOnlySpan<char> Word(ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOf(' ');
        var word = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[(end + 1)..].TrimStart(' ');
        return word;
    }

    private static string Unescape(string value)
    {
        var text = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] != '\\') { text.Append(value[i]); }
            else if (++i < value.Length) { text.Append(value[i] switch { ':' => ';', 's' => ' ', 'r' => '\r', 'n' => '\n', var c => c }); }
        }

        return text.ToString();
    }

    [GeneratedRegex(@"\x03(\d{1,2}(,\d{1,2})?)?|\x04([0-9A-Fa-f]{6}(,[0-9A-Fa-f]{6})?)?|[\x02\x1D\x1F\x1E\x11\x16\x0F]")]
    private static partial Regex Formatting();
}
