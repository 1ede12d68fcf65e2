using System.Text;
using System.Text.RegularExpressions;

namespace Braid.Simulator.Mail;

/// <summary>A mail as it left Braid: the envelope, the raw bytes, and what a mail program makes of them.</summary>
public sealed record MailReceived(string EnvelopeFrom, IReadOnlyList<string> Recipients, byte[] Raw, DateTimeOffset At)
{
    private readonly MailPart root = MailPart.Read(Encoding.Latin1.GetString(Raw));

    public string Subject => Header("Subject") is { } s ? MailHeaders.Decode(s) : "";
    public string From => Header("From") is { } f ? MailHeaders.Decode(f) : "";
    public string? MessageId => MailPart.Ids(Header("Message-ID")) is [var id, ..] ? id : null;
    public string? InReplyTo => MailPart.Ids(Header("In-Reply-To")) is [var id, ..] ? id : null;
    public IReadOnlyList<string> References => MailPart.Ids(Header("References"));
    public string Text => root.Leaves.FirstOrDefault(p => p.Type == "text/plain" && p.FileName is null)?.Text ?? "";
    public string? Html => root.Leaves.FirstOrDefault(p => p.Type == "text/html" && p.FileName is null)?.Text;
    public IReadOnlyList<SimulatedFile> Attachments =>
        [.. root.Leaves.Where(p => p.FileName is not null).Select(p => new SimulatedFile(p.FileName!, p.Type, p.Content))];

    /// <summary>The address an answer goes to: Reply-To, else From.</summary>
    public string ReplyAddress => MailPart.Address(Header("Reply-To") ?? Header("From") ?? "");

    public string? Header(string name) => root.Header(name);
}

/// <summary>One MIME part, read simply: this world's mail is well formed, and Braid's own had better be.</summary>
internal sealed partial class MailPart
{
    private readonly List<(string Name, string Value)> fields = [];
    private readonly List<MailPart> children = [];
    private string body = "";

    public string Type { get; private set; } = "text/plain";
    public string? FileName { get; private set; }
    public IEnumerable<MailPart> Leaves => children.Count == 0 ? [this] : children.SelectMany(c => c.Leaves);
    public string Text => Encoding.UTF8.GetString(Content).Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd('\n');

    public byte[] Content => Header("Content-Transfer-Encoding")?.Trim().ToLowerInvariant() switch
    {
        "base64" => Convert.FromBase64String(string.Concat(body.Where(c => !char.IsWhiteSpace(c)))),
        "quoted-printable" => Quoted.Decode(body),
        _ => Encoding.Latin1.GetBytes(body),
    };

    public string? Header(string name) => fields.Find(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    public static MailPart Read(string text)
    {
        var part = new MailPart();
        var split = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var head = split < 0 ? text : text[..split];
        part.body = split < 0 ? "" : text[(split + 4)..];
        foreach (var line in Folded().Replace(head, " ").Split("\r\n"))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                // Raw UTF-8 in a header comes as Latin-1 here.
                part.fields.Add((line[..colon], Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(line[(colon + 1)..].Trim()))));
            }
        }

        var type = part.Header("Content-Type") ?? "text/plain";
        part.Type = type.Split(';')[0].Trim().ToLowerInvariant();
        part.FileName = Name(part.Header("Content-Disposition") ?? "", "filename") ?? Name(type, "name");
        if (part.Type.StartsWith("multipart/", StringComparison.Ordinal) && Boundary().Match(type) is { Success: true } boundary)
        {
            var pieces = ("\r\n" + part.body).Split("\r\n--" + boundary.Groups[1].Value);
            part.children.AddRange(pieces.Skip(1).TakeWhile(p => !p.StartsWith("--", StringComparison.Ordinal)).Select(p => Read(p[2..])));
        }

        return part;
    }

    public static IReadOnlyList<string> Ids(string? field) => [.. Id().Matches(field ?? "").Select(m => m.Groups[1].Value)];

    public static string Address(string field) => Angle().Match(field) is { Success: true } m ? m.Groups[1].Value : field.Trim();

    private static string? Name(string field, string parameter) =>
        Regex.Match(field, parameter + "\\*=[Uu][Tt][Ff]-8'[^']*'([^;\\s]+)") is { Success: true } extended ? Uri.UnescapeDataString(extended.Groups[1].Value)
        : Regex.Match(field, parameter + "=(?:\"([^\"]*)\"|([^;\\s]+))") is { Success: true } plain ? MailHeaders.Decode(plain.Groups[1].Value + plain.Groups[2].Value)
        : null;

    [GeneratedRegex("\r\n[ \t]+")]
    private static partial Regex Folded();

    [GeneratedRegex("boundary=\"?([^\";]+)\"?", RegexOptions.IgnoreCase)]
    private static partial Regex Boundary();

    [GeneratedRegex("<([^<>\\s]+)>")]
    private static partial Regex Id();

    [GeneratedRegex("<([^<>]+@[^<>]+)>")]
    private static partial Regex Angle();
}
