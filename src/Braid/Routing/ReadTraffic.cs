using Braid.Accounts;
using Braid.Accounts.Teams;
using Braid.Channels;
using Braid.Conversations;
using Braid.Inboxes;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Braid.Routing;

/// <summary>Traffic that was recorded: what came, with its facts, how long it took, and when each agent worked.</summary>
/// <param name="Work">Milliseconds that somebody worked on it; null: nobody did yet.</param>
internal sealed record RecordedArrival(ConversationFacts Facts, long? Work);

internal sealed record RecordedTraffic(IReadOnlyList<RecordedArrival> Arrivals, IReadOnlyDictionary<Id<Agent>, IReadOnlyList<(long From, long To)>> Shifts, bool Cut);

/// <summary>
/// Reads it back from conversations and messages alone, so that it works for time before routing was switched on. How long a piece of work
/// took is told by its first and last answer; when somebody worked, by their shifts, or by their first and last answer of each day.
/// </summary>
internal sealed class ReadTraffic(BraidDb db, Platform.Data.Database database, ReadFacts readFacts)
{
    public const int Most = 200_000;
    private const int Chunk = 2000;
    private static readonly TimeSpan AfterLastAnswer = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(2);
    private static readonly TimeSpan AroundAnswers = TimeSpan.FromMinutes(30);

    public async Task<RecordedTraffic> RunAsync(Id<Workspace> workspace, RoutingPlan[] plans, IReadOnlyList<StaffMember> staff, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        var opened = await db.Set<Conversation>().AsNoTracking().Where(c => c.WorkspaceId == workspace && c.OpenedAt >= from && c.OpenedAt < to && c.LastInboundAt != null).OrderBy(c => c.OpenedAt).ThenBy(c => c.Id).Select(c => c.Id).Take(Most + 1).ToListAsync(ct);
        // Segments that any of the plans names are looked up once for all.
        var both = plans[0] with { Rules = [.. plans.SelectMany(p => p.Rules)] };
        var arrivals = new List<RecordedArrival>();
        foreach (var chunk in opened.Take(Most).Chunk(Chunk))
        {
            var ids = chunk.ToList();
            var facts = await readFacts.RunAsync(workspace, both, ids, first: true, to, ct);
            var answers = await db.Set<Message>().AsNoTracking().Where(m => m.WorkspaceId == workspace && ids.Contains(m.ConversationId) && m.Direction == Direction.Out && m.AuthorKind == AuthorKind.Agent && m.Kind != MessageKind.Note)
                .GroupBy(m => m.ConversationId).Select(g => new { g.Key, First = g.Min(m => m.SentAt), Last = g.Max(m => m.SentAt) }).ToDictionaryAsync(g => g.Key, ct);
            arrivals.AddRange(facts.Select(f => new RecordedArrival(f, answers.TryGetValue(f.ConversationId, out var a) ? (long)Math.Min((a.Last - a.First + AfterLastAnswer).TotalMilliseconds, Longest.TotalMilliseconds) : null)));
        }

        return new([.. arrivals.OrderBy(a => a.Facts.At).ThenBy(a => a.Facts.ConversationId)], await ShiftsAsync(workspace, staff, from, to, ct), opened.Count > Most);
    }

    private async Task<Dictionary<Id<Agent>, IReadOnlyList<(long, long)>>> ShiftsAsync(Id<Workspace> workspace, IReadOnlyList<StaffMember> staff, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        // Days are counted from the beginning of the time looked at, so that a night shift is one piece.
        var spoke = new List<(Guid Agent, long First, long Last)>();
        await db.Database.OpenConnectionAsync(ct);
        try
        {
            await using var command = db.Database.GetDbConnection().Sql(db.Database.CurrentTransaction?.GetDbTransaction(), """
                select author_id, (sent_at - @from) / 86400000, min(sent_at), max(sent_at) from messages
                where workspace_id = @workspace and direction = 'out' and author_kind = 'agent' and author_id is not null and kind <> 'note' and sent_at >= @from and sent_at < @to
                group by 1, 2
                """, ("@workspace", database.Raw(workspace.Value)), ("@from", from.ToUnixTimeMilliseconds()), ("@to", to.ToUnixTimeMilliseconds()));
            await using var rows = await command.ExecuteReaderAsync(ct);
            while (await rows.ReadAsync(ct)) { spoke.Add((rows.Id(0), rows.GetInt64(2), rows.GetInt64(3))); }
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }

        var days = spoke.ToLookup(s => s.Agent);
        var shifts = new Dictionary<Id<Agent>, IReadOnlyList<(long, long)>>();
        foreach (var member in staff)
        {
            shifts[member.Agent.Id] = member.Shift is { } calendar
                ? [.. calendar.Spans(from, to).Select(s => (s.From.ToUnixTimeMilliseconds(), s.To.ToUnixTimeMilliseconds()))]
                : [.. days[member.Agent.Id.Value].OrderBy(d => d.First).Select(d => (d.First - (long)AroundAnswers.TotalMilliseconds, d.Last + (long)AroundAnswers.TotalMilliseconds))];
        }

        return shifts;
    }
}
