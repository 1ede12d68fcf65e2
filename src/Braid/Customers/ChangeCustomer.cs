using System.Text.Json;
using Braid.Accounts;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Braid.Platform.Jobs;

namespace Braid.Customers;

/// <summary>Changes what the request names and leaves the rest. What an agent wrote shows before what channels, imports and syncs say.</summary>
internal sealed class ChangeCustomer(BraidDb db, CustomerAccess access, CustomerValues values, Attributes attributes, CustomerPhotos photos, JobQueue jobs, TimeProvider clock)
{
    public async Task RunAsync(Id<Customer> id, JsonElement changes, Actor by, CancellationToken ct)
    {
        var (since, unnamed) = (clock.GetUtcNow(), new List<string>());
        await db.InTransactionAsync(async inner => unnamed = await ChangeAsync(id, changes, by, inner), ct);
        await photos.RemoveAsync(by.Workspace, unnamed, since, ct);
    }

    /// <returns>Pictures that nobody shows any more.</returns>
    private async Task<List<string>> ChangeAsync(Id<Customer> id, JsonElement changes, Actor by, CancellationToken inner)
    {
        var customer = await access.RequireLockedAsync(id, by, Permission.EditCustomers, inner);
        var wanted = CustomerFields.Read(changes, customer, changes.ValueKind == JsonValueKind.Object && changes.TryGetProperty("attributes", out _) ? await attributes.AllAsync(by.Workspace, inner) : []);
        var photo = wanted.FirstOrDefault(w => w.Field == CustomerFieldNames.Photo);
        var shown = photo.Field is null ? [] : await photos.OfAsync(by.Workspace, customer.Id, inner);
        if (photo.Value is { } file) { await photos.RequireAsync(by.Workspace, file, inner); }
        if (!await values.SetAsync(customer, wanted, by.AgentId is null ? ValueSource.Api : ValueSource.Agent, by.AgentId?.Value ?? Guid.Empty, inner)) { return []; }
        if (wanted.Any(w => w.Field is CustomerFieldNames.Name or CustomerFieldNames.Company)) { await jobs.EnqueueAsync(WeighPersons.Of(by.Workspace, customer.Id), inner); }
        db.Events.Add(new CustomerChanged(by.Workspace, customer.Id, "changed"));
        return await photos.ForgetAsync(by.Workspace, shown, inner);
    }
}

/// <summary>The fields of a profile as clients write them: absent = left alone, null or blank = cleared.</summary>
internal static class CustomerFields
{
    public const int NameLength = 200;

    /// <param name="customer">Whose tags are shown now: those left out of `tags` are taken away.</param>
    public static IReadOnlyCollection<(string Field, string? Value)> Read(JsonElement changes, Customer customer, IReadOnlyList<AttributeDefinition> attributes)
    {
        if (changes.ValueKind != JsonValueKind.Object)
        {
            throw RefusalException.Invalid("Send an object with the fields to change.");
        }

        var all = changes.EnumerateObject().DistinctBy(c => c.Name).ToList();
        return [.. all.Where(c => c.Name == "tags").SelectMany(c => Tags(c, customer)), .. all.Where(c => c.Name == "attributes").SelectMany(c => Custom(c, attributes)),
            .. all.Where(c => c.Name is not ("tags" or "attributes")).Select(change => (change.Name, change.Name switch
        {
            CustomerFieldNames.Name or CustomerFieldNames.Company => Text(change, NameLength),
            CustomerFieldNames.Tier => Text(change, 60),
            CustomerFieldNames.Language => Language(Text(change, 35)),
            CustomerFieldNames.TimeZone => TimeZone(Text(change, 60)),
            CustomerFieldNames.Photo => Text(change, 40),
            CustomerFieldNames.Blocked => Flag(change) ? "true" : null,
            _ => throw Wrong(change.Name, "Not a field of a customer that can be changed."),
        }))];
    }

    private static IEnumerable<(string Field, string? Value)> Tags(JsonProperty change, Customer customer)
    {
        if (change.Value.ValueKind != JsonValueKind.Array || change.Value.EnumerateArray().Any(t => t.ValueKind != JsonValueKind.String)) { throw Wrong("tags", "A list of words."); }
        var wanted = change.Value.EnumerateArray().Select(t => CustomerTags.Normalised(t.GetString()!)).Distinct().ToList();
        return wanted.Select(t => (CustomerFieldNames.Tag + t, (string?)"true")).Concat(CustomerTags.Split(customer.Tags).Except(wanted).Select(t => (CustomerFieldNames.Tag + t, (string?)"false")));
    }

    private static IEnumerable<(string Field, string? Value)> Custom(JsonProperty change, IReadOnlyList<AttributeDefinition> attributes)
    {
        if (change.Value.ValueKind != JsonValueKind.Object) { throw Wrong("attributes", "An object of fields and values."); }
        foreach (var field in change.Value.EnumerateObject().DistinctBy(f => f.Name))
        {
            var definition = attributes.FirstOrDefault(a => a.Key == field.Name) ?? throw Wrong(CustomerFieldNames.Custom + field.Name, "There is no such field. Add it in the settings first.");
            var text = field.Value.ValueKind switch
            {
                JsonValueKind.Null => null,
                JsonValueKind.String => field.Value.GetString(),
                JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => field.Value.GetRawText(),
                _ => throw Wrong(CustomerFieldNames.Custom + field.Name, "Text, a number, true, false or null."),
            };
            yield return (CustomerFieldNames.Custom + field.Name, definition.Normalised(text));
        }
    }

    /// <summary>One field as text, for imports and syncs.</summary>
    public static (string Field, string? Value) One(string field, string? value) => (field, field switch
    {
        CustomerFieldNames.Name or CustomerFieldNames.Company => Text(value, field, NameLength),
        CustomerFieldNames.Tier => Text(value, field, 60),
        CustomerFieldNames.Language => Language(Text(value, field, 35)),
        CustomerFieldNames.TimeZone => TimeZone(Text(value, field, 60)),
        _ => throw Wrong(field, "Not a field of a customer that can be changed."),
    });

    public static string? Text(string? value, string field, int most)
    {
        var text = value?.Trim();
        return string.IsNullOrEmpty(text) ? null : text.Length <= most ? text : throw Wrong(field, $"At most {most} characters.");
    }

    private static string? Text(JsonProperty change, int most) => change.Value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => Text(change.Value.GetString(), change.Name, most),
        _ => throw Wrong(change.Name, "Text or null."),
    };

    private static bool Flag(JsonProperty change) => change.Value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong(change.Name, "true or false."),
    };

    private static string? Language(string? tag) =>
        tag is null || tag.Split('-').All(p => p.Length is >= 1 and <= 8 && p.All(char.IsAsciiLetterOrDigit)) ? tag : throw Wrong("language", "A language tag such as en or pt-BR.");

    private static string? TimeZone(string? zone) =>
        zone is null || TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _) ? zone : throw Wrong("timeZone", "A time zone such as Europe/Berlin.");

    private static RefusalException Wrong(string field, string what) => RefusalException.Invalid("Some fields are not valid.", new Dictionary<string, string> { [field] = what });
}
