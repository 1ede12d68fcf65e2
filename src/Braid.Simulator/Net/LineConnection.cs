using System.Net.Sockets;
using System.Text;

namespace Braid.Simulator.Net;

/// <summary>Reads lines and counted bytes from a socket; text is Latin-1, so that bytes come through as they are.</summary>
internal sealed class LineConnection(Socket socket) : IDisposable
{
    private const int LongestLine = 1 << 20;
    private readonly byte[] buffer = new byte[16 * 1024];
    private readonly NetworkStream stream = new(socket, ownsSocket: true);
    private int start;
    private int end;

    public static async Task<LineConnection> ConnectAsync(string host, int port, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, ct);
            return new LineConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The next line without its end; null when the other side has closed.</summary>
    public async Task<string?> ReadLineAsync(CancellationToken ct)
    {
        var line = new MemoryStream();
        while (true)
        {
            if (start == end && !await FillAsync(ct))
            {
                return null;
            }

            var newline = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            var count = newline < 0 ? end - start : newline + 1;
            line.Write(buffer, start, count);
            start += count;
            if (newline >= 0)
            {
                return Encoding.Latin1.GetString(line.GetBuffer(), 0, (int)line.Length).TrimEnd('\r', '\n');
            }

            if (line.Length > LongestLine)
            {
                throw new IOException("The line has no end.");
            }
        }
    }

    public async Task<byte[]> ReadBytesAsync(int count, CancellationToken ct)
    {
        var bytes = new byte[count];
        for (var have = 0; have < count;)
        {
            if (start == end && !await FillAsync(ct))
            {
                throw new IOException("The connection was closed inside a literal.");
            }

            var part = Math.Min(count - have, end - start);
            buffer.AsSpan(start, part).CopyTo(bytes.AsSpan(have));
            (have, start) = (have + part, start + part);
        }

        return bytes;
    }

    public Task WriteLineAsync(string line, CancellationToken ct) => WriteAsync(Encoding.Latin1.GetBytes(line + "\r\n"), ct);

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct) => await stream.WriteAsync(bytes, ct);

    /// <summary>Ends the connection with a reset, as a crashed server does.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    public void Dispose() => stream.Dispose();

    private async Task<bool> FillAsync(CancellationToken ct)
    {
        (start, end) = (0, await stream.ReadAsync(buffer, ct));
        return end > 0;
    }
}
