using System.Text.Json;
using Braid.Channels;
using Braid.Customers;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Braid.Platform.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Braid.Integrations;

/// <summary>Who a record belongs to is not clear: somebody has to say.</summary>
internal sealed class DoubtfulException(string message, IReadOnlyList<Id<Customer>> candidates) : Exception(message)
{
    public IReadOnlyList<Id<Customer>> Candidates { get; } = candidates;
}

/// <summary>One integration while it is worked on.</summary>
internal sealed class SyncScope(Integration row, IConnector connector, ConnectorSession session, IReadOnlyList<AttributeDefinition> attributes)
{
    public Integration Row { get; } = row;
    public IConnector Connector { get; } = connector;
    public ConnectorSession Session { get; } = session;
    public IReadOnlyList<AttributeDefinition> Attributes { get; } = attributes;
    public Id<Workspace> Workspace => Row.WorkspaceId;
    public Id<Integration> Id => Row.Id;
    public IReadOnlyList<FieldRule> Rules { get; set; } = row.Rules;
    /// <summary>Those that are worked with now.</summary>
    public IReadOnlyList<FieldRule> Live => [.. Rules.Where(r => r.Problem is null)];
    public IReadOnlyCollection<string> Fields => [.. Live.SelectMany(r => r.TheirNames).Distinct()];
}

/// <summary>
/// Brings one profile and one record in step: reads both, decides field by field with what they last agreed on (<see cref="Reconcile"/>), writes
/// ours in one transaction and then theirs. Run twice it does nothing the second time; run after a crash between the two it goes on.
/// </summary>
internal sealed class SyncRecord(BraidDb db, OurSide ours, JobQueue jobs, TimeProvider clock)
{
    /// <summary>So many changes of one record by us within <see cref="BrakeWindow"/> are no work but a quarrel.</summary>
    public const int BrakeChanges = 5;
    public static readonly TimeSpan BrakeWindow = TimeSpan.FromMinutes(10);

    /// <summary>What became of a record that was looked at.</summary>
    public enum Outcome { Nothing, InStep, Linked, Made }

    /// <summary>A record over there changed, or is seen for the first time.</summary>
    /// <param name="trial">Only says what would happen.</param>
    public async Task<Outcome> PullAsync(SyncScope scope, RemoteRecord record, bool trial, CancellationToken ct)
    {
        db.ChangeTracker.Clear();
        var link = await FindAsync(scope, record.Id, ct);
        foreach (var absorbed in record.Absorbed.Where(a => a != record.Id))
        {
            if (!trial && await FindAsync(scope, absorbed, ct) is { } old) { await MoveAsync(scope, old, record.Id, ct); link = await FindAsync(scope, record.Id, ct); }
        }

        if (link is not null)
        {
            if (trial) { return Outcome.InStep; }
            if (link.State == RecordState.Stopped) { return Outcome.Nothing; }
            await StepAsync(scope, link, record, ct);
            return Outcome.InStep;
        }

        // Erased here, and not yet there: it must not come back.
        if (await db.Set<SyncWork>().AnyAsync(w => w.WorkspaceId == scope.Workspace && w.IntegrationId == scope.Id && w.Kind == SyncKind.Erase && w.Key == record.Id, ct)) { return Outcome.Nothing; }
        var owner = await WhoAsync(scope, record, ct);
        if (owner is { } known && await db.Set<RecordLink>().AsNoTracking().FirstOrDefaultAsync(l => l.WorkspaceId == scope.Workspace && l.IntegrationId == scope.Id && l.OriginId == known, ct) is { } other)
        {
            throw new DoubtfulException($"This {scope.Connector.Descriptor.RecordWord} fits a customer who is linked to {other.RemoteId} already. Merge the two in {scope.Connector.Descriptor.Name}, or link it to somebody else.", [known]);
        }

        if (owner is null && !scope.Row.CreateHere) { return Outcome.Nothing; }
        if (trial) { return owner is null ? Outcome.Made : Outcome.Linked; }
        await StepAsync(scope, await LinkAsync(scope, record, owner, ct), record, ct);
        return owner is null ? Outcome.Made : Outcome.Linked;
    }

    /// <summary>Links to whom an admin named.</summary>
    public async Task PullAsync(SyncScope scope, RemoteRecord record, Id<Customer> owner, CancellationToken ct) => await StepAsync(scope, await FindAsync(scope, record.Id, ct) ?? await LinkAsync(scope, record, owner, ct), record, ct);

