using System.Text.Json;
using Braid.Accounts;
using Braid.Customers;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Braid.Integrations;

/// <summary>One connected account of a CRM, helpdesk or shop, and how profiles are kept in step with it.</summary>
internal sealed class Integration
{
    public Id<Integration> Id { get; init; } = Id<Integration>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    /// <summary>The connector: hubspot, salesforce, ...</summary>
    public required string Kind { get; init; }
    public required string Name { get; set; }
    /// <summary>The connector's settings as JSON, encrypted.</summary>
    public required string Settings { get; set; }
    /// <summary>The access token in use, encrypted; null until one was asked for.</summary>
    public string? Token { get; set; }
    /// <summary>Stands in the address of its webhooks.</summary>
    public required string HookKey { get; init; }
    public IntegrationState State { get; set; }
    /// <summary>What is wrong, in words for an admin; null when all is well.</summary>
    public string? Trouble { get; set; }
    /// <summary>What the other side calls the account.</summary>
    public string? Account { get; set; }
    /// <summary><see cref="FieldRule"/>s as JSON.</summary>
    public required string Mapping { get; set; }
    /// <summary>Records there make profiles here.</summary>
    public bool CreateHere { get; set; } = true;
    /// <summary>Customers with an address or number make records there.</summary>
    public bool CreateThere { get; set; }
    public NoteKind Notes { get; set; }
    /// <summary>Events up to this number were looked at.</summary>
    public long EventsRead { get; set; }
    /// <summary>Changes over there up to this instant were looked at; null: none yet.</summary>
    public DateTimeOffset? PolledUntil { get; set; }
    public DateTimeOffset? PolledAt { get; set; }
    /// <summary>Within a poll: where it stands.</summary>
    public string? PollCursor { get; set; }
    /// <summary>When the poll in progress began.</summary>
    public DateTimeOffset? PollBegan { get; set; }
    /// <summary>No call before: the other side asked for a pause.</summary>
    public DateTimeOffset? WaitUntil { get; set; }
    /// <summary>Tries in a row that failed for the whole account.</summary>
    public int Stumbles { get; set; }
    /// <summary><see cref="FirstSync"/> as JSON.</summary>
    public string? First { get; set; }
    /// <summary>Whose turn it is to sync, and until when: one at a time over all nodes.</summary>
    public Guid? TurnOf { get; set; }
    public DateTimeOffset? TurnUntil { get; set; }
    public DateTimeOffset? SyncedAt { get; set; }
    public DateTimeOffset CreatedAt { get; init; }

    public IReadOnlyList<FieldRule> Rules => JsonSerializer.Deserialize<List<FieldRule>>(Mapping, IntegrationJson.Options)!;
    public FirstSync FirstSync => First is null ? new() : JsonSerializer.Deserialize<FirstSync>(First, IntegrationJson.Options)!;
    public void Set(IReadOnlyList<FieldRule> rules) => Mapping = JsonSerializer.Serialize(rules, IntegrationJson.Options);
    public void Set(FirstSync first) => First = JsonSerializer.Serialize(first, IntegrationJson.Options);
}

internal enum IntegrationState
{
    /// <summary>Connected; nothing is synced yet.</summary>
    Draft,
    Active,
    Paused,
    /// <summary>Stopped by itself: the account needs an admin.</summary>
    Broken,
}

internal enum NoteKind
{
    None,
    /// <summary>Channels, times, how many messages, who answered.</summary>
    Summary,
    /// <summary>What was said, without internal notes.</summary>
    Transcript,
}

/// <summary>The first look through all records over there: as a trial that only counts, then for good.</summary>
internal sealed record FirstSync(FirstSyncState State = FirstSyncState.None, string? Cursor = null, int Seen = 0, int Linked = 0, int Made = 0, int Doubtful = 0, int Failed = 0, int? Of = null);

internal enum FirstSyncState { None, Trying, Tried, Running, Done }

/// <summary>"This profile is that record", with what both last agreed on.</summary>
internal sealed class RecordLink : IOfPerson
{
    private Id<Customer>? origin;

    public Id<RecordLink> Id { get; init; } = Id<RecordLink>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Integration> IntegrationId { get; init; }
    public required string RemoteId { get; set; }
    public Id<Customer> CustomerId { get; set; }
    public Id<Customer> OriginId { get => origin ?? CustomerId; set => origin = value; }
    public RecordState State { get; set; }
    /// <summary>Why it stands still, in words.</summary>
    public string? Trouble { get; set; }
    public string? Url { get; set; }
    /// <summary>By our field, <see cref="AgreedValue"/>s as JSON.</summary>
    public required string Agreed { get; set; }
    /// <summary>What we changed in this record lately, for the brake.</summary>
    public int Changes { get; set; }
    public DateTimeOffset? ChangesSince { get; set; }
    public DateTimeOffset? SyncedAt { get; set; }
    public DateTimeOffset CreatedAt { get; init; }

