using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Sms.Telnyx;

internal static class TelnyxReading
{
    public static Reading Of(JsonElement json, string? reference)
    {
        var data = json.Get("data");
        var payload = data.Get("payload");
        if (data.Text("event_type") is not { } happened || payload.Id("id") is not { } id)
        {
            return new Reading.Unreadable("not a Telnyx event: it has no event type or no message");
        }

        return happened switch
        {
            "message.received" => Message(payload, id),
            "message.sent" or "message.finalized" => new Reading.Events([Report(data, payload, id, reference)]),
            _ => new Reading.Ignored($"{happened} has no content for us"),
        };
    }

    private static Reading Message(JsonElement payload, string id)
    {
        if (payload.Get("from").Id("phone_number") is not { } from) { return new Reading.Unreadable("not a Telnyx message: it has no sender"); }

        // A group MMS names everybody. Our own number is the one the webhook was delivered for; without that mark all but the sender are others.
        var readers = payload.Items("to").Concat(payload.Items("cc")).Where(r => r.Id("phone_number") is not null).ToList();
        var others = readers.Count < 2 ? [] : readers.Where(r => r.Text("status") != "webhook_delivered").Select(r => r.Id("phone_number")!).Where(n => n != from).Distinct().ToList();
        var message = SmsEvents.Message(id, Thread(from, others), SmsEvents.Sender(from), payload.Text("text")) with
        {
            Attachments = [.. payload.Items("media").Where(m => m.IsObject()).Select(m => SmsEvents.File(m.Text("url"), m.Text("content_type"), size: m.Number("size")))],
            Timestamp = SmsEvents.Time(payload.Text("received_at")),
            Audience = others.Count > 0 ? Audience.Shared : Audience.Private,
            Others = [.. others.Select(n => new Person(n, null, n))],
        };
        return message is { Text: null, Attachments.Count: 0 } ? new Reading.Ignored(SmsEvents.Empty) : new Reading.Events([message]);
    }

    /// <summary>A group is the set of its numbers, whoever writes; the order makes one key of it.</summary>
    private static string Thread(string from, List<string> others) => others.Count == 0 ? from : string.Join(',', others.Append(from).Order(StringComparer.Ordinal));

    private static InboundEvent Report(JsonElement data, JsonElement payload, string id, string? reference)
    {
        var to = payload.Items("to").FirstOrDefault();
        var error = payload.Items("errors").FirstOrDefault();
        return SmsEvents.Status(id, to.Id("phone_number"), to.Text("status") switch
        {
            "queued" or "sending" => "queued",

            // The network does not report back; the message is as good as sent.
            "sent" or "delivery_unconfirmed" => "sent",
            "delivered" => "delivered",
            "expired" => "expired",
            "sending_failed" or "delivery_failed" => "failed",
            _ => "unknown",
        }, error.Id("code"), TelnyxErrors.Words(error.Id("code"))) with
        {
            Timestamp = SmsEvents.Time(payload.Text("completed_at") ?? data.Text("occurred_at")),
            Correlation = reference ?? Ref(payload.Text("webhook_url")),
        };
    }

    /// <summary>Reports repeat the address they were sent to, and our id stands in its query.</summary>
    private static string? Ref(string? url) =>
        url?.LastIndexOf("ref=", StringComparison.Ordinal) is >= 0 and var at && Guid.TryParse(url.AsSpan(at + 4), out var id) ? id.ToString("D") : null;
}
