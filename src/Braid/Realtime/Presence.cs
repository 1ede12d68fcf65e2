using System.Collections.Concurrent;
using Braid.Platform.Events;

namespace Braid.Realtime;

internal sealed record PresenceView(Guid ConversationId, IReadOnlyList<PresentView> People);

/// <param name="State">`viewing` or `typing`.</param>
internal sealed record PresentView(Guid Id, string Name, string State);

/// <summary>
/// Who looks at which conversation, on any node, as far as this node has heard in the last ten seconds. Everyone is announced again while
/// they stay, so that a node that dies takes its people with it.
/// </summary>
internal sealed class Presence(LiveSignals live, TimeProvider clock)
{
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan Announce = TimeSpan.FromSeconds(3);

    private readonly Lock gate = new();
    private readonly Dictionary<(Guid Conversation, Guid Agent), Seen> seen = [];
    private readonly ConcurrentDictionary<(Guid Conversation, Guid Agent), (SeenState State, DateTimeOffset At)> announced = new();

    /// <summary>The people of a conversation changed.</summary>
    public event Action<Guid>? Changed;

    /// <summary>Tells every node, at most once per person and 3 s unless it is something new.</summary>
    public void Say(AgentConnection connection, Guid conversation, SeenState state)
    {
        if (connection.Actor.AgentId is not { } agent)
        {
            return;
        }

        var (key, now) = ((conversation, agent.Value), clock.GetUtcNow());
        if (announced.TryGetValue(key, out var before) && before.State == state && now - before.At < Announce)
        {
            return;
        }

        if (state == SeenState.Gone)
        {
            announced.TryRemove(key, out _);
        }
        else
        {
            announced[key] = (state, now);
        }

        var name = connection.Actor.Name ?? "";
        live.Raise(new LiveSignal.AgentSeen(connection.Actor.Workspace.Value, conversation, agent.Value, name.Length > 80 ? name[..80] : name, state));
    }

    public void Hear(LiveSignal.AgentSeen heard)
    {
        var (key, now) = ((heard.Conversation, heard.Agent), clock.GetUtcNow());
        bool changed;
        lock (gate)
        {
            var before = seen.GetValueOrDefault(key);
            if (heard.State == SeenState.Gone)
            {
                changed = seen.Remove(key);
            }
            else
            {
                // Looking on does not end the typing; only time does.
                var typing = heard.State == SeenState.Typing ? now + Life : before?.TypingUntil ?? DateTimeOffset.MinValue;
                var after = new Seen(heard.Name, now + Life, typing);
                seen[key] = after;
                changed = before is null || before.State(now) != after.State(now);
            }
        }

        if (changed)
        {
            Changed?.Invoke(heard.Conversation);
        }
    }

    /// <summary>Drops who was not heard of for ten seconds, and ends typing that went silent.</summary>
    public void Expire()
    {
        var now = clock.GetUtcNow();
        List<Guid> changed = [];
        lock (gate)
        {
            foreach (var (key, person) in seen.ToList())
            {
                if (person.Until <= now)
                {
                    seen.Remove(key);
                    changed.Add(key.Conversation);
                }
                else if (person.TypingUntil != DateTimeOffset.MinValue && person.TypingUntil <= now)
                {
                    seen[key] = person with { TypingUntil = DateTimeOffset.MinValue };
                    changed.Add(key.Conversation);
                }
            }
        }

        foreach (var old in announced.Where(a => now - a.Value.At > Life).ToList())
        {
            announced.TryRemove(old);
        }

        foreach (var conversation in changed.Distinct())
        {
            Changed?.Invoke(conversation);
        }
    }

    public PresenceView Of(Guid conversation)
    {
        var now = clock.GetUtcNow();
        lock (gate)
        {
            return new(conversation, [.. seen.Where(s => s.Key.Conversation == conversation && s.Value.Until > now)
                .OrderBy(s => s.Value.Name, StringComparer.Ordinal).ThenBy(s => s.Key.Agent).Select(s => new PresentView(s.Key.Agent, s.Value.Name, s.Value.State(now)))]);
        }
    }

    private sealed record Seen(string Name, DateTimeOffset Until, DateTimeOffset TypingUntil)
    {
        public string State(DateTimeOffset now) => TypingUntil > now ? "typing" : "viewing";
    }
}
