using System.Text;
using Braid.Simulator.Net;

namespace Braid.Simulator.Tests.Mail;

/// <summary>Speaks a line protocol by hand: says a line, reads until an answer begins as expected.</summary>
internal sealed class ScriptedClient(LineConnection wire, CancellationToken ct) : IDisposable
{
    public static async Task<ScriptedClient> ConnectAsync(int port, CancellationToken ct) => new(await LineConnection.ConnectAsync("127.0.0.1", port, ct), ct);

    /// <summary>All lines up to and with the first that begins so.</summary>
    public async Task<List<string>> SayAsync(string? line, string until)
    {
        if (line is not null)
        {
            await wire.WriteLineAsync(line, ct);
        }

        var lines = new List<string>();
        while (await wire.ReadLineAsync(ct) is { } answer)
        {
            lines.Add(answer);
            if (answer.StartsWith(until, StringComparison.Ordinal))
            {
                return lines;
            }
        }

        throw new IOException($"Closed before '{until}'. Heard: {string.Join(" | ", lines)}");
    }

    public Task WriteAsync(string text) => wire.WriteAsync(Encoding.UTF8.GetBytes(text), ct);

    public async Task<string> BytesAsync(int count) => Encoding.UTF8.GetString(await wire.ReadBytesAsync(count, ct));

    public void Dispose() => wire.Dispose();
}
