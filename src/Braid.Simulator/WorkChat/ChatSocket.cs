using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Braid.Simulator.WorkChat;

/// <summary>The server's end of a web socket that speaks JSON.</summary>
internal sealed class ChatSocket(WebSocket socket) : IDisposable
{
    private readonly SemaphoreSlim sending = new(1);

    public async Task SendAsync(JsonNode message, CancellationToken ct)
    {
        await sending.WaitAsync(ct);
        try
        {
            if (socket.State == WebSocketState.Open) { await socket.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, true, ct); }
        }
        catch (WebSocketException)
        {
            // The listener is gone; what it missed it will ask for.
        }
        finally
        {
            sending.Release();
        }
    }

    /// <summary>Null when the listener is gone.</summary>
    public async Task<JsonObject?> ReadAsync(CancellationToken ct)
    {
        var buffer = new byte[64 * 1024];
        var length = 0;
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(length), ct);
                if (part.MessageType == WebSocketMessageType.Close) { return null; }
                length += part.Count;
                if (part.EndOfMessage) { return JsonNode.Parse(buffer.AsSpan(0, length)) as JsonObject; }
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            return null;
        }
    }

    public async Task CloseAsync(int code, string why)
    {
        try
        {
            await socket.CloseOutputAsync((WebSocketCloseStatus)code, why, CancellationToken.None);
        }
        catch (WebSocketException)
        {
            // Gone already.
        }
    }

    public void Cut() => socket.Abort();

    public void Dispose()
    {
        socket.Dispose();
        sending.Dispose();
    }
}
