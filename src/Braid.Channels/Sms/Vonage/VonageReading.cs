using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Sms.Vonage;

/// <summary>Messages and reports, of the Messages API (JSON) and of the older SMS API (form, query or JSON).</summary>
internal static class VonageReading
{
    public static Reading Of(RawDelivery delivery)
    {
        if (delivery.Body.IsEmpty || delivery.Body.Span[0] is not ((byte)'{' or (byte)'[' or 0xEF)) { return Older(FormJson(delivery)); }
        return ChannelJson.Read(delivery, "a Vonage message", json => json.Get("message_uuid").Exists() ? Current(json) : Older(json));
    }

    private static Reading Current(JsonElement json)
    {
        if (json.Id("message_uuid") is not { } id) { return new Reading.Unreadable("not a Vonage message: it has no message_uuid"); }
        if (json.Text("status") is { } status && json.Text("message_type") is null) { return new Reading.Events([Report(json, id, status)]); }
        if (json.Id("from") is not { } from) { return new Reading.Unreadable("not a Vonage message: it has no sender"); }

        var channel = json.Text("channel") ?? "sms";
        var phone = channel is "sms" or "mms";
        var reply = json.Get("context").Id("message_uuid");
        var sender = SmsEvents.Sender(from, json.Get("profile").Text("name"), channel switch { "whatsapp" => "on WhatsApp", "rcs" => "by RCS", _ => "by SMS" });
        var message = SmsEvents.Message(id, phone ? from : $"{channel}:{from}", channel is "sms" or "mms" or "whatsapp" or "rcs" ? sender : sender with { Keys = [] }, null) with
        {
            Timestamp = SmsEvents.Time(json.Text("timestamp")), ReplyTo = reply, TargetKey = reply, Referral = Referral(json),
        };
        message = Filled(message, json, json.Text("message_type") ?? "text");
        return message is { Kind: InboundKind.Message, Text: null, Attachments.Count: 0 } ? new Reading.Ignored(SmsEvents.Empty) : new Reading.Events([message]);
    }

    private static InboundEvent Filled(InboundEvent message, JsonElement json, string type)
    {
        var content = json.Get(type);
        switch (type)
        {
            case "text":
                var text = json.Text("text");
                return message with { Text = text, Extra = SmsEvents.OptOut(text) is { } word ? SmsEvents.OptOutExtra(word) : message.Extra };
            case "image" or "video" or "audio" or "file" or "vcard" or "sticker":
                var several = json.Items("content").Where(c => c.IsObject()).ToList();
                return message with
                {
                    Text = content.Text("caption") ?? json.Text("text"),
                    Attachments = several.Count > 0 ? [.. several.Select(c => File(c.Text("type") ?? type, c))] : [File(type, content)],
                };
            case "location":
                var (latitude, longitude) = (Raw(content, "lat") ?? Raw(content, "latitude"), Raw(content, "long") ?? Raw(content, "longitude"));
                return message with { Attachments = [SmsEvents.Place(latitude, longitude, content.Text("name"), content.Text("address"))] };
            case "contact" or "contacts":
                return message with { Attachments = [new(AttachmentKind.Contact)] };
            case "order":
                return message with { Attachments = [new(AttachmentKind.Order)] };
            case "reply" or "button":
                return message with { Kind = InboundKind.Postback, Text = content.Text("title") ?? content.Text("text"), Payload = content.Id("id") ?? content.Id("payload") };
            case "reaction" when message.TargetKey is not null:
                return message with { Kind = InboundKind.Reaction, Text = content.Text("emoji"), Status = content.Text("action") == "unreact" ? "removed" : "added" };
            default:
                return SmsEvents.WithUnknown(message);
        }
    }

    private static InboundAttachment File(string type, JsonElement content) => new(type switch
    {
        "image" => AttachmentKind.Image, "video" => AttachmentKind.Video, "audio" => AttachmentKind.Audio, "vcard" => AttachmentKind.Contact,
        "sticker" => AttachmentKind.Sticker, _ => AttachmentKind.File,
    })
    {
        MediaRef = content.Text("url"), Name = content.Text("name"),
    };

    private static string? Raw(JsonElement json, string name) => json.Get(name).ValueKind == JsonValueKind.Number ? json.Get(name).GetRawText() : json.Text(name);

    private static InboundEvent Report(JsonElement json, string id, string status)
    {
        var error = json.Get("error");
        var code = error.Id("title") ?? error.Text("type")?.Split('#')[^1];
        var phone = json.Text("channel") is null or "sms" or "mms";
        var to = json.Id("to");
        var known = status switch { "submitted" => "sent", "delivered" or "read" => status, "rejected" or "undeliverable" => "failed", _ => "unknown" };
        return SmsEvents.Status(id, to, known, code, VonageErrors.Words(code)) with
        {
            ThreadId = to is null || phone ? to : $"{json.Text("channel")}:{to}", Timestamp = SmsEvents.Time(json.Text("timestamp")), Correlation = json.Id("client_ref"),
        };
    }

    /// <summary>Long messages of the older API come in parts, each of them a message here: nothing waits for the rest, nothing is lost.</summary>
    private static Reading Older(JsonElement json)
    {
        if (json.Id("messageId") is not { } id || json.Id("msisdn") is not { } from)
        {
            return new Reading.Unreadable("not a Vonage message: it has no id or no sender");
        }

        if (json.Text("status") is { } status)
        {
            var known = status switch
            {
                "delivered" or "expired" => status,
                "accepted" or "buffered" => "sent",
                "failed" or "rejected" or "deleted" => "failed",
                _ => "unknown",
            };
            var code = json.Id("err-code");
            var report = SmsEvents.Status(id, from, known, code is "0" ? null : code, VonageErrors.ReportWords(code));
            return new Reading.Events([report with { Timestamp = SmsEvents.Time(json.Text("message-timestamp")), Correlation = json.Id("client-ref") }]);
        }

        var message = SmsEvents.Message(id, from, SmsEvents.Sender(from), json.Text("text")) with { Timestamp = SmsEvents.Time(json.Text("message-timestamp")) };
        if (json.Text("concat") == "true")
        {
            message = message with
            {
                Extra = new Dictionary<string, string> { ["part"] = json.Id("concat-part") ?? "?", ["parts"] = json.Id("concat-total") ?? "?", ["concat"] = json.Id("concat-ref") ?? "?" },
            };
        }

        return json.Text("type") == "binary" ? new Reading.Events([SmsEvents.WithUnknown(message)])
            : message.Text is null ? new Reading.Ignored(SmsEvents.Empty)
            : new Reading.Events([message]);
    }

    private static JsonElement FormJson(RawDelivery delivery)
    {
        var json = new JsonObject();
        foreach (var (name, value) in FormFields.Of(delivery).Fields) { json.TryAdd(JsonText.WellFormed(name), JsonText.WellFormed(value)); }
        return JsonSerializer.SerializeToElement(json);
    }

    private static string? Referral(JsonElement json) =>
        json.Get("whatsapp").Get("referral") is { ValueKind: JsonValueKind.Object } referral ? JsonText.WellFormed(referral.GetRawText()) : null;
}
