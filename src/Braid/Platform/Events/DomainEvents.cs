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
    public async Task<IReadOnlyList<News>> AppendAsync(DbConnection connection, DbTransaction transaction, Engine engine, CancellationToken ct)
    {
        if (pending.Count == 0)
        {
            return [];
        }

        var written = await EventAppender.AppendAsync(connection, transaction, engine, pending, clock.GetUtcNow(), ct);
        pending.Clear();
        return written;
    }

    /// <summary>After the commit: wakes readers on this node and, by NOTIFY, on others.</summary>
    public void Committed(IReadOnlyList<News> written) => signal.Raise(written);
}
