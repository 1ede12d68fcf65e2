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
internal sealed class EmailSender(OauthTokens tokens) : ISender<EmailSettings>
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
        var draft = MailDrafts.Of(message, MailPlace.Of(settings), context.Clock);
        var copies = draft.Cc.Select(c => c.Address!).ToList();
        await using var client = await SmtpClient.ConnectAsync(settings, context.Dial, context.Clock, ct);
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

    private static long EstimatedSize(OutboundMessage message) => 4000 + (message.Text.Length * 4L) + ((message.Mail?.Html?.Length ?? 0) * 2L) + message.Attachments.Sum(a => a.Size * 137 / 100);

    private sealed class Attempt
    {
        public bool DotSent { get; set; }
    }
}
