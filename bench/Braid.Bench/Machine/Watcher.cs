using System.Text.Json;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;

namespace Braid.Bench.Machine;

/// <summary>One agent's open screen: what is committed is also pushed. Counts the events and how often its socket was cut for being slow.</summary>
internal sealed class Watcher : IAsyncDisposable
{
    private readonly HubConnection hub;
    private long events;
    private int cuts;

    private Watcher(Uri address)
    {
        hub = new HubConnectionBuilder().WithUrl(new Uri(address, "/hub"), o =>
        {
            o.SkipNegotiation = true;
            o.Transports = HttpTransportType.WebSockets;
            o.AccessTokenProvider = () => Task.FromResult<string?>(BraidServer.Token);
        }).Build();
        hub.On<JsonElement>("events", frame => Interlocked.Add(ref events, frame.GetProperty("items").GetArrayLength()));
        hub.Closed += async _ =>
        {
            Interlocked.Increment(ref cuts);
            try { await hub.StartAsync(); }
            catch (Exception e) when (e is HttpRequestException or InvalidOperationException or ObjectDisposedException or TaskCanceledException) { /* The server is gone. */ }
        };
    }

    public long Events => Interlocked.Read(ref events);
    public int Cuts => cuts;

    public static async Task<Watcher> ConnectAsync(Uri address)
    {
        var watcher = new Watcher(address);
        await watcher.hub.StartAsync();
        return watcher;
    }

    public ValueTask DisposeAsync() => hub.DisposeAsync();
}