    /// <summary>A customer here changed.</summary>
    public async Task PushAsync(SyncScope scope, Id<Customer> id, CancellationToken ct)
    {
        db.ChangeTracker.Clear();
        if (await ours.ReadAsync(scope.Workspace, id, alone: false, ct) is not { } person) { return; }
        var links = await db.Set<RecordLink>().Where(l => l.WorkspaceId == scope.Workspace && l.IntegrationId == scope.Id && l.CustomerId == person.Shown.Id).OrderBy(l => l.Id).ToListAsync(ct);
        if (Chosen(links, person.Shown.Id) is { } link)
        {
            // Ours is as it was agreed: nothing to ask for.
            var agreed = link.AgreedValues;
            if (link.State != RecordState.Linked || scope.Live.All(r => agreed.TryGetValue(r.Ours, out var a) && Same(person.Of(r.Ours, a.Theirs).Value, a.Ours))) { return; }
            if (await scope.Connector.ReadAsync(scope.Session, link.RemoteId, scope.Fields, ct) is not { } record) { await GoneAsync(scope, link.RemoteId, ct); return; }
            await StepAsync(scope, link, record, ct);
            return;
        }

        if (!scope.Connector.Descriptor.Writes && !scope.Connector.Descriptor.Panels) { return; }
        var keys = KeysOf(person);
        if (links.Count > 0 || (keys.Emails.Count == 0 && keys.Phones.Count == 0)) { return; }
        var found = await scope.Connector.FindAsync(scope.Session, keys, scope.Fields, ct);
        if (found.Count > 1) { throw new DoubtfulException($"{scope.Connector.Descriptor.Name} has {found.Count} {scope.Connector.Descriptor.RecordWord}s that fit {keys.Emails.Concat(keys.Phones).First()}. Merge them there.", [person.Shown.Id]); }
        if (found is [var one])
        {
            if (await FindAsync(scope, one.Id, ct) is { } taken) { throw new DoubtfulException($"The {scope.Connector.Descriptor.RecordWord} {one.Id} belongs to another customer here. Are they one person?", [person.Shown.Id, taken.CustomerId]); }
            await StepAsync(scope, await LinkAsync(scope, one, person.Shown.Id, ct), one, ct);
            return;
        }

        if (scope.Row.CreateThere && scope.Connector.Descriptor.Writes) { await MakeThereAsync(scope, person, ct); }
    }

    /// <summary>The record is gone: the profile stays.</summary>
    public async Task GoneAsync(SyncScope scope, string remoteId, CancellationToken ct)
    {
        var (workspace, integration) = (scope.Workspace, scope.Id);
        await db.InTransactionAsync(async inner =>
        {
            if (await FindAsync(scope, remoteId, inner) is not { } link || link.State == RecordState.Gone) { return; }
            (link.State, link.Trouble) = (RecordState.Gone, $"It was removed in {scope.Connector.Descriptor.Name}.");
            db.Events.Add(new CustomerChanged(workspace, link.CustomerId, "changed"));
            await db.SaveChangesAsync(inner);
        }, ct);
    }

    /// <summary>Two records became one: the link goes to who stays. If both had a profile here, people are asked whether those are one.</summary>
    public async Task MergedAsync(SyncScope scope, string gone, string stays, CancellationToken ct)
    {
        db.ChangeTracker.Clear();
        if (await FindAsync(scope, gone, ct) is { } link) { await MoveAsync(scope, link, stays, ct); }
    }

