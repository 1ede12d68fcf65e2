using System.Text.Json;
using Braid.Accounts;
using Braid.Conversations;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Braid.Routing;

/// <summary>One version of the workspace's plan. At most one is live and one is a draft; the others are history.</summary>
internal sealed class PlanVersion
{
    public Id<PlanVersion> Id { get; init; } = Id<PlanVersion>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    /// <summary>1, 2, ... as published; 0: the draft.</summary>
    public int Number { get; set; }
    public PlanState State { get; set; }
    /// <summary><see cref="RoutingPlan"/> as JSON.</summary>
    public required string Document { get; set; }
    public string? Note { get; set; }
    public DateTimeOffset ChangedAt { get; set; }
    public Id<Agent>? ChangedBy { get; set; }
    public DateTimeOffset? PublishedAt { get; set; }

    public RoutingPlan Plan => JsonSerializer.Deserialize<RoutingPlan>(Document, RoutingJson.Options)!;
}

internal enum PlanState { Draft, Live, Retired, Off }

/// <summary>A conversation that waits for an agent: a row until it is placed, answered or ended.</summary>
internal sealed class QueueEntry
{
    public Id<Conversation> ConversationId { get; init; }
    public Id<Workspace> WorkspaceId { get; init; }
    public DateTimeOffset Since { get; init; }
    public DateTimeOffset DueAt { get; set; }
    /// <summary>What it asks for now; equal texts stand in one line.</summary>
    public required string Demand { get; set; }
    /// <summary><see cref="QueuePath"/> as JSON: the demands it goes through, and why.</summary>
    public required string Path { get; set; }
    public int Step { get; set; }
    /// <summary>When it takes the next step.</summary>
    public DateTimeOffset? StepAt { get; set; }
    public Id<Accounts.Teams.Team>? TeamId { get; set; }
    /// <summary>Ids of agents who let it pass, with commas between.</summary>
    public string? Missed { get; set; }
    public bool ToldNobody { get; set; }
}

/// <summary>A conversation that an agent carries: what it takes of them.</summary>
internal sealed class CarriedWork
{
    public Id<Conversation> ConversationId { get; init; }
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Agent> AgentId { get; set; }
    /// <summary>Tenths of a unit; 0: the whole agent.</summary>
    public int Weight { get; set; }
    public DateTimeOffset Since { get; set; }
    /// <summary>The customer is silent since our answer: it counts for nothing until they write.</summary>
    public bool Asleep { get; set; }
    /// <summary>Until then its agent should have opened it; null: they did, or need not.</summary>
    public DateTimeOffset? OfferedUntil { get; set; }
}

/// <summary>A piece of work that ended: for "least busy today" and the expected wait. Kept for two days.</summary>
internal sealed class EndedWork
{
    public Id<EndedWork> Id { get; init; } = Id<EndedWork>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Agent> AgentId { get; init; }
    public int Weight { get; init; }
    public DateTimeOffset Since { get; init; }
    public DateTimeOffset Until { get; init; }
}

/// <summary>What the router did with a conversation, and why: who was chosen, and what the others lost by.</summary>
internal sealed class RoutingEntry
{
    public Id<RoutingEntry> Id { get; init; } = Id<RoutingEntry>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Conversation> ConversationId { get; init; }
    public DateTimeOffset At { get; init; }
    public RoutingAct Act { get; init; }
    public Id<Agent>? AgentId { get; init; }
    /// <summary><see cref="RoutingReason"/> as JSON.</summary>
    public required string Reason { get; init; }
}

internal enum RoutingAct { Queued, Placed, Widened, Returned, Missed, Woken, Asked, Problem }

internal static class RoutingJson
{
    public static readonly JsonSerializerOptions Options = Make();

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };
        options.Converters.Add(new System.Text.Json.Serialization.JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
        return options;
    }
}

internal sealed class RoutingConfiguration
    : IEntityTypeConfiguration<PlanVersion>, IEntityTypeConfiguration<QueueEntry>, IEntityTypeConfiguration<CarriedWork>, IEntityTypeConfiguration<EndedWork>, IEntityTypeConfiguration<RoutingEntry>
{
    public void Configure(EntityTypeBuilder<PlanVersion> builder)
    {
        builder.ToTable("routing_plans");
        builder.HasKey(p => p.Id);
        builder.Property(p => p.Id).ValueGeneratedNever();
        builder.Ignore(p => p.Plan);
        builder.HasIndex(p => new { p.WorkspaceId, p.Number }).IsUnique();
        builder.HasIndex(p => new { p.State, p.WorkspaceId });
    }

    public void Configure(EntityTypeBuilder<QueueEntry> builder)
    {
        builder.ToTable("routing_queue");
        builder.HasKey(q => q.ConversationId);
        builder.Property(q => q.ConversationId).ValueGeneratedNever();
        builder.HasIndex(q => new { q.WorkspaceId, q.Demand, q.DueAt });
        builder.HasIndex(q => new { q.WorkspaceId, q.StepAt });
    }

    public void Configure(EntityTypeBuilder<CarriedWork> builder)
    {
        builder.ToTable("routing_work");
        builder.HasKey(w => w.ConversationId);
        builder.Property(w => w.ConversationId).ValueGeneratedNever();
        builder.HasIndex(w => new { w.WorkspaceId, w.AgentId });
        builder.HasIndex(w => new { w.WorkspaceId, w.OfferedUntil }).HasFilter("offered_until is not null");
    }

    public void Configure(EntityTypeBuilder<EndedWork> builder)
    {
        builder.ToTable("routing_ended");
        builder.HasKey(w => w.Id);
        builder.Property(w => w.Id).ValueGeneratedNever();
        builder.HasIndex(w => new { w.WorkspaceId, w.Until });
    }

    public void Configure(EntityTypeBuilder<RoutingEntry> builder)
    {
        builder.ToTable("routing_log");
        builder.HasKey(r => r.Id);
        builder.Property(r => r.Id).ValueGeneratedNever();
        builder.HasIndex(r => new { r.WorkspaceId, r.ConversationId, r.At });
        builder.HasIndex(r => new { r.WorkspaceId, r.Act, r.At });
    }
}
