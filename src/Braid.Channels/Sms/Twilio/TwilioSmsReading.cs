using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Sms.Twilio;

/// <summary>Twilio's form fields as events. There is no time in them, and one address serves messages and reports.</summary>
internal static class TwilioSmsReading
{
    public static Reading Of(FormFields form, string? reference, string? accountSid)
    {
        if ((form.Text("MessageSid") ?? form.Text("SmsSid")) is not { } sid) { return new Reading.Unreadable("not a Twilio message: it has no MessageSid"); }
        if (!string.IsNullOrEmpty(accountSid) && form.Text("AccountSid") is { } account && account != accountSid)
        {
            return new Reading.Ignored("it belongs to another Twilio account");
        }

        var status = form.Text("MessageStatus") ?? form.Text("SmsStatus");
        if (status is not (null or "received" or "receiving")) { return new Reading.Events([Report(form, sid, status, reference)]); }
        if (form.Text("From") is not { } from) { return new Reading.Unreadable("not a Twilio message: it has no sender"); }

        var message = Message(form, sid, from);
        return message is { Kind: InboundKind.Message, Text: null, Attachments.Count: 0 } ? new Reading.Ignored(SmsEvents.Empty) : new Reading.Events([message]);
    }

    private static InboundEvent Message(FormFields form, string sid, string from)
    {
        var reply = form.Text("OriginalRepliedMessageSid");
        var message = SmsEvents.Message(sid, from, SmsEvents.Sender(Person(from), form.Text("ProfileName"), Service(from)), form.Text("Body")) with
        {
            Attachments = [.. Files(form)],
            ReplyTo = reply,
            TargetKey = reply,
            Referral = Referral(form),
        };
        if (form.Text("OptOutType") is { } word) { message = message with { Extra = SmsEvents.OptOutExtra(word.ToLowerInvariant()) }; }

        if ((form.Text("ButtonPayload") ?? form.Text("ListId")) is { } payload)
        {
            return message with { Kind = InboundKind.Postback, Payload = payload, Text = form.Text("ButtonText") ?? form.Text("ListTitle") ?? message.Text };
        }

        return form.Text("MessageType") == "reaction" && reply is not null
            ? message with { Kind = InboundKind.Reaction, Status = message.Text is null ? "removed" : "added" }
            : message;
    }

    private static IEnumerable<InboundAttachment> Files(FormFields form)
    {
        var type = form.Text("MessageType");
        for (var i = 0; i < Math.Min(form.Number("NumMedia"), 20); i++)
        {
            var file = SmsEvents.File(form.Text($"MediaUrl{i}"), form.Text($"MediaContentType{i}"));
            yield return type == "sticker" ? file with { Kind = AttachmentKind.Sticker } : file;
        }

        if (form.Text("Latitude") is { } latitude && form.Text("Longitude") is { } longitude)
        {
            yield return SmsEvents.Place(latitude, longitude, form.Text("Label"), form.Text("Address"));
        }
    }

    private static InboundEvent Report(FormFields form, string sid, string status, string? reference)
    {
        var code = form.Text("ErrorCode");
        var thread = form.Text("To");
        return SmsEvents.Status(sid, thread, Status(status), code, TwilioErrors.Words(code)) with
        {
            Sender = thread is null ? null : new Sender(Person(thread)), Correlation = reference,
        };
    }

    private static string Status(string status) => status switch
    {
        "accepted" or "scheduled" or "queued" or "sending" => "queued",
        "sent" or "delivered" or "read" => status,
        "undelivered" or "failed" or "canceled" => "failed",
        _ => "unknown",
    };

    /// <summary>`whatsapp:+9198…` is the person 9198… there; a bare number stays as it is.</summary>
    private static string Person(string address) =>
        address.IndexOf(':') is >= 0 and var colon && PhoneNumbers.Bare(address[(colon + 1)..]) is { Length: > 0 } id ? id : address;

    private static string Service(string address) => address.Split(':')[0] switch { "whatsapp" => "on WhatsApp", "rcs" => "by RCS", _ => "by SMS" };

    /// <summary>The advertisement somebody came from.</summary>
    private static string? Referral(FormFields form)
    {
        var facts = new JsonObject();
        foreach (var (name, field) in new[] { ("sourceId", "ReferralSourceId"), ("url", "ReferralSourceUrl"), ("headline", "ReferralHeadline"), ("body", "ReferralBody") })
        {
            if (form.Text(field) is { } value) { facts[name] = value; }
        }

        return facts.Count == 0 ? null : JsonSerializer.Serialize(facts);
    }
}
