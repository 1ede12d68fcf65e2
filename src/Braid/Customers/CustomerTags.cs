using Braid.Platform.Http;

namespace Braid.Customers;

/// <summary>Words on a profile. Stored as one text, so that a list can be filtered by them without a join.</summary>
internal static class CustomerTags
{
    public const int Longest = 40;
    private const int Most = 50;

    /// <summary>Lower case, without what would break the stored text.</summary>
    public static string Normalised(string tag)
    {
        var text = tag.Trim().ToLowerInvariant();
        return text.Length is > 0 and <= Longest && !text.Contains('|', StringComparison.Ordinal) && !text.Any(char.IsControl)
            ? text
            : throw RefusalException.Invalid($"A tag has 1 to {Longest} characters and no vertical bar.", new Dictionary<string, string> { ["tags"] = $"1 to {Longest} characters, no vertical bar." });
    }

    public static string? Join(IEnumerable<string> tags)
    {
        var list = tags.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(Most).ToList();
        return list.Count == 0 ? null : $"|{string.Join('|', list)}|";
    }

    public static IReadOnlyList<string> Split(string? tags) => tags?.Split('|', StringSplitOptions.RemoveEmptyEntries) ?? [];
}
