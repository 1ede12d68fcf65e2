using System.Text.Json;
using Braid.Accounts;
using Braid.Platform.Data;
using Braid.Platform.Http;

namespace Braid.Customers;

/// <summary>Many profiles that another system knows, in one call: each as if sent alone, so that one that is refused keeps no other away.</summary>
internal sealed class UpsertMany(BraidDb db, UpsertCustomer upsert)
{
    public const int Most = 200;

    /// <param name="Items">Objects with `externalId` and the fields of the profile; `keys` and `url` beside them.</param>
    public sealed record Request(string System, IReadOnlyList<JsonElement> Items);

    public async Task<UpsertedView> RunAsync(Request request, Actor by, CancellationToken ct)
    {
        by.Require(Permission.EditCustomers);
        if (request.Items is not { Count: > 0 and <= Most } items) { throw RefusalException.Invalid($"1 to {Most} items.", new Dictionary<string, string> { ["items"] = $"1 to {Most} items." }); }
        var done = new List<UpsertedItemView>();
        foreach (var item in items)
        {
            var external = item.ValueKind == JsonValueKind.Object && item.TryGetProperty("externalId", out var id) && id.ValueKind == JsonValueKind.String ? id.GetString() : null;
            try
            {
                if (external is null) { throw RefusalException.Invalid("Name the externalId.", new Dictionary<string, string> { ["externalId"] = "A text." }); }
                var fields = item.EnumerateObject().Where(p => p.Name != "externalId").ToDictionary(p => p.Name, p => p.Value);
                var (customer, made) = await upsert.RunAsync(request.System, external, JsonSerializer.SerializeToElement(fields), by, ct);
                done.Add(new(external, customer, made, null, null, null));
            }
            catch (RefusalException e)
            {
                db.Events.Clear();
                done.Add(new(external, null, false, e.Code, e.Message, e.Errors));
            }

            db.ChangeTracker.Clear();
        }

        return new(done);
    }
}

internal sealed record UpsertedView(IReadOnlyList<UpsertedItemView> Items);

/// <param name="Code">Why it was refused; null when it was done.</param>
internal sealed record UpsertedItemView(string? ExternalId, Id<Customer>? CustomerId, bool Made, string? Code, string? Problem, IReadOnlyDictionary<string, string>? Errors);
