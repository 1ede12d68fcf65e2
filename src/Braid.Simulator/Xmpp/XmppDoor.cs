using System.Net;
using System.Net.Sockets;

namespace Braid.Simulator.Xmpp;

/// <summary>Lets programs in on a loopback port; all sessions end with the world.</summary>
internal sealed class XmppDoor : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly List<(Socket Socket, Task Session)> open = [];
    private readonly Task accepting;
    private readonly Func<NetworkStream, XmppSession> enter;

    public XmppDoor(Func<NetworkStream, XmppSession> enter)
    {
        this.enter = enter;
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = AcceptAsync();
    }

    public int Port { get; }

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await accepting;
        (Socket Socket, Task Session)[] all;
        lock (open) { all = [.. open]; }
        foreach (var (socket, _) in all) { socket.Dispose(); }
        await Task.WhenAll(all.Select(o => o.Session));
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptSocketAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }

            lock (open) { open.Add((socket, Task.Run(() => ServeAsync(socket)))); }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var session = enter(new NetworkStream(socket, ownsSocket: true));
        await session.RunAsync();
    }
}
