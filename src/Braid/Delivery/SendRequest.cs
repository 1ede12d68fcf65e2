using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text.Json;
using Braid.Channels;
using Braid.Conversations;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Files;
using Braid.Platform.Http;

namespace Braid.Delivery;

/// <summary>A note, or a message to the customer on a thread; without thread or address: where the customer wrote last.</summary>
internal sealed record SendRequest
{
    [MaxLength(100_000)]
    public string? Text { get; init; }
    public IReadOnlyList<Id<StoredFile>>? Attachments { get; init; }
    /// <summary>An internal note.</summary>
    public bool Private { get; init; }
    public Id<ChannelThread>? ChannelThreadId { get; init; }
    /// <summary>Write on a channel without a thread yet; the address is the identity's, else the customer's proven key.</summary>
    public Id<Inbox>? InboxId { get; init; }
    public Id<Identity>? IdentityId { get; init; }
    public Id<Message>? ReplyTo { get; init; }
    [MaxLength(500)]
    public string? Subject { get; init; }
    public IReadOnlyList<string>? Cc { get; init; }
    public TemplateRequest? Template { get; init; }
    /// <summary>Buttons, a list, quick replies, cards, a location. What the channel can't show becomes text.</summary>
    public RichContent? Rich { get; init; }
    /// <summary>A customer's public comment in this conversation: answered privately, in the customer's private conversation.</summary>
    public Id<Message>? PrivateReplyTo { get; init; }
    public Id<Message>? LastSeenMessageId { get; init; }
    [Range(0, 60)]
    public int? UndoSeconds { get; init; }
    /// <summary>`resolve`, or nothing.</summary>
    public string? Then { get; init; }

    public sealed record TemplateRequest(string Name, string Language, IReadOnlyList<string>? BodyParameters, IReadOnlyList<string>? HeaderParameters)
    {
        public OutboundTemplate ToOutbound() => new(Name, Language, BodyParameters ?? []) { HeaderParameters = HeaderParameters ?? [] };
    }

    /// <summary>What makes it the same message when it is sent again with its client id; what was seen meanwhile may differ.</summary>
    public string Fingerprint(Id<Conversation> conversation) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
        new { conversation, request = this with { LastSeenMessageId = null, UndoSeconds = null, Then = null } }, JsonSerializerOptions.Web)).AsSpan(0, 16));

    public void Validate()
    {
        var problems = new Dictionary<string, string>(StringComparer.Ordinal);
        if (string.IsNullOrWhiteSpace(Text) && Attachments is not { Count: > 0 } && Template is null && Rich is null or { IsEmpty: true }) { problems["text"] = "Write something or attach a file."; }
        if (Text?.Length > 100_000) { problems["text"] = "A message may have at most 100,000 characters."; }
        if (Attachments?.Count > 20) { problems["attachments"] = "Send at most 20 files at once."; }
        if (Then is not (null or "resolve")) { problems["then"] = "Use \"resolve\" or leave it out."; }
        if (UndoSeconds is < 0 or > 60) { problems["undoSeconds"] = "Choose 0 to 60 seconds."; }
        if (Cc?.Any(c => c.Length > 320 || !c.Contains('@', StringComparison.Ordinal) || c.Any(char.IsControl)) == true) { problems["cc"] = "Enter mail addresses."; }
        if (Cc?.Count > 50) { problems["cc"] = "Name at most 50 people."; }
        foreach (var (field, problem) in RichRules.Problems(Rich)) { problems.TryAdd(field, problem); }
        if (Private && (Rich is not null || PrivateReplyTo is not null)) { problems["rich"] = "A note is text for colleagues. Leave the buttons out."; }
        if (problems.Count > 0) { throw RefusalException.Invalid("The message can't be sent like this.", problems); }
    }
}
