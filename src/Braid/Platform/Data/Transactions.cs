using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Braid.Platform.Data;

internal static class Transactions
{
    /// <summary>
    /// Runs <paramref name="work"/> in one transaction: behind the write gate on SQLite, events numbered as the last statement, readers
    /// woken after the commit. Nested calls join the outer transaction.
    /// </summary>
    public static async Task InTransactionAsync(this BraidDb db, Func<CancellationToken, Task> work, CancellationToken ct)
    {
        if (db.Database.CurrentTransaction is not null)
        {
            await work(ct);
            return;
        }

        using var gate = await db.Gate.EnterAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        db.AfterCommits.Clear();
        var mark = db.Events.Mark;
        try
        {
            await work(ct);
            if (db.ChangeTracker.HasChanges())
            {
                await db.SaveChangesAsync(ct);
            }
        }
        catch
        {
            // Another try on this context tells its own events.
            db.Events.BackTo(mark);
            throw;
        }

        var numbers = await db.Events.AppendAsync(db.Database.GetDbConnection(), transaction.GetDbTransaction(), db.Engine, ct);
        await transaction.CommitAsync(ct);
        db.Events.Committed(numbers);
        db.AfterCommits.ForEach(wake => wake());
    }
}
