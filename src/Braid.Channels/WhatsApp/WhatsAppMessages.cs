using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.WhatsApp;

/// <summary>Messages of customers, and the echoes of what the business types in its own app.</summary>
internal static class WhatsAppMessages
{
    public static void Read(WhatsAppValue value, WhatsAppMessage message, bool outbound, List<InboundEvent> events, List<string> skipped)
    {
        var customer = outbound ? message.To : message.From;
        var sender = outbound ? message.From.Id ?? value.PhoneNumberId : message.From.Id;
        if (message.Id is not { } id || customer.Id is not { } customerId || sender is null)
        {
            skipped.Add("a message without id or sender");
            return;
        }

        if (message.Type is "system" or "request_welcome")
        {
            skipped.Add(message.Type == "system" ? message.Content.Text("body") ?? "a system notice" : $"{customerId} opened the chat for the first time");
            return;
        }

        var contact = value.ContactOf(customer.Phone, customer.UserId);
        customer = customer with { UserId = customer.UserId ?? contact.Id("user_id") };
        var common = new InboundEvent(InboundKind.Message)
        {
            Account = value.PhoneNumberId,
            ExternalId = id,
            ThreadId = message.Group ?? customerId,
            Audience = message.Group is null ? Audience.Private : Audience.Shared,
            ThreadTitle = outbound && message.Group is null ? contact.Get("profile").Text("name") : null,
            Sender = outbound ? new Sender(sender) : customer.ToSender(contact),
            Outbound = outbound,
            Timestamp = message.Timestamp,
            Extra = Extra(message, outbound ? null : customer.UserId),
        };
        events.Add(message.Type switch
        {
            "reaction" => Reaction(common, message.Content),
            "edit" => Change(common, InboundKind.Edit, message.Content),
            "revoke" => Change(common, InboundKind.Delete, message.Content),
            "button" => Postback(common, message, message.Content.Text("payload"), message.Content.Text("text")),
            "interactive" => Interactive(common, message),
            _ => WithContent(common, message),
        });
    }

    private static InboundEvent Reaction(InboundEvent common, JsonElement reaction)
    {
        // A removal is an empty emoji or none at all.
        var emoji = reaction.Text("emoji");
        return common with
        {
            Kind = InboundKind.Reaction,
            Text = emoji,
            Status = emoji is null ? "removed" : "added",
            ReplyTo = reaction.Id("message_id"),
            TargetKey = reaction.Id("message_id"),
        };
    }

    private static InboundEvent Change(InboundEvent common, InboundKind kind, JsonElement change)
    {
        var original = change.Id("original_message_id");
        var edited = new WhatsAppMessage(change.Get("message"));
        var changed = common with { Kind = kind, EventId = common.ExternalId, ExternalId = original ?? common.ExternalId, TargetKey = original };
        return kind == InboundKind.Edit && edited.Json.IsObject() ? WhatsAppContent.Fill(changed, edited) : changed;
    }

    private static InboundEvent Interactive(InboundEvent common, WhatsAppMessage message)
    {
        var kind = message.Content.Text("type");
        var choice = kind is null ? default : message.Content.Get(kind);
        return kind switch
        {
            "button_reply" or "list_reply" => Postback(common, message, choice.Id("id"), choice.Text("title")),
            "nfm_reply" => Postback(common, message, choice.Text("response_json"), choice.Text("body")),
            "call_permission_reply" => Postback(common, message, choice.Text("response"), null),
            _ => WhatsAppContent.Unsupported(WithReply(common, message), kind ?? "interactive"),
        };
    }

    private static InboundEvent Postback(InboundEvent common, WhatsAppMessage message, string? payload, string? label) =>
        WithReply(common, message) with { Kind = InboundKind.Postback, Payload = payload, Text = label };

    private static InboundEvent WithContent(InboundEvent common, WhatsAppMessage message)
    {
        var filled = WhatsAppContent.Fill(WithReply(common, message), message);
        return message.Json.Get("referral") is { ValueKind: JsonValueKind.Object } ad ? filled with { Referral = Referral(ad) } : filled;
    }

    private static InboundEvent WithReply(InboundEvent e, WhatsAppMessage message) => e with { ReplyTo = message.Quoted, TargetKey = message.Quoted };

    private static string Referral(JsonElement ad)
    {
        var facts = new Dictionary<string, string>();
        if (ad.Text("source_type") is { } type) facts["sourceType"] = type;
        if (ad.Id("source_id") is { } id) facts["sourceId"] = id;
        return JsonSerializer.Serialize(facts);
    }

    private static Dictionary<string, string> Extra(WhatsAppMessage message, string? userId)
    {
        var extra = new Dictionary<string, string>();
        void Add(string name, string? value)
        {
            if (value is { Length: <= 500 }) extra[name] = value;
        }

        Add("bsuid", userId);
        var context = message.Json.Get("context");
        if (context.Flag("forwarded") || context.Flag("frequently_forwarded")) extra["forwarded"] = "true";
        Add("product", context.Get("referred_product").Id("product_retailer_id"));
        Add("adHeadline", message.Json.Get("referral").Text("headline"));
        Add("adClick", message.Json.Get("referral").Id("ctwa_clid"));
        Add("adUrl", message.Json.Get("referral").Text("source_url"));
        return extra;
    }
}
