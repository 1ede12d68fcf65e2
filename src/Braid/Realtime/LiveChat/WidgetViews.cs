using System.Text.Json.Serialization;
using Braid.Channels.LiveChat;

namespace Braid.Realtime.LiveChat;

internal sealed record SessionView(
    string VisitorToken, string VisitorId, string ThreadId, bool Signed, VisitorView Me, ConfigView Config, int Unread, IReadOnlyList<SaidView> Messages, bool More,
    IReadOnlyList<ContinueView> ContinueOn);

internal sealed record VisitorView(string? Name, string? Email);

internal sealed record ConfigView(
    string Name, string Color, string? Greeting, PreChatView PreChat, bool Online, int? ReplySeconds, DateTimeOffset? BackAt, string? OfflineText);

internal sealed record PreChatView(LiveChatPreChat Mode, IReadOnlyList<string> Fields);

internal sealed record ContinueView(string Channel, string Name, string Url);

/// <summary>Oldest first.</summary>
internal sealed record SaidPage(IReadOnlyList<SaidView> Items, bool More);

/// <summary>A message as the visitor sees it: what was said on the thread, and nothing of what agents see besides.</summary>
internal sealed record SaidView
{
    public required string Id { get; init; }
    public string Kind { get; init; } = "message";
    public required string From { get; init; }
    public string? Name { get; init; }
    public string? Text { get; init; }
    public IReadOnlyList<SaidFileView> Files { get; init; } = [];
    public required DateTimeOffset At { get; init; }
    public string? Status { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Edited { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Deleted { get; init; }
}

internal sealed record SaidFileView(Guid Id, string? Name, string? ContentType, long? Size, string? Url);

/// <summary>What a long poll brings: what a socket would have pushed, in order, and the number to ask on from.</summary>
/// <param name="Gap">Too much has happened since: read the thread anew.</param>
internal sealed record HeardView(IReadOnlyList<HeardItem> Items, long Last, bool Gap);

internal sealed record HeardItem(string Target, object Body);

internal sealed record StatusView(string Id, string Status);

internal sealed record TypingView(string Name, bool Typing);

internal sealed record JoinedView(Guid Id, string Name, DateTimeOffset At);

internal sealed record AvailabilityView(bool Online, DateTimeOffset? BackAt);

/// <summary>The answer to a message: it is on the disk, or it was refused and why.</summary>
internal sealed record Ack
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? At { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Refused { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? RetryAfter { get; init; }

    public static Ack No(string why, TimeSpan? wait = null) => new() { Refused = why, RetryAfter = wait is { } w ? (int)Math.Ceiling(w.TotalSeconds) : null };
}
