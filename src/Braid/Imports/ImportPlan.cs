using Braid.Channels;
using Braid.Customers;
using Braid.Platform.Data;
using Braid.Platform.Http;

namespace Braid.Imports;

/// <summary>What one row of a file says, read by the mapping. Pure.</summary>
internal sealed record PlannedRow(int Number, IReadOnlyList<(string Field, string Value)> Values, IReadOnlyList<FoundKey> Keys, string? ExternalId)
{
    public string? Error { get; init; }

    /// <summary>Never throws: what is wrong with a row is said in its <see cref="Error"/>.</summary>
    public static PlannedRow Of(int number, string?[] cells, ImportMapping mapping, IReadOnlyList<AttributeDefinition> attributes)
    {
        var values = new List<(string Field, string Value)>();
        var keys = new List<FoundKey>();
        string? external = null;
        for (var i = 0; i < mapping.Columns.Count && i < cells.Length; i++)
        {
            if (mapping.Columns[i] is not { } field) { continue; }
            if (cells[i] is not { } cell) { return Wrong(number, $"Column {i + 1} is longer than {TableReader.LongestCell} characters."); }
            if (cell.Length == 0) { continue; }
            try
            {
                switch (field)
                {
                    case ImportFields.Email: keys.AddRange(Split(cell).Select(e => new FoundKey(KeyKind.Email, EmailAddresses.Normalise(e) ?? throw Bad($"“{Short(e)}” is not an email address.")))); break;
                    case ImportFields.Phone: keys.AddRange(Split(cell).Select(p => new FoundKey(KeyKind.Phone, PhoneNumbers.Normalise(p, mapping.Region) ?? throw Bad($"“{Short(p)}” is not a phone number{(mapping.Region is null ? " with its country" : "")}.")))); break;
                    case ImportFields.ExternalId: external = CustomerFields.Text(cell, field, 200); break;
                    case ImportFields.Tags: values.AddRange(Split(cell).Select(t => (CustomerFieldNames.Tag + CustomerTags.Normalised(t), "true"))); break;
                    case var own when own.StartsWith(CustomerFieldNames.Custom, StringComparison.Ordinal):
                        var definition = attributes.FirstOrDefault(a => CustomerFieldNames.Custom + a.Key == own) ?? throw Bad($"There is no field {own}.");
                        if (definition.Normalised(cell) is { } value) { values.Add((own, value)); }
                        break;
                    default:
                        var (name, text) = CustomerFields.One(field, cell);
                        if (text is not null) { values.Add((name, text)); }
                        break;
                }
            }
            catch (RefusalException e)
            {
                return Wrong(number, e.Errors is { Count: > 0 } errors ? $"Column {i + 1}: {errors.Values.First()}" : e.Message);
            }
        }

        return values.Count + keys.Count == 0 && external is null ? Wrong(number, "The row is empty.") : new(number, values, [.. keys.Distinct()], external);
    }

    private static PlannedRow Wrong(int number, string error) => new(number, [], [], null) { Error = error.Length > 500 ? error[..500] : error };

    private static RefusalException Bad(string what) => RefusalException.Invalid(what);

