using Braid.Channels.Email.Mime;

namespace Braid.Channels.Email;

/// <summary>An answer as a mail, the same whichever way it leaves.</summary>
internal static class MailDrafts
{
    /// <summary>Why this can't be sent as a mail; null when it can.</summary>
    public static SendResult.Failed? Problem(OutboundMessage message, int mostText) =>
        message.Mail is null ? new(FailureKind.Content, "A mail needs a subject and a Message-ID.")
        : MailDomains.Wire(message.RecipientId) is null ? new(FailureKind.Unreachable, $"\"{message.RecipientId}\" is not an email address that can be written to.")
        : message.Text.Length > mostText ? new(FailureKind.Content, $"A mail holds at most {mostText} characters. Send the rest as a file.")
        : null;

    public static MailDraft Of(OutboundMessage message, MailPlace place, TimeProvider clock)
    {
        var mail = message.Mail!;
        var address = place.Address!;
        return new MailDraft
        {
            Date = clock.GetUtcNow(),
            From = new MailAddress(SenderName(message.AuthorName, place.FromName), MailDomains.Wire(address) ?? address),
            ReplyTo = mail.ThreadToken is { } token && place.PlusAddresses ? new MailAddress(place.FromName, WithToken(address, token)) : null,
            To = [new MailAddress(message.RecipientName, MailDomains.Wire(message.RecipientId))],
            Cc = [.. mail.Cc.Select(c => new MailAddress(c.Name, MailDomains.Wire(c.Address ?? c.Id))).Where(c => c.Address is not null)],
            Subject = mail.Subject,
            MessageId = mail.MessageId.Trim('<', '>', ' '),
            InReplyTo = mail.InReplyTo?.Trim('<', '>', ' '),
            References = Shortened([.. mail.References.Select(r => r.Trim('<', '>', ' '))]),
            Extra =
            [
                ("X-Braid-Loop", OwnAddresses.LoopMark(place.Address)),
                .. mail.Automatic ? [("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All"), ("Precedence", "auto_reply")] : Array.Empty<(string, string)>(),
            ],
            Text = message.Text,
            Html = mail.Html ?? "<div style=\"white-space:pre-wrap\">" + HtmlEscape.Text(message.Text) + "</div>",
            Files = message.Attachments,
        };
    }

    /// <summary>The whole mail, for APIs that take it in one piece. Throws <see cref="MediaUnavailableException"/> when a file can't be read.</summary>
    public static async Task<byte[]> BytesAsync(MailDraft draft, CancellationToken ct)
    {
        using var mail = new MemoryStream();
        await foreach (var block in new MimeWriter(draft).BlocksAsync(ct)) { mail.Write(block.Span); }
        return mail.ToArray();
    }

    private static string? SenderName(string? author, string? company) =>
        string.IsNullOrWhiteSpace(author) ? company : string.IsNullOrWhiteSpace(company) ? author : $"{author} via {company}";

    private static string WithToken(string address, string token)
    {
        var wire = MailDomains.Wire(address) ?? address;
        var at = wire.LastIndexOf('@');
        return wire[..at] + "+" + string.Concat(token.Where(c => char.IsAsciiLetterOrDigit(c) || c == '-')) + wire[at..];
    }

    /// <summary>The root finds the thread, the last ones the place in it; what lies between may go.</summary>
    private static IReadOnlyList<string> Shortened(IReadOnlyList<string> references) => references.Count <= 21 ? references : [references[0], .. references.Skip(references.Count - 20)];
}
