using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Braid.Accounts;
using Braid.Channels;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Braid.Platform.Secrets;
using Microsoft.EntityFrameworkCore;

namespace Braid.Inboxes;

/// <summary>
/// Connecting, changing and removing an inbox. Saving never asks the provider: whether it answers is what check and connect say.
/// </summary>
internal sealed class SaveInbox(BraidDb db, InboxAccess access, ChannelRegistry channels, InboxSettings box, IInboxDirectory directory, TimeProvider clock)
{
    public sealed record NewInbox(
        string Channel, [Required, MaxLength(120)] string Name, JsonElement Settings, JoinPolicyKind? Join, bool? Restricted, IReadOnlyList<Id<Agent>>? MemberIds,
        [Range(1, LongestBodies)] int? KeepBodiesDays, [Range(0, LongestMessages)] int? KeepMessagesDays, [RegularExpression("^([A-Za-z]{2})?$")] string? Region);

    public sealed record Changes(
        [MinLength(1), MaxLength(120)] string? Name, JsonElement? Settings, bool? Enabled, JoinPolicyKind? Join, bool? Restricted, IReadOnlyList<Id<Agent>>? MemberIds,
        [Range(1, LongestBodies)] int? KeepBodiesDays, [Range(0, LongestMessages)] int? KeepMessagesDays, [RegularExpression("^([A-Za-z]{2})?$")] string? Region);

    private const int LongestBodies = 3650;
    /// <summary>0 keeps them for good.</summary>
    private const int LongestMessages = 36_500;

