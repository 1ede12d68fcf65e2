using Braid.Channels.Email.Mime;

namespace Braid.Channels.Email;

/// <summary>A mail, read: headers decoded, body chosen, kind known. Everything the receiver decides on.</summary>
internal sealed record Mail
{
    public required MimePart Root { get; init; }
    public required MailContent Content { get; init; }
    public required IReadOnlyList<MailAddress> From { get; init; }
    public required IReadOnlyList<MailAddress> To { get; init; }
    public required IReadOnlyList<MailAddress> Cc { get; init; }
    public required IReadOnlyList<MailAddress> ReplyTo { get; init; }
    public string? Subject { get; init; }
    public DateTimeOffset? Date { get; init; }
    public string? MessageId { get; init; }
    public string? InReplyTo { get; init; }
    public required IReadOnlyList<string> References { get; init; }
    public required string Kind { get; init; }
    /// <summary>The whole text; made from the html when there is no text part.</summary>
    public required string FullText { get; init; }
    /// <summary>What the person wrote now.</summary>
    public required string Visible { get; init; }

    public Headers Headers => Root.Headers;

    public static Mail Read(ReadOnlyMemory<byte> raw)
    {
        var root = MimeReader.Read(raw);
        var headers = root.Headers;
        var content = MailContent.Of(root);
        var from = MailAddresses.Read(headers.Joined("From"));
        var subject = headers.First("Subject") is { } given ? EncodedWords.Decode(given).Trim() : null;
        var (fullText, withoutQuotes) = content.Text is { } text && (content.Html is null || !string.IsNullOrWhiteSpace(text)) ? (text, text)
            : content.Html is { } html ? HtmlText.Read(html) : ("", "");
        var kind = MailKinds.Of(root, content, from is [var first, ..] ? first.Address : null, from is [var named, ..] ? named.Name : null, subject);
        return new Mail
        {
            Root = root,
            Content = content,
            From = from,
            To = MailAddresses.Read(headers.Joined("To")),
            Cc = MailAddresses.Read(headers.Joined("Cc")),
            ReplyTo = MailAddresses.Read(headers.Joined("Reply-To")),
            Subject = subject,
            Date = MailDates.Read(headers.First("Date")),
            MessageId = MessageIds.First(headers.First("Message-ID")),
            InReplyTo = headers.First("In-Reply-To") is { } answered && answered.Contains('<', StringComparison.Ordinal) ? MessageIds.First(answered) : null,
            References = MessageIds.All(headers.Joined("References", " ")),
            Kind = kind,
            FullText = fullText,
            // Reports quote headers as their very content.
            Visible = kind is MailKinds.Bounce or MailKinds.Delayed or MailKinds.Receipt ? fullText.Trim() : VisibleOf(fullText, withoutQuotes, subject),
        };
    }

    private static string VisibleOf(string fullText, string withoutQuotes, string? subject)
    {
        var visible = VisibleReply.Of(ReplyMarks.IsForwardSubject(subject) ? fullText : withoutQuotes, subject);
        return visible.Length > 0 ? visible : fullText.Trim();
    }
}
