using System.Globalization;
using System.Text.Json.Nodes;
using Braid.Simulator.Http;
using Braid.Simulator.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Channels;

/// <summary>What most providers share that are called by HTTP and post webhooks: a server, a queue of events, people. Each adds its own words.</summary>
internal abstract class PretendProvider(World world, SimulatedProvider provider) : ISimulatedChannel
{
    private readonly Dictionary<string, PretendPerson> people = new(StringComparer.Ordinal);
    private readonly List<WebhookEvent> early = [];
    private ProviderHost? host;
    private WebhookQueue? queue;

    public abstract JsonObject Settings { get; }
    public virtual SimulatedSkills Skills { get; } = new();

    protected World World => world;
    protected Lock Gate { get; } = new();
    protected Uri Url => host!.Address;
    protected Uri? Webhook { get; private set; }

    /// <summary>Several events may share one body.</summary>
    protected virtual bool Batches => false;

    /// <summary>Files by the id the provider gave them.</summary>
    protected Dictionary<string, SimulatedFile> Files { get; } = new(StringComparer.Ordinal);

    public async Task<ISimulatedChannel> StartAsync(CancellationToken ct)
    {
        host = await ProviderHost.StartAsync(0, HandleAsync, ct);
        return this;
    }

    public virtual Task ConnectAsync(Uri webhookUrl, CancellationToken ct)
    {
        lock (Gate)
        {
            Webhook = webhookUrl;
            queue ??= new WebhookQueue(world, provider, Batches, TimeSpan.FromDays(1), events => Post(Webhook, events));
            early.ForEach(queue.Add);
            early.Clear();
        }

        return Task.CompletedTask;
    }

    ISimulatedPerson ISimulatedChannel.Person(string name) => Person(name);

    public PretendPerson Person(string name)
    {
        lock (Gate)
        {
            return people.TryGetValue(name, out var person) ? person : people[name] = new PretendPerson(this, PersonId(name), name, ShowsNames);
        }
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (queue is not null) { await queue.DisposeAsync(); }
        if (host is not null) { await host.DisposeAsync(); }
    }

    /// <summary>False where webhooks tell no names.</summary>
    protected virtual bool ShowsNames => true;

    protected abstract string PersonId(string name);

    /// <summary>The method a fault rule names.</summary>
    protected abstract string MethodOf(HttpRequest request, string[] path);

    protected abstract Task<Answer> CallAsync(HttpRequest request, string[] path);

    /// <summary>A fault in this provider's own words.</summary>
    protected abstract Answer? Refuse(Fault fault);

    /// <summary>A signed webhook.</summary>
    protected abstract HttpRequestMessage Post(Uri address, IReadOnlyList<WebhookEvent> events);

    protected internal abstract Task WritesAsync(PretendPerson person, string text);

    protected internal abstract Task SendsAsync(PretendPerson person, SimulatedFile file, string? caption);

    protected internal virtual Task ReadsAsync(PretendPerson person, SimulatedReceived received) => Task.CompletedTask;

    protected PretendPerson? Known(string? id)
    {
        lock (Gate)
        {
            return people.Values.FirstOrDefault(p => p.Id == id);
        }
    }

    protected IReadOnlyList<PretendPerson> Everyone
    {
        get
        {
            lock (Gate) { return [.. people.Values]; }
        }
    }

    /// <summary>Done when Braid took it.</summary>
    protected Task TellAsync(JsonObject body)
    {
        var item = new WebhookEvent(body, world.Time.GetUtcNow());
        lock (Gate)
        {
            if (queue is null) { early.Add(item); }
            else { queue.Add(item); }
        }

        return item.Acknowledged;
    }

    /// <summary>Fetches what Braid only gave the address of, as the provider's own servers do.</summary>
    protected async Task<SimulatedFile> FetchAsync(string address, CancellationToken ct)
    {
        using var answer = await world.Http.GetAsync(address, ct);
        var name = new Uri(address).AbsolutePath.Split('/')[^1];
        return new SimulatedFile(name, answer.Content.Headers.ContentType?.MediaType ?? "application/octet-stream", answer.IsSuccessStatusCode ? await answer.Content.ReadAsByteArrayAsync(ct) : []);
    }

    protected string Digits(long from, long to) => world.Number(from, to).ToString(CultureInfo.InvariantCulture);

    protected string Hex(int characters) => world.Letters(characters, "0123456789abcdef");

    protected long Milliseconds => world.Time.GetUtcNow().ToUnixTimeMilliseconds();

    protected static HttpRequestMessage Json(Uri address, byte[] body)
    {
        var post = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        post.Content.Headers.ContentType = new("application/json");
        return post;
    }

    protected static Answer FileAnswer(SimulatedFile file) => new(200, null) { Content = file.Content, ContentType = file.ContentType };

    private Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return ProviderHost.ServeAsync(context, world, provider, MethodOf(context.Request, path), Refuse, () => CallAsync(context.Request, path));
    }
}

/// <summary>Somebody who uses a provider.</summary>
internal sealed class PretendPerson(PretendProvider provider, string id, string fullName, bool shown) : ISimulatedPerson
{
    public string Id => id;
    /// <summary>What webhooks tell; null where they tell no names.</summary>
    public string? Name => shown ? fullName : null;

    /// <summary>What the provider tells those who ask.</summary>
    public string FullName => fullName;

    public Arrivals<SimulatedReceived> Received { get; } = new();

    /// <summary>Has said something: providers with windows or subscriptions ask for it.</summary>
    public bool Wrote { get; private set; }

    public Task WritesAsync(string text)
    {
        Wrote = true;
        return provider.WritesAsync(this, text);
    }

    public Task SendsAsync(SimulatedFile file, string? caption = null)
    {
        Wrote = true;
        return provider.SendsAsync(this, file, caption);
    }

    public Task ReadsAsync(SimulatedReceived received) => provider.ReadsAsync(this, received);
}
