using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Http;
using Braid.Simulator.Webhooks;

namespace Braid.Simulator.Telegram;

/// <summary>The send methods. Each checks what the real one checks, keeps the message and shows it to the people of the chat.</summary>
internal sealed class TelegramSending(TelegramBot bot, Call call, IReadOnlyDictionary<string, SimulatedFile> files)
{
    private const int TextLimit = 4096;
    private const int CaptionLimit = 1024;
    private static readonly string[] Actions =
    [
        "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document", "choose_sticker", "find_location",
        "record_video_note", "upload_video_note",
    ];

    public Answer Text()
    {
        var chat = Chat(bot, call);
        var (text, entities) = Words("text", TextLimit, "message is too long");
        if (text.Length == 0)
        {
            throw TelegramAnswer.Bad("message text is empty");
        }

        var content = new JsonObject { ["text"] = text };
        return Post(chat, "text", content, "entities", entities, text, null);
    }

    public Answer File(string kind)
    {
        var chat = Chat(bot, call);
        var (caption, entities) = Words("caption", CaptionLimit, "message caption is too long");
        var file = files.GetValueOrDefault(kind) ?? (call.Text(kind) is { } id ? bot.Files.Find(id) : null);
        if (file is null)
        {
            throw TelegramAnswer.Bad(call.Text(kind) is null
                ? $"there is no {kind} in the request"
                : "wrong remote file identifier specified: Wrong character in the string");
        }

        if (file.Content.Length == 0)
        {
            throw TelegramAnswer.Bad("file must be non-empty");
        }

        if (file.Content.Length > (kind == "photo" ? 10 : 50) * 1024 * 1024)
        {
            throw new RefusalException(TelegramAnswer.Error(413, "Request Entity Too Large"));
        }

        if (kind == "photo" && !LooksLikePicture(file.Content))
        {
            throw TelegramAnswer.Bad("IMAGE_PROCESS_FAILED");
        }

        var content = new JsonObject { [kind] = bot.Files.Describe(kind, file) };
        if (caption.Length > 0)
        {
            content["caption"] = caption;
        }

        return Post(chat, kind, content, "caption_entities", entities, caption.Length > 0 ? caption : null, file);
    }

