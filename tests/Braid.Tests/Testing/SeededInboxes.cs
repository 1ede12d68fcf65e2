using System.Text.Json;
using Braid.Channels;
using Braid.Inboxes;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Braid.Tests.Testing;

/// <summary>The directory over seeded rows: inboxes whose channels have rules (window, first contact) and no provider behind them.</summary>
internal sealed class SeededInboxes(IServiceScopeFactory scopes) : IInboxDirectory
{
    public async ValueTask<ConnectedInbox?> FindAsync(Id<Inbox> id, CancellationToken ct) => (await AllAsync(ct)).SingleOrDefault(i => i.Id == id);

    public ValueTask<ConnectedInbox?> FindByAccountAsync(Id<Workspace> workspace, string channel, string account, CancellationToken ct) => ValueTask.FromResult<ConnectedInbox?>(null);

    public async ValueTask<IReadOnlyList<ConnectedInbox>> AllAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var rows = await scope.ServiceProvider.GetRequiredService<BraidDb>().Set<Inbox>().AsNoTracking().Where(i => i.DeletedAt == null).ToListAsync(ct);
        return rows.ConvertAll(i => new ConnectedInbox
        {
            Workspace = i.WorkspaceId,
            Id = i.Id,
            Name = i.Name,
            Brand = i.Brand,
            Channel = new RulesOnly(i.Channel),
            Settings = new NoSettings(),
            Join = i.Join,
            Restricted = i.Restricted,
            Enabled = i.Enabled,
            Address = i.Address,
        });
    }

    public void Forget(Id<Inbox> id)
    {
    }

    private sealed record NoSettings : ChannelSettings;

    private sealed class RulesOnly(string id) : IChannel
    {
        public ChannelDescriptor Descriptor { get; } = new()
        {
            Id = id,
            Name = char.ToUpperInvariant(id[0]) + id[1..],
            Summary = "",
            SettingsType = typeof(NoSettings),
            Limits = new(),
            Capabilities = new() { Templates = id == "whatsapp" },
            ReplyWindow = id == "whatsapp" ? TimeSpan.FromHours(24) : null,
            Address = id switch { "whatsapp" => AddressKind.Phone, "email" => AddressKind.Email, _ => AddressKind.Handle },
            FirstContact = id switch { "whatsapp" => FirstContact.TemplateOnly, "email" => FirstContact.Yes, _ => FirstContact.No },
        };

        public ChannelSettings ParseSettings(JsonElement json) => throw new NotSupportedException();
        public Verdict Verify(WebhookRequest request, ChannelSettings settings) => throw new NotSupportedException();
        public Reading Read(RawDelivery delivery, ChannelSettings settings) => throw new NotSupportedException();
        public Task<SendResult> SendAsync(OutboundMessage message, ChannelSettings settings, ProviderContext context, CancellationToken ct) => throw new NotSupportedException();
        public bool Listens(ChannelSettings settings) => false;
        public Task ListenAsync(ChannelSettings settings, IListenerHost host, CancellationToken ct) => throw new NotSupportedException();
        public Task<MediaContent> OpenMediaAsync(MediaRequest request, ChannelSettings settings, ProviderContext context, CancellationToken ct) => throw new NotSupportedException();
        public Task<IReadOnlyList<CheckStep>> CheckAsync(ChannelSettings settings, ConnectContext context, CancellationToken ct) => throw new NotSupportedException();
        public Task<IReadOnlyList<TemplateInfo>> ListTemplatesAsync(ChannelSettings settings, ProviderContext context, CancellationToken ct) => throw new NotSupportedException();
        public Task<IReadOnlyList<CheckStep>> ConnectAsync(ChannelSettings settings, ConnectContext context, CancellationToken ct) => throw new NotSupportedException();
    }
}
