using System.Collections.Concurrent;
using System.Text.Json;
using Braid.Channels;
using Braid.Inboxes;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Braid.Tests.Delivery;

/// <summary>A provider at the edge: it answers as the test says and remembers what it was given.</summary>
internal sealed class ScriptedChannel : IChannel
{
    private int sent;

    public ConcurrentQueue<OutboundMessage> Calls { get; } = new();

    public IReadOnlyList<string> Texts => [.. Calls.Select(c => c.Text)];

    /// <summary>One result per call, in order; then everything is accepted.</summary>
    public ConcurrentQueue<SendResult> Results { get; } = new();

    public Func<OutboundMessage, CancellationToken, Task<SendResult>>? Answer { get; set; }

    public Func<MediaRequest, Task<MediaContent>>? Media { get; set; }

    public Func<IListenerHost, CancellationToken, Task>? Listen { get; set; }

    public ChannelDescriptor Descriptor { get; set; } = new()
    {
        Id = "scripted",
        Name = "Scripted",
        Summary = "",
        SettingsType = typeof(Settings),
        Limits = new() { SendsPerSecond = 1000, AttachmentBytes = 1000 },
        Capabilities = new() { Attachments = true, Templates = true },
        FirstContact = FirstContact.Yes,
    };

    public async Task<SendResult> SendAsync(OutboundMessage message, ChannelSettings settings, ProviderContext context, CancellationToken ct)
    {
        Calls.Enqueue(message);
        return Answer is { } answer ? await answer(message, ct) : Results.TryDequeue(out var result) ? result : Accepted();
    }

    public ConcurrentQueue<OutboundAct> Acts { get; } = new();

    public SendResult? ActAnswer { get; set; }

    public Task<SendResult> ActAsync(OutboundAct act, ChannelSettings settings, ProviderContext context, CancellationToken ct)
    {
        Acts.Enqueue(act);
        return Task.FromResult(ActAnswer ?? new SendResult.Sent(act.ExternalId ?? ""));
    }

    public SendResult.Sent Accepted() => new($"ext-{Interlocked.Increment(ref sent)}");

    public bool Listens(ChannelSettings settings) => Listen is not null;
    public Task ListenAsync(ChannelSettings settings, IListenerHost host, CancellationToken ct) => Listen!(host, ct);
    public Task<MediaContent> OpenMediaAsync(MediaRequest request, ChannelSettings settings, ProviderContext context, CancellationToken ct) => Media!(request);
    public Task<IReadOnlyList<TemplateInfo>> ListTemplatesAsync(ChannelSettings settings, ProviderContext context, CancellationToken ct) => throw new NotSupportedException();
    public ChannelSettings ParseSettings(JsonElement json) => throw new NotSupportedException();
    public Verdict Verify(WebhookRequest request, ChannelSettings settings) => throw new NotSupportedException();
    public Reading Read(RawDelivery delivery, ChannelSettings settings) => throw new NotSupportedException();
    public Task<IReadOnlyList<CheckStep>> CheckAsync(ChannelSettings settings, ConnectContext context, CancellationToken ct) => throw new NotSupportedException();
    public Task<IReadOnlyList<CheckStep>> ConnectAsync(ChannelSettings settings, ConnectContext context, CancellationToken ct) => throw new NotSupportedException();

    public sealed record Settings(string Token) : ChannelSettings;
}

/// <summary>The directory over seeded rows, all on the scripted channel. A row's settings stand for its token.</summary>
internal sealed class ScriptedInboxes(IServiceScopeFactory scopes, ScriptedChannel channel) : IInboxDirectory
{
    public async ValueTask<ConnectedInbox?> FindAsync(Id<Inbox> id, CancellationToken ct) => (await AllAsync(ct)).SingleOrDefault(i => i.Id == id);

    public ValueTask<ConnectedInbox?> FindByAccountAsync(Id<Workspace> workspace, string channel, string account, CancellationToken ct) => ValueTask.FromResult<ConnectedInbox?>(null);

    public async ValueTask<IReadOnlyList<ConnectedInbox>> AllAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var rows = await scope.ServiceProvider.GetRequiredService<BraidDb>().Set<Inbox>().AsNoTracking().Where(i => i.DeletedAt == null).ToListAsync(ct);
        return rows.ConvertAll(i => new ConnectedInbox
        {
            Workspace = i.WorkspaceId, Id = i.Id, Name = i.Name, Brand = i.Brand, Channel = channel, Settings = new ScriptedChannel.Settings(i.Settings), Join = i.Join,
            Restricted = i.Restricted, Enabled = i.Enabled, Address = i.Address,
        });
    }

    public void Forget(Id<Inbox> id)
    {
    }
}