    public Answer Album()
    {
        var chat = Chat(bot, call);
        var items = (call.Parameters["media"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        if (items.Count is < 2 or > 10)
        {
            throw TelegramAnswer.Bad("wrong number of media in the album");
        }

        var group = bot.World.Number(1_000_000_000, 9_000_000_000).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var results = new JsonArray();
        foreach (var item in items)
        {
            var (kind, media) = (item.Text("type") ?? "document", item.Text("media") ?? "");
            var file = files.GetValueOrDefault(media.Replace("attach://", "", StringComparison.Ordinal)) ?? bot.Files.Find(media)
                ?? throw TelegramAnswer.Bad("wrong remote file identifier specified: Wrong character in the string");
            var content = new JsonObject { ["media_group_id"] = group, [kind] = bot.Files.Describe(kind, file) };
            if (item.Text("caption") is { } caption)
            {
                content["caption"] = caption;
            }

            results.Add(Message(chat, kind, content, item.Text("caption"), file).DeepClone());
        }

        return TelegramAnswer.Ok(results);
    }

    public Answer Location()
    {
        var chat = Chat(bot, call);
        if (call.Parameters["latitude"] is not { } latitude || call.Parameters["longitude"] is not { } longitude)
        {
            throw TelegramAnswer.Bad("there is no location in the request");
        }

        var place = new JsonObject { ["latitude"] = latitude.DeepClone(), ["longitude"] = longitude.DeepClone() };
        return Post(chat, "location", new JsonObject { ["location"] = place }, "entities", [], null, null);
    }

    public Answer Contact()
    {
        var chat = Chat(bot, call);
        var contact = new JsonObject { ["phone_number"] = call.Text("phone_number"), ["first_name"] = call.Text("first_name") };
        return Post(chat, "contact", new JsonObject { ["contact"] = contact }, "entities", [], null, null);
    }

    public Answer Action()
    {
        var chat = Chat(bot, call);
        if (!Actions.Contains(call.Text("action")))
        {
            throw TelegramAnswer.Bad("wrong parameter action in request");
        }

        bot.Show(chat, "typing", [], call.Text("action"), null);
        return TelegramAnswer.Ok(true);
    }

    /// <summary>The chat a call names, when the bot may write there.</summary>
    public static TelegramChat Chat(TelegramBot bot, Call call)
    {
        if (call.Text("chat_id") is not { Length: > 0 })
        {
            throw TelegramAnswer.Bad("chat_id is empty");
        }

        var chat = (call.Number("chat_id") is { } id ? bot.Chat(id) : null) ?? throw TelegramAnswer.Bad("chat not found");
        if (chat.MovedTo is { } moved)
        {
            throw new RefusalException(TelegramAnswer.Error(
                400, "Bad Request: group chat was upgraded to a supergroup chat", new JsonObject { ["migrate_to_chat_id"] = moved }));
        }

        return chat.Closed
            ? throw TelegramAnswer.Forbidden(chat.IsPrivate ? "bot was blocked by the user" : "bot was kicked from the supergroup chat")
            : chat;
    }

    private static bool LooksLikePicture(byte[] content) => content is
        [0x89, 0x50, 0x4E, 0x47, ..] or [0xFF, 0xD8, ..] or [0x47, 0x49, 0x46, ..] or [0x52, 0x49, 0x46, 0x46, ..] or [0x42, 0x4D, ..];

    private (string Text, JsonArray Entities) Words(string field, int limit, string tooLong)
    {
        var (text, entities) = TelegramMarkup.Parse(call.Text(field) ?? "", call.Text("parse_mode"));
        if (call.Parameters["entities"] is JsonArray given && entities.Count == 0)
        {
            entities = given.DeepClone().AsArray();
        }

        text = text.Trim();
        return text.Length <= limit ? (text, entities) : throw TelegramAnswer.Bad(tooLong);
    }

    private Answer Post(TelegramChat chat, string kind, JsonObject content, string entityField, JsonArray entities, string? text, SimulatedFile? file)
    {
        if (entities.Count > 0)
        {
            content[entityField] = entities;
        }

        return TelegramAnswer.Ok(Message(chat, kind, content, text, file).Copy());
    }

    private JsonObject Message(TelegramChat chat, string kind, JsonObject content, string? text, SimulatedFile? file)
    {
        var message = new JsonObject
        {
            ["message_id"] = 0, ["from"] = bot.Json, ["chat"] = chat.Json, ["date"] = bot.World.Time.GetUtcNow().ToUnixTimeSeconds(),
        };
        AddReply(chat, message);
        foreach (var (name, value) in content)
        {
            message[name] = value?.DeepClone();
        }

        if (call.Object("reply_markup") is { } markup)
        {
            CheckButtons(markup);
            message["reply_markup"] = markup.Copy();
        }

        var id = bot.NextMessageId();
        message["message_id"] = id;
        chat.Keep(id, message);
        bot.Show(chat, kind, message, text, file);
        // A keyboard below the input line is shown to the person, but is no part of the answer.
        if (message["reply_markup"]?["inline_keyboard"] is null)
        {
            var answer = message.Copy();
            answer.Remove("reply_markup");
            return answer;
        }

        return message;
    }

    private void AddReply(TelegramChat chat, JsonObject message)
    {
        var reply = call.Object("reply_parameters");
        if ((reply?.Number("message_id") ?? call.Number("reply_to_message_id")) is not { } target)
        {
            return;
        }

        if (chat.Message(target) is { } original)
        {
            var quoted = original.Copy();
            quoted.Remove("reply_to_message");
            message["reply_to_message"] = quoted;
        }
        else if (!(reply ?? call.Parameters).Flag("allow_sending_without_reply"))
        {
            throw TelegramAnswer.Bad("message to be replied not found");
        }
    }

    private static void CheckButtons(JsonObject markup)
    {
        foreach (var button in (markup["inline_keyboard"] as JsonArray ?? []).OfType<JsonArray>().SelectMany(row => row).OfType<JsonObject>())
        {
            if (string.IsNullOrEmpty(button.Text("text")))
            {
                throw TelegramAnswer.Bad("text buttons are unallowed in the inline keyboard");
            }

            if (button.Text("callback_data") is { } data && Encoding.UTF8.GetByteCount(data) is 0 or > 64)
            {
                throw TelegramAnswer.Bad("BUTTON_DATA_INVALID");
            }
        }
    }
}
