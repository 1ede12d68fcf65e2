using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using Braid.Channels.Common;

namespace Braid.Channels.SignalCli;

/// <summary>
/// Listens to the daemon: its event stream, or the REST wrapper's web socket. A message is the daemon's no more once it was written to us,
/// so each is stored at once. In on-connection mode messages wait at Signal while nobody listens; the position only says when the last came.
/// </summary>
internal sealed class SignalListener : IListener<SignalSettings>
{
    private const int MostFrame = 4 * 1024 * 1024;
    private static readonly TimeSpan Silence = TimeSpan.FromHours(1); // The daemon's keep-alives are not promised.

    public bool IsWanted(SignalSettings settings) => true;

    public async Task ListenAsync(SignalSettings settings, IListenerHost host, CancellationToken ct)
    {
        try
        {
            if (settings.Daemon == SignalDaemon.Rest) { await SocketAsync(settings, host, ct); }
            else { await StreamAsync(settings, host, ct); }
        }
        catch (Exception e) when (e is HttpRequestException or WebSocketException && !ct.IsCancellationRequested)
        {
            throw Trouble(host, "signal-cli can't be reached. Check that its daemon runs and that the address is right.");
        }

        throw Trouble(host, "signal-cli closed the connection.");
    }

    private static async Task StreamAsync(SignalSettings settings, IListenerHost host, CancellationToken ct)
    {
        var account = settings.SeveralAccounts ? "?account=" + Uri.EscapeDataString(settings.Number) : "";
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{settings.ApiBaseUrl.TrimEnd('/')}/api/v1/events{account}");
        using var response = await host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        if (!response.IsSuccessStatusCode) { throw Trouble(host, $"signal-cli answered {(int)response.StatusCode} when asked for events. Start it with \"daemon --http\"."); }

        host.Report(null);
        await host.StoreAsync([], Now(host), ct);
        await foreach (var e in EventStream.ReadAsync(await response.Content.ReadAsStreamAsync(ct), Silence, host.Clock, ct)) { await StoreAsync(Encoding.UTF8.GetBytes(e.Data), host, ct); }
    }

    private static async Task SocketAsync(SignalSettings settings, IListenerHost host, CancellationToken ct)
    {
        using var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(30);
        socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(30);
        var address = settings.ApiBaseUrl.TrimEnd('/').Replace("http", "ws", StringComparison.OrdinalIgnoreCase);
        await socket.ConnectAsync(new Uri($"{address}/v1/receive/{Uri.EscapeDataString(settings.Number)}"), host.Http, ct);
        host.Report(null);
        await host.StoreAsync([], Now(host), ct);
        var buffer = new byte[16 * 1024];
        using var frame = new MemoryStream();
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, ct);
            if (part.MessageType == WebSocketMessageType.Close || frame.Length > MostFrame) { return; }
            frame.Write(buffer, 0, part.Count);
            if (!part.EndOfMessage) { continue; }
            await StoreAsync(frame.ToArray(), host, ct);
            frame.SetLength(0);
        }
    }

    private static Task StoreAsync(byte[] body, IListenerHost host, CancellationToken ct) =>
        host.StoreAsync([new RawDelivery { Body = body, ContentType = "application/json", ReceivedAt = host.Clock.GetUtcNow() }], Now(host), ct);

    private static string Now(IListenerHost host) => host.Clock.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    private static IOException Trouble(IListenerHost host, string words)
    {
        host.Report(words);
        return new IOException(words);
    }
}
