using System.Text;
using System.Text.RegularExpressions;
using Braid.Channels.Email.Mime;

namespace Braid.Channels.Email;

/// <summary>What a bounce says of one recipient. Status is the enhanced code (RFC 3463), Diagnostic the receiving server's words.</summary>
internal sealed record RecipientStatus(string? Recipient, string? Action, string? Status, string? Diagnostic);

/// <summary>A bounce read: who failed, why, and which of our mails it was about (RFC 3464; home-made bounces as far as they can be understood).</summary>
internal sealed record DeliveryReport(string? OriginalMessageId, IReadOnlyList<RecipientStatus> Recipients)
{
    private static readonly Regex EnhancedCode = new(@"(^|[^\d.])([245]\.\d{1,3}\.\d{1,3})([^\d.]|\.?$|\.\D)", RegexOptions.NonBacktracking);
    private static readonly Regex BasicCode = new(@"(^|\D)([45]\d\d)[ -]", RegexOptions.NonBacktracking);
    private static readonly Regex FailedAddress = new(@"<?([A-Za-z0-9._%+=/-]+@[A-Za-z0-9.-]+\.[A-Za-z]+)>?", RegexOptions.NonBacktracking);

    public static List<MimePart> StatusParts(IEnumerable<MimePart> parts) =>
        [.. parts.Where(p => p.ContentType is "message/delivery-status" or "message/global-delivery-status")];

    /// <summary>Nothing failed for good in this report.</summary>
    public static bool IsDelayOnly(List<MimePart> statusParts)
    {
        var recipients = Blocks(statusParts);
        return recipients.Count > 0 && recipients.All(r => r.Action is "delayed" or "relayed" or "delivered" or "expanded");
    }

    public bool IsPermanent => Recipients.Any(r => r.Action is "failed" or null && r.Status?.StartsWith('4') != true);

    public string Reason =>
        Recipients.FirstOrDefault(r => r.Diagnostic is not null || r.Status is not null) is { } first
            ? $"{first.Recipient ?? "The recipient"}: {Words(first.Status)}" + (first.Diagnostic is null ? "" : $" ({Cut(first.Diagnostic)})")
            : "The mail came back without a reason that can be read.";

    public static DeliveryReport Of(MimePart root, MailContent content)
    {
        var parts = root.All().Take(MimeLimits.Parts).ToList();
        var original = Original(parts, content);
        if (Blocks(StatusParts(parts)) is { Count: > 0 } blocks) { return new DeliveryReport(original, blocks); }
        return new DeliveryReport(original, Guessed(root, content));
    }

    public static List<RecipientStatus> Blocks(List<MimePart> statusParts) => [.. statusParts.SelectMany(part => Blocks(part))];

    /// <summary>Fields of the status part, one block per recipient; blank lines may be doubled or missing.</summary>
    private static List<RecipientStatus> Blocks(MimePart statusPart)
    {
        var recipients = new List<RecipientStatus>();
        var current = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        string? last = null;
        foreach (var raw in Charsets.Decode(statusPart.Decode(), null).ReplaceLineEndings("\n").Split('\n'))
        {
            if (recipients.Count > MimeLimits.Parts) { break; }
            if (string.IsNullOrWhiteSpace(raw)) { Flush(); last = null; continue; }
            if (raw[0] is ' ' or '\t' && last is not null) { current[last] += " " + raw.Trim(); continue; }
            var colon = raw.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0) { continue; }
            var name = raw[..colon].Trim();
            // Some servers forget the blank line: a second recipient begins a new block.
            if (name.Equals("Final-Recipient", StringComparison.OrdinalIgnoreCase) && current.ContainsKey(name)) { Flush(); }
            current[name] = raw[(colon + 1)..].Trim();
            last = name;
        }

        Flush();
        return recipients;

        void Flush()
        {
            if (current.ContainsKey("Final-Recipient") || current.ContainsKey("Original-Recipient") || current.ContainsKey("Action"))
            {
                var address = After(current.GetValueOrDefault("Final-Recipient")) ?? After(current.GetValueOrDefault("Original-Recipient"));
                recipients.Add(new RecipientStatus(
                    address, current.GetValueOrDefault("Action")?.Split(' ', '(')[0].ToLowerInvariant(), current.GetValueOrDefault("Status")?.Split(' ', '(')[0], After(current.GetValueOrDefault("Diagnostic-Code"))));
            }

            current.Clear();
        }
    }

    // "rfc822; ana@example.com"
    private static string? After(string? value)
    {
        if (value is null) { return null; }
        var semicolon = value.IndexOf(';', StringComparison.Ordinal);
        var text = value[(semicolon + 1)..].Trim().Trim('<', '>');
        return text.Length == 0 ? null : text;
    }

    private static string? Original(List<MimePart> parts, MailContent content)
    {
        foreach (var part in parts.Where(p => p.ContentType is "message/rfc822" or "text/rfc822-headers" or "message/global" or "message/global-headers"))
        {
            if (MessageIds.First(Headers.Read(part.Decode(), out _).First("Message-ID")) is { } id) { return id; }
        }

        // Old servers paste the headers into the text.
        foreach (var line in (content.Text ?? "").Split('\n').Take(2000))
        {
            var text = line.TrimStart(' ', '>', '|', '\t');
            if (text.StartsWith("Message-ID:", StringComparison.OrdinalIgnoreCase)) { return MessageIds.First(text[11..]); }
        }

        return null;
    }

    private static List<RecipientStatus> Guessed(MimePart root, MailContent content)
    {
        var text = content.Text ?? (content.Html is null ? "" : HtmlText.Of(content.Html));
        if (text.Length > 20_000) { text = text[..20_000]; }
        var address = MailAddresses.Read(root.Headers.First("X-Failed-Recipients")) is [{ Address: { } named }, ..] ? named
            : FailedAddress.Match(text) is { Success: true } match ? FailedOnly(match) : null;
        var code = EnhancedCode.Match(text) is { Success: true } enhanced ? Digits(enhanced.Value)
            : BasicCode.Match(text) is { Success: true } basic ? Digits(basic.Value)[0] + ".0.0" : null;
        var line = text.Split('\n').FirstOrDefault(l => code is not null && (l.Contains(code, StringComparison.Ordinal) || BasicCode.IsMatch(l)))?.Trim();
        return address is null && code is null ? [] : [new RecipientStatus(address, "failed", code, line)];
    }

    private static string FailedOnly(Match match) => match.Value.Trim('<', '>');

    private static string Digits(string match) => match.Trim().TrimStart(':', '#', '(', '[', '<', ' ').Trim(' ', '-', ')', ']', '>', ',', ':', ';', '#', '(', '.', '"');

    private static string Cut(string text) => text.Length <= 300 ? text : text[..300] + "...";

    private static string Words(string? status) => status switch
    {
        null => "the mail was refused",
        _ when status.StartsWith("5.1.", StringComparison.Ordinal) => "this address does not exist",
        _ when status.StartsWith("5.2.2", StringComparison.Ordinal) || status.StartsWith("4.2.2", StringComparison.Ordinal) => "the mailbox is full",
        _ when status.StartsWith("5.2.3", StringComparison.Ordinal) || status.StartsWith("5.3.4", StringComparison.Ordinal) => "the mail is too large for the recipient",
        _ when status.StartsWith("5.7.", StringComparison.Ordinal) => "the recipient's server refused the mail by its rules",
        _ when status.StartsWith('4') => "the recipient's server could not take the mail in time",
        _ => "the mail was refused",
    };
}
