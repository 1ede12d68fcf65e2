using System.Text.Json;
using System.Text.Json.Serialization;

namespace Braid.Channels.LiveChat;

/// <summary>
/// One thing a visitor did, as the hub stores it in the ledger: `message`, `email` (a message to be answered by mail) or `seen`.
/// The hub fills visitor, user and time from what it verified itself, never from what the browser claims.
/// </summary>
public sealed record LiveChatDelivery
{
    public string? Kind { get; init; }
    /// <summary>Made by the browser, the same at every repeat; unique within the thread.</summary>
    public string? ClientId { get; init; }
    public string? VisitorId { get; init; }
    public string? ThreadId { get; init; }
    public DateTimeOffset? At { get; init; }
    public string? Text { get; init; }
    public IReadOnlyList<LiveChatFile>? Files { get; init; }
    public LiveChatUser? Identity { get; init; }
    /// <summary>`email`: where the visitor wants the answer. Typed, so it proves nothing.</summary>
    public string? Email { get; init; }
    /// <summary>What the visitor typed into the form before the chat.</summary>
    public LiveChatForm? PreChat { get; init; }
    /// <summary>`seen`: the id of our last message that was on the visitor's screen.</summary>
    public string? MessageId { get; init; }
    public string? Page { get; init; }
    public string? Locale { get; init; }

    public static LiveChatDelivery From(string kind, LiveChatVisitor visitor, DateTimeOffset at) => new()
    {
        Kind = kind, VisitorId = visitor.VisitorId, ThreadId = visitor.ThreadId, Identity = visitor.User, At = at,
    };

    public RawDelivery ToRaw(DateTimeOffset receivedAt) => new()
    {
        Body = JsonSerializer.SerializeToUtf8Bytes(this, LiveChatJson.Default.LiveChatDelivery),
        ContentType = "application/json",
        ReceivedAt = receivedAt,
    };
}

public static class LiveChatKinds
{
    public const string Message = "message";
    public const string Email = "email";
    public const string Seen = "seen";
}

/// <param name="Id">The product's own file id: it holds the bytes already.</param>
public sealed record LiveChatFile(string Id, string? Name, string? ContentType, long? Size);

public sealed record LiveChatForm
{
    public string? Name { get; init; }
    public string? Email { get; init; }
    public string? Phone { get; init; }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LiveChatDelivery))]
internal sealed partial class LiveChatJson : JsonSerializerContext;
