using System.Text.Json;
using Braid.Channels;
using Braid.Conversations;

namespace Braid.Ingest;

/// <summary>What came ahead of its message, applied now that it is there.</summary>
internal static class WaitingChanges
{
    public static void Apply(Situation now, Received received, Message message, Decisions decided)
    {
        if (received.DedupeKey is not { } key || !now.Waiting.Remove((received.Inbox.Id, key), out var waiting)) { return; }
        foreach (var change in waiting)
        {
            Apply(now, change, message, decided);
        }
    }

    public static void Apply(Situation now, WaitingChange change, Message message, Decisions decided)
    {
        var e = JsonSerializer.Deserialize<InboundEvent>(change.Event, JsonSerializerOptions.Web)!;
        ReceiveChange.Apply(now, e, change.ArrivedAt, message, decided);
        decided.SettledWaiting.Add(change);
    }
}
