using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Braid.Accounts.Teams;

/// <summary>Agents who answer for the same things. An agent may be in several.</summary>
internal sealed class Team
{
    public Id<Team> Id { get; init; } = Id<Team>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    public required string Name { get; set; }
    public string? Description { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
}

internal sealed class TeamMember
{
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Team> TeamId { get; init; }
    public Id<Agent> AgentId { get; init; }
}

/// <summary>Something an agent is good at, on a scale from 1 to 5.</summary>
internal sealed class Skill
{
    public Id<Skill> Id { get; init; } = Id<Skill>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    public required string Name { get; set; }
    public SkillKind Kind { get; set; }
    /// <summary>Of a language: its code, "id"; of a channel: its id. What "speaks the customer's language" compares.</summary>
    public string? Code { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
}

internal enum SkillKind { Language, Product, Channel, Tier, Other }

internal sealed class AgentSkill
{
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Agent> AgentId { get; init; }
    public Id<Skill> SkillId { get; init; }
    /// <summary>1 to 5.</summary>
    public int Level { get; set; }
}

/// <summary>Opening hours of a week in one time zone, with days off: business hours of the workspace, and shifts of agents.</summary>
internal sealed class Calendar
{
    public Id<Calendar> Id { get; init; } = Id<Calendar>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    public required string Name { get; set; }
    /// <summary>As the tz database names it: "Asia/Jakarta".</summary>
    public required string TimeZone { get; set; }
    /// <summary><see cref="WeekHours"/> as JSON.</summary>
    public required string Hours { get; set; }
    /// <summary>Days on which it is closed: ISO dates with commas between; empty when there are none.</summary>
    public string DaysOff { get; set; } = "";
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Somebody is away for some days.</summary>
internal sealed class Leave
{
    public Id<Leave> Id { get; init; } = Id<Leave>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Agent> AgentId { get; init; }
    public DateTimeOffset From { get; init; }
    public DateTimeOffset Until { get; init; }
    public string? Note { get; init; }
}

/// <summary>
/// How an agent works and whether they do now. Written by the agent's screens (seen, active), by people (status) and by the router
/// (misses); read by the router. One row per agent, made when first needed.
/// </summary>
internal sealed class AgentWork
{
    public Id<Agent> AgentId { get; init; }
    public Id<Workspace> WorkspaceId { get; init; }
    /// <summary>Tenths of a unit that they carry at once.</summary>
    public int Capacity { get; set; } = 60;
    /// <summary>Their shifts; null: whenever they are online.</summary>
    public Id<Calendar>? CalendarId { get; set; }
    public WorkStatus Status { get; set; }
    public DateTimeOffset? StatusUntil { get; set; }
    public string? StatusNote { get; set; }
    public DateTimeOffset? StatusAt { get; set; }
    /// <summary>A screen of theirs was open.</summary>
    public DateTimeOffset? SeenAt { get; set; }
    /// <summary>They touched it.</summary>
    public DateTimeOffset? ActiveAt { get; set; }
    /// <summary>Seconds after a piece of work in which nothing new comes; 0: none.</summary>
    public int WrapUpSeconds { get; set; }
    public DateTimeOffset? WrapUpUntil { get; set; }
    /// <summary>Offers in a row that they let pass.</summary>
    public int Misses { get; set; }
    public DateTimeOffset? LastPlacedAt { get; set; }
    /// <summary>Since when the router finds them gone: offline, off shift or on leave. Null while they are there.</summary>
    public DateTimeOffset? GoneSince { get; set; }
}

/// <summary>What somebody said about themselves; <see cref="Automatic"/>: what their screen shows.</summary>
internal enum WorkStatus { Automatic, Online, Busy, Away, Offline }

internal sealed class TeamsConfiguration
    : IEntityTypeConfiguration<Team>, IEntityTypeConfiguration<TeamMember>, IEntityTypeConfiguration<Skill>, IEntityTypeConfiguration<AgentSkill>,
      IEntityTypeConfiguration<Calendar>, IEntityTypeConfiguration<Leave>, IEntityTypeConfiguration<AgentWork>
{
    public void Configure(EntityTypeBuilder<Team> builder)
    {
        builder.ToTable("teams");
        builder.HasKey(t => t.Id);
        builder.Property(t => t.Id).ValueGeneratedNever();
        builder.HasIndex(t => new { t.WorkspaceId, t.Name }).IsUnique();
    }

    public void Configure(EntityTypeBuilder<TeamMember> builder)
    {
        builder.ToTable("team_members");
        builder.HasKey(m => new { m.WorkspaceId, m.TeamId, m.AgentId });
        builder.HasIndex(m => new { m.WorkspaceId, m.AgentId });
    }

    public void Configure(EntityTypeBuilder<Skill> builder)
    {
        builder.ToTable("skills");
        builder.HasKey(s => s.Id);
        builder.Property(s => s.Id).ValueGeneratedNever();
        builder.HasIndex(s => new { s.WorkspaceId, s.Name }).IsUnique();
    }

    public void Configure(EntityTypeBuilder<AgentSkill> builder)
    {
        builder.ToTable("agent_skills");
        builder.HasKey(s => new { s.WorkspaceId, s.AgentId, s.SkillId });
        builder.HasIndex(s => new { s.WorkspaceId, s.SkillId });
    }

    public void Configure(EntityTypeBuilder<Calendar> builder)
    {
        builder.ToTable("calendars");
        builder.HasKey(c => c.Id);
        builder.Property(c => c.Id).ValueGeneratedNever();
        builder.HasIndex(c => new { c.WorkspaceId, c.Name }).IsUnique();
    }

    public void Configure(EntityTypeBuilder<Leave> builder)
    {
        builder.ToTable("leaves");
        builder.HasKey(l => l.Id);
        builder.Property(l => l.Id).ValueGeneratedNever();
        builder.HasIndex(l => new { l.WorkspaceId, l.AgentId, l.Until });
    }

    public void Configure(EntityTypeBuilder<AgentWork> builder)
    {
        builder.ToTable("agent_work");
        builder.HasKey(w => w.AgentId);
        builder.Property(w => w.AgentId).ValueGeneratedNever();
        builder.HasIndex(w => w.WorkspaceId);
    }
}
