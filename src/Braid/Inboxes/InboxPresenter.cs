using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Braid.Accounts;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Inboxes;

/// <summary>Inboxes as clients see them. Who does not manage inboxes sees neither settings nor the webhook's address (it may hold a key).</summary>
internal sealed class InboxPresenter(BraidDb db, ChannelRegistry channels, InboxSettings settings, PublicAddress address, IHttpContextAccessor http)
{
    public async Task<InboxView> ShowAsync(Inbox inbox, Actor by, CancellationToken ct) => (await ShowAsync([inbox], by, ct))[0];

    public async Task<List<InboxView>> ShowAsync(IReadOnlyList<Inbox> inboxes, Actor by, CancellationToken ct)
    {
        var ids = inboxes.Select(i => i.Id).ToList();
        var members = (await db.Set<InboxMember>().AsNoTracking().Where(m => m.WorkspaceId == by.Workspace && ids.Contains(m.InboxId)).ToListAsync(ct))
            .ToLookup(m => m.InboxId, m => m.AgentId);
        return [.. inboxes.Select(i => View(i, [.. members[i.Id].Order()], by.May(Permission.ManageInboxes)))];
    }

    public Uri WebhookUrl(Inbox inbox) =>
        address.Of(http.HttpContext, $"/webhooks/{inbox.Channel}/{inbox.Id}" + (inbox.WebhookKey is { } key ? "/" + key : ""));

    private InboxView View(Inbox inbox, IReadOnlyList<Id<Agent>> members, bool manages)
    {
        var channel = channels.Find(inbox.Channel);
        var (shown, secrets) = (new JsonObject(), (IReadOnlyList<string>)[]);
        var health = HealthView.Of(inbox);
        if (manages && channel is not null)
        {
            try
            {
                (shown, secrets) = InboxSettings.Split(settings.Open(inbox.Settings), channel.Descriptor.SettingsType);
            }
            catch (CryptographicException)
            {
                health = health with { State = HealthState.Trouble, Message = InboxDirectory.CannotOpen };
            }
        }

        var hub = channel?.Descriptor.Ingress == Braid.Channels.Ingress.Hub;
        var webhook = channel?.Descriptor.Ingress is Braid.Channels.Ingress.Webhook or Braid.Channels.Ingress.WebhookOrListener;
        return new(
            inbox.Id, inbox.Channel, inbox.Name, inbox.Address, inbox.Enabled, inbox.Join, inbox.Restricted, members, inbox.KeepBodiesDays, inbox.KeepMessagesDays, inbox.Region,
            manages && webhook ? WebhookUrl(inbox).AbsoluteUri : null, manages && hub ? Snippet(inbox) : null, shown, secrets, health, inbox.CreatedAt);
    }

    private string Snippet(Inbox inbox) =>
        $"""<script async src="{WebUtility.HtmlEncode(address.Of(http.HttpContext, "/widget/loader.js").AbsoluteUri)}" data-inbox="{inbox.Id}"></script>""";
}
