using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Telegram;

/// <summary>What people do besides writing: delete (business chats only), react, press buttons.</summary>
internal static class TelegramActs
{
    public static IEnumerable<InboundEvent> Deletes(JsonElement json)
    {
        var chat = new TelegramChat(json.Get("chat"));
        if (chat.Id is null) yield break;

        var thread = new TelegramThread(chat.Id, Business: json.Id("business_connection_id"));
        foreach (var item in json.Items("message_ids"))
        {
            if (item.AsId() is { } id)
            {
                yield return new InboundEvent(InboundKind.Delete)
                {
                    ExternalId = id, TargetKey = thread.Key(id), ThreadId = thread.ToString(), Audience = chat.Audience,
                };
            }
        }
    }

    /// <summary>Telegram tells the list before and the list after; each difference is one event.</summary>
    public static IEnumerable<InboundEvent> Reactions(JsonElement json)
    {
        var chat = new TelegramChat(json.Get("chat"));
        if (chat.Id is null || json.Id("message_id") is not { } target) yield break;

        var before = json.Items("old_reaction").Select(Name).ToList();
        var after = json.Items("new_reaction").Select(Name).ToList();
        var thread = new TelegramThread(chat.Id);
        var sender = (TelegramParty.Person(json.Get("user")) ?? TelegramParty.Chat(json.Get("actor_chat")))?.ToSender();
        foreach (var (emoji, status) in before.Except(after).Select(e => (e, "removed")).Concat(after.Except(before).Select(e => (e, "added"))))
        {
            yield return new InboundEvent(InboundKind.Reaction)
            {
                TargetKey = thread.Key(target),
                ReplyTo = target,
                Sender = sender,
                ThreadId = thread.ToString(),
                Audience = chat.Audience,
                Text = emoji,
                Status = status,
                Timestamp = json.Epoch("date"),
            };
        }
    }

    public static void Press(JsonElement query, List<InboundEvent> events, List<string> skipped)
    {
        var message = new TelegramMessage(query.Get("message"));
        if (query.Id("id") is not { } id || TelegramParty.Person(query.Get("from")) is not { } from || message.Chat.Id is not { } chat)
        {
            skipped.Add("a button pressed outside any chat of ours");
            return;
        }

        var thread = new TelegramThread(chat, message.Topic, message.BusinessConnection);
        var payload = query.Text("data");
        events.Add(new InboundEvent(InboundKind.Postback)
        {
            ExternalId = id,
            Sender = from.ToSender(),
            ThreadId = thread.ToString(),
            Audience = message.Chat.Audience,
            ThreadTitle = message.Chat.Title,
            Text = Label(message.Json, payload),
            Payload = payload,
            ReplyTo = message.Id,
            TargetKey = message.Id is null ? null : thread.Key(message.Id),
        });
    }

    private static string? Label(JsonElement message, string? payload) =>
        message.Get("reply_markup").Items("inline_keyboard")
            .SelectMany(row => row.ValueKind == JsonValueKind.Array ? row.EnumerateArray() : Enumerable.Empty<JsonElement>())
            .FirstOrDefault(button => payload is not null && button.Text("callback_data") == payload)
            .Text("text");

    private static string Name(JsonElement reaction) => reaction.Text("type") switch
    {
        "custom_emoji" => $"custom emoji {reaction.Id("custom_emoji_id")}",
        "paid" => "⭐",
        _ => reaction.Text("emoji") ?? "reaction",
    };
}
