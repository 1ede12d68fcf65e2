using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Zalo;

internal sealed class ZaloReceiver : IReceiver<ZaloSettings>
{
    public Verdict Verify(WebhookRequest request, ZaloSettings settings) => ZaloSignature.IsRight(request, settings)
        ? new Verdict.Genuine()
        : new Verdict.Forged("X-ZEvent-Signature does not match the app id and the OA secret key");

    public Reading Read(RawDelivery delivery, ZaloSettings settings) =>
        ChannelJson.Read(delivery, "a Zalo event", json => json.Text("event_name") switch
        {
            null => new Reading.Unreadable("not a Zalo event: it has no name"),
            var name when name.StartsWith("user_send_", StringComparison.Ordinal) => Message(json, name["user_send_".Length..], outbound: false),
            var name when name.StartsWith("anonymous_send_", StringComparison.Ordinal) => Message(json, name["anonymous_send_".Length..], outbound: false, anonymous: true),
            var name when name.StartsWith("oa_send_anonymous", StringComparison.Ordinal) => Message(json, name, outbound: true, anonymous: true),
            var name when name.StartsWith("oa_send_", StringComparison.Ordinal) => Message(json, name["oa_send_".Length..], outbound: true),
            "user_received_message" => Receipts(json, "delivered"),
            "user_seen_message" => Receipts(json, "read"),
            "user_reacted_message" => Reaction(json),
            "user_submit_info" => new Reading.Ignored("the customer filled in contact details; they are in the raw delivery"),
            "user_click_chatnow" => new Reading.Ignored("the customer opened the chat"),
            "follow" => new Reading.Ignored($"{json.Get("follower").Id("id")} follows the account"),
            "unfollow" => new Reading.Ignored($"{json.Get("follower").Id("id")} no longer follows the account"),
            var name => new Reading.Ignored($"{name}: no content for us"),
        });

    private static Reading Message(JsonElement json, string kind, bool outbound, bool anonymous = false)
    {
        var message = json.Get("message");
        var (from, to) = (json.Get("sender").Id("id"), json.Get("recipient").Id("id"));
        var person = outbound ? to : from;
        if (message.Id("msg_id") is not { } id || from is null || person is null) { return new Reading.Ignored($"{kind} without id or person"); }

        var quoted = message.Id("quote_msg_id");
        var e = new InboundEvent(InboundKind.Message)
        {
            ExternalId = id,
            ThreadId = anonymous ? ZaloThread.Anonymous(message.Id("conversation_id") ?? json.Id("conversation_id"), person) : person,
            Sender = new Sender(from),
            Outbound = outbound,
            Timestamp = json.Epoch("timestamp"),
            ReplyTo = quoted,
            TargetKey = quoted,
            Extra = json.Id("user_id_by_app") is { } byApp ? new Dictionary<string, string> { ["userIdByApp"] = byApp } : new Dictionary<string, string>(),
        };
        return new Reading.Events([ZaloContent.Fill(e, kind, message)]);
    }

    /// <summary>Sender is the account, recipient the person; seen names several messages.</summary>
    private static Reading Receipts(JsonElement json, string status)
    {
        var message = json.Get("message");
        var ids = message.Items("msg_ids").Select(i => i.AsId()).Append(message.Id("msg_id")).OfType<string>().Distinct().ToList();
        var person = json.Get("recipient").Id("id");
        return ids.Count == 0 ? new Reading.Ignored("a receipt without message") : new Reading.Events(
        [
            .. ids.Select(id => new InboundEvent(InboundKind.Status)
            {
                ExternalId = id, TargetKey = id, ThreadId = person, Sender = person is null ? null : new Sender(person), Status = status, Timestamp = json.Epoch("timestamp"),
            }),
        ]);
    }

    private static Reading Reaction(JsonElement json)
    {
        var target = json.Get("message").Id("msg_id");
        if (target is null || json.Get("sender").Id("id") is not { } from) { return new Reading.Ignored("a reaction without message or person"); }
        var icon = json.Get("message").Text("react_icon");
        return new Reading.Events(
        [
            new InboundEvent(InboundKind.Reaction)
            {
                ThreadId = from, Sender = new Sender(from), Text = icon, Status = icon is null ? "removed" : "added", ReplyTo = target, TargetKey = target, Timestamp = json.Epoch("timestamp"),
            },
        ]);
    }
}

/// <summary>Who hides behind no account is answered by conversation and anonymous id together.</summary>
internal static class ZaloThread
{
    private const string Mark = "anonymous:";

    public static string Anonymous(string? conversation, string person) => $"{Mark}{conversation}:{person}";

    public static (string? Conversation, string Person) Parse(string thread) =>
        thread.StartsWith(Mark, StringComparison.Ordinal) && thread.LastIndexOf(':') is var cut && cut >= Mark.Length
            ? (thread[Mark.Length..cut], thread[(cut + 1)..])
            : (null, thread);
}
