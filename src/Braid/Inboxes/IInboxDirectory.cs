using Braid.Channels;
using Braid.Platform.Data;

namespace Braid.Inboxes;

/// <summary>An inbox ready for use: its channel and its decrypted, parsed settings. Never logged, never serialised.</summary>
internal sealed record ConnectedInbox
{
    public required Id<Workspace> Workspace { get; init; }
    public required Id<Inbox> Id { get; init; }
    public required string Name { get; init; }
    public required string Brand { get; init; }
    public required IChannel Channel { get; init; }
    public required ChannelSettings Settings { get; init; }
    public required JoinPolicyKind Join { get; init; }
    public required bool Restricted { get; init; }
    public required bool Enabled { get; init; }
    public string? WebhookKey { get; init; }
    public string? Address { get; init; }
    /// <summary>ISO 3166 code for numbers without a country.</summary>
    public string? Region { get; init; }

    /// <summary>With settings that were just parsed, whether saved or not.</summary>
    public static ConnectedInbox Of(Inbox row, IChannel channel, ChannelSettings settings) => new()
    {
        Workspace = row.WorkspaceId, Id = row.Id, Name = row.Name, Brand = row.Brand, Channel = channel, Settings = settings, Join = row.Join, Restricted = row.Restricted,
        Enabled = row.Enabled, WebhookKey = row.WebhookKey, Address = row.Address, Region = row.Region,
    };

    public override string ToString() => $"{Channel.Descriptor.Id} inbox {Id}";
}

/// <summary>
/// Inboxes by id and by provider account, from memory: read on every webhook. Filled from the database and refreshed when an inbox
/// changes here (at once) or on another node (by its event).
/// </summary>
internal interface IInboxDirectory
{
    /// <summary>Null when there is none or it was deleted. Disabled ones are returned.</summary>
    ValueTask<ConnectedInbox?> FindAsync(Id<Inbox> id, CancellationToken ct);

    /// <summary>The inbox of a provider account, only within the workspace whose secret verified the body.</summary>
    ValueTask<ConnectedInbox?> FindByAccountAsync(Id<Workspace> workspace, string channel, string account, CancellationToken ct);

    ValueTask<IReadOnlyList<ConnectedInbox>> AllAsync(CancellationToken ct);

    /// <summary>Forget what is cached about it: called after a change was committed.</summary>
    void Forget(Id<Inbox> id);
}
