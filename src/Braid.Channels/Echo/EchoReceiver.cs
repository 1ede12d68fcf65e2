using Braid.Channels.Common;

namespace Braid.Channels.Echo;

internal sealed class EchoReceiver : IReceiver<EchoSettings>
{
    public Verdict Verify(WebhookRequest request, EchoSettings settings) =>
        request.HeaderEquals("X-Echo-Secret", settings.Secret)
            ? new Verdict.Genuine()
            : new Verdict.Forged("the header X-Echo-Secret does not match");

    public Reading Read(RawDelivery delivery, EchoSettings settings) =>
        ChannelJson.Read(delivery, "an Echo message", json => new EchoPayload(json) switch
        {
            { Id: null } => new Reading.Unreadable("not an Echo message: it has no id"),
            { From: null } => new Reading.Unreadable("not an Echo message: it has no sender"),
            { Status: { } status } receipt => new Reading.Events([ToStatus(receipt, status)]),
            { Text: null } => new Reading.Ignored("the message is empty"),
            var message => new Reading.Events([ToMessage(message)]),
        });

    private static InboundEvent ToMessage(EchoPayload message) => new(InboundKind.Message)
    {
        ExternalId = message.Id,
        ThreadId = message.Thread ?? message.From,
        Sender = new Sender(message.From!) { Name = message.Name },
        Text = message.Text,
        ReplyTo = message.ReplyTo,
        TargetKey = message.ReplyTo,
        Timestamp = message.At,
    };

    private static InboundEvent ToStatus(EchoPayload receipt, string status) => new(InboundKind.Status)
    {
        ExternalId = receipt.Id,
        TargetKey = receipt.Id,
        ThreadId = receipt.Thread ?? receipt.From,
        Sender = new Sender(receipt.From!),
        Status = status is "sent" or "delivered" or "read" or "failed" ? status : "unknown",
        Timestamp = receipt.At,
    };
}
