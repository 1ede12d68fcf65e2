using System.Text.Json;

namespace Braid.Customers;

/// <summary>
/// Which of the values known for a field the profile shows: what agents wrote and what a CRM said (a sync writes only what its rules let win) before all
/// others, then what the API or an import said, the newest
/// first, and last what channels said, the first of them (a name must not flicker with each messenger's nickname). Ties by id, so that every
/// order of merges gives the same. Pure.
/// </summary>
internal static class GoldenRecord
{
    public static CustomerValue? Best(IEnumerable<CustomerValue> values) => values.OrderBy(v => v, Comparer<CustomerValue>.Create(Compare)).FirstOrDefault();

    /// <summary>Negative: left is shown.</summary>
    public static int Compare(CustomerValue left, CustomerValue right)
    {
        var byRank = Rank(right.Source).CompareTo(Rank(left.Source));
        if (byRank != 0) { return byRank; }
        var byTime = left.Source == ValueSource.Channel ? left.At.CompareTo(right.At) : right.At.CompareTo(left.At);
        if (byTime != 0) { return byTime; }
        var byLength = right.Value.Length.CompareTo(left.Value.Length);
        if (byLength != 0) { return byLength; }
        var byText = string.CompareOrdinal(left.Value, right.Value);
        return byText != 0 ? byText : left.SourceId.CompareTo(right.SourceId);
    }

    /// <summary>Writes the best values into the profile's columns; false when nothing changed.</summary>
    /// <param name="values">Of all profiles linked to this one.</param>
    public static bool Apply(Customer customer, IEnumerable<CustomerValue> values)
    {
        var before = (customer.Name, customer.Company, customer.Tier, customer.Language, customer.TimeZone, customer.Blocked, customer.Attributes, customer.Tags, customer.PhotoId);
        var known = values.ToList();
        var best = known.GroupBy(v => v.Field, StringComparer.Ordinal).ToDictionary(g => g.Key, g => Best(g)!.Value, StringComparer.Ordinal);
        customer.Rename(best.GetValueOrDefault(CustomerFieldNames.Name));
        customer.Company = best.GetValueOrDefault(CustomerFieldNames.Company);
        customer.Tier = best.GetValueOrDefault(CustomerFieldNames.Tier);
        customer.Language = best.GetValueOrDefault(CustomerFieldNames.Language);
        customer.TimeZone = best.GetValueOrDefault(CustomerFieldNames.TimeZone);
        customer.PhotoId = best.GetValueOrDefault(CustomerFieldNames.Photo);
        customer.Blocked = known.Exists(v => v is { Field: CustomerFieldNames.Blocked, Value: "true" });
        var custom = best.Where(v => v.Key.StartsWith(CustomerFieldNames.Custom, StringComparison.Ordinal))
            .OrderBy(v => v.Key, StringComparer.Ordinal).ToDictionary(v => v.Key[CustomerFieldNames.Custom.Length..], v => v.Value, StringComparer.Ordinal);
        customer.Attributes = custom.Count == 0 ? null : JsonSerializer.Serialize(custom);
        customer.CompanyFolded = customer.Company is { } company ? CustomerNames.Fold(company) : null;
        customer.Tags = CustomerTags.Join(best.Where(v => v.Key.StartsWith(CustomerFieldNames.Tag, StringComparison.Ordinal) && v.Value == "true").Select(v => v.Key[CustomerFieldNames.Tag.Length..]));
        return before != (customer.Name, customer.Company, customer.Tier, customer.Language, customer.TimeZone, customer.Blocked, customer.Attributes, customer.Tags, customer.PhotoId);
    }

    private static int Rank(ValueSource source) => source switch { ValueSource.Agent or ValueSource.Crm => 2, ValueSource.Channel => 0, _ => 1 };
}
