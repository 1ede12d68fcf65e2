using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Channels;
using Braid.Simulator.Http;
using Braid.Simulator.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Cti;

/// <summary>A small firm's phone system: posts what its calls do, signed, and keeps the recordings behind a token.</summary>
public sealed class CtiSwitchboard : ISimulatedChannel
{
    private const string Number = "+441632960141";
    private readonly World world;
    private readonly byte[] secret;
    private readonly string token;
    private readonly ConcurrentDictionary<string, CtiCaller> callers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SimulatedFile> recordings = new(StringComparer.Ordinal);
    private readonly List<WebhookEvent> early = [];
    private readonly Lock gate = new();
    private ProviderHost host = null!;
    private WebhookQueue? queue;
    private Uri? webhook;

    private CtiSwitchboard(World world) => (this.world, secret, token) = (world, world.Bytes(32), Convert.ToHexStringLower(world.Bytes(16)));

    public JsonObject Settings => new()
    {
        ["signingSecret"] = "whsec_" + Convert.ToBase64String(secret), ["phoneNumber"] = Number, ["apiBaseUrl"] = host.Address.ToString().TrimEnd('/'), ["recordingToken"] = token,
    };

    public SimulatedSkills Skills { get; } = new() { FilesIn = true, FilesOut = false, Answers = false };

    internal static async Task<ISimulatedChannel> StartAsync(World world, CancellationToken ct)
    {
        var board = new CtiSwitchboard(world);
        board.host = await ProviderHost.StartAsync(0, board.HandleAsync, ct);
        return board;
    }

    public Task ConnectAsync(Uri webhookUrl, CancellationToken ct)
    {
        lock (gate)
        {
            webhook = webhookUrl;
            queue ??= new WebhookQueue(world, SimulatedProvider.Cti, batches: true, TimeSpan.FromHours(1), Request);
            early.ForEach(queue.Add);
            early.Clear();
        }

        return Task.CompletedTask;
    }

    /// <summary>A caller with a number of their own; the name "anonymous" hides it.</summary>
    public ISimulatedPerson Person(string name)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(name));
        var phone = name == "anonymous" ? name : $"+4477018{((hash[0] << 8) | hash[1]) % 100_000:d5}";
        return callers.GetOrAdd(phone, p => new CtiCaller(p, name == "anonymous" ? null : name, this));
    }

    public async ValueTask DisposeAsync()
    {
        if (queue is not null) { await queue.DisposeAsync(); }
        await host.DisposeAsync();
    }

    /// <summary>It rings, nobody is there, the caller speaks. Done when Braid took all of it.</summary>
    internal async Task CallAsync(CtiCaller caller, string? says, SimulatedFile voice)
    {
        var call = "call-" + Convert.ToHexStringLower(world.Bytes(8));
        await TellAsync("call.ringing", caller, call, _ => { });
        recordings[call] = voice;
        await TellAsync("call.voicemail", caller, call, e =>
        {
            e["recording"] = new JsonObject { ["id"] = "rec-" + call, ["url"] = new Uri(host.Address, "recordings/" + call).ToString(), ["contentType"] = voice.ContentType, ["durationSeconds"] = 4 };
            if (says is not null) { e["transcript"] = new JsonObject { ["text"] = says, ["language"] = "en" }; }
        });
    }

    private Task TellAsync(string type, CtiCaller caller, string call, Action<JsonObject> more)
    {
        var now = world.Time.GetUtcNow();
        var body = new JsonObject
        {
            ["type"] = type, ["id"] = "evt-" + Convert.ToHexStringLower(world.Bytes(8)), ["callId"] = call, ["direction"] = "inbound", ["from"] = caller.Id, ["to"] = Number,
            ["at"] = now.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture),
        };
        if (caller.Name is { } name) { body["name"] = name; }
        more(body);
        var item = new WebhookEvent(body, now);
        lock (gate)
        {
            if (queue is null) { early.Add(item); }
            else { queue.Add(item); }
        }

        return item.Acknowledged;
    }

    private HttpRequestMessage Request(IReadOnlyList<WebhookEvent> events)
    {
        var body = WireJson.Bytes(events is [var one] ? one.Body : new JsonObject { ["events"] = new JsonArray([.. events.Select(e => e.Body.Copy())]) });
        var (id, time) = (events[0].Body.Text("id")!, world.Time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        var request = new HttpRequestMessage(HttpMethod.Post, webhook) { Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } } };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", time);
        request.Headers.TryAddWithoutValidation("webhook-signature", "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, (byte[])[.. Encoding.UTF8.GetBytes($"{id}.{time}."), .. body])));
        return request;
    }

    private Task HandleAsync(HttpContext context) => ProviderHost.ServeAsync(
        context, world, SimulatedProvider.Cti, "recordings", fault => fault is Fault.ServerError { Status: var status } ? new Answer(status, null) : null,
        () => Task.FromResult(
            context.Request.Headers.Authorization.ToString() != "Bearer " + token ? new Answer(401, null)
            : context.Request.Path.Value!.Split('/') is ["", "recordings", var call] && recordings.TryGetValue(call, out var file) ? new Answer(200, null) { Content = file.Content, ContentType = file.ContentType }
            : new Answer(404, null)));
}

internal sealed class CtiCaller(string id, string? name, CtiSwitchboard board) : ISimulatedPerson
{
    public string Id => id;
    public string? Name => name;
    public Arrivals<SimulatedReceived> Received { get; } = new();

    public Task WritesAsync(string text) => board.CallAsync(this, text, SimulatedFile.Voice());

    public Task SendsAsync(SimulatedFile file, string? caption = null) => board.CallAsync(this, caption, file);

    public Task ReadsAsync(SimulatedReceived received) => Task.CompletedTask;
}

internal sealed class CtiFactory : ISimulatedChannelFactory
{
    public string Channel => "cti";

    public Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct) => CtiSwitchboard.StartAsync(world.Inner, ct);
}
