using System.Text.Json.Nodes;
using Braid.Simulator.Http;
using Braid.Simulator.Webhooks;

namespace Braid.Simulator.Telegram;

/// <summary>Methods that change what was sent, or answer a pressed button.</summary>
internal sealed class TelegramChanging(TelegramBot bot, Call call)
{
    public Answer Edit(string? field)
    {
        var chat = TelegramSending.Chat(bot, call);
        var message = Own(chat, "message to edit not found", "message can't be edited");
        var markup = call.Object("reply_markup");
        var text = field is null ? null : TelegramMarkup.Parse(call.Text(field) ?? "", call.Text("parse_mode")).Text.Trim();
        if (field == "text" && text is { Length: 0 })
        {
            throw TelegramAnswer.Bad("message text is empty");
        }

        if (text is { Length: > 4096 })
        {
            throw TelegramAnswer.Bad("message is too long");
        }

        if ((field is null || message.Text(field) == text) && JsonNode.DeepEquals(message["reply_markup"], markup))
        {
            throw TelegramAnswer.Bad(
                "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message");
        }

        if (field is not null)
        {
            message[field] = text;
        }

        message.Remove("reply_markup");
        if (markup is not null)
        {
            message["reply_markup"] = markup.Copy();
        }

        message["edit_date"] = bot.World.Time.GetUtcNow().ToUnixTimeSeconds();
        bot.Show(chat, "edit", message, text, null);
        return TelegramAnswer.Ok(message.Copy());
    }

    public Answer Delete()
    {
        var chat = TelegramSending.Chat(bot, call);
        if (call.Number("message_id") is not { } id || chat.Message(id) is not { } message)
        {
            throw TelegramAnswer.Bad("message to delete not found");
        }

        if (bot.World.Time.GetUtcNow().ToUnixTimeSeconds() - message["date"]!.GetValue<long>() > 48 * 3600)
        {
            throw TelegramAnswer.Bad("message can't be deleted for everyone");
        }

        chat.Forget(id);
        bot.Show(chat, "delete", message, null, null);
        return TelegramAnswer.Ok(true);
    }

    public Answer AnswerCallback()
    {
        if (call.Text("callback_query_id") is not { } id || !bot.OpenQueries.Remove(id, out var person))
        {
            throw TelegramAnswer.Bad("query is too old and response timeout expired or query ID is invalid");
        }

        if (call.Text("text") is { Length: > 200 })
        {
            throw TelegramAnswer.Bad("MESSAGE_TOO_LONG");
        }

        var content = new JsonObject { ["show_alert"] = call.Parameters.Flag("show_alert") };
        person.Received.Add(new TelegramReceived("callbackAnswer", person.Id, 0, call.Text("text"), content, null, bot.World.Time.GetUtcNow()));
        return TelegramAnswer.Ok(true);
    }

    public Answer React()
    {
        var chat = TelegramSending.Chat(bot, call);
        if (call.Number("message_id") is not { } id || chat.Message(id) is not { } message)
        {
            throw TelegramAnswer.Bad("message to react not found");
        }

        var emoji = (call.Parameters["reaction"] as JsonArray)?.OfType<JsonObject>().FirstOrDefault()?.Text("emoji");
        bot.Show(chat, "reaction", message, emoji, null);
        return TelegramAnswer.Ok(true);
    }

    private JsonObject Own(TelegramChat chat, string unknown, string foreign)
    {
        var message = (call.Number("message_id") is { } id ? chat.Message(id) : null) ?? throw TelegramAnswer.Bad(unknown);
        return message["from"]?["id"]?.GetValue<long>() == bot.Id ? message : throw TelegramAnswer.Bad(foreign);
    }
}
