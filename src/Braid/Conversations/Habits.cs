using Braid.Platform.Data;

namespace Braid.Conversations;

/// <param name="Channel">The channel's id.</param>
internal sealed record Spoken(Direction Direction, string Channel, DateTimeOffset At);

/// <summary>
/// How somebody likes to talk, from what they did: where they write, at which hours, how fast they answer us. Null where too little is known
/// to say anything. Pure.
/// </summary>
/// <param name="Channel">Where most of their messages of the last 90 days came in; of the same, the newest.</param>
/// <param name="Hours">The shortest stretch of the day that holds at least 60 % of their messages.</param>
/// <param name="AnswerMinutes">Half of their answers on that channel came within so many minutes.</param>
/// <param name="BasedOn">How many of their messages were looked at.</param>
internal sealed record Habits(string? Channel, HabitHours? Hours, int? AnswerMinutes, int BasedOn)
{
    private const int LeastMessages = 3;
    private const int LeastForHours = 5;
    private const double Share = 0.6;
    private const int WidestHours = 12;
    private static readonly TimeSpan Recent = TimeSpan.FromDays(90);
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromDays(7);

    /// <param name="spoken">In any order.</param>
    /// <param name="zone">Of the customer; null: hours are told in UTC.</param>
    public static Habits Of(IReadOnlyCollection<Spoken> spoken, TimeZoneInfo? zone, DateTimeOffset now)
    {
        var theirs = spoken.Where(s => s.Direction == Direction.In).ToList();
        if (theirs.Count < LeastMessages) { return new(null, null, null, theirs.Count); }
        var lately = theirs.Where(s => now - s.At <= Recent).ToList();
        var channel = (lately.Count >= LeastMessages ? lately : theirs).GroupBy(s => s.Channel).OrderByDescending(g => g.Count()).ThenByDescending(g => g.Max(s => s.At)).First().Key;
        return new(channel, HoursOf(theirs, zone), AnswerOf([.. spoken.Where(s => s.Channel == channel)]), theirs.Count);
    }

    private static HabitHours? HoursOf(List<Spoken> theirs, TimeZoneInfo? zone)
    {
        if (theirs.Count < LeastForHours) { return null; }
        var local = theirs.ConvertAll(s => zone is null ? s.At.ToUniversalTime() : TimeZoneInfo.ConvertTime(s.At, zone));
        if (local.Select(l => l.Date).Distinct().Count() < LeastMessages) { return null; } // One long talk tells of one day only.
        var counts = new int[24];
        foreach (var at in local) { counts[at.Hour]++; }
        for (var width = 1; width <= WidestHours; width++)
        {
            var best = Enumerable.Range(0, 24).Select(from => (From: from, Count: Enumerable.Range(from, width).Sum(h => counts[h % 24]))).OrderByDescending(w => w.Count).ThenBy(w => w.From).First();
            if (best.Count >= Share * theirs.Count) { return new(best.From, (best.From + width) % 24, zone?.Id ?? "UTC"); }
        }

        return null; // At all hours.
    }

    private static int? AnswerOf(List<Spoken> spoken)
    {
        var answers = new List<double>();
        DateTimeOffset? asked = null;
        foreach (var one in spoken.OrderBy(s => s.At))
        {
            if (one.Direction == Direction.Out) { asked ??= one.At; continue; }
            if (asked is { } at && one.At - at <= LongestAnswer) { answers.Add((one.At - at).TotalMinutes); }
            asked = null;
        }

        if (answers.Count < LeastMessages) { return null; }
        answers.Sort();
        return (int)Math.Ceiling(answers[answers.Count / 2]);
    }
}

/// <param name="From">Hour of the day, 0 to 23.</param>
/// <param name="To">The hour at which it ends; smaller than From: over midnight.</param>
internal sealed record HabitHours(int From, int To, string TimeZone);
