using System.Collections.Concurrent;

namespace Braid.Platform.Jobs;

/// <summary>Tells this node's pumps that a job was committed; the ingest, which writes jobs by raw SQL, rings after its commit.</summary>
internal sealed class JobBells(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, Wake> bells = new(StringComparer.Ordinal);

    public Wake Of(string kind) => bells.GetOrAdd(kind, _ => new(clock));

    public void Ring(IEnumerable<string> kinds)
    {
        foreach (var kind in kinds.Distinct(StringComparer.Ordinal))
        {
            Of(kind).Ring();
        }
    }
}
