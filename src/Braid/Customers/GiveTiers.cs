using Braid.Platform.Data;
using Braid.Platform.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Braid.Customers;

/// <summary>
/// Gives customers the tier of the first segment (by age) that they are in and that gives one, and takes it back when they leave it. What agents
/// and a CRM say of the tier is shown before it.
/// </summary>
internal sealed class GiveTiers(BraidDb db, SegmentQuery query, Attributes attributes, TimeProvider clock) : IJobHandler
{
    public const string KindName = "customer.tiers";
    private const int Step = 200;

    public string Kind => KindName;

    public int Parallel => 1;

    public static NewJob Of(Id<Workspace> workspace) => NewJob.Of(workspace, KindName, new { }) with { UniqueKey = "all" };

    public async Task RunAsync(JobRun run, CancellationToken ct)
    {
        var workspace = run.Workspace;
        var own = await attributes.AllAsync(workspace, ct);
        var given = (await db.Set<Segment>().AsNoTracking().Where(s => s.WorkspaceId == workspace && s.Tier != null).OrderBy(s => s.CreatedAt).ThenBy(s => s.Id).Take(50).ToListAsync(ct))
            .ConvertAll(s => (Tier: s.Tier!, Members: query.Of(workspace, Segments.RuleOf(s), own)));
        var said = db.Set<CustomerValue>().Where(v => v.WorkspaceId == workspace && v.Source == ValueSource.Rule && v.Field == CustomerFieldNames.Tier);
        for (var i = 0; i < given.Count; i++)
        {
            var (tier, members) = given[i];
            foreach (var before in given.Take(i)) { var others = before.Members; members = members.Where(c => !others.Any(o => o.Id == c.Id)); }
            var missing = members.Where(c => !said.Any(v => v.CustomerId == c.Id && v.Value == tier)).OrderBy(c => c.Id).Select(c => c.Id).Take(Step);
            while (await StepAsync(workspace, missing, tier, ct)) { db.ChangeTracker.Clear(); }
        }

        var left = said.Select(v => v.CustomerId);
        foreach (var (_, members) in given) { left = left.Where(id => !members.Any(c => c.Id == id)); }
        var gone = left.OrderBy(id => id).Take(Step);
        while (await StepAsync(workspace, gone, null, ct)) { db.ChangeTracker.Clear(); }
    }

    private async Task<bool> StepAsync(Id<Workspace> workspace, IQueryable<Id<Customer>> whom, string? tier, CancellationToken ct)
    {
        var any = false;
        await db.InTransactionAsync(async inner =>
        {
            await db.HoldPeopleAsync(workspace, inner);
            var ids = await whom.ToListAsync(inner);
            any = ids.Count > 0;
            var known = await db.Set<CustomerValue>().Where(v => v.WorkspaceId == workspace && ids.Contains(v.CustomerId) && v.Field == CustomerFieldNames.Tier && v.Source == ValueSource.Rule).ToDictionaryAsync(v => v.CustomerId, inner);
            foreach (var id in ids)
            {
                var mine = known.GetValueOrDefault(id);
                if (tier is null) { db.RemoveRange(mine is null ? [] : [mine]); }
                else if (mine is not null) { (mine.Value, mine.At) = (tier, clock.GetUtcNow()); }
                else { db.Add(new CustomerValue { WorkspaceId = workspace, CustomerId = id, Field = CustomerFieldNames.Tier, Source = ValueSource.Rule, SourceId = Guid.Empty, Value = tier, At = clock.GetUtcNow() }); }
            }

            await db.SaveChangesAsync(inner);
            await ShowAsync(workspace, ids, inner);
        }, ct);
        return any;
    }

    private async Task ShowAsync(Id<Workspace> workspace, List<Id<Customer>> ids, CancellationToken ct)
    {
        var customers = db.Set<Customer>().Where(c => c.WorkspaceId == workspace);
        var persons = await customers.Where(c => customers.Any(m => ids.Contains(m.Id) && m.PersonId == c.Id)).ToListAsync(ct);
        var standing = persons.ConvertAll(p => p.Id);
        var members = await customers.Where(c => standing.Contains(c.PersonId)).Select(c => new { c.Id, c.PersonId }).ToDictionaryAsync(c => c.Id, c => c.PersonId, ct);
        var profiles = members.Keys.ToList();
        var said = (await db.Set<CustomerValue>().AsNoTracking().Where(v => v.WorkspaceId == workspace && profiles.Contains(v.CustomerId)).ToListAsync(ct)).ToLookup(v => members[v.CustomerId]);
        foreach (var person in persons.Where(p => GoldenRecord.Apply(p, said[p.Id]))) { db.Events.Add(new CustomerChanged(workspace, person.Id, "changed")); }
        await db.SaveChangesAsync(ct);
    }
}

/// <summary>Rules ask for times and for what others write: they are looked at again every ten minutes.</summary>
internal sealed class TierClock(IServiceScopeFactory scopes, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                var db = scope.ServiceProvider.GetRequiredService<BraidDb>();
                var workspaces = await db.Set<Segment>().Where(s => s.Tier != null).Select(s => s.WorkspaceId).Distinct().ToListAsync(stoppingToken);
                await scope.ServiceProvider.GetRequiredService<JobQueue>().EnqueueAsync([.. workspaces.Select(GiveTiers.Of)], stoppingToken);
            }
            catch (Exception e) when (Database.IsUnavailable(e))
            {
                // At the next look.
            }
        }
    }
}
