using Braid.Accounts;
using Braid.Accounts.Teams;
using Braid.Inboxes;
using Braid.Platform.Data;

namespace Braid.Routing;

/// <summary>An agent as the router sees them at one moment. Instants are Unix milliseconds, capacity and load tenths of a unit.</summary>
internal sealed class DeskAgent
{
    private static readonly IReadOnlyDictionary<Id<Skill>, int> NoSkills = new Dictionary<Id<Skill>, int>();
    private static readonly IReadOnlySet<Id<Team>> NoTeams = new HashSet<Id<Team>>();
    private static readonly IReadOnlySet<Id<Inbox>> NoInboxes = new HashSet<Id<Inbox>>();

    public required Id<Agent> Id { get; init; }
    public IReadOnlyDictionary<Id<Skill>, int> Skills { get; init; } = NoSkills;
    public IReadOnlySet<Id<Team>> Teams { get; init; } = NoTeams;
    /// <summary>The restricted inboxes they belong to.</summary>
    public IReadOnlySet<Id<Inbox>> Inboxes { get; init; } = NoInboxes;
    public int Capacity { get; init; } = 40;
    public int Load { get; private set; }
    /// <summary>Something they work on takes all of them: a call.</summary>
    public bool Whole { get; private set; }
    public int Open { get; private set; }
    /// <summary>Why they take nothing at present; null: they do.</summary>
    public LosingReason? Out { get; set; }
    /// <summary>Tenths of a unit x milliseconds that they carried today.</summary>
    public double Carried { get; private set; }
    public long LastPlacedAt { get; private set; } = long.MinValue;
    public long IdleSince { get; private set; }
    /// <summary>How much of what comes in they could take, of all lines with equal say: who can do much is kept for what only they can do.</summary>
    public double Flexibility { get; set; }

    private long countedAt;

    public static DeskAgent With(DeskAgent agent, int load, bool whole, int open, double carried, long lastPlaced, long idleSince, long now)
    {
        (agent.Load, agent.Whole, agent.Open, agent.Carried, agent.LastPlacedAt, agent.IdleSince, agent.countedAt) = (load, whole, open, carried, lastPlaced, idleSince, now);
        return agent;
    }

    /// <summary>What is left of them.</summary>
    public int Free => Whole ? 0 : Capacity - Load;

    public bool HasRoom(int weight) => weight == Demand.Whole ? Load == 0 && !Whole : !Whole && Load + weight <= Capacity;

    public void Take(int weight, long now)
    {
        Count(now);
        if (weight == Demand.Whole) { Whole = true; } else { Load += weight; }
        Open++;
        LastPlacedAt = now;
    }

    public void Release(int weight, long now)
    {
        Count(now);
        if (weight == Demand.Whole) { Whole = false; } else { Load -= weight; }
        Open--;
        if (Open == 0) { IdleSince = now; }
    }

    /// <summary>What they carried until now.</summary>
    public double CarriedAt(long now) => Carried + ((double)(Whole ? Capacity : Load) * (now - countedAt));

    private void Count(long now)
    {
        Carried = CarriedAt(now);
        countedAt = now;
    }
}
