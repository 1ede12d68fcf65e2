using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Braid.Simulator.LiveChat;

/// <summary>SignalR's JSON protocol over a WebSocket, as far as a chat window needs it: handshake, calls both ways, pings.</summary>
internal sealed class HubWire : IAsyncDisposable
{
    private const byte Separator = 0x1E;
    private readonly ClientWebSocket socket = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonNode?>> calls = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim writing = new(1);
    private readonly CancellationTokenSource stop = new();
    private readonly Action<string, JsonObject> heard;
    private readonly TimeProvider time;
    private Task[] loops = [];
    private int count;

    private HubWire(Action<string, JsonObject> heard, TimeProvider time) => (this.heard, this.time) = (heard, time);

    public static async Task<HubWire> ConnectAsync(Uri hub, string origin, Action<string, JsonObject> heard, TimeProvider time, CancellationToken ct)
    {
        var wire = new HubWire(heard, time);
        wire.socket.Options.Proxy = null;
        wire.socket.Options.SetRequestHeader("Origin", origin);
        await wire.socket.ConnectAsync(hub, ct);
        await wire.WriteAsync(new JsonObject { ["protocol"] = "json", ["version"] = 1 }, ct);
        var greeted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        wire.loops = [wire.ReadAsync(greeted), wire.PingAsync()];
        await greeted.Task.WaitAsync(ct);
        return wire;
    }

    public async Task<JsonNode?> CallAsync(string target, JsonNode argument, CancellationToken ct)
    {
        var id = Interlocked.Increment(ref count).ToString(CultureInfo.InvariantCulture);
        var answer = calls[id] = new TaskCompletionSource<JsonNode?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await WriteAsync(new JsonObject { ["type"] = 1, ["invocationId"] = id, ["target"] = target, ["arguments"] = new JsonArray(argument) }, ct);
        return await answer.Task.WaitAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(loops);
        socket.Dispose();
        writing.Dispose();
        stop.Dispose();
    }

    private async Task WriteAsync(JsonObject frame, CancellationToken ct)
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes(frame.ToJsonString()), Separator];
        await writing.WaitAsync(ct);
        try
        {
            await socket.SendAsync(bytes, WebSocketMessageType.Text, endOfMessage: true, ct);
        }
        finally
        {
            writing.Release();
        }
    }

    private async Task ReadAsync(TaskCompletionSource greeted)
    {
        var buffer = new byte[32 * 1024];
        var record = new MemoryStream();
        Exception end = new IOException("The chat's connection was closed.");
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(), stop.Token) is { MessageType: not WebSocketMessageType.Close } part)
            {
                foreach (var b in buffer.AsSpan(0, part.Count))
                {
                    if (b != Separator)
                    {
                        record.WriteByte(b);
                        continue;
                    }

                    Take(JsonNode.Parse(record.ToArray())!.AsObject(), greeted);
                    record.SetLength(0);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or IOException)
        {
            end = new IOException("The chat's connection was lost.", e);
        }

        greeted.TrySetException(end);
        foreach (var call in calls.Values)
        {
            call.TrySetException(end);
        }
    }

    private void Take(JsonObject frame, TaskCompletionSource greeted)
    {
        if (!greeted.Task.IsCompleted)
        {
            _ = frame["error"] is { } refused ? greeted.TrySetException(new IOException(refused.ToJsonString())) : greeted.TrySetResult();
            return;
        }

        switch (frame["type"]?.GetValue<int>())
        {
            case 1:
                heard(frame["target"]!.GetValue<string>(), (frame["arguments"]?[0] as JsonObject) ?? []);
                break;
            case 3 when calls.TryRemove(frame["invocationId"]!.GetValue<string>(), out var call):
                _ = frame["error"] is { } error ? call.TrySetException(new IOException(error.ToJsonString())) : call.TrySetResult(frame["result"]?.DeepClone());
                break;
        }
    }

    private async Task PingAsync()
    {
        using var tick = new PeriodicTimer(TimeSpan.FromSeconds(15), time);
        try
        {
            while (await tick.WaitForNextTickAsync(stop.Token))
            {
                await WriteAsync(new JsonObject { ["type"] = 6 }, stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // Closed: the reader tells whoever waits.
        }
    }
}
