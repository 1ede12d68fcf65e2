using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Http;
using Braid.Simulator.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Channels;

/// <summary>
/// What providers with one account and one web server have in common: people by name, calls under the world's faults, and, for those that
/// post, a queue of webhooks. All state is changed under <see cref="Gate"/>.
/// </summary>
internal abstract class PeopledProvider<TPerson>(World world, SimulatedProvider provider) : ISimulatedChannel
    where TPerson : Acquaintance
{
    private readonly Dictionary<string, TPerson> people = new(StringComparer.Ordinal);
    private readonly List<WebhookEvent> early = [];
    private WebhookQueue? queue;
    private DateTimeOffset moment;

    public abstract JsonObject Settings { get; }

    public abstract SimulatedSkills Skills { get; }

    internal World World { get; } = world;

    internal Lock Gate { get; } = new();

    internal DateTimeOffset Now => World.Time.GetUtcNow();

    /// <summary>Now, but never the same moment twice, so that what comes later also has a later time. Called under the gate.</summary>
    internal DateTimeOffset NextMoment()
    {
        moment = Now >= moment.AddMilliseconds(1) ? Now : moment.AddMilliseconds(1);
        return moment;
    }

    internal ProviderHost Host { get; private set; } = null!;

    internal Uri? WebhookUrl { get; private set; }

    internal string Address => Host.Address.ToString().TrimEnd('/');

    public async Task<ISimulatedChannel> StartAsync(CancellationToken ct)
    {
        Host = await ProviderHost.StartAsync(0, HandleAsync, ct);
        return this;
    }

    public virtual Task ConnectAsync(Uri webhookUrl, CancellationToken ct)
    {
        lock (Gate)
        {
            WebhookUrl = webhookUrl;
            queue ??= new WebhookQueue(World, provider, batches: false, TimeSpan.FromDays(1), events => Request(events[0], WebhookUrl));
            early.ForEach(queue.Add);
            early.Clear();
        }

        return Task.CompletedTask;
    }

    public ISimulatedPerson Person(string name) => Somebody(name);

    public async ValueTask DisposeAsync()
    {
        if (queue is not null)
        {
            await queue.DisposeAsync();
        }

        await Host.DisposeAsync();
    }

    internal TPerson Somebody(string name)
    {
        lock (Gate)
        {
            if (!people.TryGetValue(name, out var person))
            {
                people[name] = person = Meet(name);
            }

            return person;
        }
    }

    internal TPerson? ById(string? id) => Find(p => p.Id == id);

    internal TPerson? Find(Func<TPerson, bool> wanted)
    {
        lock (Gate)
        {
            return people.Values.FirstOrDefault(wanted);
        }
    }

    /// <summary>Letters made of a name, so that a person is the same one in the next world, too.</summary>
    protected static string Letters(string name, int count) =>
        Convert.ToBase64String(SHA512.HashData(Encoding.UTF8.GetBytes(name))).Replace('+', 'x').Replace('/', '_')[..count];

    /// <summary>On its way at once; done when Braid has taken it.</summary>
    internal Task PostAsync(JsonObject body)
    {
        var item = new WebhookEvent(body, Now);
        lock (Gate)
        {
            if (queue is null)
            {
                early.Add(item);
            }
            else
            {
                queue.Add(item);
            }
        }

        return item.Acknowledged;
    }

    protected abstract TPerson Meet(string name);

    /// <summary>How this provider posts one event.</summary>
    protected virtual HttpRequestMessage Request(WebhookEvent item, Uri to) => throw new NotSupportedException("This provider posts nothing.");

    /// <summary>What a call is named in faults: the last word of its path unless the provider says better.</summary>
    protected virtual string MethodOf(HttpRequest request) => request.Path.Value!.TrimEnd('/')[(request.Path.Value!.TrimEnd('/').LastIndexOf('/') + 1)..];

    /// <summary>A fault in this provider's words.</summary>
    protected abstract Answer? Refuse(Fault fault);

    protected abstract Task<Answer> CallAsync(HttpRequest request, string path, Call call, string raw);

    private Task HandleAsync(HttpContext context) => ProviderHost.ServeAsync(context, World, provider, MethodOf(context.Request), Refuse, async () =>
    {
        context.Request.EnableBuffering();
        var call = await Call.ReadAsync(context.Request);
        var raw = "";
        if (!context.Request.HasFormContentType)
        {
            context.Request.Body.Position = 0;
            using var reader = new StreamReader(context.Request.Body, Encoding.UTF8, leaveOpen: true);
            raw = await reader.ReadToEndAsync(context.RequestAborted);
        }

        return await CallAsync(context.Request, context.Request.Path.Value!, call, raw);
    });
}
