using System.Runtime.InteropServices;

namespace Braid.Routing;

/// <summary>
/// Who waits and who could take it, in memory: the whole of the decision, without a database and without a clock. The router fills one from
/// what it read and asks it once; the simulation keeps one for a month. Same code, so that what was tried is what will happen.
/// </summary>
internal sealed class Desk(IReadOnlyList<DeskAgent> agents, DeskRules rules)
{
    private readonly Dictionary<string, Line> lines = new(StringComparer.Ordinal);
    private readonly PriorityQueue<Line, (long, long)> open = new();
    private long entered;

    public IReadOnlyList<DeskAgent> Agents => agents;

    public int Waiting { get; private set; }

    public void Enter(WaitingWork work)
    {
        ref var line = ref CollectionsMarshal.GetValueRefOrAddDefault(lines, work.Demand.Key, out _);
        line ??= new Line([.. agents.Where(a => work.Demand.Excludes(a) is null)]);
        line.Add(work, rules.DueAt(work), entered++);
        Waiting++;
    }

    /// <summary>It waits no longer, or asks for something else now.</summary>
    public void Leave(WaitingWork work)
    {
        if (work.Gone) { return; }
        work.Gone = true;
        Waiting--;
    }

    /// <summary>Gives out what can be given now, the most pressing first.</summary>
    public List<Placement> Place(long now)
    {
        var placed = new List<Placement>();
        if (Waiting == 0) { return placed; }
        open.Clear();
        foreach (var line in lines.Values)
        {
            if (line.Head(now, rules.LateAfter) is { } key) { open.Enqueue(line, key); }
        }

        HashSet<DeskAgent>? kept = null;
        while (open.TryDequeue(out var line, out _))
        {
            var work = line.First!;
            var best = Best(line, work, kept, now);
            if (best is null)
            {
                // Who needs a whole agent would wait for ever while smaller work fills every gap: one of them takes nothing more until free.
                if (work.Demand.Weight == Demand.Whole && Soonest(line, kept) is { } soon) { (kept ??= []).Add(soon); }
                if (work.Missed is null) { continue; }
                line.Skip();
            }
            else
            {
                best.Take(work.Demand.Weight, now);
                line.Skip();
                Leave(work);
                placed.Add(new Placement(work, best));
            }

            if (line.Head(now, rules.LateAfter) is { } next) { open.Enqueue(line, next); }
        }

        foreach (var line in lines.Values) { line.Restore(); }
        return placed;
    }

    private DeskAgent? Best(Line line, WaitingWork work, HashSet<DeskAgent>? kept, long now)
    {
        DeskAgent? best = null;
        foreach (var agent in line.Right)
        {
            if (agent.Out is not null || !agent.HasRoom(work.Demand.Weight) || (work.Missed?.Contains(agent.Id) ?? false) || (kept?.Contains(agent) ?? false)) { continue; }
            if (best is null || rules.Better(agent, best, now) < 0) { best = agent; }
        }

        return best;
    }

    private static DeskAgent? Soonest(Line line, HashSet<DeskAgent>? kept) => line.Right.Where(a => a.Out is null && !a.Whole && kept?.Contains(a) != true).MinBy(a => a.Load);

    /// <summary>Conversations with one demand, in order.</summary>
    private sealed class Line(List<DeskAgent> right)
    {
        private readonly PriorityQueue<WaitingWork, (long, long)> inTime = new();
        private readonly PriorityQueue<WaitingWork, (long, long)> late = new();
        private readonly List<(PriorityQueue<WaitingWork, (long, long)> From, WaitingWork Work, (long, long) Key)> skipped = [];
        private bool firstIsLate;

        /// <summary>Who is right for it, busy or not.</summary>
        public IReadOnlyList<DeskAgent> Right => right;

        public WaitingWork? First { get; private set; }

        public void Add(WaitingWork work, long due, long entered) => inTime.Enqueue(work, (due, entered));

        public (long, long)? Head(long now, double lateAfter)
        {
            Drop(inTime);
            while (lateAfter > 0 && inTime.TryPeek(out var passed, out var key) && key.Item1 < now)
            {
                inTime.Dequeue();
                late.Enqueue(passed, (key.Item1 + (long)(passed.Target * lateAfter), key.Item2));
                Drop(inTime);
            }

            Drop(late);
            var (hasFirst, hasLate) = (inTime.TryPeek(out var first, out var firstKey), late.TryPeek(out var lateFirst, out var lateKey));
            firstIsLate = hasLate && (!hasFirst || lateKey.CompareTo(firstKey) < 0);
            First = firstIsLate ? lateFirst : first;
            return firstIsLate ? lateKey : hasFirst ? firstKey : null;
        }

        /// <summary>Past the first, which was placed or can't be now.</summary>
        public void Skip()
        {
            var from = firstIsLate ? late : inTime;
            if (from.TryDequeue(out var work, out var key)) { skipped.Add((from, work, key)); }
        }

        public void Restore()
        {
            foreach (var (from, work, key) in skipped)
            {
                if (!work.Gone) { from.Enqueue(work, key); }
            }

            skipped.Clear();
        }

        private static void Drop(PriorityQueue<WaitingWork, (long, long)> queue)
        {
            while (queue.TryPeek(out var work, out _) && work.Gone) { queue.Dequeue(); }
        }
    }
}
