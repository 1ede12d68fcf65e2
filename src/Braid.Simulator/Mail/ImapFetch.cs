using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Braid.Simulator.Mail;

/// <summary>One FETCH answer: the items asked for, bodies as literals.</summary>
internal sealed partial class ImapFetch(StoredMail mail, int sequence, bool readOnly)
{
    public byte[] Write(IReadOnlyList<object> items, bool withUid)
    {
        var parts = new List<string>();
        var names = items.OfType<string>().SelectMany(i => i.ToUpperInvariant() switch
        {
            "ALL" or "FAST" or "FULL" => ["FLAGS", "INTERNALDATE", "RFC822.SIZE"],
            _ => new[] { i },
        }).ToList();
        if (withUid && !names.Exists(n => n.Equals("UID", StringComparison.OrdinalIgnoreCase)))
        {
            names.Insert(0, "UID");
        }

        parts.AddRange(names.Select(Item));
        return Encoding.Latin1.GetBytes(string.Create(CultureInfo.InvariantCulture, $"* {sequence} FETCH ({string.Join(' ', parts)})\r\n"));
    }

    private string Item(string name)
    {
        switch (name.ToUpperInvariant())
        {
            case "UID":
                return $"UID {mail.Uid}";
            case "FLAGS":
                lock (mail.Flags)
                {
                    return $"FLAGS ({string.Join(' ', mail.Flags)})";
                }

            case "INTERNALDATE":
                return $"INTERNALDATE \"{mail.At.UtcDateTime.ToString("dd-MMM-yyyy HH':'mm':'ss '+0000'", CultureInfo.InvariantCulture)}\"";
            case "RFC822.SIZE":
                return $"RFC822.SIZE {mail.Raw.Length}";
            case "RFC822":
                return Literal("RFC822", mail.Raw);
            case "RFC822.HEADER":
                return Literal("RFC822.HEADER", Section("HEADER"));
        }

        if (Body().Match(name) is not { Success: true } body)
        {
            return $"{name} NIL";
        }

        if (body.Groups["peek"].Length == 0 && !readOnly)
        {
            lock (mail.Flags)
            {
                mail.Flags.Add("\\Seen");
            }
        }

        var content = Section(body.Groups["section"].Value);
        var label = $"BODY[{body.Groups["section"].Value}]";
        if (body.Groups["offset"].Success)
        {
            var offset = int.Parse(body.Groups["offset"].Value, CultureInfo.InvariantCulture);
            var length = int.Parse(body.Groups["length"].Value, CultureInfo.InvariantCulture);
            content = [.. content.Skip(offset).Take(length)];
            label += $"<{offset}>";
        }

        return Literal(label, content);
    }

    private byte[] Section(string section)
    {
        if (section.Length == 0)
        {
            return mail.Raw;
        }

        var text = Encoding.Latin1.GetString(mail.Raw);
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var (head, rest) = end < 0 ? (text, "") : (text[..(end + 2)], text[(end + 4)..]);
        if (section.Equals("TEXT", StringComparison.OrdinalIgnoreCase))
        {
            return Encoding.Latin1.GetBytes(rest);
        }

        if (Fields().Match(section) is { Success: true } fields)
        {
            var wanted = fields.Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var lines = FieldStart().Split(head).Where(f => wanted.Contains(f.Split(':')[0].Trim(), StringComparer.OrdinalIgnoreCase));
            return Encoding.Latin1.GetBytes(string.Concat(lines) + "\r\n");
        }

        return Encoding.Latin1.GetBytes(head + "\r\n");
    }

    private static string Literal(string label, byte[] content) => $"{label} {{{content.Length}}}\r\n{Encoding.Latin1.GetString(content)}";

    [GeneratedRegex("""^BODY(?<peek>\.PEEK)?\[(?<section>[^\]]*)\](?:<(?<offset>\d+)\.(?<length>\d+)>)?$""", RegexOptions.IgnoreCase)]
    private static partial Regex Body();

    [GeneratedRegex("""^HEADER\.FIELDS \(([^)]*)\)$""", RegexOptions.IgnoreCase)]
    private static partial Regex Fields();

    [GeneratedRegex("""(?<=\r\n)(?![ \t])""")]
    private static partial Regex FieldStart();
}
