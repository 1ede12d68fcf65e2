namespace Braid.Channels.Cti;

/// <summary>The phone system decides whom it rings; the question is asked so that agents see who calls while it rings.</summary>
internal sealed class CtiCalls(CtiReceiver receiver) : ICalls<CtiSettings>
{
    public CallQuestion? Asked(WebhookRequest request, CtiSettings settings)
    {
        var delivery = new RawDelivery { Body = request.Body, ContentType = request.Header("Content-Type"), ReceivedAt = request.ReceivedAt };
        return receiver.Read(delivery, settings) is Reading.Events read
            && read.Items.FirstOrDefault(e => e is { Kind: InboundKind.Call, Status: "ringing", Outbound: false }) is { ExternalId: { } call } ringing
            ? new(call, ringing.Sender?.Id ?? "", Unanswered: false)
            : null;
    }

    public HttpReply Answer(CallPlan plan, CallQuestion question, CtiSettings settings, Uri webhookUrl) => new(200, null, ReadOnlyMemory<byte>.Empty);
}