    private async Task MoveAsync(SyncScope scope, RecordLink link, string stays, CancellationToken ct) => await db.InTransactionAsync(async inner =>
    {
        if (await FindAsync(scope, stays, inner) is not { } kept)
        {
            (link.RemoteId, link.State, link.Trouble) = (stays, RecordState.Linked, null);
            await db.SaveChangesAsync(inner);
            return;
        }

        (link.State, link.Trouble) = (RecordState.Gone, $"It was merged into {stays} in {scope.Connector.Descriptor.Name}.");
        if (kept.CustomerId != link.CustomerId)
        {
            var ages = await db.Set<Customer>().Where(c => c.WorkspaceId == scope.Workspace && (c.Id == kept.CustomerId || c.Id == link.CustomerId)).ToDictionaryAsync(c => c.Id, c => c.CreatedAt, inner);
            var (left, right) = (ages[kept.CustomerId], kept.CustomerId).CompareTo((ages[link.CustomerId], link.CustomerId)) < 0 ? (kept.CustomerId, link.CustomerId) : (link.CustomerId, kept.CustomerId);
            if (!await db.Set<Suggestion>().AnyAsync(s => s.WorkspaceId == scope.Workspace && ((s.LeftId == left && s.RightId == right) || (s.LeftId == right && s.RightId == left)), inner))
            {
                db.Add(new Suggestion
                {
                    WorkspaceId = scope.Workspace, LeftId = left, RightId = right, Score = 95, MadeAt = clock.GetUtcNow(),
                    Reasons = JsonSerializer.Serialize(new[] { new LikenessReason("mergedThere", scope.Connector.Descriptor.Name) }, JsonSerializerOptions.Web),
                });
                db.Events.Add(new CustomerChanged(scope.Workspace, left, "suggested"));
                db.Events.Add(new CustomerChanged(scope.Workspace, right, "suggested"));
            }
        }

        await db.SaveChangesAsync(inner);
    }, ct);

    private async Task StepAsync(SyncScope scope, RecordLink link, RemoteRecord record, CancellationToken ct)
    {
        // Of a person with several records here, one is written to; the others are only read.
        var mates = await db.Set<RecordLink>().AsNoTracking().Where(l => l.WorkspaceId == scope.Workspace && l.IntegrationId == scope.Id && l.CustomerId == link.CustomerId).OrderBy(l => l.Id).ToListAsync(ct);
        var chosen = Chosen(mates, link.CustomerId)?.Id == link.Id;
        var given = await TakeAsync(scope, link.Id, record, alone: !chosen, ct);
        if (given.Count == 0 || !chosen || !scope.Connector.Descriptor.Writes) { return; }
        RemoteRecord now;
        try
        {
            now = await scope.Connector.UpdateAsync(scope.Session, record.Id, Written(scope, given), scope.Fields, ct);
        }
        catch (ConnectorException e) when (e.Fate == ConnectorFate.Gone)
        {
            await GoneAsync(scope, record.Id, ct);
            return;
        }

        // What they made of it is what was agreed, however they spell it.
        await AgreeAsync(scope, link.Id, given, now, ct);
    }

    /// <summary>Takes over what they changed, and notes what is agreed.</summary>
    /// <returns>What they are to be given.</returns>
    private async Task<List<FieldDecision>> TakeAsync(SyncScope scope, Id<RecordLink> id, RemoteRecord record, bool alone, CancellationToken ct)
    {
        var given = new List<FieldDecision>();
        await db.InTransactionAsync(async inner =>
        {
            given.Clear();
            var link = await db.Set<RecordLink>().FirstAsync(l => l.WorkspaceId == scope.Workspace && l.Id == id, inner);
            await db.LockAsync("customers", link.CustomerId.Value, inner);
            await db.Entry(link).ReloadAsync(inner);
            var person = await ours.ReadAsync(scope.Workspace, link.OriginId, alone, inner) ?? throw new ConnectorException(ConnectorFate.Gone, "The customer was erased.");
            var (agreed, taken) = (link.AgreedValues, new List<(string Field, string? Value)>());
            foreach (var rule in scope.Live)
            {
                var theirs = new SideValue(rule.Read(record), record.ModifiedAt);
                var mine = person.Of(rule.Ours, theirs.Value);
                var decided = Reconcile.Decide(rule, mine, theirs, agreed.GetValueOrDefault(rule.Ours));
                string? normal = null;
                if (decided.Act == FieldAct.Take && !Fits(scope, rule, decided.Value, out normal)) { decided = decided with { Act = FieldAct.Nothing }; }
                switch (decided.Act)
                {
                    case FieldAct.Take: taken.Add((rule.Ours, normal)); break;
                    case FieldAct.Give: given.Add(decided); continue;
                    default: agreed[rule.Ours] = new(mine.Value, theirs.Value); break;
                }
            }

            var profile = await db.Set<Customer>().FirstAsync(c => c.WorkspaceId == scope.Workspace && c.Id == link.CustomerId, inner);
            if (taken.Count > 0 && await ours.WriteAsync(scope.Id, profile, link.OriginId, taken, scope.Connector.Descriptor.Name, inner))
            {
                Brake(link);
                db.Events.Add(new CustomerChanged(scope.Workspace, link.CustomerId, "changed"));
                if (taken.Exists(t => t.Field is OurFields.Email or OurFields.Phone or CustomerFieldNames.Name)) { await jobs.EnqueueAsync(WeighPersons.Of(scope.Workspace, link.CustomerId), inner); }
            }

            if (taken.Count > 0)
            {
                var after = (await ours.ReadAsync(scope.Workspace, link.OriginId, alone, inner))!;
                foreach (var (field, _) in taken)
                {
                    var theirs = scope.Live.First(r => r.Ours == field).Read(record);
                    agreed[field] = new(after.Of(field, theirs).Value, theirs);
                }
            }

            link.Agree(agreed);
            (link.Url, link.SyncedAt) = (record.Url?.AbsoluteUri ?? link.Url, clock.GetUtcNow());
            if (link.State == RecordState.Gone) { (link.State, link.Trouble) = (RecordState.Linked, null); }
            await db.SaveChangesAsync(inner);
        }, ct);
        return given;
    }

