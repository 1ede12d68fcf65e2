using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Braid.Simulator.Net;

namespace Braid.Simulator.Mail;

/// <summary>One client command: tag, name and arguments. An argument is a string, or a list of arguments for what stood in parentheses.</summary>
internal sealed partial record ImapCommand(string Tag, string Name, IReadOnlyList<object> Arguments)
{
    // Stands for a literal in the joined line; lines are Latin-1, so it can't occur otherwise.
    private const char Literal = '\u0100';
    private const int LiteralLimit = 60 * 1024 * 1024;

    public string Text(int index) => Arguments.ElementAtOrDefault(index) as string ?? "";

    public IReadOnlyList<object> List(int index) => Arguments.ElementAtOrDefault(index) switch
    {
        IReadOnlyList<object> list => list,
        string one => [one],
        _ => [],
    };

    /// <summary>Reads a command with its literals; null at the end of the connection, an empty name for what can't be read.</summary>
    public static async Task<ImapCommand?> ReadAsync(LineConnection wire, CancellationToken ct)
    {
        var joined = new StringBuilder();
        var literals = new List<string>();
        while (true)
        {
            if (await wire.ReadLineAsync(ct) is not { } line)
            {
                return null;
            }

            if (LiteralEnd().Match(line) is not { Success: true } literal)
            {
                joined.Append(line);
                break;
            }

            if (!int.TryParse(literal.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > LiteralLimit)
            {
                throw new IOException("The literal is too large.");
            }

            if (literal.Groups[2].Length == 0)
            {
                await wire.WriteLineAsync("+ go ahead", ct);
            }

            joined.Append(line.AsSpan(0, literal.Index)).Append(Literal).Append((char)literals.Count);
            literals.Add(Encoding.Latin1.GetString(await wire.ReadBytesAsync(count, ct)));
        }

        return Parse(joined.ToString(), literals);
    }

    private static ImapCommand Parse(string line, List<string> literals)
    {
        var at = 0;
        var words = Words(line, literals, ref at);
        var tag = words.FirstOrDefault() as string ?? "*";
        var name = (words.ElementAtOrDefault(1) as string ?? "").ToUpperInvariant();
        if (name == "UID" && words.ElementAtOrDefault(2) is string sub)
        {
            return new ImapCommand(tag, "UID " + sub.ToUpperInvariant(), [.. words.Skip(3)]);
        }

        return new ImapCommand(tag, name, [.. words.Skip(2)]);
    }

    private static List<object> Words(string line, List<string> literals, ref int at)
    {
        var words = new List<object>();
        while (at < line.Length)
        {
            switch (line[at])
            {
                case ' ':
                    at++;
                    break;
                case '(':
                    at++;
                    words.Add(Words(line, literals, ref at));
                    break;
                case ')':
                    at++;
                    return words;
                case '"':
                    words.Add(Quoted(line, ref at));
                    break;
                case Literal:
                    words.Add(literals[line[at + 1]]);
                    at += 2;
                    break;
                default:
                    words.Add(Atom(line, ref at));
                    break;
            }
        }

        return words;
    }

    private static string Quoted(string line, ref int at)
    {
        var text = new StringBuilder();
        for (at++; at < line.Length && line[at] != '"'; at++)
        {
            at += line[at] == '\\' ? 1 : 0;
            text.Append(at < line.Length ? line[at] : '\\');
        }

        at++;
        return text.ToString();
    }

    // BODY.PEEK[HEADER.FIELDS (FROM TO)]<0.512> is one atom: brackets hold spaces and parentheses.
    private static string Atom(string line, ref int at)
    {
        var start = at;
        for (var depth = 0; at < line.Length && (depth > 0 || line[at] is not (' ' or '(' or ')')); at++)
        {
            depth += line[at] switch { '[' => 1, ']' => -1, _ => 0 };
        }

        return line[start..at];
    }

    [GeneratedRegex("""\{(\d+)(\+?)\}$""")]
    private static partial Regex LiteralEnd();
}
