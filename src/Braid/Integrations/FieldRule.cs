using System.Text.Json.Serialization;
using Braid.Customers;

namespace Braid.Integrations;

/// <summary>One line of a mapping.</summary>
/// <param name="Ours">A field of the profile: name, company, tier, language, timeZone, email, phone, tags or custom.x.</param>
/// <param name="Theirs">The other side's name; two with a space between for a name in parts.</param>
internal sealed record FieldRule(string Ours, string Theirs, SyncDirection Direction = SyncDirection.Both, ConflictRule Conflict = ConflictRule.Newest)
{
    /// <summary>An emptied field empties the other side too; else the value there stays.</summary>
    public bool Clears { get; init; }
    /// <summary>Their words for ours, such as "GOLD" for "vip". What is not listed passes as it is.</summary>
    public IReadOnlyDictionary<string, string>? Words { get; init; }
    /// <summary>Why it is left out for now, in words; null when all is well.</summary>
    public string? Problem { get; init; }

    [JsonIgnore]
    public IReadOnlyList<string> TheirNames => Theirs.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    [JsonIgnore]
    public bool Pulls => Direction != SyncDirection.Push;
    [JsonIgnore]
    public bool Pushes => Direction != SyncDirection.Pull;
    /// <summary>People have several of these: they are added, never replaced.</summary>
    [JsonIgnore]
    public bool IsKey => Ours is OurFields.Email or OurFields.Phone;

    /// <summary>What the other side says, in our words.</summary>
    public string? Read(RemoteRecord record)
    {
        var parts = TheirNames.Select(n => record[n]?.Trim()).OfType<string>().ToList();
        return parts.Count == 0 ? null : In(string.Join(' ', parts));
    }

    /// <summary>Ours, in their words and parts.</summary>
    /// <param name="required">A name of one word goes where one is needed.</param>
    public IEnumerable<(string Name, string? Value)> Write(string? ours, IReadOnlyCollection<string> required)
    {
        var value = Out(ours);
        if (TheirNames is not [var first, var last]) { return [(TheirNames[0], value)]; }
        var space = value?.LastIndexOf(' ') ?? -1;
        if (space > 0) { return [(first, value![..space]), (last, value[(space + 1)..])]; }
        return required.Contains(last) ? [(first, null), (last, value)] : [(first, value), (last, null)];
    }

    private string? In(string value) => Words?.FirstOrDefault(w => string.Equals(w.Key, value, StringComparison.OrdinalIgnoreCase)).Value ?? value;

    private string? Out(string? value) => value is null ? null : Words?.FirstOrDefault(w => string.Equals(w.Value, value, StringComparison.OrdinalIgnoreCase)).Key ?? value;
}

internal enum SyncDirection { Both, Pull, Push }

/// <summary>Who wins when both sides changed since they last agreed.</summary>
internal enum ConflictRule
{
    Newest,
    Theirs,
    Ours,
    /// <summary>Neither is overwritten; only what is empty is filled.</summary>
    FillEmpty,
}

internal static class OurFields
{
    public const string Email = "email";
    public const string Phone = "phone";
    public const string Tags = "tags";

    /// <summary>Those that every workspace has.</summary>
    public static readonly IReadOnlyList<string> All = [CustomerFieldNames.Name, Email, Phone, CustomerFieldNames.Company, CustomerFieldNames.Tier, CustomerFieldNames.Language, CustomerFieldNames.TimeZone, Tags];

    public static bool IsField(string field, IReadOnlyList<AttributeDefinition> attributes) => All.Contains(field) || attributes.Any(a => CustomerFieldNames.Custom + a.Key == field);
}
