using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Braid.Simulator.Load;

/// <summary>
/// HTTP/1.1 over one kept socket, no more than a load run needs: write a prepared request, read the status, skip the body. HttpClient would
/// cost more than the server under test.
/// </summary>
internal sealed class LoadConnection(string host, int port) : IDisposable
{
    private readonly byte[] buffer = new byte[16 * 1024];
    private Socket? socket;

    /// <summary>The status of the answer; 0 when there was none.</summary>
    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> request, CancellationToken ct)
    {
        try
        {
            if (socket is null)
            {
                socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(host, port, ct);
            }

            for (var sent = 0; sent < request.Length;)
            {
                sent += await socket.SendAsync(request[sent..], ct);
            }

            return await ReadAsync(socket, ct);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            Dispose();
            return 0;
        }
    }

    public void Dispose()
    {
        socket?.Dispose();
        socket = null;
    }

    private async ValueTask<int> ReadAsync(Socket from, CancellationToken ct)
    {
        var have = 0;
        while (true)
        {
            var count = await from.ReceiveAsync(buffer.AsMemory(have), ct);
            if (count == 0)
            {
                throw new IOException("Closed before the answer was complete.");
            }

            have += count;
            if (Complete(buffer.AsSpan(0, have)) is { } close)
            {
                var status = ((buffer[9] - '0') * 100) + ((buffer[10] - '0') * 10) + buffer[11] - '0';
                if (close)
                {
                    Dispose();
                }

                return status;
            }

            if (have == buffer.Length)
            {
                throw new IOException("The answer is too long for a webhook.");
            }
        }
    }

    /// <summary>Null while more must come; else whether the server closes the connection.</summary>
    private static bool? Complete(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return null;
        }

        var head = answer[..(end + 2)];
        var bodyLength = answer.Length - end - 4;
        bool complete;
        if (Field(head, "content-length: "u8) is { Length: > 0 } length)
        {
            complete = bodyLength >= int.Parse(length, NumberStyles.None, CultureInfo.InvariantCulture);
        }
        else if (Field(head, "transfer-encoding: "u8).Length > 0)
        {
            complete = answer.EndsWith("0\r\n\r\n"u8);
        }
        else
        {
            complete = true;
        }

        return complete ? Field(head, "connection: "u8).StartsWith("close", StringComparison.OrdinalIgnoreCase) : null;
    }

    private static string Field(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name)
    {
        foreach (var range in head.Split("\r\n"u8))
        {
            var line = head[range];
            if (line.Length > name.Length && Ascii.EqualsIgnoreCase(line[..name.Length], name))
            {
                return Encoding.ASCII.GetString(line[name.Length..]);
            }
        }

        return "";
    }
}