    /// <summary>What can't stand here (a choice that we do not have, a date that is none) stays over there.</summary>
    private static bool Fits(SyncScope scope, FieldRule rule, string? value, out string? normal)
    {
        try
        {
            normal = OurSide.Normalised(rule.Ours, value, scope.Attributes);
            return normal is not null || value is null || rule.Ours == OurFields.Tags;
        }
        catch (RefusalException)
        {
            normal = null;
            return false;
        }
    }

    private async Task AgreeAsync(SyncScope scope, Id<RecordLink> id, List<FieldDecision> given, RemoteRecord now, CancellationToken ct) => await db.InTransactionAsync(async inner =>
    {
        var link = await db.Set<RecordLink>().FirstOrDefaultAsync(l => l.WorkspaceId == scope.Workspace && l.Id == id, inner);
        if (link is null) { return; }
        await db.Entry(link).ReloadAsync(inner);
        var agreed = link.AgreedValues;
        foreach (var decided in given) { agreed[decided.Rule.Ours] = new(decided.Value, decided.Rule.Read(now)); }
        link.Agree(agreed);
        Brake(link);
        await db.SaveChangesAsync(inner);
    }, ct);

    private void Brake(RecordLink link)
    {
        var now = clock.GetUtcNow();
        if (link.ChangesSince is null || now - link.ChangesSince > BrakeWindow) { (link.Changes, link.ChangesSince) = (0, now); }
        if (++link.Changes <= BrakeChanges) { return; }
        (link.State, link.Trouble) = (RecordState.Stopped, $"It changed {link.Changes} times within {BrakeWindow.TotalMinutes:0} minutes, as if two systems undid each other's work. Look which rule or robot does that, then go on.");
    }

    private async Task MakeThereAsync(SyncScope scope, OurPerson person, CancellationToken ct)
    {
        var given = scope.Live.Where(r => r.Pushes).Select(r => new FieldDecision(r, FieldAct.Give, person.Of(r.Ours, null).Value, "new")).Where(d => d.Value is not null).ToList();
        RemoteRecord made;
        try
        {
            made = await scope.Connector.CreateAsync(scope.Session, person.Shown.Id.ToString(), Written(scope, given), scope.Fields, ct);
        }
        catch (ConnectorException e) when (e is { Fate: ConnectorFate.Exists, ExistingId: { } existing })
        {
            made = await scope.Connector.ReadAsync(scope.Session, existing, scope.Fields, ct) ?? throw new ConnectorException(ConnectorFate.Retry, e.Message, e);
            if (await FindAsync(scope, existing, ct) is { } taken) { throw new DoubtfulException($"The {scope.Connector.Descriptor.RecordWord} {existing} belongs to another customer here. Are they one person?", [person.Shown.Id, taken.CustomerId]); }
        }

        await StepAsync(scope, await LinkAsync(scope, made, person.Shown.Id, ct), made, ct);
    }

    private static Dictionary<string, string?> Written(SyncScope scope, IEnumerable<FieldDecision> given)
    {
        var values = given.SelectMany(d => d.Rule.Write(d.Value, scope.Connector.Descriptor.Required)).DistinctBy(v => v.Name).ToDictionary(v => v.Name, v => v.Value);
        return values;
    }

