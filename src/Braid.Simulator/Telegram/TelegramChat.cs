using System.Text.Json.Nodes;
using Braid.Simulator.Webhooks;

namespace Braid.Simulator.Telegram;

/// <summary>A chat as one bot knows it. Private chats have their person's id.</summary>
internal sealed class TelegramChat(JsonObject json, IReadOnlyList<TelegramPerson> members)
{
    private readonly Dictionary<long, JsonObject> messages = [];

    public long Id { get; } = json["id"]!.GetValue<long>();
    public bool IsPrivate { get; } = json["type"]!.GetValue<string>() == "private";
    public List<TelegramPerson> Members { get; } = [.. members];

    /// <summary>The bot was blocked (private) or kicked (group).</summary>
    public bool Closed { get; set; }

    /// <summary>Set when the group became a supergroup under another id.</summary>
    public long? MovedTo { get; set; }

    public Dictionary<long, string?> Reactions { get; } = [];

    public JsonObject Json => json.Copy();

    public JsonObject? Message(long id) => messages.GetValueOrDefault(id);

    public void Keep(long id, JsonObject message) => messages[id] = message;

    public bool Forget(long id) => messages.Remove(id);
}
