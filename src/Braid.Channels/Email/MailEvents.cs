using System.Globalization;
using System.Security.Cryptography;
using Braid.Channels.Email.Mime;

namespace Braid.Channels.Email;

/// <summary>
/// A raw mail, whichever way it came, to what it means for us. Who brought it may add headers: `imap-uid`, `imap-received`, `imap-folder`,
/// `truncated`, `envelope-to`.
/// </summary>
internal static class MailEvents
{
    private const int MostHtml = 1 << 20;

    /// <param name="vouch">What a service found about the sender's domain: the proof in words, or null.</param>
    public static Reading Read(RawDelivery delivery, MailPlace place, Func<string, string?>? vouch = null)
    {
        if (delivery.Body.IsEmpty) { return new Reading.Unreadable("The mail is empty."); }
        var mail = Mail.Read(delivery.Body);
        var own = new OwnAddresses(place);
        if (mail.Headers.All("X-Braid-Loop").Any(v => v.Trim() == OwnAddresses.LoopMark(place.Address))) { return new Reading.Ignored("our own mail came back (X-Braid-Loop)"); }
        if (Author(mail) is not { } author) { return new Reading.Unreadable("The mail names no sender."); }
        if (own.Has(author.Address)) { return new Reading.Ignored("written from this inbox's own address"); }

        return new Reading.Events([Report(mail, delivery) ?? Message(mail, author, own, delivery, SenderProof.Of(mail, place, vouch))]);
    }

    /// <summary>Permanent bounces and read receipts that name a mail of ours; all other reports are shown as messages.</summary>
    private static InboundEvent? Report(Mail mail, RawDelivery delivery)
    {
        if (mail.Kind == MailKinds.Bounce && DeliveryReport.Of(mail.Root, mail.Content) is { IsPermanent: true, OriginalMessageId: { } original } report)
        {
            return Status("failed", original, mail, delivery) with
            {
                ErrorCode = report.Recipients.FirstOrDefault(r => r.Status is not null)?.Status,
                ErrorText = Clean(report.Reason),
                Extra = report.Recipients.FirstOrDefault(r => r.Recipient is not null) is { } first ? new Dictionary<string, string> { ["recipient"] = Clean(first.Recipient!) } : [],
            };
        }

        return mail.Kind == MailKinds.Receipt && ReadReceipt(mail) is { } read ? Status("read", read, mail, delivery) : null;
    }

    private static InboundEvent Status(string status, string messageId, Mail mail, RawDelivery delivery) => new(InboundKind.Status)
    {
        ExternalId = messageId,
        TargetKey = messageId,
        Status = status,
        Timestamp = ReceivedAt(mail, delivery),
        EventId = mail.MessageId,
    };

    private static string? ReadReceipt(Mail mail)
    {
        if (mail.Root.All().FirstOrDefault(p => p.ContentType == "message/disposition-notification") is not { } part) { return null; }
        var fields = Headers.Read(part.Decode(), out _);
        return fields.First("Disposition")?.Contains("displayed", StringComparison.OrdinalIgnoreCase) == true ? MessageIds.First(fields.First("Original-Message-ID")) : null;
    }

    private static InboundEvent Message(Mail mail, MailAddress author, OwnAddresses own, RawDelivery delivery, string? proof)
    {
        var id = mail.MessageId ?? "sha256:" + Convert.ToHexStringLower(SHA256.HashData(delivery.Body.Span));
        var token = ThreadToken(mail, own, delivery);
        var others = Others(mail, author, own);
        var cut = delivery.Headers.GetValueOrDefault("truncated");
        return new InboundEvent(InboundKind.Message)
        {
            ExternalId = id,
            Key = "mid:" + id,
            Sender = ToSender(author, proof),
            ThreadId = ThreadId(mail, token) ?? id,
            ThreadTitle = Clean(mail.Subject ?? ""),
            Audience = others.Count > 0 ? Audience.Shared : Audience.Private,
            Others = others,
            Text = cut is null ? Clean(mail.Visible) : $"This mail could not be fetched whole ({cut}). Open it in the mailbox to read it.",
            Attachments = [.. mail.Content.Files.Select(ToAttachment)],
            ReplyTo = mail.InReplyTo ?? (mail.References is [.., var last] ? last : null),
            Timestamp = ReceivedAt(mail, delivery),
            Extra = cut is null ? [] : new Dictionary<string, string> { ["truncated"] = cut },
            Mail = new MailFacts
            {
                Subject = Clean(mail.Subject ?? ""),
                MessageId = mail.MessageId,
                InReplyTo = mail.InReplyTo,
                References = mail.References,
                To = People(mail.To),
                Cc = People(mail.Cc),
                FullText = Clean(mail.FullText),
                Html = mail.Content.Html is { } html ? Clean(html.Length > MostHtml ? html[..MostHtml] : html) : null,
                Kind = mail.Kind,
                ThreadToken = token,
            },
        };
    }

