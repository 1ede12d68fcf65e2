using System.Text.Json;
using Braid.Accounts;
using Braid.Channels;
using Braid.Customers;
using Braid.Platform.Data;
using Braid.Platform.Files;
using Braid.Platform.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Braid.Imports;

/// <summary>
/// Checks, runs or undoes an import, a batch of rows per transaction. A run that was interrupted goes on after the last batch that was
/// committed; nothing is imported twice.
/// </summary>
internal sealed class RunImport(BraidDb db, JobQueue jobs, IFileStore files, Attributes attributes, MatchImport match, WriteImport write, UndoImport undo, TimeProvider clock) : IJobHandler
{
    public const string KindName = "import.run";
    public const int BatchRows = 1000;
    private const int MostErrorsKept = 10_000;

    public sealed record Payload(Id<Import> ImportId);

    public string Kind => KindName;

    public int Parallel => 1;

    public async Task RunAsync(JobRun run, CancellationToken ct)
    {
        var id = run.Read<Payload>().ImportId;
        var import = await db.Set<Import>().AsNoTracking().FirstOrDefaultAsync(i => i.WorkspaceId == run.Workspace && i.Id == id, ct);
        if (import is null) { return; }
        try
        {
            if (import.State == ImportState.Undoing) { await undo.RunAsync(import, ct); }
            else if (import.State is ImportState.Checking or ImportState.Running) { await RowsAsync(import, ct); }
        }
        catch (NotATableException e)
        {
            var (why, now) = (e.Message, clock.GetUtcNow());
            await db.Set<Import>().Where(i => i.Id == id && i.WorkspaceId == run.Workspace).ExecuteUpdateAsync(set => set.SetProperty(i => i.State, ImportState.Failed).SetProperty(i => i.Error, why).SetProperty(i => i.EndedAt, now), ct);
        }
    }

    private async Task RowsAsync(Import import, CancellationToken ct)
    {
        var mapping = Imports.MappingOf(import);
        var own = await attributes.AllAsync(import.WorkspaceId, ct);
        await using var bytes = await Imports.OpenAsync(db, files, import.WorkspaceId, import.FileId, ct);
        // Of a dry run: what its rows would have made. A real run finds that in the database.
        var seen = new ImportMatch();
        var number = 1;
        foreach (var batch in TableReader.Read(bytes, mapping.Encoding).Skip(1).Skip(import.Rows).Chunk(BatchRows))
        {
            var first = import.Rows + number + 1;
            var rows = batch.Select((cells, i) => PlannedRow.Of(first + i, cells, mapping, own)).ToList();
            number += batch.Length;
            await BatchAsync(import, mapping, rows, seen, ct);
            db.ChangeTracker.Clear();
        }

        var (state, now) = (import.State == ImportState.Running ? ImportState.Done : ImportState.Checked, clock.GetUtcNow());
        await db.Set<Import>().Where(i => i.Id == import.Id && i.WorkspaceId == import.WorkspaceId).ExecuteUpdateAsync(set => set.SetProperty(i => i.State, state).SetProperty(i => i.EndedAt, now), ct);
        if (state == ImportState.Done) { await jobs.EnqueueAsync(WeighImported.Of(import, 0), ct); }
    }

