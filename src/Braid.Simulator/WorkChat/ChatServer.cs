using System.Text.Json.Nodes;
using Braid.Simulator.Channels;
using Braid.Simulator.Http;
using Braid.Simulator.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.WorkChat;

/// <summary>What all simulated work chats share: a server, its people, their files, and a queue of webhooks. Wire formats are each provider's own.</summary>
internal abstract class ChatServer(World world, SimulatedProvider provider) : ISimulatedChannel
{
    private readonly List<WebhookEvent> early = [];
    private readonly Dictionary<string, SimulatedFile> files = new(StringComparer.Ordinal);
    private readonly List<ChatPerson> people = [];
    private readonly TaskCompletionSource heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebhookQueue? queue;

    protected World World { get; } = world;
    protected Lock Gate { get; } = new();
    protected ProviderHost Host { get; private set; } = null!;
    protected Uri? Webhook { get; private set; }

    public abstract JsonObject Settings { get; }
    public virtual SimulatedSkills Skills { get; } = new();

    public static async Task<ISimulatedChannel> StartAsync(ChatServer server, CancellationToken ct)
    {
        server.Host = await ProviderHost.StartAsync(0, server.HandleAsync, ct);
        return server;
    }

    public virtual Task ConnectAsync(Uri webhookUrl, CancellationToken ct)
    {
        lock (Gate)
        {
            Webhook = webhookUrl;
            queue ??= new WebhookQueue(World, provider, batches: false, TimeSpan.FromHours(1), events => Request(events[0].Body));
            early.ForEach(queue.Add);
            early.Clear();
        }

        return Task.CompletedTask;
    }

    public ISimulatedPerson Person(string name)
    {
        lock (Gate)
        {
            if (people.Find(p => p.Name == name) is { } known) { return known; }
            var person = NewPerson(name);
            people.Add(person);
            return person;
        }
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (queue is not null) { await queue.DisposeAsync(); }
        await Host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>On its way to Braid; done when Braid took it.</summary>
    internal abstract Task SaysAsync(ChatPerson person, string? text, SimulatedFile? file);

    protected abstract ChatPerson NewPerson(string name);

    /// <summary>One webhook as this provider posts it, signed.</summary>
    protected virtual HttpRequestMessage Request(JsonObject body) => throw new InvalidOperationException("posts no webhooks");

    protected abstract Task<Answer> CallAsync(HttpRequest request, string[] parts, Call call);

    /// <summary>The name a fault rule knows this call by.</summary>
    protected virtual string MethodOf(string[] parts) => parts.Length == 0 ? "" : parts[^1];

    protected abstract Answer? Refuse(Fault fault);

    /// <summary>Socket requests are taken out here; true when handled.</summary>
    protected virtual Task<bool> SocketAsync(HttpContext context, string[] parts) => Task.FromResult(false);

    /// <summary>Somebody listens: from now on nothing that is said gets lost.</summary>
    protected void Heard() => heard.TrySetResult();

    /// <summary>Before the first listener came there is nobody whom a socket would tell, and no position to catch up from.</summary>
    protected Task WhenHeardAsync() => heard.Task;

    protected Task PostAsync(JsonObject body)
    {
        lock (Gate)
        {
            var item = new WebhookEvent(body, World.Time.GetUtcNow());
            if (queue is null) { early.Add(item); } else { queue.Add(item); }
            return item.Acknowledged;
        }
    }

    protected ChatPerson? Find(Func<ChatPerson, bool> wanted)
    {
        lock (Gate) { return people.Find(p => wanted(p)); }
    }

    protected string Keep(SimulatedFile file, string? id = null)
    {
        lock (Gate)
        {
            id ??= World.Letters(16, "ABCDEFGHJKLMNPQRSTUVWXYZ23456789");
            files[id] = file;
            return id;
        }
    }

    protected SimulatedFile? File(string id)
    {
        lock (Gate) { return files.GetValueOrDefault(id); }
    }

    protected static Answer Bytes(SimulatedFile file) => new(200, null) { Content = file.Content, ContentType = file.ContentType };

    private async Task HandleAsync(HttpContext context)
    {
        var parts = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (context.WebSockets.IsWebSocketRequest && await SocketAsync(context, parts)) { return; }
        await ProviderHost.ServeAsync(
            context, World, provider, MethodOf(parts), Refuse, async () => await CallAsync(context.Request, parts, await Call.ReadAsync(context.Request)));
    }
}

/// <summary>Somebody in a work chat, with a direct conversation with our bot.</summary>
internal sealed class ChatPerson(ChatServer server, string id, string name, string conversation) : ISimulatedPerson
{
    public string Id { get; } = id;
    public string? Name { get; } = name;
    public string Conversation { get; } = conversation;
    public Arrivals<SimulatedReceived> Received { get; } = new();

    public Task WritesAsync(string text) => server.SaysAsync(this, text, null);

    public Task SendsAsync(SimulatedFile file, string? caption = null) => server.SaysAsync(this, caption, file);

    public Task ReadsAsync(SimulatedReceived received) => Task.CompletedTask;
}
