using Braid.Platform.Data;

namespace Braid.Platform.Events;

/// <summary>
/// "There is news up to number N": a hint, never the truth. Raised after commit on this node; the PostgreSQL bridge carries it to others.
/// </summary>
internal sealed class EventSignal
{
    /// <summary>News from this node's commits.</summary>
    public event Action<IReadOnlyList<News>>? Raised;

    /// <summary>News from this node or, by NOTIFY, another.</summary>
    public event Action<News>? Heard;

    /// <summary>Perhaps there is news of any workspace: the line to the other nodes was cut for a while.</summary>
    public event Action? HeardAll;

    public void Raise(IReadOnlyList<News> committed)
    {
        if (committed.Count == 0)
        {
            return;
        }

        foreach (var news in committed)
        {
            Heard?.Invoke(news);
        }

        Raised?.Invoke(committed);
    }

    public void HearAll() => HeardAll?.Invoke();

    public void HearFromAfar(News news) => Heard?.Invoke(news);
}

/// <param name="Last">The workspace's number after the commit.</param>
/// <param name="Events">The rows of this commit, without a hole up to <paramref name="Last"/>, where whoever committed has them: then nobody need read them.</param>
internal sealed record News(Id<Workspace> Workspace, long Last, IReadOnlyList<StoredEvent>? Events = null)
{
    /// <summary>Events as they were just numbered and written.</summary>
    public static News Of(Id<Workspace> workspace, long last, IReadOnlyList<DomainEvent> written, DateTimeOffset at)
    {
        var stamp = DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());
        return new(workspace, last, [.. written.Select((e, i) => new StoredEvent
        {
            WorkspaceId = workspace, Number = last - written.Count + i + 1, Kind = e.Kind, At = stamp, ConversationId = e.ConversationId, MessageId = e.MessageId,
            CustomerId = e.CustomerId, InboxId = e.InboxId, RestrictedTo = e.RestrictedTo, Data = e.Data,
        })]);
    }
}