    private Task BatchAsync(Import import, ImportMapping mapping, List<PlannedRow> rows, ImportMatch seen, CancellationToken ct) => db.InTransactionAsync(async inner =>
    {
        var real = import.State == ImportState.Running;
        if (real) { await db.HoldPeopleAsync(import.WorkspaceId, inner); }
        var known = await match.LoadAsync(import.WorkspaceId, mapping.System, rows, inner);
        var there = known.Refs.Keys.ToHashSet(StringComparer.Ordinal);
        seen.Shared.UnionWith(known.Shared);
        var outcomes = new List<ImportRow>();
        var wanted = new List<(PlannedRow Row, Id<Customer>? Customer)>();
        foreach (var row in rows)
        {
            var (customer, error) = row.Error is null ? known.Find(row) : (null, row.Error);
            if (error is null && customer is null && !real) { (customer, error) = seen.Find(row); }
            if (error is not null) { outcomes.Add(new() { WorkspaceId = import.WorkspaceId, ImportId = import.Id, Number = row.Number, Outcome = RowOutcome.Failed, Error = error }); continue; }
            var made = customer ?? Id<Customer>.New();
            known.Take(row, made);
            seen.Take(row, made);
            wanted.Add((row, made));
            outcomes.Add(new() { WorkspaceId = import.WorkspaceId, ImportId = import.Id, Number = row.Number, Outcome = customer is null ? RowOutcome.Made : RowOutcome.Changed, CustomerId = made });
        }

        if (real) { outcomes = await write.RunAsync(import, mapping, wanted, there, known, outcomes, inner); }
        var failed = outcomes.Count(o => o.Outcome == RowOutcome.Failed);
        var (newly, changed) = (outcomes.Count(o => o.Outcome == RowOutcome.Made), outcomes.Count(o => o.Outcome == RowOutcome.Changed));
        var kept = await db.Set<ImportRow>().CountAsync(r => r.WorkspaceId == import.WorkspaceId && r.ImportId == import.Id && r.Outcome == RowOutcome.Failed, inner);
        db.AddRange(outcomes.Where(o => o.Outcome != RowOutcome.Failed ? real : kept++ < MostErrorsKept));
        await db.SaveChangesAsync(inner);
        await db.Set<Import>().Where(i => i.Id == import.Id && i.WorkspaceId == import.WorkspaceId).ExecuteUpdateAsync(
            set => set.SetProperty(i => i.Rows, i => i.Rows + rows.Count).SetProperty(i => i.Made, i => i.Made + newly).SetProperty(i => i.Changed, i => i.Changed + changed).SetProperty(i => i.Failed, i => i.Failed + failed), inner);
    }, ct);
}

/// <summary>Reads who holds the keys and ids of a batch.</summary>
internal sealed class MatchImport(BraidDb db)
{
    public async Task<ImportMatch> LoadAsync(Id<Workspace> workspace, string? system, List<PlannedRow> rows, CancellationToken ct)
    {
        var match = new ImportMatch();
        foreach (var kind in rows.SelectMany(r => r.Keys).Where(k => k.Matches).GroupBy(k => k.Kind))
        {
            var values = kind.SelectMany(ImportMatch.Spellings).Select(k => k.Item2).Distinct().ToList();
            foreach (var held in await db.Set<CustomerKey>().Where(k => k.WorkspaceId == workspace && k.Kind == kind.Key && values.Contains(k.Value) && (k.Proven || k.Shared)).Select(k => new { k.Value, k.CustomerId, k.Shared }).ToListAsync(ct))
            {
                if (held.Shared) { match.Shared.Add((kind.Key, held.Value)); }
                else { match.Keys[(kind.Key, held.Value)] = held.CustomerId; }
            }
        }

        var ids = rows.Select(r => r.ExternalId).OfType<string>().Distinct().ToList();
        if (system is not null && ids.Count > 0)
        {
            foreach (var known in await db.Set<ExternalRef>().Where(r => r.WorkspaceId == workspace && r.System == system && ids.Contains(r.ExternalId)).Select(r => new { r.ExternalId, r.CustomerId }).ToListAsync(ct))
            {
                match.Refs[known.ExternalId] = known.CustomerId;
            }
        }

        return match;
    }
}

