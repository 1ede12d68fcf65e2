using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Braid.Platform.Jobs;

/// <summary>Durable background work, queued in the same transaction as its cause; at least once.</summary>
internal sealed class Job
{
    public Id<Job> Id { get; init; } = Id<Job>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    public required string Kind { get; init; }
    /// <summary>While a job with this key waits to start, a second one is not queued. Null again once it was started.</summary>
    public string? UniqueKey { get; set; }
    /// <summary>JSON, read by the job's handler.</summary>
    public required string Payload { get; init; }
    public JobState State { get; set; }
    public DateTimeOffset RunAt { get; set; }
    /// <summary>Raised at each claim; finishing with an older number is refused.</summary>
    public int Attempt { get; set; }
    /// <summary>Tries that ended badly; being interrupted by a shutdown is no failure.</summary>
    public int Failures { get; set; }
    public DateTimeOffset? LeasedUntil { get; set; }
    public string? LastError { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
}

internal enum JobState { Waiting, Dead }

internal sealed class JobConfiguration : IEntityTypeConfiguration<Job>
{
    public void Configure(EntityTypeBuilder<Job> builder)
    {
        builder.ToTable("jobs");
        builder.HasKey(j => j.Id);
        builder.Property(j => j.Id).ValueGeneratedNever();
        builder.Property(j => j.Kind).HasMaxLength(60);
        builder.Property(j => j.UniqueKey).HasMaxLength(200);
        builder.Property(j => j.Failures).HasDefaultValue(0);
        builder.HasIndex(j => new { j.WorkspaceId, j.Kind, j.UniqueKey }).IsUnique().HasFilter("unique_key is not null and state = 'waiting'");
        builder.HasIndex(j => new { j.Kind, j.RunAt }).HasFilter("state = 'waiting'");
    }
}
