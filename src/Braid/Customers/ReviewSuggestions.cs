using System.Text.Json;
using Braid.Accounts;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Customers;

/// <summary>Suggestions, the surest first, and what people decide about them.</summary>
internal sealed class ReviewSuggestions(BraidDb db, CustomerAccess access, MergeCustomers merges, ListCustomers customers, TimeProvider clock)
{
    private const int MostAtOnce = 100;
    private const int MostCounted = 1000;

    /// <param name="customer">Of one person only.</param>
    public async Task<Page<SuggestionView>> ListAsync(SuggestionState state, Id<Customer>? customer, int? asked, string? cursor, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ReadConversations);
        var limit = Page.Limit(asked);
        var found = Matching(state, by);
        if (customer is { } id)
        {
            var person = (await access.RequireAsync(id, by, Permission.ReadConversations, ct)).Id;
            found = found.Where(s => s.Left == person || s.Right == person);
        }

        if (Cursor.Read(cursor) is { } after)
        {
            var (score, last) = ((int)Math.Clamp(after.Number, 0, 100), new Id<Suggestion>(after.Id));
            found = found.Where(s => s.Row.Score < score || (s.Row.Score == score && s.Row.Id < last));
        }

        var rows = await found.OrderByDescending(s => s.Row.Score).ThenByDescending(s => s.Row.Id).Take(limit + 1).ToListAsync(ct);
        var views = await customers.ByIdAsync([.. rows.SelectMany(r => new[] { r.Left, r.Right }).Distinct()], by, ct);
        var deciders = await NamesAsync(rows.ConvertAll(r => r.Row), by, ct);
        return Page.Of(rows, limit, r => new SuggestionView(
            r.Row.Id, r.Row.Score, JsonSerializer.Deserialize<List<LikenessReason>>(r.Row.Reasons, JsonSerializerOptions.Web)!, views[r.Left], views[r.Right], r.Row.State, r.Row.MadeAt,
            r.Row.DecidedBy is { } agent ? deciders.GetValueOrDefault(agent) : null, r.Row.DecidedAt, r.Row.LinkId), r => Cursor.At(r.Row.Score, r.Row.Id.Value));
    }

    public async Task<SuggestionCountView> CountAsync(Actor by, CancellationToken ct)
    {
        by.Require(Permission.ReadConversations);
        return new(await Matching(SuggestionState.Open, by).Take(MostCounted).CountAsync(ct));
    }

    /// <summary>One after the other; what can't be decided any more is told by id, the rest stands.</summary>
    public async Task<DecidedView> DecideAsync(IReadOnlyList<Id<Suggestion>>? ids, SuggestionDecision decision, Actor by, CancellationToken ct)
    {
        by.Require(Permission.MergeCustomers);
        if (ids is not { Count: > 0 and <= MostAtOnce }) { throw RefusalException.Invalid($"Name 1 to {MostAtOnce} suggestions.", new Dictionary<string, string> { ["ids"] = $"1 to {MostAtOnce} ids." }); }
        var failed = new List<UndecidedView>();
        foreach (var id in ids.Distinct())
        {
            try
            {
                await DecideAsync(id, decision, by, ct);
            }
            catch (RefusalException refusal)
            {
                db.ChangeTracker.Clear();
                failed.Add(new(id, refusal.Code, refusal.Message));
            }
        }

        return new(ids.Distinct().Count() - failed.Count, failed);
    }

    public async Task DecideAsync(Id<Suggestion> id, SuggestionDecision decision, Actor by, CancellationToken ct)
    {
        by.Require(Permission.MergeCustomers);
        await db.InTransactionAsync(async inner =>
        {
            await db.HoldPeopleAsync(by.Workspace, inner);
            var row = await db.Set<Suggestion>().FirstOrDefaultAsync(s => s.WorkspaceId == by.Workspace && s.Id == id, inner) ?? throw RefusalException.NotFound("suggestion");
            if (decision == SuggestionDecision.Reopen)
            {
                if (row.State != SuggestionState.Rejected) { throw new RefusalException("conflict", "Only a rejected suggestion can be opened again. Undo the merge instead."); }
                (row.State, row.DecidedBy, row.DecidedAt) = (SuggestionState.Open, null, null);
            }
            else
            {
                if (row.State != SuggestionState.Open) { throw new RefusalException("conflict", "This suggestion was decided already. Load the list again."); }
                if (decision == SuggestionDecision.Accept) { row.LinkId = await merges.RunAsync(row.LeftId, row.RightId, Words(row), by, inner); }
                (row.State, row.DecidedBy, row.DecidedAt) = (decision == SuggestionDecision.Accept ? SuggestionState.Accepted : SuggestionState.Rejected, by.AgentId, clock.GetUtcNow());
                if (decision == SuggestionDecision.Reject) { db.Audited(by, "customer.suggestion.rejected", row.Id.Value, row.DecidedAt.Value); }
            }

            db.Events.Add(new CustomerChanged(by.Workspace, row.LeftId, "suggested"));
            db.Events.Add(new CustomerChanged(by.Workspace, row.RightId, "suggested"));
            await db.SaveChangesAsync(inner);
        }, ct);
    }

    /// <summary>Pairs that became one person in another way need no decision.</summary>
    private IQueryable<Pair> Matching(SuggestionState state, Actor by)
    {
        var workspace = by.Workspace;
        return
            from s in db.Set<Suggestion>().AsNoTracking()
            where s.WorkspaceId == workspace && s.State == state
            join left in db.Set<Customer>() on s.LeftId equals left.Id
            join right in db.Set<Customer>() on s.RightId equals right.Id
            where state != SuggestionState.Open || left.PersonId != right.PersonId
            select new Pair { Row = s, Left = left.PersonId, Right = right.PersonId };
    }

    private async Task<Dictionary<Id<Agent>, string>> NamesAsync(List<Suggestion> rows, Actor by, CancellationToken ct)
    {
        var ids = rows.Select(r => r.DecidedBy).OfType<Id<Agent>>().Distinct().ToList();
        return ids.Count == 0 ? [] : await db.Set<Agent>().Where(a => a.WorkspaceId == by.Workspace && ids.Contains(a.Id)).ToDictionaryAsync(a => a.Id, a => a.Name, ct);
    }

    private static string Words(Suggestion row) => string.Join("; ", JsonSerializer.Deserialize<List<LikenessReason>>(row.Reasons, JsonSerializerOptions.Web)!.Select(r => r.Kind switch
    {
        "provenBoth" => $"{r.Value} is proven on both",
        "provenAndStated" => $"{r.Value} is proven on one and stated on the other",
        "statedBoth" => $"{r.Value} is stated on both",
        "sameMailbox" => $"{r.Value} and {r.Other} are one mailbox",
        "similarAddress" => $"{r.Value} and {r.Other} differ by one letter",
        "sameName" => $"both are called {r.Value}",
        "sameCompany" => $"both belong to {r.Value}",
        _ => "",
    }).Where(w => w.Length > 0));

    private sealed class Pair
    {
        public required Suggestion Row { get; init; }
        public Id<Customer> Left { get; init; }
        public Id<Customer> Right { get; init; }
    }
}

internal enum SuggestionDecision { Accept, Reject, Reopen }

/// <param name="Score">0 to 100: how sure.</param>
/// <param name="Link">The merge that accepting it made: undo it there.</param>
internal sealed record SuggestionView(
    Id<Suggestion> Id, int Score, IReadOnlyList<LikenessReason> Reasons, CustomerItemView Left, CustomerItemView Right, SuggestionState State, DateTimeOffset MadeAt, string? DecidedBy, DateTimeOffset? DecidedAt,
    Id<CustomerLink>? Link);

/// <param name="Open">Counted up to 1000.</param>
internal sealed record SuggestionCountView(int Open);

internal sealed record DecidedView(int Decided, IReadOnlyList<UndecidedView> Failed);

internal sealed record UndecidedView(Id<Suggestion> Id, string Code, string Message);