/// <summary>Writes a batch: new profiles, what the file says of each field, new keys and ids; then each profile shows the best of what is known.</summary>
internal sealed class WriteImport(BraidDb db, TimeProvider clock)
{
    /// <param name="refs">Ids that are known already.</param>
    /// <returns>The outcomes, with what each row made.</returns>
    public async Task<List<ImportRow>> RunAsync(
        Import import, ImportMapping mapping, List<(PlannedRow Row, Id<Customer>? Customer)> wanted, HashSet<string> refs, ImportMatch match, List<ImportRow> outcomes, CancellationToken ct)
    {
        var (workspace, now) = (import.WorkspaceId, clock.GetUtcNow());
        var fresh = outcomes.Where(o => o.Outcome == RowOutcome.Made).Select(o => o.CustomerId!.Value).ToHashSet();
        var ids = wanted.Select(w => w.Customer!.Value).Distinct().ToList();
        var known = await db.Set<Customer>().Where(c => c.WorkspaceId == workspace && ids.Contains(c.Id)).ToDictionaryAsync(c => c.Id, ct);
        var persons = known.Count == 0 ? [] : await db.Set<Customer>().Where(c => c.WorkspaceId == workspace && ids.Contains(c.PersonId)).Select(c => new { c.Id, c.PersonId }).ToListAsync(ct);
        var profiles = persons.ConvertAll(p => p.Id);
        var said = profiles.Count == 0 ? [] : (await db.Set<CustomerValue>().Where(v => v.WorkspaceId == workspace && profiles.Contains(v.CustomerId)).ToListAsync(ct)).GroupBy(v => v.CustomerId).ToDictionary(g => g.Key, g => g.ToList());
        var stated = known.Count == 0 ? [] : (await db.Set<CustomerKey>().Where(k => k.WorkspaceId == workspace && ids.Contains(k.CustomerId)).ToListAsync(ct)).ToDictionary(k => (k.CustomerId, k.Kind, k.Value));
        var heldNow = new HashSet<(KeyKind, string)>();
        var made = new Dictionary<int, RowMade>();
        foreach (var (row, customer) in wanted)
        {
            var id = customer!.Value;
            if (!known.TryGetValue(id, out var profile))
            {
                known[id] = profile = new Customer { Id = id, WorkspaceId = workspace, CreatedAt = now };
                db.Add(profile);
                said[id] = [];
            }

            var values = said.TryGetValue(id, out var list) ? list : said[id] = [];
            foreach (var (field, value) in row.Values)
            {
                if (values.Find(v => v.Field == field && v.Source == ValueSource.Import && v.SourceId == import.Id.Value) is { } mine) { (mine.Value, mine.At) = (value, now); continue; }
                var one = new CustomerValue { WorkspaceId = workspace, CustomerId = id, Field = field, Source = ValueSource.Import, SourceId = import.Id.Value, Value = value, At = now };
                db.Add(one);
                values.Add(one);
            }

            var keys = new List<Id<CustomerKey>>();
            foreach (var key in row.Keys)
            {
                if (stated.TryGetValue((id, key.Kind, key.Value), out var there))
                {
                    if (!there.Proven && match.Holds(key) && heldNow.Add((key.Kind, key.Value))) { (there.Proven, there.Proof) = (true, $"imported from {import.Name}"); }
                    continue;
                }

                var holds = match.Holds(key) && heldNow.Add((key.Kind, key.Value));
                var entered = new CustomerKey { WorkspaceId = workspace, CustomerId = id, Kind = key.Kind, Value = key.Value, Proven = holds, Proof = holds ? $"imported from {import.Name}" : null, AddedBy = import.MadeBy, CreatedAt = now };
                stated[(id, key.Kind, key.Value)] = entered;
                db.Add(entered);
                keys.Add(entered.Id);
            }

            var newRef = row.ExternalId is { } external && mapping.System is not null && refs.Add(external) ? external : null;
            if (newRef is not null) { db.Add(new ExternalRef { WorkspaceId = workspace, System = mapping.System!, ExternalId = newRef, CustomerId = id, CreatedAt = now }); }
            if (keys.Count > 0 || newRef is not null) { made[row.Number] = new(keys, newRef); }
        }

        var members = persons.ToLookup(p => p.PersonId, p => p.Id);
        foreach (var profile in known.Values)
        {
            GoldenRecord.Apply(profile, fresh.Contains(profile.Id) ? said[profile.Id] : members[profile.Id].Append(profile.Id).Distinct().SelectMany(m => said.GetValueOrDefault(m) ?? []));
        }

        return outcomes.ConvertAll(o => made.TryGetValue(o.Number, out var what)
            ? new ImportRow { WorkspaceId = o.WorkspaceId, ImportId = o.ImportId, Number = o.Number, Outcome = o.Outcome, CustomerId = o.CustomerId, Made = JsonSerializer.Serialize(what, JsonSerializerOptions.Web) }
            : o);
    }
}

/// <summary>What a row added beside values.</summary>
internal sealed record RowMade(IReadOnlyList<Id<CustomerKey>> Keys, string? Ref);

/// <summary>
/// Takes an import back: what it said, the keys and ids it brought, and the profiles it made, unless something was added to them since. They then
/// stay, without what the import said.
/// </summary>
internal sealed class UndoImport(BraidDb db, TimeProvider clock)
{
    public async Task RunAsync(Import import, CancellationToken ct)
    {
        var system = Imports.MappingOf(import).System;
        while (await BatchAsync(import, system, ct)) { db.ChangeTracker.Clear(); }
        var now = clock.GetUtcNow();
        await db.Set<Import>().Where(i => i.Id == import.Id && i.WorkspaceId == import.WorkspaceId).ExecuteUpdateAsync(set => set.SetProperty(i => i.State, ImportState.Undone).SetProperty(i => i.EndedAt, now), ct);
    }

