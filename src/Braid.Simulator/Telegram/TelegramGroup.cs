using System.Text.Json.Nodes;

namespace Braid.Simulator.Telegram;

/// <summary>A group the bot is a member of. People write in it by naming it.</summary>
public sealed class TelegramGroup
{
    private readonly TelegramBot bot;

    internal TelegramGroup(TelegramBot bot, TelegramChat chat, string title) => (this.bot, Chat, Title) = (bot, chat, title);

    public string Title { get; }
    public long Id => Chat.Id;
    internal TelegramChat Chat { get; private set; }

    /// <summary>Somebody removes the bot.</summary>
    public void KicksTheBot()
    {
        lock (bot.Gate)
        {
            Chat.Closed = true;
        }
    }

    /// <summary>The group goes on under another id; the old one is told of it, and refuses with the new one.</summary>
    public Task<TelegramSaid> MovesAsync()
    {
        lock (bot.Gate)
        {
            var (old, now) = (Chat, bot.World.Time.GetUtcNow());
            old.MovedTo = bot.World.SupergroupId();
            Chat = bot.Open(new JsonObject { ["id"] = old.MovedTo, ["title"] = Title, ["type"] = "supergroup" }, old.Members);
            var id = bot.NextMessageId();
            var message = new JsonObject
            {
                ["message_id"] = id, ["from"] = bot.Json, ["chat"] = old.Json, ["date"] = now.ToUnixTimeSeconds(), ["migrate_to_chat_id"] = old.MovedTo,
            };
            return Task.FromResult(bot.Report("message", message, old, id, now));
        }
    }
}