    private static MailAddress? Author(Mail mail) =>
        mail.From.FirstOrDefault(a => a.Address is not null)
        ?? MailAddresses.Read(mail.Headers.First("Sender")).FirstOrDefault(a => a.Address is not null)
        ?? MailAddresses.Read(mail.Headers.First("Return-Path")).FirstOrDefault(a => a.Address is not null)
        ?? (mail.Kind is MailKinds.Bounce or MailKinds.Delayed ? new MailAddress("Mail server", "mailer-daemon") : null);

    private static Sender ToSender(MailAddress author, string? proof)
    {
        var address = Clean(author.Address!).ToLowerInvariant();
        return new Sender(address)
        {
            Name = author.Name is { } name && !name.Equals(address, StringComparison.OrdinalIgnoreCase) ? Clean(name) : null,
            Address = Clean(author.Address!),
            Verified = proof is not null,
            Keys = address.Contains('@', StringComparison.Ordinal) ? [new ContactKey(KeyKind.Email, address, proof)] : [],
        };
    }

    /// <summary>The oldest id a reply names; a reply that lost its references is found by our token; anything else begins a thread.</summary>
    private static string? ThreadId(Mail mail, string? token) => mail.References is [var root, ..] ? root : mail.InReplyTo ?? token;

    private static string? ThreadToken(Mail mail, OwnAddresses own, RawDelivery delivery)
    {
        string[] envelopes = ["Delivered-To", "X-Original-To", "X-Envelope-To", "Envelope-To"];
        var recipients = mail.To.Concat(mail.Cc).Concat(envelopes.SelectMany(mail.Headers.All).SelectMany(MailAddresses.Read));
        return recipients.Select(r => r.Address).Append(delivery.Headers.GetValueOrDefault("envelope-to")).Select(own.TokenIn).FirstOrDefault(t => t is not null)
            ?? mail.References.Append(mail.InReplyTo ?? "").Reverse().Select(own.TokenInMessageId).FirstOrDefault(t => t is not null);
    }

    private static List<Person> Others(Mail mail, MailAddress author, OwnAddresses own) =>
        [.. People([.. mail.To.Concat(mail.Cc).Where(a => a.Address is { } address && address.Contains('@', StringComparison.Ordinal)
            && !own.Has(address) && !address.Equals(author.Address, StringComparison.OrdinalIgnoreCase)).Take(1000)]).DistinctBy(p => p.Id)];

    private static Person[] People(IReadOnlyList<MailAddress> addresses) =>
        [.. addresses.Where(a => a.Address is not null).Take(1000).Select(a => new Person(Clean(a.Address!).ToLowerInvariant(), a.Name is null ? null : Clean(a.Name), Clean(a.Address!)))];

    private static InboundAttachment ToAttachment(MailFile file) => new(KindOf(file.ContentType))
    {
        Name = file.Name is { } name ? Clean(name) : DefaultName(file.ContentType),
        ContentType = file.ContentType,
        Size = file.Part.Decode().Length,
        MediaRef = "part:" + file.Path,
        ContentId = file.ContentId is { } id ? Clean(id) : null,
    };

    private static string DefaultName(string contentType) => contentType switch
    {
        "message/rfc822" => "message.eml",
        "message/delivery-status" => "delivery-status.txt",
        "application/ms-tnef" => "winmail.dat",
        "text/calendar" => "invitation.ics",
        "application/pgp-signature" => "signature.asc",
        _ => "attachment",
    };

    private static AttachmentKind KindOf(string contentType) => contentType.Split('/')[0] switch
    {
        "image" => AttachmentKind.Image,
        "video" => AttachmentKind.Video,
        "audio" => AttachmentKind.Audio,
        _ => AttachmentKind.File,
    };

    /// <summary>The receiving server's time: the Date header is whatever the sender's clock or wish says.</summary>
    private static DateTimeOffset? ReceivedAt(Mail mail, RawDelivery delivery)
    {
        if (long.TryParse(delivery.Headers.GetValueOrDefault("imap-received"), NumberStyles.None, CultureInfo.InvariantCulture, out var ms))
        {
            return DateTimeOffset.FromUnixTimeMilliseconds(ms);
        }

        var received = mail.Headers.First("Received");
        return received is null ? null : MailDates.Read(received[(received.LastIndexOf(';') + 1)..]);
    }

    // Databases refuse NUL in text; the raw copy keeps it.
    private static string Clean(string text) => text.Replace('\0', '\uFFFD');
}