    private async Task<RecordLink> LinkAsync(SyncScope scope, RemoteRecord record, Id<Customer>? owner, CancellationToken ct)
    {
        RecordLink? link = null;
        await db.InTransactionAsync(async inner =>
        {
            if (owner is null)
            {
                var fresh = new Customer { WorkspaceId = scope.Workspace, CreatedAt = clock.GetUtcNow() };
                db.Add(fresh);
                owner = fresh.Id;
                db.Events.Add(new CustomerChanged(scope.Workspace, fresh.Id, "created"));
                await db.SaveChangesAsync(inner);
            }

            link = new RecordLink { WorkspaceId = scope.Workspace, IntegrationId = scope.Id, RemoteId = record.Id, CustomerId = await PersonAsync(scope, owner.Value, inner), OriginId = owner.Value, Url = record.Url?.AbsoluteUri, Agreed = "{}", CreatedAt = clock.GetUtcNow() };
            db.Add(link);
            await db.SaveChangesAsync(inner);
        }, ct);
        return link!;
    }

    private Task<Id<Customer>> PersonAsync(SyncScope scope, Id<Customer> profile, CancellationToken ct) => db.Set<Customer>().Where(c => c.WorkspaceId == scope.Workspace && c.Id == profile).Select(c => c.PersonId).FirstAsync(ct);

    private Task<RecordLink?> FindAsync(SyncScope scope, string remoteId, CancellationToken ct) =>
        db.Set<RecordLink>().FirstOrDefaultAsync(l => l.WorkspaceId == scope.Workspace && l.IntegrationId == scope.Id && l.RemoteId == remoteId, ct);

    /// <summary>By our id over there, then by a proven address, then by a proven number.</summary>
    private async Task<Id<Customer>?> WhoAsync(SyncScope scope, RemoteRecord record, CancellationToken ct)
    {
        if (Guid.TryParse(record.OurId, out var own) && await db.Set<Customer>().AnyAsync(c => c.WorkspaceId == scope.Workspace && c.Id == new Id<Customer>(own), ct)) { return await PersonAsync(scope, new(own), ct); }
        var emails = record.Email is { } e && OurSide.Normal(KeyKind.Email, e) is { } email && !EmailAddresses.IsShared(email) ? new List<string> { email } : [];
        var phones = record.Phone is { } p && OurSide.Normal(KeyKind.Phone, p) is { } phone ? PhoneNumbers.Forms(phone).ToList() : [];
        foreach (var (kind, values) in new[] { (KeyKind.Email, emails), (KeyKind.Phone, phones) })
        {
            var owners = values.Count == 0 ? [] : await db.Set<CustomerKey>().Where(k => k.WorkspaceId == scope.Workspace && k.Kind == kind && values.Contains(k.Value) && k.Proven && !k.Shared).Select(k => k.CustomerId).Distinct().OrderBy(c => c).Take(5).ToListAsync(ct);
            if (owners.Count > 1) { throw new DoubtfulException($"This {scope.Connector.Descriptor.RecordWord} fits several customers here.", owners); }
            if (owners is [var one]) { return one; }
        }

        return null;
    }

    private static RemoteKeys KeysOf(OurPerson person) => new(
        person.Shown.Id.ToString(),
        [.. person.Keys.Where(k => k is { Kind: KeyKind.Email, Proven: true, Shared: false }).OrderBy(k => k.CreatedAt).Select(k => k.Value)],
        [.. person.Keys.Where(k => k is { Kind: KeyKind.Phone, Proven: true, Shared: false }).OrderBy(k => k.CreatedAt).SelectMany(k => PhoneNumbers.Forms(k.Value))]);

    /// <summary>Of several records of one person, that of the profile which stands for them, else the first.</summary>
    private static RecordLink? Chosen(List<RecordLink> links, Id<Customer> person) =>
        links.Find(l => l.State == RecordState.Linked && l.OriginId == person) ?? links.Find(l => l.State == RecordState.Linked) ?? (links.Count == 1 ? links[0] : null);

    private static bool Same(string? left, string? right) => string.Equals(left?.Trim() ?? "", right?.Trim() ?? "", StringComparison.Ordinal);
}
