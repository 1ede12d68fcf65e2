using System.Globalization;
using System.Text.Json;
using Braid.Platform.Http;

namespace Braid.Accounts.Teams;

/// <param name="Day">1 is Monday, 7 Sunday.</param>
/// <param name="From">"09:00".</param>
/// <param name="To">"17:30"; "24:00" is midnight. At or before <paramref name="From"/>: on the next day.</param>
internal sealed record OpenHours(int Day, string From, string To);

/// <summary>When a calendar is open, in its own time zone and through its changes of the clock. Pure.</summary>
internal sealed class WeekHours
{
    private const int MostSpans = 42;
    private readonly List<(int Day, int From, int To)> spans;
    private readonly TimeZoneInfo zone;
    private readonly HashSet<DateOnly> off;

    private WeekHours(List<(int, int, int)> spans, TimeZoneInfo zone, HashSet<DateOnly> off) => (this.spans, this.zone, this.off) = (spans, zone, off);

    public static WeekHours Of(Calendar calendar) => new(
        JsonSerializer.Deserialize<List<OpenHours>>(calendar.Hours, JsonSerializerOptions.Web)!.ConvertAll(h => (h.Day, Minutes(h.From)!.Value, Minutes(h.To)!.Value)),
        TimeZoneInfo.FindSystemTimeZoneById(calendar.TimeZone), [.. DaysOf(calendar.DaysOff)]);

    public static IEnumerable<DateOnly> DaysOf(string days) => days.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(d => DateOnly.ParseExact(d, "yyyy-MM-dd", CultureInfo.InvariantCulture));

    /// <summary>Refuses hours and days that mean nothing, naming the field.</summary>
    public static void Check(string? timeZone, IReadOnlyList<OpenHours> hours, IReadOnlyList<string> daysOff)
    {
        var wrong = new Dictionary<string, string>();
        if (string.IsNullOrEmpty(timeZone) || !TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out _)) { wrong["timeZone"] = "A time zone such as Europe/Berlin."; }
        if (hours.Count > MostSpans) { wrong["hours"] = $"At most {MostSpans} spans a week."; }
        for (var i = 0; i < Math.Min(hours.Count, MostSpans); i++)
        {
            if (hours[i].Day is < 1 or > 7) { wrong[$"hours.{i}.day"] = "1 (Monday) to 7 (Sunday)."; }
            if (Minutes(hours[i].From) is null or 1440) { wrong[$"hours.{i}.from"] = "A time such as 09:00."; }
            if (Minutes(hours[i].To) is null) { wrong[$"hours.{i}.to"] = "A time such as 17:30."; }
        }

        if (daysOff.Count > 400 || daysOff.Any(d => !DateOnly.TryParseExact(d, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))) { wrong["daysOff"] = "Dates such as 2026-12-25, at most 400."; }
        if (wrong.Count > 0) { throw RefusalException.Invalid("These hours do not hold together.", wrong); }
    }

    public bool IsOpen(DateTimeOffset at)
    {
        var local = TimeZoneInfo.ConvertTime(at, zone);
        var (minute, today) = ((local.Hour * 60) + local.Minute, DateOnly.FromDateTime(local.DateTime));
        return spans.Exists(s => (s.Day == Day(today) && !off.Contains(today) && minute >= s.From && (s.To <= s.From || minute < s.To))
            || (s.To <= s.From && s.Day == Day(today.AddDays(-1)) && !off.Contains(today.AddDays(-1)) && minute < s.To));
    }

    /// <summary>When it opens next; null: not within three weeks.</summary>
    public DateTimeOffset? NextOpening(DateTimeOffset at) => Spans(at, at.AddDays(21)).Select(s => (DateTimeOffset?)s.From).FirstOrDefault(f => f > at);

    /// <summary>The open stretches that touch the time between, in order.</summary>
    public IEnumerable<(DateTimeOffset From, DateTimeOffset To)> Spans(DateTimeOffset from, DateTimeOffset to)
    {
        var first = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(from, zone).DateTime).AddDays(-1);
        var last = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(to, zone).DateTime);
        for (var day = first; day <= last; day = day.AddDays(1))
        {
            if (off.Contains(day)) { continue; }
            foreach (var (_, begins, ends) in spans.Where(s => s.Day == Day(day)).OrderBy(s => s.From))
            {
                var (opens, closes) = (At(day, begins), At(ends <= begins ? day.AddDays(1) : day, ends));
                if (closes > from && opens < to) { yield return (opens, closes); }
            }
        }
    }

    /// <summary>An hour that the clock skips is taken as if it had not been changed.</summary>
    private DateTimeOffset At(DateOnly day, int minute)
    {
        var local = day.ToDateTime(TimeOnly.MinValue).AddMinutes(minute);
        return new DateTimeOffset(local, zone.IsInvalidTime(local) ? zone.BaseUtcOffset : zone.GetUtcOffset(local)).ToUniversalTime();
    }

    private static int Day(DateOnly day) => day.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)day.DayOfWeek;

    private static int? Minutes(string? text) => text == "24:00" ? 1440
        : TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? (time.Hour * 60) + time.Minute : null;
}
