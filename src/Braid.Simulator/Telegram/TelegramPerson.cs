using System.Text.Json.Nodes;

namespace Braid.Simulator.Telegram;

/// <summary>
/// Somebody with Telegram on their phone. Nothing waits for Braid: what is said is on its way, <see cref="TelegramSaid.Acknowledged"/> tells when
/// it was taken. An <c>at</c> in the past makes history.
/// </summary>
public sealed class TelegramPerson
{
    private readonly TelegramBot bot;

    internal TelegramPerson(TelegramBot bot, long id, string firstName, string? lastName, string? username, string? language)
    {
        (this.bot, Id, FirstName, LastName, Username, Language) = (bot, id, firstName, lastName, username, language);
    }

    public long Id { get; }
    public string FirstName { get; }
    public string? LastName { get; }
    public string? Username { get; }
    public string? Language { get; }
    public string Name => LastName is null ? FirstName : $"{FirstName} {LastName}";

    /// <summary>All that reached this person: messages, edits, deletions, typing, reactions, answers to pressed buttons.</summary>
    public Arrivals<TelegramReceived> Received { get; } = new();

    internal JsonObject User
    {
        get
        {
            var user = new JsonObject { ["id"] = Id, ["is_bot"] = false, ["first_name"] = FirstName };
            Put(user, "last_name", LastName);
            Put(user, "username", Username);
            Put(user, "language_code", Language);
            return user;
        }
    }

    internal JsonObject PrivateChat
    {
        get
        {
            var chat = new JsonObject { ["id"] = Id, ["first_name"] = FirstName, ["type"] = "private" };
            Put(chat, "last_name", LastName);
            Put(chat, "username", Username);
            return chat;
        }
    }

    public Task<TelegramSaid> WritesAsync(string text, long? replyTo = null, TelegramGroup? group = null, DateTimeOffset? at = null) =>
        SayAsync(new JsonObject { ["text"] = text }, replyTo, group, at);

    /// <summary>Sends a file as photo, voice, document, video, audio, animation, video_note or sticker.</summary>
    public Task<TelegramSaid> SendsAsync(string kind, SimulatedFile file, string? caption = null, TelegramGroup? group = null, DateTimeOffset? at = null)
    {
        var content = new JsonObject();
        lock (bot.Gate)
        {
            content[kind] = bot.Files.Describe(kind, file);
        }

        Put(content, "caption", caption);
        return SayAsync(content, null, group, at);
    }

    public Task<TelegramSaid> SendsLocationAsync(double latitude, double longitude, string? title = null, string? address = null, DateTimeOffset? at = null)
    {
        var content = new JsonObject { ["location"] = Location() };
        if (title is not null)
        {
            content["venue"] = new JsonObject { ["location"] = Location(), ["title"] = title, ["address"] = address ?? "" };
        }

        return SayAsync(content, null, null, at);

        JsonObject Location() => new() { ["latitude"] = latitude, ["longitude"] = longitude };
    }

    /// <summary>Any message content, for kinds nobody has invented yet.</summary>
    public Task<TelegramSaid> SendsAsync(JsonObject content, DateTimeOffset? at = null) => SayAsync(content.DeepClone().AsObject(), null, null, at);

    public Task<TelegramSaid> EditsAsync(TelegramSaid said, string text, DateTimeOffset? at = null)
    {
        lock (bot.Gate)
        {
            var chat = bot.Chat(said.ChatId)!;
            var message = chat.Message(said.MessageId) ?? throw new InvalidOperationException("This message is gone.");
            var when = at ?? bot.World.Time.GetUtcNow();
            (message["text"], message["edit_date"]) = (text, when.ToUnixTimeSeconds());
            return Task.FromResult(bot.Report("edited_message", message, chat, said.MessageId, when));
        }
    }

