using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Sms.Infobip;

/// <summary>A list of results: messages, or reports about ours.</summary>
internal static class InfobipReading
{
    public static Reading Of(JsonElement json)
    {
        if (json.Get("results").ValueKind != JsonValueKind.Array) { return new Reading.Unreadable("not an Infobip delivery: it has no results"); }
        var (events, skipped) = (new List<InboundEvent>(), new List<string>());
        foreach (var item in json.Items("results"))
        {
            if (item.Id("messageId") is not { } id) { skipped.Add("a result without messageId"); }
            else if (item.Get("status").IsObject()) { events.Add(Report(item, id)); }
            else if (item.Id("from") is not { } from) { skipped.Add("a message without sender"); }
            else if (Message(item, id, from) is { } message) { events.Add(message); }
            else { skipped.Add(SmsEvents.Empty); }
        }

        return SmsEvents.Reading(events, skipped, "a connection test without messages");
    }

    private static InboundEvent? Message(JsonElement item, string id, string from)
    {
        var parts = item.Items("message").Where(p => p.IsObject()).ToList();
        var text = item.Text("text") ?? parts.Select(p => p.Text("value")).FirstOrDefault(t => t is not null);
        var files = parts.Where(p => p.Text("url") is not null).Select(p => SmsEvents.File(p.Text("url"), p.Text("contentType")));
        var message = SmsEvents.Message(id, from, SmsEvents.Sender(from), text) with { Attachments = [.. files], Timestamp = SmsEvents.Time(item.Text("receivedAt")) };
        return message is { Text: null, Attachments.Count: 0 } ? null : message;
    }

    private static InboundEvent Report(JsonElement item, string id)
    {
        var status = item.Get("status");
        var error = item.Get("error");
        var name = error.Text("name") is { } n && n != "NO_ERROR" ? n : status.Text("name");
        var known = status.Number("groupId") switch { 0 or 1 => "sent", 2 or 5 => "failed", 3 => "delivered", 4 => "expired", _ => "unknown" };
        return SmsEvents.Status(id, item.Id("to"), known, known is "failed" or "expired" ? name : null, InfobipErrors.Words(name)) with
        {
            Timestamp = SmsEvents.Time(item.Text("doneAt") ?? item.Text("sentAt")),

            // The id is ours; later parts of a long text carry a number behind it.
            Correlation = id.Length >= 36 && Guid.TryParse(id.AsSpan(0, 36), out var ours) ? ours.ToString("D") : null,
        };
    }
}
