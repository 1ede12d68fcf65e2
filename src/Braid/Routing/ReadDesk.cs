using Braid.Accounts;
using Braid.Accounts.Teams;
using Braid.Inboxes;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Braid.Routing;

/// <summary>The agents of a workspace as the desk needs them: what they carry now and carried in the last hours.</summary>
internal sealed class ReadDesk(BraidDb db, Platform.Data.Database database, TimeProvider clock)
{
    /// <summary>"Today" without a time zone: who worked through the night is not rested at midnight.</summary>
    private static readonly TimeSpan Today = TimeSpan.FromHours(12);

    public async Task<List<DeskAgent>> RunAsync(Id<Workspace> workspace, RoutingPlan plan, IReadOnlyList<StaffMember> staff, ILookup<Id<Agent>, Id<Inbox>>? members, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var ms = now.ToUnixTimeMilliseconds();
        members ??= await MembersAsync(workspace, ct);
        var (books, asked) = (await BooksAsync(workspace, ms, ct), AskedFor(plan));
        return staff.Select(member =>
        {
            var work = member.Work;
            var capacity = work?.Capacity ?? 60;
            var book = books.GetValueOrDefault(member.Agent.Id.Value);
            var agent = new DeskAgent
            {
                Id = member.Agent.Id, Skills = member.Skills, Teams = member.Teams, Inboxes = members[member.Agent.Id].ToHashSet(), Capacity = capacity, Out = WhyOut(member.Availability), Flexibility = FlexibilityOf(member, asked),
            };
            var idle = book.LastEnd > 0 ? book.LastEnd : (work?.LastPlacedAt ?? work?.ActiveAt ?? now).ToUnixTimeMilliseconds();
            return DeskAgent.With(agent, book.Load, book.Whole > 0, book.Open, book.Carried + ((double)book.WholeMs * capacity), (work?.LastPlacedAt ?? default).ToUnixTimeMilliseconds(), idle, ms);
        }).ToList();
    }

    public async Task<ILookup<Id<Agent>, Id<Inbox>>> MembersAsync(Id<Workspace> workspace, CancellationToken ct) =>
        (await db.Set<InboxMember>().AsNoTracking().Where(m => m.WorkspaceId == workspace).Select(m => new { m.AgentId, m.InboxId }).ToListAsync(ct)).ToLookup(m => m.AgentId, m => m.InboxId);

    /// <summary>What each carries and carried, summed by the database: however many conversations there are, a row per agent comes back.</summary>
    private async Task<Dictionary<Guid, Book>> BooksAsync(Id<Workspace> workspace, long now, CancellationToken ct)
    {
        var books = new Dictionary<Guid, Book>();
        await db.Database.OpenConnectionAsync(ct);
        try
        {
            await using var command = db.Database.GetDbConnection().Sql(db.Database.CurrentTransaction?.GetDbTransaction(), """
                select agent_id, sum(load), sum(whole), sum(open), sum(carried), sum(whole_ms), max(ended) from (
                  select agent_id, weight as load, case when weight = 0 then 1 else 0 end as whole, 1 as open, weight * (@now - case when since > @floor then since else @floor end) as carried,
                    case when weight = 0 then @now - case when since > @floor then since else @floor end else 0 end as whole_ms, 0 as ended
                  from routing_work where workspace_id = @workspace and not asleep
                  union all
                  select agent_id, 0, 0, 0, weight * (until - case when since > @floor then since else @floor end), case when weight = 0 then until - case when since > @floor then since else @floor end else 0 end, until
                  from routing_ended where workspace_id = @workspace and until > @floor) b
                group by agent_id
                """, ("@workspace", database.Raw(workspace.Value)), ("@now", now), ("@floor", now - (long)Today.TotalMilliseconds));
            await using var rows = await command.ExecuteReaderAsync(ct);
            while (await rows.ReadAsync(ct))
            {
                books[rows.Id(0)] = new(Whole(1), Whole(2), Whole(3), Convert.ToDouble(rows.GetValue(4), System.Globalization.CultureInfo.InvariantCulture), Convert.ToInt64(rows.GetValue(5), System.Globalization.CultureInfo.InvariantCulture), Convert.ToInt64(rows.GetValue(6), System.Globalization.CultureInfo.InvariantCulture));
            }

            int Whole(int column) => Convert.ToInt32(rows.GetValue(column), System.Globalization.CultureInfo.InvariantCulture);
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }

        return books;
    }

    /// <param name="Carried">Tenths of a unit x milliseconds in the last hours; <paramref name="WholeMs"/>: milliseconds in which something took all of them.</param>
    private readonly record struct Book(int Load, int Whole, int Open, double Carried, long WholeMs, long LastEnd);

    public static LosingReason? WhyOut(AgentAvailability availability) => availability switch
    {
        AgentAvailability.Online => null,
        AgentAvailability.Busy => LosingReason.Busy,
        AgentAvailability.Away => LosingReason.Away,
        AgentAvailability.WrapUp => LosingReason.WrapUp,
        AgentAvailability.OffShift => LosingReason.OffShift,
        AgentAvailability.OnLeave => LosingReason.OnLeave,
        _ => LosingReason.Offline,
    };

    /// <summary>How many different things the plan could send them: the skills it asks for, and teams.</summary>
    public static double FlexibilityOf(StaffMember member, RoutingPlan plan) => FlexibilityOf(member, AskedFor(plan));

    private static double FlexibilityOf(StaffMember member, HashSet<Guid> asked) => member.Skills.Keys.Count(s => asked.Count == 0 || asked.Contains(s.Value)) + Math.Max(0, member.Teams.Count - 1);

    /// <summary>The skills that the plan asks for at all; with "speaks their language" any may be.</summary>
    private static HashSet<Guid> AskedFor(RoutingPlan plan)
    {
        var targets = plan.Rules.Where(r => r.On).Select(r => r.Then).Append(plan.Otherwise).ToList();
        return targets.Exists(t => t.SpeaksLanguage) ? [] : [.. targets.SelectMany(t => t.Required.Concat(t.Preferred)).Select(s => s.SkillId.Value)];
    }
}