    /// <summary>Reacts to a message with an emoji, or takes the reaction back with null.</summary>
    public Task<TelegramSaid> ReactsAsync(long messageId, string? emoji, DateTimeOffset? at = null)
    {
        lock (bot.Gate)
        {
            var chat = bot.Open(PrivateChat, this);
            var when = at ?? bot.World.Time.GetUtcNow();
            var before = chat.Reactions.GetValueOrDefault(messageId);
            chat.Reactions[messageId] = emoji;
            var content = new JsonObject
            {
                ["chat"] = chat.Json, ["message_id"] = messageId, ["user"] = User, ["date"] = when.ToUnixTimeSeconds(),
                ["old_reaction"] = Emoji(before), ["new_reaction"] = Emoji(emoji),
            };
            return Task.FromResult(bot.Report("message_reaction", content, chat, messageId, when));
        }

        static JsonArray Emoji(string? emoji) => emoji is null ? [] : [new JsonObject { ["type"] = "emoji", ["emoji"] = emoji }];
    }

    /// <summary>Presses an inline button, or a keyboard key (which simply says its label).</summary>
    public Task<TelegramSaid> PressesAsync(TelegramReceived received, string label)
    {
        var rows = received.Message["reply_markup"]?["inline_keyboard"] as JsonArray;
        var button = rows?.OfType<JsonArray>().SelectMany(r => r).FirstOrDefault(b => b?["text"]?.GetValue<string>() == label);
        if (button is null)
        {
            return WritesAsync(label);
        }

        lock (bot.Gate)
        {
            var chat = bot.Chat(received.ChatId)!;
            var id = bot.World.Number(1_000_000_000_000_000, 9_000_000_000_000_000).ToString(System.Globalization.CultureInfo.InvariantCulture);
            bot.OpenQueries[id] = this;
            var content = new JsonObject
            {
                ["id"] = id, ["from"] = User, ["message"] = received.Message.DeepClone(), ["chat_instance"] = "-" + id, ["data"] = button["callback_data"]?.DeepClone(),
            };
            return Task.FromResult(bot.Report("callback_query", content, chat, received.MessageId, bot.World.Time.GetUtcNow()));
        }
    }

    public Task<TelegramSaid> BlocksTheBotAsync() => MembershipAsync(blocked: true);

    public Task<TelegramSaid> UnblocksTheBotAsync() => MembershipAsync(blocked: false);

    private Task<TelegramSaid> MembershipAsync(bool blocked)
    {
        lock (bot.Gate)
        {
            var chat = bot.Open(PrivateChat, this);
            chat.Closed = blocked;
            var now = bot.World.Time.GetUtcNow();
            var content = new JsonObject
            {
                ["chat"] = chat.Json, ["from"] = User, ["date"] = now.ToUnixTimeSeconds(),
                ["old_chat_member"] = Member(blocked ? "member" : "kicked"), ["new_chat_member"] = Member(blocked ? "kicked" : "member"),
            };
            return Task.FromResult(bot.Report("my_chat_member", content, chat, 0, now));
        }

        JsonObject Member(string status) => status == "kicked"
            ? new() { ["user"] = bot.Json, ["status"] = status, ["until_date"] = 0 }
            : new() { ["user"] = bot.Json, ["status"] = status };
    }

    private Task<TelegramSaid> SayAsync(JsonObject content, long? replyTo, TelegramGroup? group, DateTimeOffset? at)
    {
        lock (bot.Gate)
        {
            var chat = group?.Chat ?? bot.Open(PrivateChat, this);
            var when = at ?? bot.World.Time.GetUtcNow();
            var message = new JsonObject
            {
                ["message_id"] = bot.NextMessageId(), ["from"] = User, ["chat"] = chat.Json, ["date"] = when.ToUnixTimeSeconds(),
            };
            if (replyTo is { } target && chat.Message(target) is { } original)
            {
                var quoted = original.DeepClone().AsObject();
                quoted.Remove("reply_to_message");
                message["reply_to_message"] = quoted;
            }

            foreach (var (name, value) in content)
            {
                message[name] = value?.DeepClone();
            }

            var id = message["message_id"]!.GetValue<long>();
            chat.Keep(id, message);
            return Task.FromResult(bot.Report("message", message, chat, id, when));
        }
    }

    private static void Put(JsonObject json, string name, string? value)
    {
        if (value is not null)
        {
            json[name] = value;
        }
    }
}