    public Dictionary<string, AgreedValue> AgreedValues => JsonSerializer.Deserialize<Dictionary<string, AgreedValue>>(Agreed, IntegrationJson.Options)!;
    public void Agree(Dictionary<string, AgreedValue> values) => Agreed = JsonSerializer.Serialize(values, IntegrationJson.Options);
}

internal enum RecordState
{
    Linked,
    /// <summary>The record is gone over there; the profile stays.</summary>
    Gone,
    /// <summary>It changed to and fro too often: an admin has to look.</summary>
    Stopped,
}

/// <summary>A conversation or a ticket as it was written over there.</summary>
internal sealed class RecordNote : IOfPerson
{
    private Id<Customer>? origin;

    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Integration> IntegrationId { get; init; }
    /// <summary>The conversation's id, or the ticket's.</summary>
    public Guid AboutId { get; init; }
    public Id<Customer> CustomerId { get; set; }
    public Id<Customer> OriginId { get => origin ?? CustomerId; set => origin = value; }
    public required string RemoteId { get; init; }
    public required string NoteId { get; set; }
    public DateTimeOffset At { get; set; }
}

/// <summary>
/// One thing to bring in step: the newest state is what counts, so ten changes of one record are one row. It leaves when it is done; what can't be
/// done stays as a dead letter, with the reason, until somebody tries again or the record changes.
/// </summary>
internal sealed class SyncWork
{
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Integration> IntegrationId { get; init; }
    public SyncKind Kind { get; init; }
    /// <summary>The record's id there, or the customer's, conversation's or ticket's here.</summary>
    public required string Key { get; init; }
    /// <summary>With <see cref="SyncKind.Merged"/>: who stays.</summary>
    public string? Other { get; set; }
    public SyncState State { get; set; }
    public DateTimeOffset DueAt { get; set; }
    /// <summary>Raised each time it is asked for, so that what changes while it is worked on is not lost.</summary>
    public int Version { get; set; }
    public int Failures { get; set; }
    public string? Error { get; set; }
    /// <summary>The other side's name of the failed call.</summary>
    public string? RequestId { get; set; }
    /// <summary>Customers it may be, as a JSON array of ids.</summary>
    public string? Candidates { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
}

internal enum SyncKind { Pull, Deleted, Merged, Erased, Push, Note, Ticket, Erase }

internal enum SyncState
{
    Waiting,
    /// <summary>Given up for now.</summary>
    Dead,
    /// <summary>It fits several people: somebody has to say who it is.</summary>
    Doubtful,
}

internal static class IntegrationJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };
}

internal sealed class IntegrationConfiguration
    : IEntityTypeConfiguration<Integration>, IEntityTypeConfiguration<RecordLink>, IEntityTypeConfiguration<RecordNote>, IEntityTypeConfiguration<SyncWork>
{
    public void Configure(EntityTypeBuilder<Integration> builder)
    {
        builder.ToTable("integrations");
        builder.HasKey(i => i.Id);
        builder.Property(i => i.Id).ValueGeneratedNever();
        builder.Property(i => i.Kind).HasMaxLength(40);
        builder.Property(i => i.Name).HasMaxLength(100);
        builder.HasIndex(i => new { i.WorkspaceId, i.CreatedAt });
        builder.Ignore(i => i.Rules);
        builder.Ignore(i => i.FirstSync);
    }

    public void Configure(EntityTypeBuilder<RecordLink> builder)
    {
        builder.ToTable("record_links");
        builder.HasKey(l => l.Id);
        builder.Property(l => l.Id).ValueGeneratedNever();
        builder.Property(l => l.RemoteId).HasMaxLength(200);
        builder.HasIndex(l => new { l.WorkspaceId, l.IntegrationId, l.RemoteId }).IsUnique();
        builder.HasIndex(l => new { l.WorkspaceId, l.IntegrationId, l.OriginId }).IsUnique();
        builder.HasIndex(l => new { l.WorkspaceId, l.CustomerId });
        builder.Ignore(l => l.AgreedValues);
    }

    public void Configure(EntityTypeBuilder<RecordNote> builder)
    {
        builder.ToTable("record_notes");
        builder.HasKey(n => new { n.WorkspaceId, n.IntegrationId, n.AboutId });
        builder.HasIndex(n => new { n.WorkspaceId, n.CustomerId });
    }

    public void Configure(EntityTypeBuilder<SyncWork> builder)
    {
        builder.ToTable("sync_work");
        builder.HasKey(w => new { w.WorkspaceId, w.IntegrationId, w.Kind, w.Key });
        builder.Property(w => w.Key).HasMaxLength(200);
        builder.Property(w => w.Error).HasMaxLength(500);
        builder.HasIndex(w => new { w.WorkspaceId, w.IntegrationId, w.State, w.DueAt });
    }
}
