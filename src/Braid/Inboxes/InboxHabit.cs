namespace Braid.Inboxes;

/// <summary>
/// How long an inbox is used to hearing nothing: the longest pause so far, nights and weekends included, which fades slowly. Silence
/// well beyond it is shown, because a provider that stopped calling says nothing by itself. Pure.
/// </summary>
internal static class InboxHabit
{
    private const int Enough = 20;
    private const double Fading = 0.995;
    private const double Beyond = 1.5;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Least = TimeSpan.FromMinutes(30);

    /// <summary>What was learnt when something came in after a pause.</summary>
    public static (long LongestPause, int PausesSeen) Learn(long longest, int seen, DateTimeOffset? before, DateTimeOffset now) =>
        before is { } last && now - last is var gap && gap >= Pause ? (Math.Max((long)gap.TotalMilliseconds, (long)(longest * Fading)), Math.Min(seen + 1, 1_000_000)) : (longest, seen);

    /// <summary>When silence since the last delivery becomes unusual; null while too little is known.</summary>
    public static DateTimeOffset? UnusualFrom(long longest, int seen, DateTimeOffset? last)
    {
        if (seen < Enough || last is not { } at) { return null; }
        var usual = TimeSpan.FromMilliseconds(longest * Beyond);
        return at + (usual > Least ? usual : Least);
    }

    public static string Words(Inbox inbox) => Words(TimeSpan.FromMilliseconds(inbox.LongestPause));

    private static string Words(TimeSpan usual) =>
        $"Nothing has come in for longer than usual (the longest pause so far was {(usual.TotalHours >= 2 ? $"{usual.TotalHours:0} hours" : $"{usual.TotalMinutes:0} minutes")}). Check the webhook at the provider.";
}
