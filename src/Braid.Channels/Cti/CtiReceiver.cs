using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Cti;

internal sealed class CtiReceiver : IReceiver<CtiSettings>
{
    public Verdict Verify(WebhookRequest request, CtiSettings settings) =>
        StandardWebhooks.Fault(request, settings.SigningSecret, settings.SecondarySigningSecret) is { } fault ? new Verdict.Forged(fault) : new Verdict.Genuine();

    /// <summary>One event, or a list of them under `events`.</summary>
    public Reading Read(RawDelivery delivery, CtiSettings settings) => ChannelJson.Read(delivery, "a call event", json =>
    {
        var items = json.Get("events").ValueKind == JsonValueKind.Array ? [.. json.Items("events")] : json.IsObject() ? new List<JsonElement> { json } : [];
        if (items.Count == 0) { return new Reading.Unreadable("not a call event: it is no JSON object"); }

        var (events, skipped) = (new List<InboundEvent>(), new List<string>());
        foreach (var item in items)
        {
            var read = CtiEvents.Of(item);
            events.AddRange(read.Events);
            if (read.Skipped is { } reason) { skipped.Add(reason); }
        }

        return events.Count > 0 ? new Reading.Events(events) { Skipped = skipped } : new Reading.Ignored(string.Join("; ", skipped));
    });
}
