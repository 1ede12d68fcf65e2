using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using Braid.Platform.Data;

namespace Braid.Platform.Events;

/// <summary>Something for the screens of this moment: who looks, who types. Never a row; lost ones are not missed.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "t")]
[JsonDerivedType(typeof(CustomerTyping), "c")]
[JsonDerivedType(typeof(AgentSeen), "a")]
internal abstract record LiveSignal(Guid Workspace)
{
    /// <summary>A customer types on a channel thread, named as the channel names it.</summary>
    public sealed record CustomerTyping(Guid Workspace, Guid Inbox, string Thread, bool Typing) : LiveSignal(Workspace);

    /// <summary>An agent looks at a conversation, types in it, or has left it.</summary>
    public sealed record AgentSeen(Guid Workspace, Guid Conversation, Guid Agent, string Name, SeenState State) : LiveSignal(Workspace);
}

internal enum SeenState { Viewing, Typing, Gone }

/// <summary>
/// Carries signals between modules of this node and, by the PostgreSQL bridge, to other nodes. The ingest reports typing here; who shows it
/// subscribes. Small on purpose: what does not fit a kilobyte stays on this node.
/// </summary>
internal sealed class LiveSignals(TimeProvider clock)
{
    public const int MostBytes = 1000;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);
    private readonly ConcurrentDictionary<(Guid, Guid, string), (bool Typing, DateTimeOffset At)> typing = new();

    /// <summary>From this node; the bridge sends it on.</summary>
    public event Action<LiveSignal>? Raised;

    /// <summary>From this node or another.</summary>
    public event Action<LiveSignal>? Heard;

    /// <summary>For the ingest: the channel says that a customer types, or stopped. At most one per thread and 3 s, unless it changed.</summary>
    public void CustomerTyping(Id<Workspace> workspace, Guid inbox, string threadExternalId, bool isTyping)
    {
        var now = clock.GetUtcNow();
        var key = (workspace.Value, inbox, threadExternalId);
        if (typing.TryGetValue(key, out var before) && before.Typing == isTyping && now - before.At < Pause)
        {
            return;
        }

        if (typing.Count > 10_000)
        {
            typing.Clear();
        }

        typing[key] = (isTyping, now);
        Raise(new LiveSignal.CustomerTyping(workspace.Value, inbox, threadExternalId, isTyping));
    }

    public void Raise(LiveSignal signal)
    {
        Heard?.Invoke(signal);
        Raised?.Invoke(signal);
    }

    public void HearFromAfar(LiveSignal signal) => Heard?.Invoke(signal);
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(LiveSignal))]
internal sealed partial class LiveSignalJson : JsonSerializerContext;
