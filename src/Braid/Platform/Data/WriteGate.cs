namespace Braid.Platform.Data;

/// <summary>
/// SQLite has one writer. Within the process writers queue here, in order, instead of polling the file lock; on PostgreSQL the gate is open.
/// </summary>
internal sealed class WriteGate(Database database) : IDisposable
{
    private readonly SemaphoreSlim one = new(1, 1);

    public async ValueTask<IDisposable> EnterAsync(CancellationToken ct)
    {
        if (database.Engine == Engine.Postgres)
        {
            return Open.Instance;
        }

        await one.WaitAsync(ct);
        return new Held(one);
    }

    public void Dispose() => one.Dispose();

    private sealed class Held(SemaphoreSlim one) : IDisposable
    {
        private SemaphoreSlim? held = one;

        public void Dispose() => Interlocked.Exchange(ref held, null)?.Release();
    }

    private sealed class Open : IDisposable
    {
        public static readonly Open Instance = new();

        public void Dispose() { }
    }
}
