using System.Text.Json;
using Braid.Accounts;
using Braid.Platform.Data;
using Braid.Platform.Http;

namespace Braid.Customers;

/// <summary>Changes what the request names and leaves the rest. A name that an agent wrote is no longer changed by channels.</summary>
internal sealed class ChangeCustomer(BraidDb db, CustomerAccess access)
{
    public Task RunAsync(Id<Customer> id, JsonElement changes, Actor by, CancellationToken ct) => db.InTransactionAsync(async inner =>
    {
        var customer = await access.RequireLockedAsync(id, by, Permission.EditCustomers, inner);
        CustomerFields.Apply(customer, changes);
        if (!db.ChangeTracker.HasChanges())
        {
            return;
        }

        await db.SaveChangesAsync(inner);
        db.Events.Add(new CustomerChanged(by.Workspace, id, "changed"));
    }, ct);
}

/// <summary>The fields of a profile as clients write them: absent = left alone, null or blank = cleared.</summary>
internal static class CustomerFields
{
    public const int NameLength = 200;

    public static void Apply(Customer customer, JsonElement changes)
    {
        if (changes.ValueKind != JsonValueKind.Object)
        {
            throw RefusalException.Invalid("Send an object with the fields to change.");
        }

        foreach (var change in changes.EnumerateObject())
        {
            switch (change.Name)
            {
                case "name": customer.Rename(Text(change, NameLength)); break;
                case "company": customer.Company = Text(change, NameLength); break;
                case "language": customer.Language = Language(Text(change, 35)); break;
                case "timeZone": customer.TimeZone = TimeZone(Text(change, 60)); break;
                case "blocked": customer.Blocked = Flag(change); break;
                default: throw Wrong(change.Name, "Not a field of a customer that can be changed.");
            }
        }
    }

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
