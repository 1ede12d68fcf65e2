using System.Globalization;
using Braid.Channels.Email;

namespace Braid.Channels.EmailWebhook;

internal sealed class EmailWebhookReceiver : IReceiver<EmailWebhookSettings>
{
    public Verdict Verify(WebhookRequest request, EmailWebhookSettings settings) =>
        MailGateways.Of(settings)?.Verify(request, settings) ?? new Verdict.Forged("no service is chosen");

    /// <summary>Mail is read as from a mailbox, so that threads, bounces and automatic mail mean the same; the rest are the service's own reports.</summary>
    public Reading Read(RawDelivery delivery, EmailWebhookSettings settings)
    {
        if (MailGateways.Of(settings) is not { } gateway) { return new Reading.Unreadable("no mail service is chosen in the inbox's settings"); }
        try
        {
            return gateway.Mail(delivery) is { } mail ? MailEvents.Read(Inner(mail, delivery), settings.Place, mail.Vouch) : gateway.Report(delivery, settings);
        }
        catch (Exception e) when (e is InvalidOperationException or System.Text.Json.JsonException)
        {
            // Names and texts that are no text at all.
            return new Reading.Unreadable($"not a mail or report of {gateway.Title}: the JSON is broken");
        }
    }

    internal static RawDelivery Inner(PostedMail mail, RawDelivery delivery)
    {
        var headers = new Dictionary<string, string>();
        if (mail.At is { } at) { headers["imap-received"] = at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture); }
        if (mail.Recipient is { } recipient) { headers["envelope-to"] = recipient; }
        if (mail.Truncated is { } why) { headers["truncated"] = why; }
        return new RawDelivery { Body = mail.Raw, ContentType = "message/rfc822", Headers = headers, ReceivedAt = delivery.ReceivedAt };
    }
}

internal sealed class EmailWebhookKeys : IKeys<EmailWebhookSettings>
{
    public IReadOnlyList<Uri> KeysFor(WebhookRequest request, EmailWebhookSettings settings) => MailGateways.Of(settings)?.KeysFor(request, settings) ?? [];
}

/// <summary>The files of a mail lie inside its delivery.</summary>
internal sealed class EmailWebhookMedia : IMedia<EmailWebhookSettings>
{
    public Task<MediaContent> OpenAsync(MediaRequest request, EmailWebhookSettings settings, ProviderContext context, CancellationToken ct)
    {
        var mail = request.Source is { Body.IsEmpty: false } source ? MailGateways.Of(settings)?.Mail(source) : null;
        return Task.FromResult(MailFiles.Open(request.Reference, mail?.Raw ?? default));
    }
}

internal sealed class EmailWebhookSender : ISender<EmailWebhookSettings>
{
    public async Task<SendResult> SendAsync(OutboundMessage message, EmailWebhookSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (MailGateways.Of(settings) is not { } gateway) { return new SendResult.Failed(FailureKind.Configuration, "No mail service is chosen. Choose one in the inbox's settings."); }
        if (MailDrafts.Problem(message, EmailWebhookChannel.Limits.TextLength) is { } problem) { return problem; }
        try
        {
            return await gateway.SendAsync(message, MailDrafts.Of(message, settings.Place, context.Clock), settings, context, ct);
        }
        catch (MediaUnavailableException gone)
        {
            return new SendResult.Failed(FailureKind.Content, gone.Message);
        }
    }
}

internal sealed class EmailWebhookSetup : ISetup<EmailWebhookSettings>
{
    public Task<IReadOnlyList<CheckStep>> CheckAsync(EmailWebhookSettings settings, ConnectContext context, CancellationToken ct) => RunAsync(settings, context, false, ct);

    public Task<IReadOnlyList<CheckStep>> ConnectAsync(EmailWebhookSettings settings, ConnectContext context, CancellationToken ct) => RunAsync(settings, context, true, ct);

    private static Task<IReadOnlyList<CheckStep>> RunAsync(EmailWebhookSettings settings, ConnectContext context, bool connect, CancellationToken ct) =>
        MailGateways.Of(settings)?.SetUpAsync(settings, context, connect, ct)
        ?? Task.FromResult<IReadOnlyList<CheckStep>>([new("Service", false, "No mail service is chosen.", "Choose the service in the settings.")]);
}
