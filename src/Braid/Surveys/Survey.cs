using Braid.Accounts;
using Braid.Conversations;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Events;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Braid.Surveys;

/// <summary>One question to a customer after a conversation: how satisfied were you, 1 to 5. At most one per conversation.</summary>
internal sealed class Survey : IOfPerson
{
    /// <summary>So long after it was sent it can be answered, and the answer changed.</summary>
    public static readonly TimeSpan Open = TimeSpan.FromDays(30);

    private Id<Customer>? origin;

    public Id<Survey> Id { get; init; } = Id<Survey>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Customer> CustomerId { get; set; }
    public Id<Customer> OriginId { get => origin ?? CustomerId; set => origin = value; }
    public Id<Conversation> ConversationId { get; init; }
    public Id<Inbox>? RestrictedTo { get; init; }
    /// <summary>Who had the conversation when it was resolved, or else answered last.</summary>
    public Id<Agent>? AgentId { get; init; }
    /// <summary>Random; the last part of the address of its page.</summary>
    public required string Token { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? SentAt { get; set; }
    /// <summary>Why it could not be sent, in words.</summary>
    public string? Trouble { get; set; }
    /// <summary>1 to 5; 4 and 5 are satisfied.</summary>
    public int? Rating { get; set; }
    public string? Comment { get; set; }
    public DateTimeOffset? AnsweredAt { get; set; }
}

/// <summary>Whether a workspace asks, what and when. Written as a whole.</summary>
internal sealed class SurveySettings
{
    public Id<Workspace> WorkspaceId { get; init; }
    public bool On { get; set; }
    /// <summary>What is said before the link.</summary>
    public required string Question { get; set; }
    public int DelayMinutes { get; set; }
    /// <summary>Up to which event resolved conversations were looked at.</summary>
    public long EventsRead { get; set; }
}

/// <summary>A customer answered.</summary>
internal sealed record SurveyAnswered : DomainEvent
{
    public SurveyAnswered(Survey survey) : base(survey.WorkspaceId, "survey.answered")
    {
        ConversationId = survey.ConversationId.Value;
        CustomerId = survey.CustomerId.Value;
        RestrictedTo = survey.RestrictedTo?.Value;
    }
}

internal sealed class SurveyConfiguration : IEntityTypeConfiguration<Survey>, IEntityTypeConfiguration<SurveySettings>
{
    public void Configure(EntityTypeBuilder<Survey> builder)
    {
        builder.ToTable("surveys");
        builder.HasKey(s => s.Id);
        builder.Property(s => s.Id).ValueGeneratedNever();
        builder.Property(s => s.Token).HasMaxLength(60);
        builder.HasIndex(s => new { s.WorkspaceId, s.ConversationId }).IsUnique();
        builder.HasIndex(s => s.Token).IsUnique();
        builder.HasIndex(s => new { s.WorkspaceId, s.CustomerId });
        builder.HasIndex(s => new { s.WorkspaceId, s.CreatedAt, s.Id });
    }

    public void Configure(EntityTypeBuilder<SurveySettings> builder)
    {
        builder.ToTable("survey_settings");
        builder.HasKey(s => s.WorkspaceId);
        builder.Property(s => s.WorkspaceId).ValueGeneratedNever();
    }
}
