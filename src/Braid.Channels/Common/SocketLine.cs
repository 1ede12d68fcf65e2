using System.Net.WebSockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Braid.Channels.Common;

/// <summary>A web socket that speaks JSON, one value per message. Several may send; one reads.</summary>
internal sealed class SocketLine : IDisposable
{
    private const int MostMessageBytes = 8 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ClientWebSocket socket;
    private readonly SemaphoreSlim sending = new(1);

    private SocketLine(ClientWebSocket socket) => this.socket = socket;

    public int? CloseCode => (int?)socket.CloseStatus;

    /// <summary>Throws IOException, reported in words without the address, when it can't be opened.</summary>
    public static async Task<SocketLine> OpenAsync(Uri address, IListenerHost host, CancellationToken ct)
    {
        var socket = new ClientWebSocket();
        try
        {
            // A line that nobody answers on is dead, however quiet the rest of the conversation is.
            socket.Options.KeepAliveInterval = Patience;
            socket.Options.KeepAliveTimeout = Patience;
            await socket.ConnectAsync(address, host.Http, ct);
            return new SocketLine(socket);
        }
        catch (Exception e) when (e is WebSocketException or HttpRequestException or IOException)
        {
            socket.Dispose();
            const string Trouble = "The connection can't be opened. Check that this server may call out; Braid tries again.";
            host.Report(Trouble);
            throw new IOException(Trouble);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The next message; null when the other side closed. What is no JSON is passed over.</summary>
    public async Task<JsonElement?> ReadAsync(CancellationToken ct)
    {
        var buffer = new byte[16 * 1024];
        using var message = new MemoryStream();
        while (true)
        {
            ValueWebSocketReceiveResult part;
            try
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(), ct);
            }
            catch (WebSocketException e)
            {
                throw new IOException("The connection broke.", e);
            }

            if (part.MessageType == WebSocketMessageType.Close) { return null; }
            message.Write(buffer, 0, part.Count);
            if (message.Length > MostMessageBytes) { throw new IOException("A message was too large."); }
            if (!part.EndOfMessage) { continue; }
            try
            {
                using var document = JsonDocument.Parse(message.GetBuffer().AsMemory(0, (int)message.Length));
                return document.RootElement.Clone();
            }
            catch (JsonException)
            {
                message.SetLength(0);
            }
        }
    }

    public async Task SendAsync(JsonNode message, CancellationToken ct)
    {
        await sending.WaitAsync(ct);
        try
        {
            await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message).AsMemory(), WebSocketMessageType.Text, endOfMessage: true, ct);
        }
        catch (WebSocketException e)
        {
            throw new IOException("The connection broke.", e);
        }
        finally
        {
            sending.Release();
        }
    }

    public static RawDelivery Delivery(JsonElement json, TimeProvider clock) => new()
    {
        Body = JsonMarshal.GetRawUtf8Value(json).ToArray(), ContentType = "application/json", ReceivedAt = clock.GetUtcNow(),
    };

    public void Dispose()
    {
        socket.Dispose();
        sending.Dispose();
    }
}
