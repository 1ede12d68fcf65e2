namespace Braid.Channels.Email.Mime;

/// <summary>Message-ID, In-Reply-To and References (RFC 5322 §3.6.4), without the brackets.</summary>
internal static class MessageIds
{
    private const int Most = 500;

    public static string? First(string? value)
    {
        if (string.IsNullOrWhiteSpace(value)) { return null; }
        return All(value) is [var first, ..] ? first : null;
    }

    public static IReadOnlyList<string> All(string? value)
    {
        var ids = new List<string>();
        if (string.IsNullOrWhiteSpace(value)) { return ids; }
        var at = 0;
        while (ids.Count < Most && at < value.Length && value.IndexOf('<', at) is >= 0 and var start)
        {
            var end = value.IndexOf('>', start + 1);
            if (end < 0) { break; }
            // "<broken <real@id>": the inner bracket starts it anew.
            start = value.LastIndexOf('<', end - 1, end - start);
            Add(value.AsSpan(start + 1, end - start - 1));
            at = end + 1;
        }

        if (ids.Count > 0) { return ids; }
        foreach (var word in value.Split([' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            if (word.Contains('@', StringComparison.Ordinal) && ids.Count < Most) { Add(word.AsSpan().Trim("<>\"")); }
        }

        return ids;

        void Add(ReadOnlySpan<char> id)
        {
            var clean = string.Concat(id.ToString().Where(c => !char.IsWhiteSpace(c) && !char.IsControl(c)));
            if (clean.Length is > 0 and < 1000) { ids.Add(clean); }
        }
    }
}
