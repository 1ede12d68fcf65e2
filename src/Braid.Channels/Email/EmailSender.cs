using System.Net.Sockets;
using System.Security.Authentication;
using Braid.Channels.Email.Mime;
using Braid.Channels.Email.Smtp;
using Braid.Channels.Email.Transport;

namespace Braid.Channels.Email;

/// <summary>
/// Hands one mail to the SMTP server. The Message-ID is the idempotency key: when the connection dies after the final dot the outcome is
/// unknown, and repeating with the same id lets receivers drop the double.
/// </summary>
internal sealed class EmailSender(MailDialer dial, OauthTokens tokens) : ISender<EmailSettings>
{
    public async Task<SendResult> SendAsync(OutboundMessage message, EmailSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (message.Mail is null) { return new SendResult.Failed(FailureKind.Content, "A mail needs a subject and a Message-ID."); }
        if (MailDomains.Wire(message.RecipientId) is not { } recipient) { return new SendResult.Failed(FailureKind.Unreachable, $"\"{message.RecipientId}\" is not an email address that can be written to."); }
        var attempt = new Attempt();
        try
        {
            return await SendAsync(message, recipient, settings, context, attempt, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e) when (attempt.DotSent && (e is IOException or SocketException or TimeoutException))
        {
            return new SendResult.Unknown($"The connection broke after the mail was handed over: {e.Message}");
        }
        catch (Exception e)
        {
            return SmtpOutcomes.Of(e);
        }
    }

    private async Task<SendResult> SendAsync(OutboundMessage message, string recipient, EmailSettings settings, ProviderContext context, Attempt attempt, CancellationToken ct)
    {
        var draft = Draft(message, settings, context.Clock);
        var copies = draft.Cc.Select(c => c.Address!).ToList();
        await using var client = await SmtpClient.ConnectAsync(settings, dial, context.Clock, ct);
        var token = settings.UsesOauth ? await tokens.GetAsync(settings, context.Http, context.Clock, ct) : null;
        await client.SignInAsync(settings.SignInName, settings.Password, token, ct);

        var size = EstimatedSize(message);
        if (client.SizeLimit is { } most && size > most) { return new SendResult.Failed(FailureKind.Content, $"The mail is larger than the {most / 1_000_000} MB your mail server takes. Send a link instead of the file.", "5.3.4"); }
        var utf8 = copies.Append(recipient).Any(a => !a.All(char.IsAscii));
        if (utf8 && !client.Offers("SMTPUTF8")) { return new SendResult.Failed(FailureKind.Unreachable, "Your mail server can't send to addresses with letters outside ASCII."); }

        await client.MailFromAsync(MailDomains.Wire(settings.Address!) ?? settings.Address!, utf8, size, ct);
        if (await client.RecipientAsync(recipient, ct) is { IsPositive: false } refused) { return SmtpOutcomes.Refused("RCPT", refused); }
        var missed = new List<string>();
        foreach (var copy in copies)
        {
            if (await client.RecipientAsync(copy, ct) is { IsPositive: false } no) { missed.Add($"{copy} ({no.Shown})"); }
        }

        await client.StartDataAsync(ct);
        var stuffer = new DotStuffer();
        await foreach (var block in new MimeWriter(draft).BlocksAsync(ct)) { await client.SendBlockAsync(stuffer.Stuff(block.Span), ct); }
        attempt.DotSent = true;
        var answer = await client.FinishAsync(ct);
        if (!answer.IsPositive) { return SmtpOutcomes.Refused("DATA", answer); }
        await client.QuitAsync(ct);
        return new SendResult.Sent(draft.MessageId)
        {
            ThreadId = message.ThreadId ?? (draft.References is [var root, ..] ? root : draft.MessageId),
            Note = missed.Count == 0 ? null : "Not sent to " + string.Join(", ", missed),
        };
    }

    internal static MailDraft Draft(OutboundMessage message, EmailSettings settings, TimeProvider clock)
    {
        var mail = message.Mail!;
        var address = settings.Address!;
        return new MailDraft
        {
            Date = clock.GetUtcNow(),
            From = new MailAddress(SenderName(message.AuthorName, settings.FromName), MailDomains.Wire(address) ?? address),
            ReplyTo = mail.ThreadToken is { } token && settings.PlusAddresses ? new MailAddress(settings.FromName, WithToken(address, token)) : null,
            To = [new MailAddress(message.RecipientName, MailDomains.Wire(message.RecipientId))],
            Cc = [.. mail.Cc.Select(c => new MailAddress(c.Name, MailDomains.Wire(c.Address ?? c.Id))).Where(c => c.Address is not null)],
            Subject = mail.Subject,
            MessageId = mail.MessageId.Trim('<', '>', ' '),
            InReplyTo = mail.InReplyTo?.Trim('<', '>', ' '),
            References = Shortened([.. mail.References.Select(r => r.Trim('<', '>', ' '))]),
            Extra =
            [
                ("X-Braid-Loop", OwnAddresses.LoopMark(settings)),
                .. mail.Automatic ? [("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All"), ("Precedence", "auto_reply")] : Array.Empty<(string, string)>(),
            ],
            Text = message.Text,
            Html = mail.Html ?? "<div style=\"white-space:pre-wrap\">" + HtmlEscape.Text(message.Text) + "</div>",
            Files = message.Attachments,
        };
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

    private static long EstimatedSize(OutboundMessage message) => 4000 + (message.Text.Length * 4L) + ((message.Mail?.Html?.Length ?? 0) * 2L) + message.Attachments.Sum(a => a.Size * 137 / 100);

    private sealed class Attempt
    {
        public bool DotSent { get; set; }
    }
}
