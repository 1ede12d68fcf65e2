using Microsoft.EntityFrameworkCore;

namespace Braid.Bench.Naive;

/// <summary>The usual tables of the usual way, with the indexes the flow needs and no more.</summary>
internal sealed class NaiveDb(DbContextOptions<NaiveDb> options) : DbContext(options)
{
    public DbSet<NaiveDelivery> Deliveries => Set<NaiveDelivery>();
    public DbSet<NaiveContact> Contacts => Set<NaiveContact>();
    public DbSet<NaiveIdentity> Identities => Set<NaiveIdentity>();
    public DbSet<NaiveConversation> Conversations => Set<NaiveConversation>();
    public DbSet<NaiveMessage> Messages => Set<NaiveMessage>();
    public DbSet<NaiveEvent> Events => Set<NaiveEvent>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<NaiveIdentity>().HasIndex(i => new { i.InboxId, i.ExternalId }).IsUnique();
        modelBuilder.Entity<NaiveConversation>().HasIndex(c => new { c.ContactId, c.Status });
        modelBuilder.Entity<NaiveConversation>().HasIndex(c => new { c.WorkspaceId, c.Status, c.LastMessageAt });
        modelBuilder.Entity<NaiveMessage>().HasIndex(m => new { m.InboxId, m.ExternalId }).IsUnique();
    }
}

internal sealed class NaiveDelivery
{
    public long Id { get; set; }
    public long InboxId { get; set; }
    public long ReceivedAt { get; set; }
    public required byte[] Body { get; set; }
}

internal sealed class NaiveContact
{
    public long Id { get; set; }
    public long WorkspaceId { get; set; }
    public string? Name { get; set; }
}

internal sealed class NaiveIdentity
{
    public long Id { get; set; }
    public long InboxId { get; set; }
    public required string ExternalId { get; set; }
    public NaiveContact Contact { get; set; } = null!;
    public long ContactId { get; set; }
}

internal sealed class NaiveConversation
{
    public long Id { get; set; }
    public long WorkspaceId { get; set; }
    public long InboxId { get; set; }
    public NaiveContact Contact { get; set; } = null!;
    public long ContactId { get; set; }
    public int Status { get; set; }
    public int MessageCount { get; set; }
    public int UnreadCount { get; set; }
    public string? LastMessage { get; set; }
    public long LastMessageAt { get; set; }
}

internal sealed class NaiveMessage
{
    public long Id { get; set; }
    public long WorkspaceId { get; set; }
    public long InboxId { get; set; }
    public NaiveConversation Conversation { get; set; } = null!;
    public long ConversationId { get; set; }
    public required string ExternalId { get; set; }
    public string? Text { get; set; }
    public long SentAt { get; set; }
}

internal sealed class NaiveEvent
{
    public long Id { get; set; }
    public long WorkspaceId { get; set; }
    public required string Kind { get; set; }
    public NaiveMessage Message { get; set; } = null!;
    public long MessageId { get; set; }
    public long At { get; set; }
}
