using Braid.Accounts;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Braid.Customers;

/// <summary>
/// One entry of the consent ledger: given or withdrawn, for a purpose, on one channel or on all. Entries are added, never changed, so that
/// at any time it can be shown what held when. Of several the newest holds.
/// </summary>
internal sealed class Consent : IOfPerson
{
    private Id<Customer>? origin;

    public Id<Consent> Id { get; init; } = Id<Consent>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Customer> CustomerId { get; set; }
    public Id<Customer> OriginId { get => origin ?? CustomerId; set => origin = value; }
    /// <summary>"marketing", "service", ...: a word of the workspace.</summary>
    public required string Purpose { get; init; }
    /// <summary>A channel's id; null: on all.</summary>
    public string? Channel { get; init; }
    public bool Given { get; init; }
    /// <summary>How we know: "ticked on the order form", "wrote STOP".</summary>
    public required string Source { get; init; }
    public Id<Agent>? RecordedBy { get; init; }
    public DateTimeOffset At { get; init; }
}

/// <summary>Records consent and tells what holds.</summary>
internal sealed class Consents(BraidDb db, CustomerAccess access, TimeProvider clock)
{
    private const int MostShown = 200;

    public sealed record Request(string? Purpose, string? Channel, bool Given, string? Source);

    public async Task<ConsentsView> OfAsync(Id<Customer> id, Actor by, CancellationToken ct)
    {
        var person = await access.RequireAsync(id, by, Permission.ReadConversations, ct);
        var workspace = by.Workspace;
        var entries = await (
            from c in db.Set<Consent>()
            where c.WorkspaceId == workspace && c.CustomerId == person.Id
            from agent in db.Set<Agent>().Where(a => a.WorkspaceId == workspace && a.Id == c.RecordedBy).DefaultIfEmpty()
            orderby c.At descending, c.Id descending
            select new ConsentView(c.Purpose, c.Channel, c.Given, c.Source, agent!.Name, c.At)).Take(MostShown).ToListAsync(ct);
        return new([.. entries.DistinctBy(e => (e.Purpose, e.Channel)).OrderBy(e => e.Purpose, StringComparer.Ordinal).ThenBy(e => e.Channel, StringComparer.Ordinal)], entries);
    }

    public async Task RecordAsync(Id<Customer> id, Request request, Actor by, CancellationToken ct) => await db.InTransactionAsync(async inner =>
    {
        var person = await access.RequireLockedAsync(id, by, Permission.EditCustomers, inner);
        var purpose = CustomerFields.Text(request.Purpose, "purpose", 40)?.ToLowerInvariant() ?? throw Missing("purpose", "Say what for, such as marketing.");
        var source = CustomerFields.Text(request.Source, "source", 300) ?? throw Missing("source", "Say how you know, such as “ticked on the order form”.");
        db.Add(new Consent
        {
            WorkspaceId = by.Workspace, CustomerId = person.Id, Purpose = purpose, Channel = CustomerFields.Text(request.Channel, "channel", 40), Given = request.Given, Source = source,
            RecordedBy = by.AgentId, At = clock.GetUtcNow(),
        });
        db.Events.Add(new CustomerChanged(by.Workspace, person.Id, "changed"));
        await db.SaveChangesAsync(inner);
    }, ct);

    private static RefusalException Missing(string field, string what) => RefusalException.Invalid(what, new Dictionary<string, string> { [field] = what });
}

/// <param name="Current">What holds, per purpose and channel.</param>
/// <param name="Ledger">All entries, the newest first.</param>
internal sealed record ConsentsView(IReadOnlyList<ConsentView> Current, IReadOnlyList<ConsentView> Ledger);

internal sealed record ConsentView(string Purpose, string? Channel, bool Given, string Source, string? RecordedBy, DateTimeOffset At);

internal sealed class ConsentConfiguration : IEntityTypeConfiguration<Consent>
{
    public void Configure(EntityTypeBuilder<Consent> builder)
    {
        builder.ToTable("consents");
        builder.HasKey(c => c.Id);
        builder.Property(c => c.Id).ValueGeneratedNever();
        builder.Property(c => c.Purpose).HasMaxLength(40);
        builder.Property(c => c.Channel).HasMaxLength(40);
        builder.Property(c => c.Source).HasMaxLength(300);
        builder.HasIndex(c => new { c.WorkspaceId, c.CustomerId, c.At });
        builder.HasIndex(c => new { c.WorkspaceId, c.Purpose, c.Given });
    }
}
