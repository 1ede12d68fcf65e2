using Braid.Channels;
using Braid.Customers;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Integrations;

/// <summary>What is known of one person here, as a mapping sees it.</summary>
internal sealed record OurPerson(Customer Shown, IReadOnlyList<CustomerValue> Values, IReadOnlyList<CustomerKey> Keys)
{
    /// <param name="theirs">Of keys people have several: theirs, if they have it.</param>
    public SideValue Of(string field, string? theirs)
    {
        if (field is OurFields.Email or OurFields.Phone)
        {
            var kind = field == OurFields.Email ? KeyKind.Email : KeyKind.Phone;
            var normal = theirs is null ? null : OurSide.Normal(kind, theirs);
            var keys = Keys.Where(k => k.Kind == kind && !k.Shared).OrderByDescending(k => k.Proven).ThenBy(k => k.CreatedAt).ThenBy(k => k.Id).ToList();
            var shown = keys.FirstOrDefault(k => k.Value == normal) ?? keys.FirstOrDefault();
            // In their spelling where it is the same: it is not a change.
            return new(shown is null ? null : shown.Value == normal ? theirs!.Trim() : shown.Value, shown?.CreatedAt);
        }

        if (field == OurFields.Tags) { return new(Shown.Tags is null ? null : string.Join(';', CustomerTags.Split(Shown.Tags)), Values.Where(v => v.Field.StartsWith(CustomerFieldNames.Tag, StringComparison.Ordinal)).Select(v => (DateTimeOffset?)v.At).Max()); }
        var best = GoldenRecord.Best(Values.Where(v => v.Field == field));
        return new(best?.Value, best?.At);
    }
}

/// <summary>Reads and writes our side of a link. Writing within a transaction that holds the person's row.</summary>
internal sealed class OurSide(BraidDb db, CustomerValues values, TimeProvider clock)
{
    /// <summary>What the person that this profile belongs to shows; with <paramref name="alone"/>, the profile by itself.</summary>
    public async Task<OurPerson?> ReadAsync(Id<Workspace> workspace, Id<Customer> profile, bool alone, CancellationToken ct)
    {
        var customers = db.Set<Customer>().AsNoTracking().Where(c => c.WorkspaceId == workspace);
        var shown = await customers.FirstOrDefaultAsync(c => customers.Any(p => p.Id == profile && p.PersonId == c.Id), ct);
        if (shown is null) { return null; }
        var said = await values.OfPersonAsync(workspace, shown.Id, ct);
        var keys = await db.Set<CustomerKey>().AsNoTracking().Where(k => k.WorkspaceId == workspace && k.CustomerId == shown.Id).ToListAsync(ct);
        return alone ? new(shown, [.. said.Where(v => v.CustomerId == profile)], [.. keys.Where(k => k.OriginId == profile)]) : new(shown, said, keys);
    }

    /// <summary>What a field takes of theirs, in our spelling; refuses with a sentence.</summary>
    public static string? Normalised(string field, string? value, IReadOnlyList<AttributeDefinition> attributes)
    {
        if (value is null) { return null; }
        if (field == OurFields.Email || field == OurFields.Phone) { return Normal(field == OurFields.Email ? KeyKind.Email : KeyKind.Phone, value) ?? throw RefusalException.Invalid($"“{value}” is not {(field == OurFields.Email ? "an email address" : "a phone number with its country")}."); }
        if (field == OurFields.Tags) { return value; }
        if (field.StartsWith(CustomerFieldNames.Custom, StringComparison.Ordinal))
        {
            return (attributes.FirstOrDefault(a => CustomerFieldNames.Custom + a.Key == field) ?? throw RefusalException.Invalid($"There is no field {field} here any more.")).Normalised(value);
        }

        return CustomerFields.One(field, value).Value;
    }

    public static string? Normal(KeyKind kind, string value) => kind == KeyKind.Email ? EmailAddresses.Normalise(value) : PhoneNumbers.Normalise(value, null);

