using System.Globalization;
using Braid.Channels.Common;

namespace Braid.Channels.YouTubeComments;

/// <summary>Which comments were read, how many replies the newest threads had, and how many of the day's units looking has cost.</summary>
internal sealed record YouTubePosition(string Seen, DateTimeOffset Day, int Units, IReadOnlyDictionary<string, long> Replies)
{
    private const int Remembered = 300;

    public static YouTubePosition Of(string? position, DateTimeOffset now)
    {
        var parts = (position ?? "").Split('|');
        var day = YouTubeApi.QuotaDay(now);
        var units = parts.Length > 2 && parts[1] == Name(day) && int.TryParse(parts[2], CultureInfo.InvariantCulture, out var spent) ? spent : 0;
        var replies = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var entry in parts.Length > 3 ? parts[3].Split(' ', StringSplitOptions.RemoveEmptyEntries) : [])
        {
            if (entry.LastIndexOf('=') is > 0 and var at && long.TryParse(entry[(at + 1)..], CultureInfo.InvariantCulture, out var count)) { replies[entry[..at]] = count; }
        }

        return new(parts[0], day, units, replies);
    }

    /// <summary>The counts of this round first: they are the newest threads'.</summary>
    public YouTubePosition With(SeenItems seen, int units, IReadOnlyDictionary<string, long> round)
    {
        var all = round.Concat(Replies.Where(r => !round.ContainsKey(r.Key))).Take(Remembered);
        return this with { Seen = seen.ToString(), Units = units, Replies = all.ToDictionary(StringComparer.Ordinal) };
    }

    public override string ToString() =>
        $"{Seen}|{Name(Day)}|{Units.ToString(CultureInfo.InvariantCulture)}|{string.Join(' ', Replies.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Key}={r.Value}")))}";

    private static string Name(DateTimeOffset day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
