using Braid.Accounts;
using Braid.Channels;
using Braid.Conversations;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Events;
using Braid.Platform.Secrets;
using Braid.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Braid.Tests.Testing;

/// <summary>Puts a workspace's past into the database, as the ingest would have left it.</summary>
internal sealed class Seed
{
    private readonly TestBraid braid;
    private int made;

    private Seed(TestBraid braid, Id<Workspace> workspace)
    {
        this.braid = braid;
        Workspace = workspace;
    }

    public Id<Workspace> Workspace { get; }

    /// <summary>For <see cref="TestBraid.StartAsync"/>: inboxes are what this seeds.</summary>
    public static void Inboxes(WebApplicationBuilder builder) => builder.Services.Replace(ServiceDescriptor.Singleton<IInboxDirectory, SeededInboxes>());

    public static Task<TestBraid> StartAsync(string engine) => TestBraid.StartAsync(Engines.Parse(engine), configure: Inboxes);

    /// <summary>The workspace of <see cref="TestBraid.Api"/>.</summary>
    public static async Task<Seed> OwnersAsync(TestBraid braid) => new(braid, await braid.WithDbAsync(db => db.Set<Agent>().Where(a => a.Email == TestBraid.OwnerEmail).Select(a => a.WorkspaceId).SingleAsync()));

    public static async Task<Seed> StrangersAsync(TestBraid braid)
    {
        var workspace = new Workspace { Name = "Strangers" };
        var seed = new Seed(braid, workspace.Id);
        await seed.SaveAsync(workspace);
        return seed;
    }

    public DateTimeOffset Now => braid.Clock.GetUtcNow();

    public async Task SaveAsync(params object[] rows) => await braid.WithDbAsync(async db =>
    {
        db.AddRange(rows);
        return await db.SaveChangesAsync();
    });

    /// <summary>Somebody with an API token, and a client that uses it.</summary>
    public async Task<(Agent Agent, HttpClient Client, string Token)> AgentAsync(string name, Role role = Role.Agent)
    {
        var token = "braid_" + Guid.NewGuid().ToString("n");
        var agent = new Agent { WorkspaceId = Workspace, Name = name, Email = $"{name.ToLowerInvariant()}{++made}@braid.example", Role = role, State = AgentState.Active, CreatedAt = Now };
        await SaveAsync(agent, new ApiToken { WorkspaceId = Workspace, AgentId = agent.Id, Name = name, SecretHash = RandomSecret.Hash(token), CreatedAt = Now });
        return (agent, braid.Client(token), token);
    }

    public async Task<Inbox> InboxAsync(string channel, JoinPolicyKind join = JoinPolicyKind.Join, bool enabled = true, params Agent[] onlyFor)
    {
        var inbox = new Inbox { WorkspaceId = Workspace, Channel = channel, Name = $"{channel} {++made}", Settings = "{}", Join = join, Enabled = enabled, Restricted = onlyFor.Length > 0, CreatedAt = Now };
        await SaveAsync([inbox, .. onlyFor.Select(a => new InboxMember { WorkspaceId = Workspace, InboxId = inbox.Id, AgentId = a.Id })]);
        return inbox;
    }

    public async Task<Customer> CustomerAsync(string? name, DateTimeOffset? seen = null)
    {
        var customer = new Customer { WorkspaceId = Workspace, Name = name, NameFolded = name?.ToLowerInvariant(), CreatedAt = Now, LastSeenAt = seen };
        await SaveAsync(customer);
        return customer;
    }

