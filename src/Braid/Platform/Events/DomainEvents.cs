using System.Data.Common;
using Braid.Platform.Data;

namespace Braid.Platform.Events;

/// <summary>Events to be committed with the current unit of work (scoped).</summary>
internal sealed class DomainEvents(TimeProvider clock, EventSignal signal)
{
    private readonly List<DomainEvent> pending = [];

    public void Add(DomainEvent happened) => pending.Add(happened);

    /// <summary>What is pending now; <see cref="BackTo"/> forgets what came after, because its transaction was rolled back.</summary>
    public int Mark => pending.Count;

    public void BackTo(int mark) => pending.RemoveRange(Math.Min(mark, pending.Count), Math.Max(0, pending.Count - mark));

    /// <summary>Before a command that failed is tried again with fresh rows.</summary>
    public void Clear() => pending.Clear();

    /// <summary>Numbers and writes what is pending; call as the transaction's last statement.</summary>
    public async Task<IReadOnlyDictionary<Id<Workspace>, long>> AppendAsync(DbConnection connection, DbTransaction transaction, Engine engine, CancellationToken ct)
    {
        if (pending.Count == 0)
        {
            return new Dictionary<Id<Workspace>, long>();
        }

        var numbers = await EventAppender.AppendAsync(connection, transaction, engine, pending, clock.GetUtcNow(), ct);
        pending.Clear();
        return numbers;
    }

    /// <summary>After the commit: wakes readers on this node and, by NOTIFY, on others.</summary>
    public void Committed(IReadOnlyDictionary<Id<Workspace>, long> numbers) => signal.Raise(numbers);
}
