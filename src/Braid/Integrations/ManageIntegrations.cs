using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Accounts;
using Braid.Channels;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Events;
using Braid.Platform.Http;
using Braid.Platform.Jobs;
using Braid.Platform.Secrets;
using Microsoft.EntityFrameworkCore;

namespace Braid.Integrations;

/// <summary>Connects other systems, maps their fields, starts and stops the sync.</summary>
internal sealed class ManageIntegrations(BraidDb db, Connectors connectors, IntegrationSecrets secrets, SyncScopes scopes, Attributes attributes, JobQueue jobs, PublicAddress address, IHttpContextAccessor http, TimeProvider clock)
{
    private const int Most = 20;

    public sealed record CreateRequest(string Kind, string? Name, JsonElement Settings);

    /// <summary>What is left out stays.</summary>
    public sealed record ChangeRequest(string? Name, JsonElement? Settings, IReadOnlyList<FieldRule>? Rules, bool? CreateHere, bool? CreateThere, NoteKind? Notes);

    public ConnectorsView Kinds(Actor by)
    {
        by.Require(Permission.ManageIntegrations);
        return new([.. connectors.All.Select(c => c.Descriptor).Select(d => new ConnectorView(d.Kind, d.Name, d.RecordWord, d.Writes, d.Notes, d.Panels, d.Hooks, d.HooksHelp, SettingsReader.Schema(d.SettingsType)))]);
    }

    public async Task<IntegrationsView> ListAsync(Actor by, CancellationToken ct)
    {
        by.Require(Permission.ManageIntegrations);
        var rows = await db.Set<Integration>().AsNoTracking().Where(i => i.WorkspaceId == by.Workspace).OrderBy(i => i.CreatedAt).ThenBy(i => i.Id).Take(Most).ToListAsync(ct);
        var counts = await CountsAsync(by.Workspace, rows.ConvertAll(r => r.Id), ct);
        return new(rows.ConvertAll(r => View(r, counts)));
    }

    public async Task<IntegrationView> ReadAsync(Id<Integration> id, Actor by, CancellationToken ct) => await ViewAsync(await RequireAsync(id, by, ct), ct);