    /// <summary>A thread of the customer on the inbox, in a conversation of its own or in a given one.</summary>
    public async Task<Talk> TalkAsync(Customer customer, Inbox inbox, Conversation? into = null, Audience audience = Audience.Private, bool verified = true, string? address = null, string? joins = null)
    {
        var identity = new Identity { WorkspaceId = Workspace, InboxId = inbox.Id, ExternalId = $"person-{++made}", CustomerId = customer.Id, Name = customer.Name, Address = address, Verified = verified, CreatedAt = Now, LastSeenAt = Now };
        var conversation = into ?? new Conversation
        {
            WorkspaceId = Workspace,
            CustomerId = customer.Id,
            Audience = audience,
            SenderUnverified = !verified,
            RestrictedTo = inbox.Restricted ? inbox.Id : null,
            Joins = joins,
            OpenedAt = Now,
            LastMessageAt = Now,
        };
        var thread = new ChannelThread
        {
            WorkspaceId = Workspace,
            InboxId = inbox.Id,
            ExternalId = $"thread-{++made}",
            CustomerId = customer.Id,
            IdentityId = audience == Audience.Private || inbox.Channel == "email" ? identity.Id : null,
            ConversationId = conversation.Id,
            Audience = audience,
            Verified = verified,
            CreatedAt = Now,
            LastMessageAt = Now,
        };
        var strand = new Strand { WorkspaceId = Workspace, ConversationId = conversation.Id, ThreadId = thread.Id, InboxId = inbox.Id, FirstAt = Now, LastAt = Now };
        await SaveAsync([identity, thread, strand, .. into is null ? new object[] { conversation } : []]);
        return new(conversation, thread, identity);
    }

    /// <summary>The customer writes; counters move as the ingest moves them.</summary>
    public Task<Message> SaysAsync(Talk talk, string? text, DateTimeOffset? at = null, params Attachment[] attachments) => PutAsync(talk, new()
    {
        WorkspaceId = Workspace,
        ConversationId = talk.Conversation.Id,
        ThreadId = talk.Thread.Id,
        InboxId = talk.Thread.InboxId,
        Direction = Direction.In,
        AuthorKind = AuthorKind.Customer,
        AuthorId = talk.Conversation.CustomerId.Value,
        AuthorName = talk.Identity.Name,
        Text = text,
        DedupeKey = $"key-{++made}",
        SentAt = at ?? Now,
        ReceivedAt = Now,
    }, attachments);

    public async Task<Message> PutAsync(Talk talk, Message message, params Attachment[] attachments)
    {
        await SaveAsync([message, .. attachments.Select((a, i) => new Attachment { WorkspaceId = Workspace, MessageId = message.Id, Position = i, Kind = a.Kind, Name = a.Name, State = a.State, FileId = a.FileId, ContentId = a.ContentId, Facts = a.Facts })]);
        var incoming = message.Direction == Direction.In;
        await braid.WithDbAsync(async db =>
        {
            await db.InTransactionAsync(async ct =>
            {
                await db.Set<Conversation>().Where(c => c.Id == talk.Conversation.Id).ExecuteUpdateAsync(
                    set => set.SetProperty(c => c.LastMessageId, message.Id).SetProperty(c => c.LastMessageAt, message.SentAt)
                        .SetProperty(c => c.UnreadCount, c => c.UnreadCount + (incoming ? 1 : 0)).SetProperty(c => c.WaitingSince, c => incoming ? c.WaitingSince ?? message.SentAt : null), ct);
                await db.Set<Strand>().Where(s => s.ThreadId == talk.Thread.Id && s.ConversationId == talk.Conversation.Id).ExecuteUpdateAsync(set => set.SetProperty(s => s.LastAt, message.SentAt), ct);
                if (incoming)
                {
                    await db.Set<ChannelThread>().Where(t => t.Id == talk.Thread.Id).ExecuteUpdateAsync(set => set.SetProperty(t => t.LastInboundAt, message.SentAt).SetProperty(t => t.LastMessageAt, message.SentAt), ct);
                }
            }, CancellationToken.None);
            return 0;
        });
        return message;
    }

    public Task<Conversation> ConversationAsync(Id<Conversation> id) => braid.WithDbAsync(db => db.Set<Conversation>().AsNoTracking().SingleAsync(c => c.Id == id));

    /// <summary>The kinds of this workspace's events about a thing, in order.</summary>
    public Task<List<string>> EventsAsync(Guid about) => braid.WithDbAsync(db => db.Set<StoredEvent>()
        .Where(e => e.WorkspaceId == Workspace && (e.ConversationId == about || e.CustomerId == about)).OrderBy(e => e.Number).Select(e => e.Kind).ToListAsync());
}

internal sealed record Talk(Conversation Conversation, ChannelThread Thread, Identity Identity)
{
    public Guid Id => Conversation.Id.Value;
}
