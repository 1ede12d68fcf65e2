using System.Globalization;
using System.Text;

namespace Braid.Channels.Email.Mime;

/// <summary>RFC 5322 §3.3 and §4.3 dates, in any order real mail writes them. Null when unusable: the receiving server's time is used then.</summary>
internal static class MailDates
{
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    private static readonly Dictionary<string, int> Zones = new(StringComparer.OrdinalIgnoreCase)
    {
        ["UT"] = 0, ["UTC"] = 0, ["GMT"] = 0, ["Z"] = 0, ["EST"] = -500, ["EDT"] = -400, ["CST"] = -600, ["CDT"] = -500, ["MST"] = -700, ["MDT"] = -600,
        ["PST"] = -800, ["PDT"] = -700, ["AST"] = -400, ["ADT"] = -300, ["CET"] = 100, ["CEST"] = 200, ["MET"] = 100, ["MEST"] = 200, ["EET"] = 200,
        ["EEST"] = 300, ["BST"] = 100, ["WET"] = 0, ["WEST"] = 100, ["MSK"] = 300, ["JST"] = 900, ["KST"] = 900, ["IST"] = 530,
    };

    public static DateTimeOffset? Read(string? value)
    {
        if (string.IsNullOrWhiteSpace(value) || value.Length > 500) { return null; }
        int? day = null, month = null, year = null, offset = null;
        TimeSpan? time = null;
        foreach (var word in Words(value))
        {
            if (time is null && word.Contains(':', StringComparison.Ordinal))
            {
                var zone = word.IndexOfAny(['+', '-']);
                time = Time(zone > 0 ? word[..zone] : word);
                if (time is null) { return null; }
                if (zone > 0) { offset = Zone(word[zone..]); }
                continue;
            }

            if (time is not null && offset is null && Zone(word) is { } found) { offset = found; continue; }
            foreach (var piece in word.Split('-', '/'))
            {
                if (month is null && MonthOf(piece) is { } m) { month = m; }
                else if (!int.TryParse(piece, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) { continue; }
                else if (piece.Length > 2 && year is null) { year = number; }
                else if (day is null) { day = number; }
                else if (year is null) { year = number; }
            }
        }

        return day is null || month is null || year is null ? null : Build(year.Value, month.Value, day.Value, time ?? TimeSpan.Zero, offset ?? 0);
    }

    private static DateTimeOffset? Build(int year, int month, int day, TimeSpan time, int zone)
    {
        year = year switch { < 50 => year + 2000, < 1000 => year + 1900, _ => year };
        if (year > 9998 || day < 1 || day > DateTime.DaysInMonth(year, month)) { return null; }
        var offset = new TimeSpan(zone / 100, zone % 100, 0);
        return new DateTimeOffset(new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Unspecified) + time - offset, TimeSpan.Zero);
    }

    private static string[] Words(string value)
    {
        var flat = new StringBuilder(value.Length);
        var depth = 0;
        foreach (var c in value)
        {
            if (c == '(') { depth++; }
            else if (c == ')' && depth > 0) { depth--; }
            else if (depth == 0) { flat.Append(c is ',' or '"' ? ' ' : c); }
        }

        return flat.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }

    private static TimeSpan? Time(string word)
    {
        var parts = word.Split(':', '.');
        if (parts.Length < 2 || !int.TryParse(parts[0], out var hour) || !int.TryParse(parts[1], out var minute)) { return null; }
        var second = parts.Length > 2 && int.TryParse(parts[2], out var s) ? s : 0;
        return hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 60 ? null : new TimeSpan(hour, minute, Math.Min(second, 59));
    }

    private static int? Zone(string word)
    {
        if (Zones.TryGetValue(word, out var known)) { return known; }
        if (word.Length is 1 && char.IsAsciiLetter(word[0])) { return 0; }
        if (word[0] is '+' or '-' && int.TryParse(word.AsSpan(1).ToString().Replace(":", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out var digits))
        {
            return digits > 2400 ? 0 : word[0] == '-' ? -digits : digits;
        }

        return null;
    }

    private static int? MonthOf(string piece)
    {
        if (piece.Length < 3 || !char.IsAsciiLetter(piece[0])) { return null; }
        var at = Array.IndexOf(Months, piece[..3].ToLowerInvariant());
        return at < 0 ? null : at + 1;
    }
}