    public async Task<IntegrationView> CreateAsync(CreateRequest request, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ManageIntegrations);
        var connector = connectors.Require(request.Kind ?? "");
        var settings = Merged(null, request.Settings, connector);
        var row = new Integration
        {
            WorkspaceId = by.Workspace, Kind = connector.Descriptor.Kind, Name = NameOf(request.Name ?? connector.Descriptor.Name), Settings = secrets.Close(settings.ToJsonString()), HookKey = RandomSecret.Make(bytes: 18),
            Mapping = "[]", CreateThere = connector.Descriptor.Writes, Notes = connector.Descriptor.Notes ? NoteKind.Summary : NoteKind.None, CreatedAt = clock.GetUtcNow(),
        };
        row.Set(connector.Descriptor.Defaults);
        await db.InTransactionAsync(async inner =>
        {
            if (await db.Set<Integration>().CountAsync(i => i.WorkspaceId == by.Workspace, inner) >= Most) { throw new RefusalException("too_many", $"A workspace has at most {Most} integrations. Remove one first."); }
            db.Add(row);
            db.Audited(by, "integration.created", row.Id.Value, row.CreatedAt);
            await db.SaveChangesAsync(inner);
        }, ct);
        await LookAsync(row, ct);
        return await ViewAsync(row, ct);
    }

    public async Task<IntegrationView> ChangeAsync(Id<Integration> id, ChangeRequest request, Actor by, CancellationToken ct)
    {
        var row = await RequireAsync(id, by, ct);
        var connector = connectors.Require(row.Kind);
        if (request.Name is not null) { row.Name = NameOf(request.Name); }
        if (request.Rules is not null) { row.Set(await CheckedAsync(request.Rules, connector, by, ct)); }
        row.CreateHere = request.CreateHere ?? row.CreateHere;
        row.CreateThere = connector.Descriptor.Writes && (request.CreateThere ?? row.CreateThere);
        row.Notes = connector.Descriptor.Notes ? request.Notes ?? row.Notes : NoteKind.None;
        var renewed = request.Settings is { ValueKind: JsonValueKind.Object };
        if (renewed)
        {
            row.Settings = secrets.Close(Merged(JsonNode.Parse(secrets.Open(row.Settings))!.AsObject(), request.Settings!.Value, connector).ToJsonString());
            row.Token = null;
        }

        db.Audited(by, "integration.changed", row.Id.Value, clock.GetUtcNow());
        await db.InTransactionAsync(inner => db.SaveChangesAsync(inner), ct);
        if (renewed) { await LookAsync(row, ct); }
        await WakeAsync(row, ct);
        return await ViewAsync(row, ct);
    }

    /// <summary>Its links and notes go; profiles and what was taken over stay.</summary>
    public async Task RemoveAsync(Id<Integration> id, Actor by, CancellationToken ct)
    {
        var row = await RequireAsync(id, by, ct);
        await db.InTransactionAsync(async inner =>
        {
            await db.Set<SyncWork>().Where(w => w.WorkspaceId == by.Workspace && w.IntegrationId == id).ExecuteDeleteAsync(inner);
            await db.Set<RecordNote>().Where(n => n.WorkspaceId == by.Workspace && n.IntegrationId == id).ExecuteDeleteAsync(inner);
            await db.Set<RecordLink>().Where(l => l.WorkspaceId == by.Workspace && l.IntegrationId == id).ExecuteDeleteAsync(inner);
            db.Remove(row);
            db.Audited(by, "integration.removed", id.Value, clock.GetUtcNow());
            await db.SaveChangesAsync(inner);
        }, ct);
    }

    /// <summary>Looks through everything over there and only counts.</summary>
    public Task<IntegrationView> TryAsync(Id<Integration> id, Actor by, CancellationToken ct) => StateAsync(id, by, row =>
    {
        if (row.FirstSync.State == FirstSyncState.Running) { throw new RefusalException("conflict", "The first sync runs already."); }
        row.Set(new FirstSync(FirstSyncState.Trying));
        return Task.CompletedTask;
    }, ct);

    /// <summary>From now on both sides are kept in step; what is there already is taken over first, in the background.</summary>
    public Task<IntegrationView> StartAsync(Id<Integration> id, Actor by, CancellationToken ct) => StateAsync(id, by, async row =>
    {
        var now = clock.GetUtcNow();
        if (row.State is IntegrationState.Paused or IntegrationState.Broken && row.PolledUntil is not null)
        {
            // Goes on where it stood: the events of the pause are read, and what changed there is asked for.
            (row.State, row.Trouble, row.Stumbles, row.WaitUntil) = (IntegrationState.Active, null, 0, null);
            return;
        }

        if (row.FirstSync.State == FirstSyncState.Trying) { throw new RefusalException("conflict", "The trial is not over yet."); }
        var workspace = by.Workspace;
        row.EventsRead = await db.Set<StoredEvent>().Where(e => e.WorkspaceId == workspace).MaxAsync(e => (long?)e.Number, ct) ?? 0;
        (row.State, row.Trouble, row.Stumbles, row.WaitUntil) = (IntegrationState.Active, null, 0, null);
        (row.PolledUntil, row.PolledAt, row.PollCursor, row.PollBegan) = (now, now, null, null);
        row.Set(new FirstSync(FirstSyncState.Running));
    }, ct);

    public Task<IntegrationView> PauseAsync(Id<Integration> id, Actor by, CancellationToken ct) => StateAsync(id, by, row =>
    {
        if (row.State == IntegrationState.Draft) { row.Set(new FirstSync()); }
        else { row.State = IntegrationState.Paused; }
        return Task.CompletedTask;
    }, ct);

    public async Task<RemoteFieldsView> FieldsAsync(Id<Integration> id, Actor by, CancellationToken ct)
    {
        await RequireAsync(id, by, ct);
        var scope = await scopes.OpenAsync(by.Workspace, id, ct, people: true) ?? throw RefusalException.NotFound("integration");
        var own = (await attributes.AllAsync(by.Workspace, ct)).Select(a => new OurFieldView(CustomerFieldNames.Custom + a.Key, a.Label));
        try
        {
            return new([.. OurFields.All.Select(f => new OurFieldView(f, null)), .. own], await scope.Connector.FieldsAsync(scope.Session, ct), null);
        }
        catch (Exception e) when (e is ConnectorException or PaceException)
        {
            // What is mapped can still be seen and changed.
            return new([.. OurFields.All.Select(f => new OurFieldView(f, null)), .. own], [], e is PaceException ? "Too many calls at once. Try again in a moment." : e.Message);
        }
    }

    public async Task<SyncIssuesView> IssuesAsync(Id<Integration> id, int? limit, Actor by, CancellationToken ct)
    {
        await RequireAsync(id, by, ct);
        var workspace = by.Workspace;
        var work = await db.Set<SyncWork>().AsNoTracking().Where(w => w.WorkspaceId == workspace && w.IntegrationId == id && (w.State != SyncState.Waiting || w.Failures > 0)).OrderByDescending(w => w.CreatedAt).ThenBy(w => w.Key).Take(Math.Clamp(limit ?? 100, 1, 200)).ToListAsync(ct);
        var stopped = await db.Set<RecordLink>().AsNoTracking().Where(l => l.WorkspaceId == workspace && l.IntegrationId == id && l.State == RecordState.Stopped).OrderBy(l => l.Id).Take(100).ToListAsync(ct);
        var candidates = work.ToDictionary(w => w, w => w.Candidates is null ? [] : JsonSerializer.Deserialize<List<Guid>>(w.Candidates)!.ConvertAll(g => new Id<Customer>(g)));
        var about = candidates.Values.SelectMany(c => c).Concat(stopped.Select(l => l.CustomerId)).Concat(work.Where(w => w.Kind == SyncKind.Push && Guid.TryParse(w.Key, out _)).Select(w => new Id<Customer>(Guid.Parse(w.Key)))).Distinct().ToList();
        var names = await db.Set<Customer>().AsNoTracking().Where(c => c.WorkspaceId == workspace && about.Contains(c.Id)).ToDictionaryAsync(c => c.Id, c => c.Name, ct);
        SyncPersonView Person(Id<Customer> c) => new(c, names.GetValueOrDefault(c));
        return new([
            .. stopped.Select(l => new SyncIssueView(SyncKind.Pull, l.RemoteId, SyncIssueState.Stopped, l.Trouble, null, l.Changes, l.SyncedAt ?? l.CreatedAt, [Person(l.CustomerId)])),
            .. work.Select(w => new SyncIssueView(w.Kind, w.Key, w.State switch { SyncState.Dead => SyncIssueState.Failed, SyncState.Doubtful => SyncIssueState.Doubtful, _ => SyncIssueState.Retrying }, w.Error, w.RequestId, w.Failures, w.CreatedAt,
                w.Kind == SyncKind.Push && candidates[w].Count == 0 && Guid.TryParse(w.Key, out var g) && names.ContainsKey(new(g)) ? [Person(new(g))] : [.. candidates[w].Where(names.ContainsKey).Select(Person)]))]);
    }

    /// <param name="Kind">With the key, which one; without both, all.</param>
    /// <param name="CustomerId">Whose record it is, where that was doubtful.</param>
    public sealed record RetryRequest(SyncKind? Kind, string? Key, Id<Customer>? CustomerId);

    public async Task RetryAsync(Id<Integration> id, RetryRequest request, Actor by, CancellationToken ct)
    {
        var row = await RequireAsync(id, by, ct);
        var (workspace, now) = (by.Workspace, clock.GetUtcNow());
        string? owner = null;
        if (request.CustomerId is { } named)
        {
            if (request.Kind != SyncKind.Pull) { throw RefusalException.Invalid("Only a record over there can be given to a customer."); }
            if (!await db.Set<Customer>().AnyAsync(c => c.WorkspaceId == workspace && c.Id == named, ct)) { throw RefusalException.NotFound("customer"); }
            if (await db.Set<RecordLink>().AnyAsync(l => l.WorkspaceId == workspace && l.IntegrationId == id && l.OriginId == named, ct)) { throw new RefusalException("conflict", "This customer is linked to another record already."); }
            owner = named.ToString();
        }

        await db.InTransactionAsync(async inner =>
        {
            var work = db.Set<SyncWork>().Where(w => w.WorkspaceId == workspace && w.IntegrationId == id && (request.Kind == null || w.Kind == request.Kind) && (request.Key == null || w.Key == request.Key) && (w.State != SyncState.Waiting || w.Failures > 0));
            await work.ExecuteUpdateAsync(set => set.SetProperty(w => w.State, SyncState.Waiting).SetProperty(w => w.DueAt, now).SetProperty(w => w.Failures, 0).SetProperty(w => w.Other, w => owner ?? w.Other).SetProperty(w => w.Version, w => w.Version + 1), inner);
            await db.Set<RecordLink>().Where(l => l.WorkspaceId == workspace && l.IntegrationId == id && l.State == RecordState.Stopped && (request.Key == null || l.RemoteId == request.Key))
                .ExecuteUpdateAsync(set => set.SetProperty(l => l.State, RecordState.Linked).SetProperty(l => l.Trouble, (string?)null).SetProperty(l => l.Changes, 0).SetProperty(l => l.ChangesSince, (DateTimeOffset?)null), inner);
            await jobs.EnqueueAsync(SyncRun.Of(row), inner);
        }, ct);
    }

    public sealed record DropRequest(SyncKind Kind, string Key);

    /// <summary>Lets it be, until the record changes again.</summary>
    public async Task DropAsync(Id<Integration> id, DropRequest request, Actor by, CancellationToken ct)
    {
        var (kind, key) = (request.Kind, request.Key);
        await RequireAsync(id, by, ct);
        if (await db.Set<SyncWork>().Where(w => w.WorkspaceId == by.Workspace && w.IntegrationId == id && w.Kind == kind && w.Key == key).ExecuteDeleteAsync(ct) == 0) { throw RefusalException.NotFound("problem"); }
    }

    private async Task<IntegrationView> StateAsync(Id<Integration> id, Actor by, Func<Integration, Task> change, CancellationToken ct)
    {
        Integration? row = null;
        await db.InTransactionAsync(async inner =>
        {
            row = await RequireAsync(id, by, inner);
            await change(row);
            db.Audited(by, "integration." + EnumNames.Of(row.State), id.Value, clock.GetUtcNow());
            await db.SaveChangesAsync(inner);
            await jobs.EnqueueAsync(SyncRun.Of(row), inner);
        }, ct);
        return await ViewAsync(row!, ct);
    }

    /// <summary>Signs in with what was entered, so that a slip is seen at once; saving does not fail by it.</summary>
    private async Task LookAsync(Integration row, CancellationToken ct)
    {
        var scope = (await scopes.OpenAsync(row.WorkspaceId, row.Id, ct, people: true))!;
        var (workspace, id) = (row.WorkspaceId, row.Id);
        try
        {
            row.Account = await scope.Connector.CheckAsync(scope.Session, ct);
            row.Trouble = null;
            if (row.State == IntegrationState.Broken) { row.State = IntegrationState.Active; }
        }
        catch (Exception e) when (e is ConnectorException or PaceException)
        {
            row.Trouble = e.Message;
        }

        var (account, trouble, state) = (row.Account, row.Trouble, row.State);
        await db.InTransactionAsync(inner => db.Set<Integration>().Where(i => i.WorkspaceId == workspace && i.Id == id).ExecuteUpdateAsync(set => set.SetProperty(i => i.Account, account).SetProperty(i => i.Trouble, trouble).SetProperty(i => i.State, state).SetProperty(i => i.Stumbles, 0).SetProperty(i => i.WaitUntil, (DateTimeOffset?)null), inner), ct);
    }

    private Task WakeAsync(Integration row, CancellationToken ct) => row.State == IntegrationState.Active ? jobs.EnqueueAsync(SyncRun.Of(row), ct) : Task.CompletedTask;

    private async Task<Integration> RequireAsync(Id<Integration> id, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ManageIntegrations);
        return await db.Set<Integration>().FirstOrDefaultAsync(i => i.WorkspaceId == by.Workspace && i.Id == id, ct) ?? throw RefusalException.NotFound("integration");
    }

    private async Task<IReadOnlyList<FieldRule>> CheckedAsync(IReadOnlyList<FieldRule> rules, IConnector connector, Actor by, CancellationToken ct)
    {
        var own = await attributes.AllAsync(by.Workspace, ct);
        if (rules.Count > 100) { throw Wrong("rules", "At most 100 lines."); }
        for (var i = 0; i < rules.Count; i++)
        {
            var rule = rules[i];
            if (rule is null || !OurFields.IsField(rule.Ours ?? "", own)) { throw Wrong($"rules.{i}.ours", "Not a field of a customer."); }
            if (string.IsNullOrWhiteSpace(rule.Theirs) || rule.Theirs.Length > 200 || rule.TheirNames.Count > 2) { throw Wrong($"rules.{i}.theirs", "A field over there; two with a space between for a name in parts."); }
            if (rule.Pushes && !connector.Descriptor.Writes && rule.Direction == SyncDirection.Push) { throw Wrong($"rules.{i}.direction", $"{connector.Descriptor.Name} is only read."); }
            if (rules.Take(i).Any(r => r.Ours == rule.Ours)) { throw Wrong($"rules.{i}.ours", "This field is mapped twice."); }
            if (rules.Take(i).Any(r => r.Pushes && rule.Pushes && r.TheirNames.Intersect(rule.TheirNames).Any())) { throw Wrong($"rules.{i}.theirs", "Two lines write the same field over there."); }
        }

        return [.. rules.Select(r => r with { Problem = null, Direction = connector.Descriptor.Writes ? r.Direction : SyncDirection.Pull })];
    }

    private static JsonObject Merged(JsonObject? now, JsonElement changes, IConnector connector)
    {
        var merged = InboxSettings.Merge(now, changes, connector.Descriptor.SettingsType);
        try
        {
            connector.ParseSettings(JsonSerializer.SerializeToElement(merged));
        }
        catch (SettingsException e)
        {
            throw RefusalException.Invalid("Some settings are not valid.", e.Problems.ToDictionary(p => p.Key == "settings" ? "settings" : "settings." + p.Key, p => p.Value, StringComparer.Ordinal));
        }

        return merged;
    }

    private async Task<IntegrationView> ViewAsync(Integration row, CancellationToken ct) => View(row, await CountsAsync(row.WorkspaceId, [row.Id], ct));

    private async Task<Counts> CountsAsync(Id<Workspace> workspace, List<Id<Integration>> ids, CancellationToken ct)
    {
        var links = await db.Set<RecordLink>().Where(l => l.WorkspaceId == workspace && ids.Contains(l.IntegrationId)).GroupBy(l => new { l.IntegrationId, l.State }).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(ct);
        var work = await db.Set<SyncWork>().Where(w => w.WorkspaceId == workspace && ids.Contains(w.IntegrationId)).GroupBy(w => new { w.IntegrationId, w.State }).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(ct);
        return new(links.ToDictionary(l => (l.Key.IntegrationId, l.Key.State), l => l.Count), work.ToDictionary(w => (w.Key.IntegrationId, w.Key.State), w => w.Count));
    }

    private IntegrationView View(Integration row, Counts counts)
    {
        var connector = connectors.Require(row.Kind);
        var (settings, secretsSet) = InboxSettings.Split(JsonNode.Parse(secrets.Open(row.Settings))!.AsObject(), connector.Descriptor.SettingsType);
        var hook = connector.Descriptor.Hooks ? address.Of(http.HttpContext, $"/hooks/{row.Kind}/{row.Id}/{row.HookKey}").AbsoluteUri : null;
        return new(row.Id, row.Kind, row.Name, row.State, row.Account, row.Trouble, settings, secretsSet, row.Rules, row.CreateHere, row.CreateThere, row.Notes, row.FirstSync, counts.Of(row, RecordState.Linked),
            counts.Of(row, SyncState.Waiting), counts.Of(row, SyncState.Dead) + counts.Of(row, SyncState.Doubtful) + counts.Of(row, RecordState.Stopped), hook, row.SyncedAt, row.WaitUntil, row.CreatedAt);
    }

    private sealed record Counts(Dictionary<(Id<Integration>, RecordState), int> Links, Dictionary<(Id<Integration>, SyncState), int> Work)
    {
        public int Of(Integration row, RecordState state) => Links.GetValueOrDefault((row.Id, state));

        public int Of(Integration row, SyncState state) => Work.GetValueOrDefault((row.Id, state));
    }

    private static string NameOf(string name) => name.Trim() is { Length: > 0 and <= 100 } text ? text : throw Wrong("name", "1 to 100 characters.");

    private static RefusalException Wrong(string field, string what) => RefusalException.Invalid(what, new Dictionary<string, string> { [field] = what });
}

