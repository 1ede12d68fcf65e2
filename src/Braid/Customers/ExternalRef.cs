using System.Text.Json;
using Braid.Accounts;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Braid.Customers;

/// <summary>What another system calls this profile: "shop" 4711. Unique per system.</summary>
internal sealed class ExternalRef : IOfPerson
{
    private Id<Customer>? origin;

    public Id<Workspace> WorkspaceId { get; init; }
    public required string System { get; init; }
    public required string ExternalId { get; init; }
    public Id<Customer> CustomerId { get; set; }
    public Id<Customer> OriginId { get => origin ?? CustomerId; set => origin = value; }
    /// <summary>Where it is shown there.</summary>
    public string? Url { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Makes or changes the profile that another system knows by its own id. Sent twice, it is the same as once.</summary>
internal sealed class UpsertCustomer(BraidDb db, CustomerAccess access, CreateCustomer create, ChangeCustomer change, TimeProvider clock)
{
    private const int MostTries = 3;

    /// <param name="body">Fields of a profile; `keys` and `url` beside them.</param>
    /// <returns>The profile, and whether it was made now.</returns>
    public async Task<(Id<Customer> Id, bool Made)> RunAsync(string system, string externalId, JsonElement body, Actor by, CancellationToken ct)
    {
        by.Require(Permission.EditCustomers);
        system = CustomerFields.Text(system, "system", 40)?.ToLowerInvariant() ?? throw RefusalException.Invalid("Name the system.");
        externalId = CustomerFields.Text(externalId, "externalId", 200) ?? throw RefusalException.Invalid("Name the id.");
        if (body.ValueKind != JsonValueKind.Object) { throw RefusalException.Invalid("Send an object with the fields of the profile."); }
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await OnceAsync(system, externalId, body, by, ct);
            }
            catch (Exception e) when (Database.IsConflict(e) && db.Database.CurrentTransaction is null && attempt < MostTries)
            {
                db.ChangeTracker.Clear(); // Somebody made it at the same moment: find it.
            }
        }
    }

    private async Task<(Id<Customer> Id, bool Made)> OnceAsync(string system, string externalId, JsonElement body, Actor by, CancellationToken ct)
    {
        var (id, made) = (default(Id<Customer>), false);
        await db.InTransactionAsync(async inner =>
        {
            var known = await db.Set<ExternalRef>().FirstOrDefaultAsync(r => r.WorkspaceId == by.Workspace && r.System == system && r.ExternalId == externalId, inner);
            var keys = KeysIn(body);
            if (known is null)
            {
                // Who has one of these keys already is this customer.
                id = await OwnerAsync(keys, by, inner) ?? await create.RunAsync(new(NameIn(body) ?? externalId, keys), by, inner);
                made = true;
                known = new ExternalRef { WorkspaceId = by.Workspace, System = system, ExternalId = externalId, CustomerId = (await access.RequireAsync(id, by, Permission.EditCustomers, inner)).Id, CreatedAt = clock.GetUtcNow() };
                db.Add(known);
            }

            id = known.CustomerId;
            if (body.TryGetProperty("url", out var url) && url.ValueKind is JsonValueKind.String or JsonValueKind.Null) { known.Url = CustomerFields.Text(url.GetString(), "url", 2000); }
            await db.SaveChangesAsync(inner);
            var rest = body.EnumerateObject().Where(p => p.Name is not ("keys" or "url")).ToDictionary(p => p.Name, p => p.Value);
            if (rest.Count > 0) { await change.RunAsync(id, JsonSerializer.SerializeToElement(rest, Json), by, inner); }
        }, ct);
        return (id, made);
    }

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    private static List<EnteredKey>? KeysIn(JsonElement body)
    {
        if (!body.TryGetProperty("keys", out var list) || list.ValueKind == JsonValueKind.Null) { return null; }
        try
        {
            var keys = list.Deserialize<List<EnteredKey?>>(Json)!;
            if (!keys.Contains(null)) { return keys!; }
        }
        catch (JsonException)
        {
            // Said below, whatever is wrong with it.
        }

        const string What = "A list of objects with kind (email or phone) and value.";
        throw RefusalException.Invalid(What, new Dictionary<string, string> { ["keys"] = What });
    }

    private static string? NameIn(JsonElement body) => body.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString() : null;

    private async Task<Id<Customer>?> OwnerAsync(List<EnteredKey>? keys, Actor by, CancellationToken ct)
    {
        foreach (var (key, i) in (keys ?? []).Select((k, i) => (k, i)))
        {
            var wanted = key.Normalised(null, $"keys.{i}.value");
            if (wanted.Kind == Channels.KeyKind.Email && EmailAddresses.IsShared(wanted.Value)) { continue; }
            var owner = await db.Set<CustomerKey>().Where(k => k.WorkspaceId == by.Workspace && k.Kind == wanted.Kind && k.Value == wanted.Value && k.Proven).Select(k => (Id<Customer>?)k.CustomerId).FirstOrDefaultAsync(ct);
            if (owner is not null) { return owner; }
        }

        return null;
    }
}

internal sealed class ExternalRefConfiguration : IEntityTypeConfiguration<ExternalRef>
{
    public void Configure(EntityTypeBuilder<ExternalRef> builder)
    {
        builder.ToTable("external_refs");
        builder.HasKey(r => new { r.WorkspaceId, r.System, r.ExternalId });
        builder.Property(r => r.System).HasMaxLength(40);
        builder.Property(r => r.ExternalId).HasMaxLength(200);
        builder.HasIndex(r => new { r.WorkspaceId, r.CustomerId });
    }
}