    /// <returns>True when something is new on the profile.</returns>
    public async Task<bool> WriteAsync(Id<Integration> integration, Customer person, Id<Customer> profile, IReadOnlyList<(string Field, string? Value)> taken, string vendor, CancellationToken ct)
    {
        var changed = false;
        foreach (var (field, value) in taken)
        {
            if (field == OurFields.Email || field == OurFields.Phone) { changed |= value is not null && await AddKeyAsync(person, profile, field == OurFields.Email ? KeyKind.Email : KeyKind.Phone, value, vendor, ct); }
            else { changed |= await SetAsync(integration, person, profile, field, value, ct); }
        }

        if (!changed) { return false; }
        await db.SaveChangesAsync(ct);
        await values.ShowAsync(person, ct);
        if (person.Id != profile && await db.Set<Customer>().FirstOrDefaultAsync(c => c.WorkspaceId == person.WorkspaceId && c.Id == profile, ct) is { } own)
        {
            GoldenRecord.Apply(own, await db.Set<CustomerValue>().AsNoTracking().Where(v => v.WorkspaceId == person.WorkspaceId && v.CustomerId == profile).ToListAsync(ct));
            await db.SaveChangesAsync(ct);
        }

        return true;
    }

    private async Task<bool> SetAsync(Id<Integration> integration, Customer person, Id<Customer> profile, string field, string? value, CancellationToken ct)
    {
        var (workspace, now, source) = (person.WorkspaceId, clock.GetUtcNow(), integration.Value);
        if (field == OurFields.Tags)
        {
            var wanted = (value ?? "").Split([';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(50).Select(CustomerTags.Normalised).Distinct().ToList();
            var mine = await db.Set<CustomerValue>().Where(v => v.WorkspaceId == workspace && v.CustomerId == profile && v.Source == ValueSource.Crm && v.SourceId == source && v.Field.StartsWith(CustomerFieldNames.Tag)).ToListAsync(ct);
            var gone = mine.Where(m => !wanted.Contains(m.Field[CustomerFieldNames.Tag.Length..])).ToList();
            var added = wanted.Where(w => !mine.Exists(m => m.Field == CustomerFieldNames.Tag + w)).ToList();
            db.RemoveRange(gone);
            foreach (var tag in added) { db.Add(new CustomerValue { WorkspaceId = workspace, CustomerId = profile, Field = CustomerFieldNames.Tag + tag, Source = ValueSource.Crm, SourceId = source, Value = "true", At = now }); }
            return gone.Count + added.Count > 0;
        }

        var known = await db.Set<CustomerValue>().FirstOrDefaultAsync(v => v.WorkspaceId == workspace && v.CustomerId == profile && v.Field == field && v.Source == ValueSource.Crm && v.SourceId == source, ct);
        if (value is null)
        {
            // Emptied there, by a rule that says so: what agents wrote before goes too, what channels say stays.
            db.RemoveRange(await db.Set<CustomerValue>().Where(v => v.WorkspaceId == workspace && v.CustomerId == profile && v.Field == field && v.Source != ValueSource.Channel).ToListAsync(ct));
            return true;
        }

        if (known is null) { db.Add(new CustomerValue { WorkspaceId = workspace, CustomerId = profile, Field = field, Source = ValueSource.Crm, SourceId = source, Value = value, At = now }); }
        else { (known.Value, known.At) = (value, now); }
        return true;
    }

    /// <summary>What a CRM says counts as entered (DESIGN §9.11): held where it is free, else only known, and people are asked.</summary>
    private async Task<bool> AddKeyAsync(Customer person, Id<Customer> profile, KeyKind kind, string value, string vendor, CancellationToken ct)
    {
        var same = db.Set<CustomerKey>().Where(k => k.WorkspaceId == person.WorkspaceId && k.Kind == kind && k.Value == value);
        if (await same.AnyAsync(k => k.CustomerId == person.Id, ct)) { return false; }
        var free = (kind != KeyKind.Email || !EmailAddresses.IsShared(value)) && !await same.AnyAsync(k => k.Proven || k.Shared, ct);
        db.Add(new CustomerKey { WorkspaceId = person.WorkspaceId, CustomerId = person.Id, OriginId = profile, Kind = kind, Value = value, Proven = free, Proof = free ? $"entered in {vendor}" : null, CreatedAt = clock.GetUtcNow() });
        await db.SaveChangesAsync(ct);
        return true;
    }
}
