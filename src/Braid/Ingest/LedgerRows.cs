using System.Runtime.InteropServices;
using System.Text.Json;
using Braid.Channels;
using Braid.Platform.Data;

namespace Braid.Ingest;

/// <summary>A batch's deliveries as the ledger's rows.</summary>
internal static class LedgerRows
{
    /// <summary>Answers to secrets never reach the ledger; what a replay needs does.</summary>
    private static readonly string[] Secret = ["authorization", "cookie", "secret", "signature", "token", "api-key", "x-hub-", "stripe-"];

    public static Delivery Row(PendingDelivery d, DateTimeOffset? appliedAt)
    {
        var (state, reason) = appliedAt is null ? (DeliveryState.Pending, null) : Outcome(d);
        return new Delivery
        {
            Id = d.Id,
            WorkspaceId = d.Inbox.Workspace,
            InboxId = d.Inbox.Id,
            Channel = d.Inbox.Channel.Descriptor.Id,
            Source = d.Source,
            ReceivedAt = d.ReceivedAt,
            AppliedAt = appliedAt,
            State = state,
            Reason = TextRules.Short(reason),
            Size = d.Raw.Body.Length,
        };
    }

    public static DeliveryBody Body(PendingDelivery d) => new()
    {
        WorkspaceId = d.Inbox.Workspace,
        DeliveryId = d.Id,
        Body = d.FileHash is null ? Bytes(d.Raw.Body) : null,
        FileHash = d.FileHash,
        ContentType = d.Raw.ContentType,
        Headers = HeadersOf(d.Raw),
    };

    public static IEnumerable<DeliveryEvent> Events(PendingDelivery d, DateTimeOffset now) => d.Results.Select(r => new DeliveryEvent
    {
        WorkspaceId = d.Inbox.Workspace,
        DeliveryId = d.Id,
        Position = r.Position,
        InboxId = r.Inbox,
        Kind = r.Kind,
        // Both may quote the sender: what the database can't store or index must not keep the ledger from its word.
        ExternalId = TextRules.Short(r.ExternalId),
        Outcome = r.Outcome,
        Reason = TextRules.Short(r.Reason),
        MessageId = r.MessageId,
        ConversationId = r.ConversationId,
        At = now,
    });

    /// <summary>Parked if any event is, else applied if any was, else duplicate, else ignored with the first reason.</summary>
    public static (DeliveryState State, string? Reason) Outcome(PendingDelivery d)
    {
        if (d.Results.Find(r => r.Outcome == EventOutcome.Parked) is { } parked) { return (DeliveryState.Parked, parked.Reason); }
        if (d.Results.Exists(r => r.Outcome is EventOutcome.Applied or EventOutcome.Waiting)) { return (DeliveryState.Applied, null); }
        if (d.Results.Exists(r => r.Outcome == EventOutcome.Duplicate)) { return (DeliveryState.Duplicate, null); }
        return (DeliveryState.Ignored, d.Results.Select(r => r.Reason).FirstOrDefault(r => r is not null) ?? "nothing in it for the conversation");
    }

    /// <summary>Applied anew after a crash, its own messages look like duplicates.</summary>
    public static bool MayHaveBeenApplied(PendingDelivery d) => d is { Stored: true, Partial: false } && Outcome(d).State == DeliveryState.Duplicate;

    public const string WasApplied = """
        update deliveries set state = 'applied', reason = null where state = 'duplicate'
          and exists (select 1 from delivery_events e where e.workspace_id = deliveries.workspace_id and e.delivery_id = deliveries.id and e.outcome = 'applied')
        """;

    /// <summary>The array itself where the body is a whole one, as it is for webhooks.</summary>
    private static byte[] Bytes(ReadOnlyMemory<byte> body) =>
        MemoryMarshal.TryGetArray(body, out var whole) && whole.Offset == 0 && whole.Count == whole.Array!.Length ? whole.Array : body.ToArray();

    /// <summary>Null when there is nothing to keep, as in most webhooks.</summary>
    private static string? HeadersOf(RawDelivery raw)
    {
        Dictionary<string, string>? kept = null;
        foreach (var (name, value) in raw.Headers)
        {
            if (!Array.Exists(Secret, s => name.Contains(s, StringComparison.OrdinalIgnoreCase))) { (kept ??= [])[name] = value; }
        }

        return kept is null && raw.Query.Count == 0 ? null : JsonSerializer.Serialize(new StoredHeaders(kept ?? [], raw.Query), JsonSerializerOptions.Web);
    }
}

internal sealed record StoredHeaders(IReadOnlyDictionary<string, string> Headers, IReadOnlyDictionary<string, string> Query);
