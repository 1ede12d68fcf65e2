using System.Net;
using System.Net.Sockets;

namespace Braid.Simulator.Net;

/// <summary>A server for a line protocol on a loopback port: one task per connection, all ended with the world.</summary>
internal sealed class LineServer : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly CancellationTokenSource stop = new();
    private readonly List<Task> sessions = [];
    private readonly Func<LineConnection, CancellationToken, Task> serve;
    private readonly Task accepting;

    private LineServer(int port, Func<LineConnection, CancellationToken, Task> serve)
    {
        this.serve = serve;
        listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = AcceptAsync();
    }

    public int Port { get; }

    public static LineServer Start(int port, Func<LineConnection, CancellationToken, Task> serve) => new(port, serve);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await accepting;
        Task[] open;
        lock (sessions)
        {
            open = [.. sessions];
        }

        await Task.WhenAll(open);
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptSocketAsync(stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            lock (sessions)
            {
                sessions.RemoveAll(s => s.IsCompleted);
                sessions.Add(Task.Run(() => SessionAsync(socket)));
            }
        }
    }

    private async Task SessionAsync(Socket socket)
    {
        using var connection = new LineConnection(socket);
        try
        {
            await serve(connection, stop.Token);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The other side is gone, or the world ends.
        }
    }
}
