using System.Runtime.CompilerServices;
using System.Text;

namespace Braid.Channels.Common;

/// <summary>One server-sent event; data of several lines is joined by line feeds.</summary>
internal readonly record struct ServerEvent(string Name, string Data);

/// <summary>Server-sent events, as they come. A stream without a sign of life for too long ends, so that the caller connects again.</summary>
internal static class EventStream
{
    private const int MostData = 4 * 1024 * 1024;

    public static async IAsyncEnumerable<ServerEvent> ReadAsync(Stream stream, TimeSpan silence, TimeProvider clock, [EnumeratorCancellation] CancellationToken ct)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var (name, data) = ("message", new StringBuilder());
        while (await LineAsync(reader, silence, clock, ct) is { } line)
        {
            if (line.Length == 0)
            {
                if (data.Length > 0) { yield return new(name, data.ToString(0, data.Length - 1)); }
                (name, data) = ("message", new StringBuilder());
            }
            else if (line.StartsWith("event:", StringComparison.Ordinal))
            {
                name = line[6..].Trim();
            }
            else if (line.StartsWith("data:", StringComparison.Ordinal) && data.Length < MostData)
            {
                data.Append(line.AsSpan(line.Length > 5 && line[5] == ' ' ? 6 : 5)).Append('\n');
            }
        }
    }

    /// <summary>Null at the end of the stream, or when nothing came for too long.</summary>
    private static async Task<string?> LineAsync(StreamReader reader, TimeSpan silence, TimeProvider clock, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(silence, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            return await reader.ReadLineAsync(either.Token);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            return null;
        }
    }
}