    private async Task<bool> BatchAsync(Import import, string? system, CancellationToken ct)
    {
        var more = false;
        await db.InTransactionAsync(async inner =>
        {
            var workspace = import.WorkspaceId;
            await db.HoldPeopleAsync(workspace, inner);
            var rows = await db.Set<ImportRow>().Where(r => r.WorkspaceId == workspace && r.ImportId == import.Id && r.Outcome != RowOutcome.Failed).OrderBy(r => r.Number).Take(RunImport.BatchRows).ToListAsync(inner);
            if (rows.Count == 0) { return; }
            more = true;
            var (touched, source) = (rows.Select(r => r.CustomerId).OfType<Id<Customer>>().Distinct().ToList(), import.Id.Value);
            var made = rows.Select(r => r.Made is null ? null : JsonSerializer.Deserialize<RowMade>(r.Made, JsonSerializerOptions.Web)).OfType<RowMade>().ToList();
            var (keys, refs) = (made.SelectMany(m => m.Keys).ToList(), made.Select(m => m.Ref).OfType<string>().ToList());
            await db.Set<CustomerValue>().Where(v => v.WorkspaceId == workspace && touched.Contains(v.CustomerId) && v.Source == ValueSource.Import && v.SourceId == source).ExecuteDeleteAsync(inner);
            await db.Set<CustomerKey>().Where(k => k.WorkspaceId == workspace && keys.Contains(k.Id)).ExecuteDeleteAsync(inner);
            if (system is not null) { await db.Set<ExternalRef>().Where(r => r.WorkspaceId == workspace && r.System == system && refs.Contains(r.ExternalId)).ExecuteDeleteAsync(inner); }
            await ShowAsync(workspace, touched, inner);
            var fresh = rows.Where(r => r.Outcome == RowOutcome.Made).Select(r => r.CustomerId!.Value).ToList();
            await RemoveUnusedAsync(workspace, fresh, inner);
            db.RemoveRange(rows);
            await db.SaveChangesAsync(inner);
        }, ct);
        return more;
    }

    private async Task ShowAsync(Id<Workspace> workspace, List<Id<Customer>> touched, CancellationToken ct)
    {
        var persons = await db.Set<Customer>().Where(c => c.WorkspaceId == workspace && touched.Contains(c.Id)).Select(c => c.PersonId).Distinct().ToListAsync(ct);
        var profiles = await db.Set<Customer>().Where(c => c.WorkspaceId == workspace && persons.Contains(c.PersonId)).ToListAsync(ct);
        var ids = profiles.ConvertAll(p => p.Id);
        var values = (await db.Set<CustomerValue>().AsNoTracking().Where(v => v.WorkspaceId == workspace && ids.Contains(v.CustomerId)).ToListAsync(ct)).ToLookup(v => v.CustomerId);
        foreach (var profile in profiles) { GoldenRecord.Apply(profile, (profile.PersonId == profile.Id ? profiles.Where(p => p.PersonId == profile.Id) : [profile]).SelectMany(p => values[p.Id])); }
        await db.SaveChangesAsync(ct);
    }

    private async Task RemoveUnusedAsync(Id<Workspace> workspace, List<Id<Customer>> fresh, CancellationToken ct)
    {
        var unused = db.Set<Customer>().Where(c => c.WorkspaceId == workspace && fresh.Contains(c.Id) && c.PersonId == c.Id
            && !db.Set<Customer>().Any(o => o.WorkspaceId == workspace && o.PersonId == c.Id && o.Id != c.Id)
            && !db.Set<Identity>().Any(i => i.WorkspaceId == workspace && i.CustomerId == c.Id)
            && !db.Set<CustomerKey>().Any(k => k.WorkspaceId == workspace && k.CustomerId == c.Id)
            && !db.Set<CustomerNote>().Any(n => n.WorkspaceId == workspace && n.CustomerId == c.Id)
            && !db.Set<CustomerValue>().Any(v => v.WorkspaceId == workspace && v.CustomerId == c.Id)
            && !db.Set<Consent>().Any(x => x.WorkspaceId == workspace && x.CustomerId == c.Id)
            && !db.Set<ExternalRef>().Any(r => r.WorkspaceId == workspace && r.CustomerId == c.Id));
        var ids = await unused.Select(c => c.Id).ToListAsync(ct);
        await db.Set<Suggestion>().Where(s => s.WorkspaceId == workspace && (ids.Contains(s.LeftId) || ids.Contains(s.RightId))).ExecuteDeleteAsync(ct);
        foreach (var profile in db.ChangeTracker.Entries<Customer>().Where(e => ids.Contains(e.Entity.Id)).ToList()) { profile.State = EntityState.Detached; }
        await db.Set<Customer>().Where(c => c.WorkspaceId == workspace && ids.Contains(c.Id)).ExecuteDeleteAsync(ct);
    }
}
