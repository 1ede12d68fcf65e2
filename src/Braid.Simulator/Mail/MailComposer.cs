using System.Globalization;
using System.Text;

namespace Braid.Simulator.Mail;

public sealed record MailParty(string? Name, string Address)
{
    internal string Field => Name is null ? Address : $"{MailHeaders.Phrase(Name)} <{Address}>";
}

/// <summary>Writes a mail as a mail program would. Everything that is not said gets a sensible default.</summary>
public sealed record MailComposer
{
    public required MailParty From { get; init; }
    public required IReadOnlyList<MailParty> To { get; init; }
    public IReadOnlyList<MailParty> Cc { get; init; } = [];
    public string Subject { get; init; } = "";
    public string Text { get; init; } = "";
    public string? Html { get; init; }
    public required string MessageId { get; init; }
    public string? InReplyTo { get; init; }
    public IReadOnlyList<string> References { get; init; } = [];
    public required DateTimeOffset Date { get; init; }
    public IReadOnlyList<SimulatedFile> Attachments { get; init; } = [];

    /// <summary>More fields, written as they are: Auto-Submitted, Reply-To, List-Id, ...</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Stamped above all else, as the receiving server does: its name and what it found, for example dmarc=pass.</summary>
    public (string Server, string Results)? AuthenticationResults { get; init; }

    /// <summary>The stamp of a server that proved the From domain.</summary>
    public MailComposer ProvenBy(string server) => this with
    {
        AuthenticationResults = (server, $"dkim=pass header.d={Domain}; spf=pass smtp.mailfrom={Domain}; dmarc=pass (p=REJECT) header.from={Domain}"),
    };

    /// <summary>The stamp of a server that found the From domain forged.</summary>
    public MailComposer DisprovenBy(string server) => this with
    {
        AuthenticationResults = (server, $"dkim=none; spf=fail smtp.mailfrom={Domain}; dmarc=fail (p=NONE) header.from={Domain}"),
    };

    /// <summary>The same mail as an automatic answer (RFC 3834).</summary>
    public MailComposer Automatic() => this with
    {
        Headers = [.. Headers, ("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All"), ("Precedence", "auto_reply")],
    };

    public byte[] Build()
    {
        var mail = new StringBuilder();
        if (AuthenticationResults is var (server, results))
        {
            Field(mail, "Authentication-Results", $"{server}; {results}");
        }

        Field(mail, "Date", Date.ToString("ddd, dd MMM yyyy HH':'mm':'ss +0000", CultureInfo.InvariantCulture));
        Field(mail, "From", From.Field);
        Field(mail, "To", string.Join(", ", To.Select(p => p.Field)));
        if (Cc.Count > 0)
        {
            Field(mail, "Cc", string.Join(", ", Cc.Select(p => p.Field)));
        }

        Field(mail, "Subject", MailHeaders.Encode(Subject));
        Field(mail, "Message-ID", $"<{MessageId}>");
        if (InReplyTo is not null)
        {
            Field(mail, "In-Reply-To", $"<{InReplyTo}>");
        }

        if (References.Count > 0)
        {
            Field(mail, "References", string.Join("\r\n ", References.Select(r => $"<{r}>")));
        }

        foreach (var (name, value) in Headers)
        {
            Field(mail, name, value);
        }

        Field(mail, "MIME-Version", "1.0");
        mail.Append(Body());
        return Encoding.ASCII.GetBytes(mail.ToString());
    }

    private string Domain => From.Address[(From.Address.IndexOf('@', StringComparison.Ordinal) + 1)..];

    private string Body()
    {
        var text = MailParts.Text("plain", Text);
        var content = Html is null ? text : MailParts.Multipart("alternative", Boundary("alt"), [text, MailParts.Text("html", Html)]);
        return Attachments.Count == 0 ? content : MailParts.Multipart("mixed", Boundary("mix"), [content, .. Attachments.Select(MailParts.File)]);
    }

    private string Boundary(string kind) => $"=_{kind}_{string.Concat(MessageId.Where(char.IsAsciiLetterOrDigit))}";

    private static void Field(StringBuilder mail, string name, string value) => mail.Append(name).Append(": ").Append(value).Append("\r\n");
}
