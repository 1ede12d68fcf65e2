using System.Collections.Concurrent;
using Braid.Accounts;
using Braid.Customers;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Integrations;

/// <summary>What other systems know of a customer, beside the conversation. Asked for live, kept for a minute, and given up after three seconds.</summary>
internal sealed class CustomerRecords(BraidDb db, CustomerAccess access, SyncScopes scopes, Connectors connectors, PanelCache cache, TimeProvider clock)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    public async Task<CustomerRecordsView> ListAsync(Id<Customer> id, Actor by, CancellationToken ct)
    {
        var person = await access.RequireAsync(id, by, Permission.ReadConversations, ct);
        var workspace = by.Workspace;
        var rows = await (
            from l in db.Set<RecordLink>().AsNoTracking()
            where l.WorkspaceId == workspace && l.CustomerId == person.Id
            join i in db.Set<Integration>() on l.IntegrationId equals i.Id
            where i.WorkspaceId == workspace
            orderby i.CreatedAt, l.Id
            select new { l.Id, Integration = i.Id, i.Kind, i.Name, l.RemoteId, l.Url, l.State, l.Trouble, l.SyncedAt }).Take(50).ToListAsync(ct);
        return new([.. rows.Select(r => new CustomerRecordView(r.Id, r.Integration, r.Kind, r.Name, r.RemoteId, r.Url, r.State, r.Trouble, r.SyncedAt, connectors.Require(r.Kind).Descriptor.Panels))]);
    }

    public async Task<RecordPanelView> PanelAsync(Id<Customer> id, Id<RecordLink> linkId, Actor by, CancellationToken ct)
    {
        var person = await access.RequireAsync(id, by, Permission.ReadConversations, ct);
        var link = await db.Set<RecordLink>().AsNoTracking().FirstOrDefaultAsync(l => l.WorkspaceId == by.Workspace && l.CustomerId == person.Id && l.Id == linkId, ct) ?? throw RefusalException.NotFound("record");
        if (cache.Get(link.Id, clock.GetUtcNow()) is { } kept) { return kept; }
        var scope = await scopes.OpenAsync(by.Workspace, link.IntegrationId, ct, people: true) ?? throw RefusalException.NotFound("record");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Longest);
        try
        {
            var items = await scope.Connector.PanelAsync(scope.Session, new RemoteRecord(link.RemoteId, new Dictionary<string, string?>(), null), limit.Token);
            return cache.Keep(link.Id, new(items, null, clock.GetUtcNow()));
        }
        catch (Exception e) when (e is ConnectorException or PaceException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            return new([], e is ConnectorException ? e.Message : "It did not answer in time.", clock.GetUtcNow());
        }
    }
}

/// <summary>Answers of the last minute on this node.</summary>
internal sealed class PanelCache
{
    private static readonly TimeSpan Good = TimeSpan.FromSeconds(60);
    private const int Most = 5_000;
    private readonly ConcurrentDictionary<Id<RecordLink>, RecordPanelView> kept = new();

    public RecordPanelView? Get(Id<RecordLink> link, DateTimeOffset now) => kept.TryGetValue(link, out var view) && now - view.At < Good ? view : null;

    public RecordPanelView Keep(Id<RecordLink> link, RecordPanelView view)
    {
        if (kept.Count >= Most) { kept.Clear(); }
        return kept[link] = view;
    }
}

internal sealed record CustomerRecordsView(IReadOnlyList<CustomerRecordView> Items);

/// <param name="HasPanel">Orders, deals and the like can be asked for.</param>
internal sealed record CustomerRecordView(Id<RecordLink> Id, Id<Integration> IntegrationId, string Kind, string Name, string RemoteId, string? Url, RecordState State, string? Trouble, DateTimeOffset? SyncedAt, bool HasPanel);

/// <param name="Problem">Why it is not available now; nothing else waits for it.</param>
internal sealed record RecordPanelView(IReadOnlyList<PanelItem> Items, string? Problem, DateTimeOffset At);
