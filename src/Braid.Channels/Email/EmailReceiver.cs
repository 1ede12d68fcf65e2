namespace Braid.Channels.Email;

/// <summary>Mail as the listener stored it.</summary>
internal sealed class EmailReceiver : IReceiver<EmailSettings>
{
    public Verdict Verify(WebhookRequest request, EmailSettings settings) => new Verdict.Forged("Mail is fetched from the mailbox, it is not posted here.", 403);

    public Reading Read(RawDelivery delivery, EmailSettings settings) => MailEvents.Read(delivery, MailPlace.Of(settings));
}