internal sealed record ConnectorsView(IReadOnlyList<ConnectorView> Items);

/// <param name="RecordWord">What the other side calls a person's record.</param>
internal sealed record ConnectorView(string Kind, string Name, string RecordWord, bool Writes, bool Notes, bool Panels, bool Hooks, string? HooksHelp, JsonObject SettingsSchema);

internal sealed record IntegrationsView(IReadOnlyList<IntegrationView> Items);

/// <param name="Linked">Profiles that are linked to a record.</param>
/// <param name="Waiting">Records to be brought in step.</param>
/// <param name="Problems">Records that somebody has to look at.</param>
internal sealed record IntegrationView(
    Id<Integration> Id, string Kind, string Name, IntegrationState State, string? Account, string? Trouble, JsonObject Settings, IReadOnlyList<string> SecretsSet, IReadOnlyList<FieldRule> Rules, bool CreateHere, bool CreateThere,
    NoteKind Notes, FirstSync First, int Linked, int Waiting, int Problems, string? HookUrl, DateTimeOffset? SyncedAt, DateTimeOffset? WaitUntil, DateTimeOffset CreatedAt);

internal sealed record OurFieldView(string Name, string? Label);

/// <param name="Problem">Why the other side's fields can't be shown now.</param>
internal sealed record RemoteFieldsView(IReadOnlyList<OurFieldView> Ours, IReadOnlyList<RemoteField> Theirs, string? Problem);

internal sealed record SyncIssuesView(IReadOnlyList<SyncIssueView> Items);

internal sealed record SyncIssueView(SyncKind Kind, string Key, SyncIssueState State, string? Error, string? RequestId, int Tries, DateTimeOffset At, IReadOnlyList<SyncPersonView> Customers);

internal enum SyncIssueState { Retrying, Failed, Doubtful, Stopped }

internal sealed record SyncPersonView(Id<Customer> Id, string? Name);