    private static string[] Split(string cell) => cell.Split([';', ',', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string Short(string text) => text.Length > 60 ? text[..60] + "…" : text;
}

internal sealed record FoundKey(KeyKind Kind, string Value)
{
    /// <summary>Tells people apart: not info@ and the like.</summary>
    public bool Matches => Kind != KeyKind.Email || !EmailAddresses.IsShared(Value);
}

internal static class ImportFields
{
    public const string Email = "email";
    public const string Phone = "phone";
    public const string Tags = "tags";
    public const string ExternalId = "externalId";

    private static readonly (string Field, string[] Names)[] Known =
    [
        (CustomerFieldNames.Name, ["name", "fullname", "customername", "contact", "contactname", "displayname", "kunde", "nombre", "nom", "الاسم"]),
        (Email, ["email", "emailaddress", "mail", "emails", "correo", "courriel", "البريد"]),
        (Phone, ["phone", "phonenumber", "mobile", "mobilephone", "tel", "telephone", "cell", "telefon", "handy", "telefono", "whatsapp", "الهاتف"]),
        (CustomerFieldNames.Company, ["company", "companyname", "organization", "organisation", "account", "firma", "empresa", "الشركة"]),
        (CustomerFieldNames.Language, ["language", "lang", "locale", "sprache", "idioma"]),
        (CustomerFieldNames.TimeZone, ["timezone", "tz", "zeitzone"]),
        (CustomerFieldNames.Tier, ["tier", "level", "plan", "segment"]),
        (Tags, ["tags", "labels", "tag"]),
        (ExternalId, ["id", "externalid", "customerid", "contactid", "kundennummer"]),
    ];

    public static bool IsField(string field, IReadOnlyList<AttributeDefinition> attributes) =>
        field is Email or Phone or Tags or ExternalId || (CustomerFieldNames.All.Contains(field) && field != CustomerFieldNames.Blocked) || attributes.Any(a => CustomerFieldNames.Custom + a.Key == field);

    /// <summary>A first guess from the names of the columns; each field once.</summary>
    public static List<string?> Guess(IReadOnlyList<string?> header, IReadOnlyList<AttributeDefinition> attributes)
    {
        var taken = new HashSet<string>();
        return [.. header.Select(column =>
        {
            var plain = string.Concat((column ?? "").Where(char.IsLetterOrDigit)).ToLowerInvariant();
            var field = Known.FirstOrDefault(k => k.Names.Contains(plain)).Field
                ?? attributes.Where(a => a.Key.Equals(plain, StringComparison.OrdinalIgnoreCase) || string.Concat(a.Label.Where(char.IsLetterOrDigit)).Equals(plain, StringComparison.OrdinalIgnoreCase)).Select(a => CustomerFieldNames.Custom + a.Key).FirstOrDefault();
            return field is not null && taken.Add(field) ? field : null;
        })];
    }
}

/// <summary>Who the rows of a batch are: known by another system's id, then by keys. Rows of one file that share a key are one customer. Pure.</summary>
internal sealed class ImportMatch
{
    /// <summary>Of the database and of rows before: who holds a key or an id.</summary>
    public Dictionary<(KeyKind, string), Id<Customer>> Keys { get; } = [];
    /// <summary>Marked as used by several: held by nobody.</summary>
    public HashSet<(KeyKind, string)> Shared { get; } = [];
    public Dictionary<string, Id<Customer>> Refs { get; } = new(StringComparer.Ordinal);

    /// <returns>Whom the row is about; null: somebody new. An error where it points to two people.</returns>
    public (Id<Customer>? Customer, string? Error) Find(PlannedRow row)
    {
        if (row.ExternalId is { } id && Refs.TryGetValue(id, out var known)) { return (known, null); }
        var found = row.Keys.Where(Holds).SelectMany(Spellings).Where(Keys.ContainsKey).Select(k => Keys[k]).Distinct().Take(2).ToList();
        return found.Count > 1 ? (null, "Its address and its number belong to two customers. Merge them first, or import the row without one of them.") : (found.Count == 1 ? found[0] : null, null);
    }

    public void Take(PlannedRow row, Id<Customer> customer)
    {
        if (row.ExternalId is { } id) { Refs.TryAdd(id, customer); }
        foreach (var key in row.Keys.Where(Holds)) { Keys.TryAdd((key.Kind, key.Value), customer); }
    }

    /// <summary>Whether one person can hold it.</summary>
    public bool Holds(FoundKey key) => key.Matches && !Spellings(key).Any(Shared.Contains);

    public static IEnumerable<(KeyKind, string)> Spellings(FoundKey key) => key.Kind == KeyKind.Phone ? PhoneNumbers.Forms(key.Value).Select(f => (key.Kind, f)) : [(key.Kind, key.Value)];
}
