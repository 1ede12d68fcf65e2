using System.Text;

namespace Braid.Channels.Email;

/// <summary>
/// Puts a mail together again that a service took apart, so that one reader reads all. Headers keep their words; the body becomes UTF-8.
/// </summary>
internal sealed class MailAssembly
{
    private const string Border = "=_braid_posted";
    private readonly StringBuilder head = new();
    private readonly HashSet<string> seen = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<(string Name, string? Type, string? ContentId, byte[] Content)> files = [];

    public string? Text { get; set; }
    public string? Html { get; set; }

    /// <summary>Fields that speak of the old body are left out.</summary>
    public void Header(string? name, string? value)
    {
        if (string.IsNullOrWhiteSpace(name) || string.IsNullOrWhiteSpace(value) || name.Any(c => c is <= ' ' or ':' or > '~')) { return; }
        if (name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) || name.Equals("MIME-Version", StringComparison.OrdinalIgnoreCase)) { return; }
        seen.Add(name);
        head.Append(name).Append(": ").Append(OneLine(value)).Append("\r\n");
    }

    public void HeaderUnlessSeen(string name, string? value)
    {
        if (!seen.Contains(name)) { Header(name, value); }
    }

    public void File(string name, string? type, string? contentId, byte[] content) => files.Add((name, type, contentId, content));

    public byte[] Build()
    {
        using var mail = new MemoryStream();
        void Write(string text) => mail.Write(Encoding.UTF8.GetBytes(text));
        Write(head.ToString());
        Write($"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"{Border}_m\"\r\n\r\n--{Border}_m\r\nContent-Type: multipart/alternative; boundary=\"{Border}_a\"\r\n\r\n");
        if (Text is not null || Html is null) { Write(Body("plain", Text ?? "")); }
        if (Html is not null) { Write(Body("html", Html)); }
        Write($"--{Border}_a--\r\n");
        foreach (var (name, type, contentId, content) in files)
        {
            Write($"--{Border}_m\r\nContent-Type: {(type is { Length: > 0 } ? OneLine(type) : "application/octet-stream")}\r\nContent-Transfer-Encoding: base64\r\n");
            Write($"Content-Disposition: {(contentId is null ? "attachment" : "inline")}; filename=\"{OneLine(name).Replace("\\", "_", StringComparison.Ordinal).Replace("\"", "'", StringComparison.Ordinal)}\"\r\n");
            if (contentId is not null) { Write($"Content-ID: <{OneLine(contentId).Trim('<', '>')}>\r\n"); }
            Write("\r\n" + Convert.ToBase64String(content, Base64FormattingOptions.InsertLineBreaks) + "\r\n");
        }

        Write($"--{Border}_m--\r\n");
        return mail.ToArray();
    }

    private static string Body(string kind, string text) =>
        $"--{Border}_a\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{Convert.ToBase64String(Encoding.UTF8.GetBytes(text), Base64FormattingOptions.InsertLineBreaks)}\r\n";

    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
}
