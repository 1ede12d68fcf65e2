using System.Globalization;
using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Telegram;

/// <summary>The wire fields we read of a Message. Ids are numbers of up to 52 bits; we keep their digits.</summary>
internal readonly record struct TelegramMessage(JsonElement Json)
{
    public string? Id => Json.Id("message_id");
    public TelegramParty? From => TelegramParty.Person(Json.Get("from"));
    public TelegramParty? SenderChat => TelegramParty.Chat(Json.Get("sender_chat"));
    public TelegramChat Chat => new(Json.Get("chat"));
    public string? BusinessConnection => Json.Id("business_connection_id");
    public TelegramParty? BusinessBot => TelegramParty.Person(Json.Get("sender_business_bot"));
    public string? Topic => Json.Flag("is_topic_message") ? Json.Id("message_thread_id") : null;
    public string? Album => Json.Id("media_group_id");
    public bool Forwarded => Json.Get("forward_origin").Exists();
    public DateTimeOffset? Date => Json.Epoch("date");
    public DateTimeOffset? EditDate => Json.Epoch("edit_date");

    /// <summary>In a forum every message "replies" to the notice that opened its topic: that is no reply.</summary>
    public string? ReplyTo => Json.Get("reply_to_message").Id("message_id") is { } id && id != Topic ? id : null;
}

internal readonly record struct TelegramChat(JsonElement Json)
{
    public string? Id => Json.Id("id");
    public string? Title => Json.Text("title");
    public string? Name => TelegramParty.FullName(Json);
    public bool Private => Json.Text("type") is null or "private" or "sender";
    public Audience Audience => Json.Text("type") switch { "channel" => Audience.Public, _ when Private => Audience.Private, _ => Audience.Shared };
}

/// <summary>Who acts: a person or bot, or a group or channel that speaks as itself.</summary>
internal sealed record TelegramParty(string Id, string? Name, string? Username, string? Language, bool Bot)
{
    public static TelegramParty? Person(JsonElement user) =>
        user.Id("id") is { } id ? new(id, FullName(user), user.Text("username"), user.Text("language_code"), user.Flag("is_bot")) : null;

    public static TelegramParty? Chat(JsonElement chat) =>
        chat.Id("id") is { } id ? new(id, chat.Text("title") ?? FullName(chat), chat.Text("username"), null, false) : null;

    public static string? FullName(JsonElement json) => (json.Text("first_name"), json.Text("last_name")) switch
    {
        ({ } first, { } last) => $"{first} {last}",
        var (first, last) => first ?? last,
    };

    public Sender ToSender() => new(Id)
    {
        Name = Name,
        Username = Username,
        Language = Language,
        Address = Username is null ? null : "@" + Username,
    };
}

/// <summary>Our thread id: `chat`, `chat:topic` in forums, `connection:chat` for chats of a business account.</summary>
internal readonly record struct TelegramThread(string Chat, string? Topic = null, string? Business = null)
{
    public override string ToString() => Business is not null ? $"{Business}:{Chat}" : Topic is not null ? $"{Chat}:{Topic}" : Chat;

    /// <summary>Message ids are unique only inside a chat, whatever the topic.</summary>
    public string Key(string messageId) => Business is null ? $"{Chat}:{messageId}" : $"{Business}:{Chat}:{messageId}";

    public static TelegramThread Parse(string thread)
    {
        var colon = thread.LastIndexOf(':');
        if (colon < 0) return new(thread);

        var (before, after) = (thread[..colon], thread[(colon + 1)..]);
        return IsNumber(before) ? new(before, Topic: after) : new(after, Business: before);
    }

    private static bool IsNumber(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
}
