using Braid.Accounts;
using Braid.Channels;
using Braid.Inboxes;
using Braid.Platform.Data;

namespace Braid.Customers;

/// <param name="PhotoId">The file with their picture, as `/files/{id}` gives it.</param>
internal sealed record CustomerItemView(Id<Customer> Id, string? Name, string? Address, IReadOnlyList<string> Channels, DateTimeOffset? LastSeenAt, int OpenConversations, string? PhotoId);

/// <param name="PhotoId">The file with their picture, as `/files/{id}` gives it.</param>
internal sealed record CustomerView(
    Id<Customer> Id, string? Name, string? Company, string? Tier, string? Language, string? TimeZone, bool Blocked, bool LegalHold, IReadOnlyList<string> Tags,
    IReadOnlyDictionary<string, string> Attributes, DateTimeOffset CreatedAt, DateTimeOffset? LastSeenAt,
    IReadOnlyList<IdentityView> Identities, IReadOnlyList<CustomerKeyView> Keys, IReadOnlyList<ExternalRefView> Refs, int OpenConversations, int Conversations, string? PhotoId);

internal sealed record ExternalRefView(string System, string ExternalId, string? Url);

internal sealed record IdentityView(
    Id<Identity> Id, Id<Inbox> InboxId, string InboxName, string Channel, string? Address, string? Name, bool Verified, bool Unreachable, DateTimeOffset? LastSeenAt);

internal sealed record CustomerKeyView(Id<CustomerKey> Id, KeyKind Kind, string Value, bool Proven, bool Shared, string? Proof, string? AddedBy, DateTimeOffset CreatedAt);

internal sealed record NoteView(Id<CustomerNote> Id, string Text, NoteAuthorView Author, DateTimeOffset CreatedAt);

internal sealed record NoteAuthorView(Id<Agent> Id, string Name);

internal sealed record NotesView(IReadOnlyList<NoteView> Items);
