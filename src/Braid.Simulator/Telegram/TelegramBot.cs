using System.Globalization;
using System.Text.Json.Nodes;
using Braid.Simulator.Webhooks;

namespace Braid.Simulator.Telegram;

/// <summary>One bot account: its token, the chats it knows, its files and its updates. All state is changed under <see cref="Gate"/>.</summary>
public sealed class TelegramBot : IAsyncDisposable
{
    private readonly Dictionary<long, TelegramChat> chats = [];
    private long lastMessage;

    internal TelegramBot(World world, string token, string name, string username)
    {
        (World, Token, Name, Username) = (world, token, name, username);
        Id = long.Parse(token.Split(':')[0], CultureInfo.InvariantCulture);
        lastMessage = world.Options.FirstMessageId;
        Updates = new TelegramUpdates(world);
        Files = new TelegramFiles(world);
    }

    public string Token { get; }
    public long Id { get; }
    public string Name { get; }
    public string Username { get; }

    /// <summary>Where updates are posted, when a webhook is set.</summary>
    public Uri? WebhookUrl => Updates.WebhookUrl;

    /// <summary>Everything any person or group was shown by this bot.</summary>
    public Arrivals<TelegramReceived> Sent { get; } = new();

    internal World World { get; }
    internal Lock Gate { get; } = new();
    internal TelegramUpdates Updates { get; }
    internal TelegramFiles Files { get; }
    internal Dictionary<string, TelegramPerson> OpenQueries { get; } = new(StringComparer.Ordinal);

    internal JsonObject Json => new() { ["id"] = Id, ["is_bot"] = true, ["first_name"] = Name, ["username"] = Username };

    /// <summary>Sets the webhook as an administrator would with BotFather's token and curl, without a call by Braid.</summary>
    public void SetWebhook(Uri url, string secret) =>
        Updates.SetWebhook(new Http.Call(
            new JsonObject
            {
                ["url"] = url.ToString(), ["secret_token"] = secret,
                ["allowed_updates"] = new JsonArray("message", "edited_message", "callback_query", "my_chat_member", "message_reaction"),
            },
            new Dictionary<string, SimulatedFile>()));

    public ValueTask DisposeAsync() => Updates.DisposeAsync();

    internal TelegramChat? Chat(long id) => chats.GetValueOrDefault(id);

    internal TelegramChat Open(JsonObject json, params IReadOnlyList<TelegramPerson> members)
    {
        var id = json["id"]!.GetValue<long>();
        if (!chats.TryGetValue(id, out var chat))
        {
            chats[id] = chat = new TelegramChat(json, members);
        }

        return chat;
    }

    internal long NextMessageId() => ++lastMessage;

    /// <summary>Something a person did becomes an update of this bot. Called under the gate.</summary>
    internal TelegramSaid Report(string kind, JsonObject content, TelegramChat chat, long messageId, DateTimeOffset at) =>
        Updates.Add(kind, content.Copy(), at) is var (id, item)
            ? new TelegramSaid(chat.Id, messageId, id, item.Body, item.Acknowledged)
            : new TelegramSaid(chat.Id, messageId, 0, content, Task.CompletedTask);

    /// <summary>What the people of a chat see.</summary>
    internal void Show(TelegramChat chat, string kind, JsonObject message, string? text, SimulatedFile? file)
    {
        var id = message["message_id"]?.GetValue<long>() ?? 0;
        var seen = new TelegramReceived(kind, chat.Id, id, text, message.Copy(), file, World.Time.GetUtcNow());
        Sent.Add(seen);
        chat.Members.ForEach(m => m.Received.Add(seen));
    }
}
