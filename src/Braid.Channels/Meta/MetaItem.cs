using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Meta;

/// <summary>The wire fields we read of one item of `messaging` or `standby`: who, whom, when, and one thing that happened.</summary>
internal readonly record struct MetaItem(JsonElement Json, string? EntryId)
{
    /// <summary>Another app has the thread: we only look on.</summary>
    public bool Standby { get; init; }

    public string? Sender => Json.Get("sender").Id("id");
    public string? Recipient => Json.Get("recipient").Id("id");
    public DateTimeOffset? Timestamp => Json.Epoch("timestamp");
    public JsonElement Message => Json.Get("message");

    /// <summary>Our side wrote it: in the app, in another tool, or through us.</summary>
    public bool Echo => Message.Flag("is_echo") || (Sender is not null && Sender == EntryId && Recipient != EntryId);

    public string? Customer => Echo ? Recipient : Sender;

    /// <summary>The kind is the name of the one member that is not about the envelope.</summary>
    public string Kind => Json.IsObject()
        ? Json.EnumerateObject().Select(p => p.Name).FirstOrDefault(name => name is not ("sender" or "recipient" or "timestamp")) ?? "empty"
        : "not an object";

    /// <summary>What all events of this item have in common.</summary>
    public InboundEvent Event(InboundKind kind) => new(kind)
    {
        Account = EntryId,
        ThreadId = Customer,
        Sender = new Sender(Sender!),
        Timestamp = Timestamp,
        Outbound = Echo,
        Standby = Standby,
    };
}
