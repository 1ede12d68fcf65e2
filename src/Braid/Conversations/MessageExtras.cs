using System.Text.Json;
using System.Text.Json.Serialization;
using Braid.Channels;

namespace Braid.Conversations;

/// <summary>What only some messages have, kept as one JSON column so that the hot table stays narrow.</summary>
internal sealed record MessageExtras
{
    public static readonly MessageExtras None = new();

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault };

    public string? Payload { get; init; }
    public IReadOnlyList<Person>? To { get; init; }
    public IReadOnlyList<Person>? Cc { get; init; }
    public string? MessageId { get; init; }
    public string? InReplyTo { get; init; }
    public IReadOnlyList<string>? References { get; init; }
    public OutboundTemplate? Template { get; init; }
    /// <summary>What was left out or changed when sending, in words.</summary>
    public string? Note { get; init; }
    /// <summary>Until then a queued message can still be taken back.</summary>
    public DateTimeOffset? UndoUntil { get; init; }
    /// <summary>What a send was made of, so that its client id is not taken for another message.</summary>
    public string? Fingerprint { get; init; }
    public string? Referral { get; init; }
    public int? Rating { get; init; }
    /// <summary>The public address of a comment or review.</summary>
    public string? Permalink { get; init; }
    /// <summary>Since when a customer's public comment is hidden at the provider.</summary>
    public DateTimeOffset? HiddenAt { get; init; }
    /// <summary>Buttons, lists and cards as written; each channel shows what it can.</summary>
    public RichContent? Rich { get; init; }
    /// <summary>The provider's id of the public comment that this message answers privately.</summary>
    public string? PrivateReplyTo { get; init; }
    public CallFacts? Call { get; init; }
    public IReadOnlyDictionary<string, string>? Provider { get; init; }

    public static MessageExtras Parse(string? json) => json is null ? None : JsonSerializer.Deserialize<MessageExtras>(json, Options) ?? None;

    /// <summary>Null when there is nothing to keep.</summary>
    public string? ToJson() => ReferenceEquals(this, None) ? null : JsonSerializer.Serialize(this, Options) is var json && json == "{}" ? null : json;
}
