using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Braid.Channels.Common;

/// <summary>
/// What a listener has read of a list: the newest items with the time of their last change. Items may appear late, with an earlier time than
/// what was read already (reviews and comments that were held back), so a single mark would lose them. Kept in the listener's position.
/// </summary>
internal sealed class SeenItems
{
    private const int Most = 1000;
    private static readonly TimeSpan Span = TimeSpan.FromDays(7);

    private readonly Dictionary<string, long> times = new(StringComparer.Ordinal);
    private readonly long floor;

    /// <param name="position">As <see cref="ToString"/> wrote it; null at first: then what is older than a week is left alone.</param>
    public SeenItems(string? position, DateTimeOffset now)
    {
        foreach (var entry in (position ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (entry.Split('=') is [var id, var time] && long.TryParse(time, CultureInfo.InvariantCulture, out var at)) { times[id] = at; }
        }

        Begins = times.Count == 0;
        floor = (now - Span).ToUnixTimeMilliseconds();
        // What is older than the oldest remembered may have been forgotten.
        if (times.Count >= Most) { floor = Math.Max(floor, times.Values.Min()); }
    }

    /// <summary>True when nothing was read before.</summary>
    public bool Begins { get; }

    public bool Knows(string id) => times.ContainsKey(Short(id));

    /// <summary>True for what was not read yet, or has changed since; it is remembered now.</summary>
    public bool Take(string id, DateTimeOffset changed)
    {
        var (key, at) = (Short(id), changed.ToUnixTimeMilliseconds());
        if (times.TryGetValue(key, out var last) ? at <= last : at < floor) { return false; }
        times[key] = at;
        return true;
    }

    public override string ToString() => string.Join(
        ' ', times.OrderByDescending(t => t.Value).ThenBy(t => t.Key, StringComparer.Ordinal).Take(Most)
            .Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Key}={t.Value}")));

    private static string Short(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..12];
}
