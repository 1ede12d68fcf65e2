using System.Text;

namespace Braid.Channels.Email.Transport;

/// <summary>The peer said something that is not the protocol, or hung up.</summary>
internal sealed class MailProtocolException(string message) : IOException(message);

/// <summary>A line-based connection: buffered reading by bytes, literal blocks, TLS upgrade that forgets what was sent before it.</summary>
internal sealed class MailWire(Stream stream) : IAsyncDisposable
{
    private const int LongestLine = 1 << 20;

    private readonly byte[] buffer = new byte[16 * 1024];
    private Stream stream = stream;
    private int start;
    private int end;

    public bool IsSecure { get; private set; }

    public static async Task<MailWire> OpenAsync(LineDialer dial, string host, int port, bool tls, string? fingerprint, CancellationToken ct)
    {
        var wire = new MailWire(await dial(host, port, ct));
        try
        {
            if (tls) { await wire.SecureAsync(host, fingerprint, ct); }
            return wire;
        }
        catch
        {
            await wire.DisposeAsync();
            throw;
        }
    }

    /// <summary>What came in clear text before the handshake could be injected, so it is dropped (RFC 3207 §4.2).</summary>
    public async Task SecureAsync(string host, string? fingerprint, CancellationToken ct)
    {
        start = end = 0;
        stream = await MailTls.SecureAsync(stream, host, fingerprint, ct);
        IsSecure = true;
    }

    /// <summary>One line without its end. Throws when the peer closes first.</summary>
    public async Task<byte[]> ReadLineAsync(CancellationToken ct)
    {
        var line = new MemoryStream();
        while (true)
        {
            var at = Array.IndexOf(buffer, (byte)'\n', start, end - start);
            if (at >= 0)
            {
                line.Write(buffer, start, at - start);
                start = at + 1;
                var bytes = line.ToArray();
                return bytes.Length > 0 && bytes[^1] == '\r' ? bytes[..^1] : bytes;
            }

            line.Write(buffer, start, end - start);
            if (line.Length > LongestLine) { throw new MailProtocolException("The server sent an endless line."); }
            await FillAsync(ct);
        }
    }

    public async Task<byte[]> ReadBlockAsync(int length, CancellationToken ct)
    {
        var block = new byte[length];
        var have = Math.Min(length, end - start);
        Array.Copy(buffer, start, block, 0, have);
        start += have;
        if (have < length)
        {
            try
            {
                await stream.ReadExactlyAsync(block.AsMemory(have), ct);
            }
            catch (EndOfStreamException)
            {
                throw new MailProtocolException("The server closed the connection in the middle of a mail.");
            }
        }

        return block;
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        await stream.WriteAsync(bytes, ct);
        await stream.FlushAsync(ct);
    }

    public Task WriteLineAsync(string line, CancellationToken ct) => WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), ct);

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private async Task FillAsync(CancellationToken ct)
    {
        start = 0;
        end = await stream.ReadAsync(buffer, ct);
        if (end == 0) { throw new MailProtocolException("The server closed the connection."); }
    }
}
