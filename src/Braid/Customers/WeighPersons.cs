using System.Text.Json;
using Braid.Accounts;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Braid.Platform.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Braid.Customers;

/// <summary>
/// Something new is known of a profile: is this person one we know? Keys proven on both sides link at once, what is less sure becomes a
/// suggestion. What people undid or rejected is not done or asked again.
/// </summary>
internal sealed class WeighPersons(BraidDb db, PersonFactsReader reader, MergeCustomers merges, TimeProvider clock) : IJobHandler
{
    public const string KindName = "customer.weigh";
    /// <summary>Each link makes the person larger, and then more may be known.</summary>
    private const int MostLinks = 20;

    public sealed record Payload(Id<Customer> CustomerId);

    public string Kind => KindName;

    public int Parallel => 1;

    public static NewJob Of(Id<Workspace> workspace, Id<Customer> customer) => NewJob.Of(workspace, KindName, new Payload(customer)) with { UniqueKey = customer.ToString() };

    public async Task RunAsync(JobRun run, CancellationToken ct)
    {
        var id = run.Read<Payload>().CustomerId;
        for (var links = 0; links < MostLinks; links++)
        {
            if (!await WeighAsync(run.Workspace, id, ct)) { return; }
            db.ChangeTracker.Clear();
        }
    }

    /// <returns>True: it was linked, look again.</returns>
    private async Task<bool> WeighAsync(Id<Workspace> workspace, Id<Customer> id, CancellationToken ct)
    {
        if (await db.Set<Customer>().Where(c => c.WorkspaceId == workspace && c.Id == id).Select(c => (Id<Customer>?)c.PersonId).FirstOrDefaultAsync(ct) is not { } person) { return false; }
        var known = await reader.ReadAsync(workspace, [person], ct);
        var candidates = await reader.CandidatesAsync(workspace, known[person], ct);
        if (candidates.Count == 0 && !await db.Set<Suggestion>().AnyAsync(s => s.WorkspaceId == workspace && s.State == SuggestionState.Open && (s.LeftId == person || s.RightId == person), ct)) { return false; }
        foreach (var (other, facts) in await reader.ReadAsync(workspace, candidates, ct)) { known[other] = facts; }
        var decided = await DecidedAsync(workspace, person, ct);
        var likely = candidates.Where(c => known.ContainsKey(c) && !decided.Contains(c)).Select(c => (Other: c, Said: Likeness.Of(known[person], known[c])))
            .Where(l => l.Said.Conclusion != Conclusion.Nothing).OrderByDescending(l => l.Said.Score).ToList();
        if (likely.FirstOrDefault(l => l.Said.Conclusion == Conclusion.Link) is { Said: { } link, Other: var same })
        {
            return await LinkAsync(workspace, person, same, link, ct);
        }

        await SuggestAsync(workspace, person, likely, ct);
        return false;
    }

    private async Task<bool> LinkAsync(Id<Workspace> workspace, Id<Customer> person, Id<Customer> same, Likeness link, CancellationToken ct)
    {
        try
        {
            var key = link.Reasons.First(r => r.Kind == "provenBoth").Value;
            await merges.RunAsync(person, same, $"{key} is proven on both", Actor.System(workspace), ct);
            return true;
        }
        catch (RefusalException)
        {
            return false; // Somebody linked or removed them meanwhile.
        }
    }

    /// <summary>Persons of whom people said that they are somebody else: by a rejected suggestion or a merge they undid.</summary>
    private async Task<HashSet<Id<Customer>>> DecidedAsync(Id<Workspace> workspace, Id<Customer> person, CancellationToken ct)
    {
        var customers = db.Set<Customer>().Where(c => c.WorkspaceId == workspace);
        var ours = customers.Where(c => c.PersonId == person);
        var rejected = await db.Set<Suggestion>().Where(s => s.WorkspaceId == workspace && s.State == SuggestionState.Rejected && ours.Any(c => c.Id == s.LeftId || c.Id == s.RightId))
            .Select(s => new { s.LeftId, s.RightId }).ToListAsync(ct);
        var undone = await db.Set<CustomerLink>().Where(l => l.WorkspaceId == workspace && l.UndoneAt != null && ours.Any(c => c.Id == l.LeftId || c.Id == l.RightId))
            .Select(l => new { l.LeftId, l.RightId }).ToListAsync(ct);
        var ids = rejected.Concat(undone).SelectMany(p => new[] { p.LeftId, p.RightId }).Distinct().ToList();
        var persons = await customers.Where(c => ids.Contains(c.Id)).Select(c => c.PersonId).ToListAsync(ct);
        return [.. persons];
    }

    private Task SuggestAsync(Id<Workspace> workspace, Id<Customer> person, List<(Id<Customer> Other, Likeness Said)> likely, CancellationToken ct) => db.InTransactionAsync(async inner =>
    {
        var others = likely.ConvertAll(l => l.Other);
        var ages = await db.Set<Customer>().Where(c => c.WorkspaceId == workspace && (c.Id == person || others.Contains(c.Id))).ToDictionaryAsync(c => c.Id, c => c.CreatedAt, inner);
        var open = await db.Set<Suggestion>().Where(s => s.WorkspaceId == workspace && ((s.LeftId == person && others.Contains(s.RightId)) || (s.RightId == person && others.Contains(s.LeftId)))).ToListAsync(inner);
        // What was suggested and is not likely any more is not asked.
        db.RemoveRange(await db.Set<Suggestion>().Where(s => s.WorkspaceId == workspace && s.State == SuggestionState.Open && (s.LeftId == person || s.RightId == person)
            && !others.Contains(s.LeftId == person ? s.RightId : s.LeftId)).ToListAsync(inner));
        foreach (var (other, said) in likely.Where(l => ages.ContainsKey(l.Other) && ages.ContainsKey(person)))
        {
            var reasons = JsonSerializer.Serialize(said.Reasons, JsonSerializerOptions.Web);
            var known = open.Find(s => s.LeftId == other || s.RightId == other);
            if (known is { State: SuggestionState.Open }) { (known.Score, known.Reasons) = (said.Score, reasons); }
            if (known is not null) { continue; }
            var (left, right) = (ages[person], person).CompareTo((ages[other], other)) < 0 ? (person, other) : (other, person);
            db.Add(new Suggestion { WorkspaceId = workspace, LeftId = left, RightId = right, Score = said.Score, Reasons = reasons, MadeAt = clock.GetUtcNow() });
            db.Events.Add(new CustomerChanged(workspace, left, "suggested"));
            db.Events.Add(new CustomerChanged(workspace, right, "suggested"));
        }

        await db.SaveChangesAsync(inner);
    }, ct);
}