    public async Task<Inbox> CreateAsync(NewInbox request, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ManageInboxes);
        var channel = channels.Require(request.Channel);
        var json = InboxSettings.Merge(null, request.Settings, channel.Descriptor.SettingsType);
        var settings = InboxSettings.Parse(json, channel);
        var inbox = new Inbox
        {
            WorkspaceId = by.Workspace, Channel = channel.Descriptor.Id, Name = request.Name.Trim(), Settings = box.Close(json),
            Account = settings.Account, Address = settings.Address, Join = request.Join ?? JoinPolicyKind.Join, Restricted = request.Restricted ?? false,
            KeepBodiesDays = request.KeepBodiesDays ?? Inbox.DefaultKeepBodiesDays, KeepMessagesDays = KeptOf(request.KeepMessagesDays), Region = RegionOf(request.Region),
            WebhookKey = channel.Descriptor.KeyInUrl ? RandomSecret.Make(bytes: 24) : null, CreatedAt = clock.GetUtcNow(),
        };
        db.Add(inbox);
        await SaveAsync(inbox, request.MemberIds, by, "inbox.created", ct);
        return inbox;
    }

    public async Task<Inbox> ChangeAsync(Id<Inbox> id, Changes request, Actor by, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var inbox = await access.RequireToManageAsync(id, by, ct);
            try
            {
                Apply(inbox, request);
                await SaveAsync(inbox, request.MemberIds, by, "inbox.changed", ct);
                return inbox;
            }
            catch (DbUpdateConcurrencyException) when (attempt < 3)
            {
                db.ChangeTracker.Clear();
                db.Events.Clear();
            }
        }
    }

    public async Task DeleteAsync(Id<Inbox> id, Actor by, CancellationToken ct)
    {
        var inbox = await access.RequireToManageAsync(id, by, ct);
        inbox.DeletedAt = clock.GetUtcNow();
        inbox.Enabled = false;
        // Nobody needs its secrets any more.
        inbox.Settings = box.Close([]);
        inbox.Version++;
        await SaveAsync(inbox, null, by, "inbox.deleted", ct);
    }

    private void Apply(Inbox inbox, Changes request)
    {
        if (request.Settings is { } changes)
        {
            var channel = channels.Require(inbox.Channel);
            var json = InboxSettings.Merge(box.Open(inbox.Settings), changes, channel.Descriptor.SettingsType);
            var settings = InboxSettings.Parse(json, channel);
            (inbox.Settings, inbox.Account, inbox.Address) = (box.Close(json), settings.Account, settings.Address);
            // What was wrong belonged to the old settings; the next contact will tell.
            inbox.Trouble = null;
        }

        inbox.Name = request.Name?.Trim() is { Length: > 0 } name ? name : inbox.Name;
        inbox.Enabled = request.Enabled ?? inbox.Enabled;
        inbox.Join = request.Join ?? inbox.Join;
        inbox.Restricted = request.Restricted ?? inbox.Restricted;
        inbox.KeepBodiesDays = request.KeepBodiesDays ?? inbox.KeepBodiesDays;
        if (request.KeepMessagesDays is not null) { inbox.KeepMessagesDays = KeptOf(request.KeepMessagesDays); }
        if (request.Region is { } region) { inbox.Region = RegionOf(region); }
        inbox.Version++;
    }

    /// <summary>A provider may send a message again for weeks; it is told from a new one by the message itself.</summary>
    private const int ShortestMessages = 30;

    private static int? KeptOf(int? days) => days switch
    {
        null or 0 => null,
        < ShortestMessages => throw RefusalException.Invalid($"Messages are kept {ShortestMessages} days at least.", new Dictionary<string, string> { ["keepMessagesDays"] = $"At least {ShortestMessages}, or 0 for good." }),
        _ => days,
    };

    private static string? RegionOf(string? region) => string.IsNullOrWhiteSpace(region) ? null : region.ToUpperInvariant();

    private async Task SaveAsync(Inbox inbox, IReadOnlyList<Id<Agent>>? members, Actor by, string action, CancellationToken ct)
    {
        await RequireFreeAccountAsync(inbox, ct);
        db.Audited(by, action, inbox.Id.Value, clock.GetUtcNow());
        db.Events.Add(new InboxChanged(inbox));
        try
        {
            await db.InTransactionAsync(async c =>
            {
                await SetMembersAsync(inbox, members, c);
                await db.SaveChangesAsync(c);
            }, ct);
        }
        catch (DbUpdateException e) when (Database.IsConflict(e))
        {
            db.ChangeTracker.Clear();
            await RequireFreeAccountAsync(inbox, ct);
            throw;
        }

        directory.Forget(inbox.Id);
    }

    /// <summary>An account's webhook would otherwise have two inboxes to go to. The unique index decides between two at once.</summary>
    private async Task RequireFreeAccountAsync(Inbox inbox, CancellationToken ct)
    {
        if (!inbox.Enabled || inbox.Account is null)
        {
            return;
        }

        var other = await db.Set<Inbox>().AsNoTracking()
            .Where(i => i.WorkspaceId == inbox.WorkspaceId && i.Channel == inbox.Channel && i.Account == inbox.Account && i.Id != inbox.Id && i.Enabled && i.DeletedAt == null)
            .Select(i => i.Name).FirstOrDefaultAsync(ct);
        if (other is not null)
        {
            throw new RefusalException("account_in_use", $"This account is connected already, as the inbox \"{other}\". Disable or delete that one first.");
        }
    }

    private async Task SetMembersAsync(Inbox inbox, IReadOnlyList<Id<Agent>>? members, CancellationToken ct)
    {
        if (members is null)
        {
            return;
        }

        var wanted = members.Distinct().ToList();
        if (await db.Set<Agent>().CountAsync(a => a.WorkspaceId == inbox.WorkspaceId && wanted.Contains(a.Id), ct) != wanted.Count)
        {
            throw RefusalException.Invalid("Some members are not agents of this workspace.", new Dictionary<string, string> { ["memberIds"] = "Choose agents of this workspace." });
        }

        await db.Set<InboxMember>().Where(m => m.WorkspaceId == inbox.WorkspaceId && m.InboxId == inbox.Id).ExecuteDeleteAsync(ct);
        db.AddRange(wanted.Select(a => new InboxMember { WorkspaceId = inbox.WorkspaceId, InboxId = inbox.Id, AgentId = a }));
    }
}
