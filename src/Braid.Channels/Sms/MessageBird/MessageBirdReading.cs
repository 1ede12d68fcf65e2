using System.Globalization;
using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Sms.MessageBird;

internal static class MessageBirdReading
{
    /// <summary>An event of the Channels API.</summary>
    public static Reading Current(JsonElement json)
    {
        var payload = json.Get("payload");
        if (json.Text("event") is not { } happened || payload.Id("id") is not { } id)
        {
            return new Reading.Unreadable("not a MessageBird event: it has no event or no message");
        }

        return happened.Split('.')[^1] switch
        {
            "inbound" => Message(payload, id),
            "outbound" => new Reading.Events([Report(payload, id)]),
            _ => new Reading.Ignored($"{happened} has no content for us"),
        };
    }

    private static Reading Message(JsonElement payload, string id)
    {
        var contact = payload.Get("sender").Get("contact");
        if (contact.Id("identifierValue") is not { } from) { return new Reading.Unreadable("not a MessageBird message: it has no sender"); }

        var body = payload.Get("body");
        var type = body.Text("type");
        var content = body.Get(type ?? "text");
        var reply = payload.Get("replyTo").Id("id");
        var message = SmsEvents.Message(id, from, SmsEvents.Sender(from, contact.Get("annotations").Text("name")), content.Text("text")) with
        {
            Attachments = [.. Files(type, content)], Timestamp = SmsEvents.Time(payload.Text("createdAt")), ReplyTo = reply, TargetKey = reply,
        };
        if (type is not (null or "text" or "image" or "file" or "location")) { message = SmsEvents.WithUnknown(message); }
        return message is { Text: null, Attachments.Count: 0 } ? new Reading.Ignored(SmsEvents.Empty) : new Reading.Events([message]);
    }

    private static IEnumerable<InboundAttachment> Files(string? type, JsonElement content) => type switch
    {
        "image" => content.Items("images").Select(i => new InboundAttachment(AttachmentKind.Image) { MediaRef = i.Text("mediaUrl") }),
        "file" => content.Items("files").Select(f => SmsEvents.File(f.Text("mediaUrl"), f.Text("contentType"), f.Text("filename"), f.Number("size"))),
        "location" => [SmsEvents.Place(Raw(content, "latitude"), Raw(content, "longitude"), content.Text("label"), content.Text("address"))],
        _ => [],
    };

    private static string? Raw(JsonElement content, string name)
    {
        var value = content.Get("coordinates").Get(name) is { ValueKind: JsonValueKind.Number } inside ? inside : content.Get(name);
        return value.ValueKind == JsonValueKind.Number ? value.GetRawText() : null;
    }

    private static InboundEvent Report(JsonElement payload, string id)
    {
        var failure = payload.Get("failure");
        var to = payload.Get("receiver").Items("contacts").FirstOrDefault().Id("identifierValue");
        return SmsEvents.Status(id, to, payload.Text("status") switch
        {
            "accepted" or "processing" => "queued",
            "sent" => "sent",
            "delivered" => "delivered",
            "delivery_failed" or "sending_failed" or "skipped" => "failed",
            _ => "unknown",
        }, failure.Id("code"), failure.Text("description") is { } words ? Outcomes.Sentence(words) : null) with
        {
            Timestamp = SmsEvents.Time(payload.Text("lastStatusAt") ?? payload.Text("createdAt")), Correlation = payload.Id("reference"),
        };
    }

    /// <summary>Callbacks of the older API: messages as a form, reports in the query; short codes have names of their own.</summary>
    public static Reading Older(FormFields form)
    {
        if ((form.Text("id") ?? form.Text("mid")) is not { } id) { return new Reading.Unreadable("not a MessageBird message: it has no id"); }
        if (form.Text("status") is { } status && form.Text("recipient") is { } to) { return new Reading.Events([OlderReport(form, id, status, to)]); }
        if (form.Text("originator") is not { } from) { return new Reading.Unreadable("not a MessageBird message: it has no sender"); }

        var message = SmsEvents.Message(id, from, SmsEvents.Sender(from), form.Text("body") ?? form.Text("message")) with
        {
            Attachments = [.. OlderFiles(form)], Timestamp = SmsEvents.Time(form.Text("createdDatetime")) ?? ShortCodeTime(form.Text("receive_datetime")),
        };
        return message is { Text: null, Attachments.Count: 0 } ? new Reading.Ignored(SmsEvents.Empty) : new Reading.Events([message]);
    }

    private static IEnumerable<InboundAttachment> OlderFiles(FormFields form)
    {
        var urls = form.Fields.Where(f => f.Key.StartsWith("mediaUrls", StringComparison.Ordinal)).Select(f => JsonText.WellFormed(f.Value)).ToList();
        var types = form.Fields.Where(f => f.Key.StartsWith("mediaContentTypes", StringComparison.Ordinal)).Select(f => JsonText.WellFormed(f.Value)).ToList();
        return urls.Select((url, i) => SmsEvents.File(url, i < types.Count ? types[i] : null));
    }

    private static InboundEvent OlderReport(FormFields form, string id, string status, string to)
    {
        var code = form.Text("statusErrorCode");
        return SmsEvents.Status(id, to, status switch
        {
            "scheduled" => "queued",
            "sent" or "buffered" => "sent",
            "delivered" => "delivered",
            "expired" => "expired",
            "delivery_failed" => "failed",
            _ => "unknown",
        }, code, MessageBirdErrors.Words(code)) with
        {
            Timestamp = SmsEvents.Time(form.Text("statusDatetime")), Correlation = form.Text("reference"),
        };
    }

    private static DateTimeOffset? ShortCodeTime(string? text) =>
        DateTimeOffset.TryParseExact(text, "yyyyMMddHHmmss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
