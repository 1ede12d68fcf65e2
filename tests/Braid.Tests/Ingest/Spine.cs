using System.Collections.Concurrent;
using System.Net;
using Braid.Channels;
using Braid.Conversations;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Ingest;
using Braid.Platform.Data;
using Braid.Platform.Events;
using Braid.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Braid.Tests.Ingest;

/// <summary>A Braid with inboxes of the script channel, and people who write to them.</summary>
internal sealed class Spine : IAsyncDisposable
{
    private readonly ScriptInboxes inboxes;

    private Spine(TestBraid braid, ScriptInboxes inboxes)
    {
        Braid = braid;
        this.inboxes = inboxes;
    }

    public TestBraid Braid { get; }
    public Id<Workspace> Workspace => inboxes.Workspace;
    public DateTimeOffset Now => Braid.Clock.GetUtcNow();

    public static async Task<Spine> StartAsync(string engine, Spine? beside = null, Action<IServiceCollection>? services = null, params (string Key, string Value)[] settings)
    {
        var inboxes = beside?.inboxes ?? new ScriptInboxes();
        var braid = await TestBraid.StartAsync(Engines.Parse(engine), beside?.Braid.ConnectionString, clock: beside?.Braid.Clock, configure: b =>
        {
            b.Services.AddSingleton<IInboxDirectory>(inboxes);
            services?.Invoke(b.Services);
        }, settings: settings);
        return new Spine(braid, inboxes);
    }

    /// <summary>In the workspace of the owner whose token the API is asked with.</summary>
    public static async Task<Spine> StartOwnedAsync(string engine)
    {
        var spine = await StartAsync(engine);
        spine.inboxes.Workspace = await spine.Braid.WithDbAsync(db => db.Set<Workspace>().Select(w => w.Id).SingleAsync());
        return spine;
    }

    public ConnectedInbox Inbox(string name = "script", JoinPolicyKind join = JoinPolicyKind.Join, bool restricted = false, string? account = null) =>
        inboxes.Add(name, join, restricted, account);

    /// <summary>An inbox that stands in the database, too: for what is read by the API.</summary>
    public async Task<ConnectedInbox> ConnectAsync(string name)
    {
        var inbox = Inbox(name);
        await Braid.WithDbAsync(async db =>
        {
            db.Add(new Inbox { Id = inbox.Id, WorkspaceId = Workspace, Channel = "script", Name = name, Settings = "{}", Join = JoinPolicyKind.Join, CreatedAt = Now });
            return await db.SaveChangesAsync();
        });
        return inbox;
    }

    public static InboundEvent Says(string id, string text, string from = "kim", DateTimeOffset? at = null) => new(InboundKind.Message)
    {
        ExternalId = id, ThreadId = from, Text = text, Timestamp = at, Sender = new Sender(from) { Name = from, Address = "@" + from },
    };

    public async Task<HttpStatusCode> DeliverAsync(ConnectedInbox inbox, params InboundEvent[] events)
    {
        using var request = ScriptChannel.Delivery(inbox.Id.Value, events);
        using var response = await Braid.Api.SendAsync(request);
        return response.StatusCode;
    }

    public async Task WritesAsync(ConnectedInbox inbox, params InboundEvent[] events) => (await DeliverAsync(inbox, events)).ShouldBe(HttpStatusCode.OK);

    public Task<List<Message>> MessagesAsync() => Braid.WithDbAsync(db => db.Set<Message>().AsNoTracking().OrderBy(m => m.SentAt).ThenBy(m => m.Seq).ToListAsync());

    public Task<List<Conversation>> ConversationsAsync() => Braid.WithDbAsync(db => db.Set<Conversation>().AsNoTracking().OrderBy(c => c.OpenedAt).ThenBy(c => c.Id).ToListAsync());

    public Task<List<Customer>> CustomersAsync() => Braid.WithDbAsync(db => db.Set<Customer>().AsNoTracking().OrderBy(c => c.CreatedAt).ToListAsync());

    public Task<List<DeliveryEvent>> OutcomesAsync() => Braid.WithDbAsync(db => db.Set<DeliveryEvent>().AsNoTracking().OrderBy(e => e.At).ThenBy(e => e.Position).ToListAsync());

    public Task<List<StoredEvent>> EventsAsync() => Braid.WithDbAsync(db => db.Set<StoredEvent>().AsNoTracking().Where(e => e.WorkspaceId == Workspace).OrderBy(e => e.Number).ToListAsync());

    public Task SweepAsync() => Braid.Services.GetRequiredService<Sweeper>().SweepAsync(CancellationToken.None);

    /// <summary>Does to the conversation what a command would.</summary>
    public Task ChangeAsync(Id<Conversation> id, Action<Conversation> change) => Braid.WithDbAsync(async db =>
    {
        change(await db.Set<Conversation>().SingleAsync(c => c.Id == id));
        return await db.SaveChangesAsync();
    });

    /// <summary>Time goes by: rows grow older, which costs nothing; the clock would ring every timer on its way.</summary>
    public Task PassAsync(TimeSpan time) => Braid.WithDbAsync(async db =>
    {
        var ms = (long)time.TotalMilliseconds;
        await db.Database.ExecuteSqlAsync($"update conversations set last_message_at = last_message_at - {ms}, resolved_at = resolved_at - {ms}, opened_at = opened_at - {ms}");
        await db.Database.ExecuteSqlAsync($"update waiting_changes set arrived_at = arrived_at - {ms}");
        return await db.Database.ExecuteSqlAsync($"update messages set sent_at = sent_at - {ms}");
    });

    public ValueTask DisposeAsync() => Braid.DisposeAsync();

    private sealed class ScriptInboxes : IInboxDirectory
    {
        private readonly ConcurrentDictionary<Id<Inbox>, ConnectedInbox> all = new();

        public Id<Workspace> Workspace { get; set; } = Id<Workspace>.New();

        public ConnectedInbox Add(string name, JoinPolicyKind join, bool restricted, string? account)
        {
            var inbox = new ConnectedInbox
            {
                Workspace = Workspace, Id = Id<Inbox>.New(), Name = name, Brand = "", Channel = new ScriptChannel(), Join = join, Restricted = restricted, Enabled = true,
                Settings = new ScriptChannel.Script { Secret = "s3cret", AccountId = account },
            };
            return all[inbox.Id] = inbox;
        }

        public ValueTask<ConnectedInbox?> FindAsync(Id<Inbox> id, CancellationToken ct) => ValueTask.FromResult(all.GetValueOrDefault(id));

        public ValueTask<ConnectedInbox?> FindByAccountAsync(Id<Workspace> workspace, string channel, string account, CancellationToken ct) =>
            ValueTask.FromResult(all.Values.FirstOrDefault(i => i.Workspace == workspace && i.Settings.Account == account));

        public ValueTask<IReadOnlyList<ConnectedInbox>> AllAsync(CancellationToken ct) => ValueTask.FromResult<IReadOnlyList<ConnectedInbox>>([.. all.Values]);

        public void Forget(Id<Inbox> id) { }
    }
}
