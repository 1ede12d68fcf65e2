using Braid.Platform.Data;

namespace Braid.Platform.Events;

/// <summary>
/// "There is news up to number N": a hint, never the truth. Raised after commit on this node; the PostgreSQL bridge carries it to others.
/// </summary>
internal sealed class EventSignal
{
    /// <summary>News from this node's commits.</summary>
    public event Action<IReadOnlyDictionary<Id<Workspace>, long>>? Raised;

    /// <summary>News from this node or, by NOTIFY, another.</summary>
    public event Action<Id<Workspace>>? Heard;

    /// <summary>Perhaps there is news of any workspace: the line to the other nodes was cut for a while.</summary>
    public event Action? HeardAll;

    public void Raise(IReadOnlyDictionary<Id<Workspace>, long> numbers)
    {
        if (numbers.Count == 0)
        {
            return;
        }

        foreach (var workspace in numbers.Keys)
        {
            Heard?.Invoke(workspace);
        }

        Raised?.Invoke(numbers);
    }

    public void HearAll() => HeardAll?.Invoke();

    public void HearFromAfar(Id<Workspace> workspace) => Heard?.Invoke(workspace);
}
