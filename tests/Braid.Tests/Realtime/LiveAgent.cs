using System.Text.Json;
using System.Threading.Channels;
using Braid.Testing;
using Braid.Tests.Testing;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;

namespace Braid.Tests.Realtime;

/// <summary>An agent's browser: a socket, the events it applied, and the catching up after a break.</summary>
internal sealed class LiveAgent : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly HubConnection hub;
    private readonly HttpClient api;
    private readonly Channel<(string Method, JsonElement Body)> heard = Channel.CreateUnbounded<(string, JsonElement)>();

    private LiveAgent(TestBraid braid, string token)
    {
        api = braid.Client(token);
        hub = new HubConnectionBuilder().WithUrl(new Uri(braid.Address, "/hub"), o =>
        {
            o.SkipNegotiation = true;
            o.Transports = HttpTransportType.WebSockets;
            o.AccessTokenProvider = () => Task.FromResult<string?>(token);
        }).Build();
        hub.On<JsonElement>("events", frame => heard.Writer.TryWrite(("events", frame)));
        hub.On<JsonElement>("presence", body => heard.Writer.TryWrite(("presence", body)));
        hub.On<JsonElement>("customerTyping", body => heard.Writer.TryWrite(("customerTyping", body)));
        hub.On("signedOut", () => heard.Writer.TryWrite(("signedOut", default)));
        hub.Closed += _ =>
        {
            heard.Writer.TryWrite(("closed", default));
            return Task.CompletedTask;
        };
    }

    public long Last { get; private set; }

    /// <summary>Kind and conversation by number: what its screens would show.</summary>
    public SortedDictionary<long, string> Applied { get; } = [];

    public static async Task<LiveAgent> ConnectAsync(TestBraid braid, string token)
    {
        var agent = new LiveAgent(braid, token);
        await agent.hub.StartAsync();
        agent.Last = (await agent.api.ReadAsync("/events")).GetProperty("last").GetInt64();
        return agent;
    }

    public Task WatchAsync(Guid? conversation) => hub.InvokeAsync("Watch", conversation);

    public Task TypeAsync(Guid conversation) => hub.InvokeAsync("Typing", conversation);

    public async Task<JsonElement> HearAsync(string method, Func<JsonElement, bool>? fits = null)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            var (name, body) = await heard.Reader.ReadAsync(limit.Token);
            if (name == "events")
            {
                Apply(body);
            }

            if (name == method && (fits?.Invoke(body) ?? true))
            {
                return body;
            }
        }
    }

    /// <summary>All of these, in whatever order: the client tells of the end beside what it heard last, not after it.</summary>
    public async Task HearAllAsync(params string[] methods)
    {
        var missing = methods.ToHashSet(StringComparer.Ordinal);
        using var limit = new CancellationTokenSource(Limit);
        while (missing.Count > 0) { missing.Remove((await heard.Reader.ReadAsync(limit.Token)).Method); }
    }

    /// <summary>Until an event of this kind was pushed.</summary>
    public Task<JsonElement> PushedAsync(string kind) => HearAsync("events", f => f.Texts("kind").Contains(kind));

    public async Task CatchUpAsync()
    {
        while (true)
        {
            var gap = await api.ReadAsync($"/events?after={Last}&limit=3");
            var before = Last;
            Apply(gap);
            if (Last == before)
            {
                return;
            }
        }
    }

    public Task LoseConnectionAsync() => hub.StopAsync();

    public Task ReconnectAsync() => hub.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await hub.DisposeAsync();
        api.Dispose();
    }

    private void Apply(JsonElement frame)
    {
        foreach (var item in frame.Items())
        {
            Applied[item.GetProperty("number").GetInt64()] = $"{item.Text("kind")} {item.Text("conversationId")}";
        }

        Last = Math.Max(Last, frame.GetProperty("last").GetInt64());
    }
}
