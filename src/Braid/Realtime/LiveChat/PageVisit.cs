using Braid.Accounts;
using Braid.Conversations;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Braid.Realtime.LiveChat;

/// <summary>A page of the site on which a visitor who has written to us was.</summary>
internal sealed class PageVisit : IOfPerson
{
    private Id<Customer>? origin;

    public Id<PageVisit> Id { get; init; } = Id<PageVisit>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    public Id<Customer> CustomerId { get; set; }
    public Id<Customer> OriginId { get => origin ?? CustomerId; set => origin = value; }
    public Id<Inbox> InboxId { get; init; }
    /// <summary>Without its fragment, and without a query that may carry secrets.</summary>
    public required string Url { get; init; }
    public string? Title { get; init; }
    public DateTimeOffset At { get; init; }
}

internal sealed class PageVisitConfiguration : IEntityTypeConfiguration<PageVisit>
{
    public void Configure(EntityTypeBuilder<PageVisit> builder)
    {
        builder.ToTable("page_visits");
        builder.HasKey(v => v.Id);
        builder.Property(v => v.Id).ValueGeneratedNever();
        builder.Property(v => v.Url).HasMaxLength(500);
        builder.Property(v => v.Title).HasMaxLength(200);
        builder.HasIndex(v => new { v.WorkspaceId, v.CustomerId, v.At });
    }
}

/// <summary>Keeps where a visitor was, once we know them: who never wrote leaves nothing. Of each person the last so many.</summary>
internal sealed class KeepVisits(BraidDb db, TimeProvider clock)
{
    public const int Kept = 200;
    public const int AtOnce = 20;
    private static readonly TimeSpan Oldest = TimeSpan.FromHours(12);

    public sealed record Request(IReadOnlyList<Seen>? Pages);

    /// <param name="Ago">Milliseconds since the page was opened: browsers' clocks are not to be trusted.</param>
    public sealed record Seen(string? Url, string? Title, long Ago);

    /// <param name="Kept">False: we do not know this visitor yet. Send them again later.</param>
    public sealed record Answer(bool Kept);

    public async Task<Answer> RunAsync(Guest guest, Request request, CancellationToken ct)
    {
        var inbox = guest.Chat.Inbox;
        var (workspace, inboxId) = (inbox.Workspace, inbox.Id);
        var now = clock.GetUtcNow();
        var pages = (request.Pages ?? []).OfType<Seen>().Take(AtOnce).Select(p => (Url: Address(p.Url), p.Title, p.Ago)).Where(p => p.Url is not null).ToList();
        if (pages.Count == 0) { return new(true); }
        var kept = false;
        var thread = guest.Visitor.ThreadId;
        await db.InTransactionAsync(async inner =>
        {
            if (await db.Set<ChannelThread>().AsNoTracking().Where(t => t.WorkspaceId == workspace && t.InboxId == inboxId && t.ExternalId == thread).Select(t => new { t.OriginId, t.CustomerId }).FirstOrDefaultAsync(inner) is not { } known) { return; }
            // Meets whoever links or forgets this person at the same moment.
            await db.LockAsync("customers", known.CustomerId.Value, inner);
            if (await db.Set<Customer>().Where(c => c.WorkspaceId == workspace && c.Id == known.OriginId).Select(c => (Id<Customer>?)c.PersonId).FirstOrDefaultAsync(inner) is not { } person) { return; }
            foreach (var page in pages)
            {
                var at = now - TimeSpan.FromMilliseconds(Math.Clamp(page.Ago, 0, (long)Oldest.TotalMilliseconds));
                db.Add(new PageVisit { WorkspaceId = workspace, CustomerId = person, OriginId = known.OriginId, InboxId = inboxId, Url = page.Url!, Title = Short(page.Title, 200), At = at });
            }

            await db.SaveChangesAsync(inner);
            var last = await db.Set<PageVisit>().Where(v => v.WorkspaceId == workspace && v.CustomerId == person).OrderByDescending(v => v.At).Skip(Kept).Select(v => (DateTimeOffset?)v.At).FirstOrDefaultAsync(inner);
            kept = true;
            if (last is { } until) { await db.Set<PageVisit>().Where(v => v.WorkspaceId == workspace && v.CustomerId == person && v.At <= until).ExecuteDeleteAsync(inner); }
        }, ct);
        return new(kept);
    }

    /// <summary>Agents see it as a link, so nothing but the web; queries may carry tokens and stay behind.</summary>
    private static string? Address(string? url) =>
        url is { Length: > 0 and <= 2000 } && Uri.TryCreate(url, UriKind.Absolute, out var at) && (at.Scheme == Uri.UriSchemeHttps || at.Scheme == Uri.UriSchemeHttp) && at.GetLeftPart(UriPartial.Path) is { Length: <= 500 } path && at.UserInfo.Length == 0 ? path : null;

    private static string? Short(string? text, int most) => text?.Replace("\0", "", StringComparison.Ordinal).Trim() is { Length: > 0 } given ? given.Length <= most ? given : given[..most] : null;
}

/// <summary>Visits in a customer's timeline: one line for a stay, with the page it began on.</summary>
internal sealed class VisitMoments(BraidDb db) : ITellMoments
{
    private static readonly TimeSpan Stay = TimeSpan.FromMinutes(30);

    public async Task<IReadOnlyList<MomentView>> OfAsync(Id<Workspace> workspace, IReadOnlyList<Id<Customer>> profiles, int most, CancellationToken ct)
    {
        var open = db.Set<Inbox>().Where(i => i.WorkspaceId == workspace && !i.Restricted);
        var visits = await db.Set<PageVisit>().AsNoTracking().Where(v => v.WorkspaceId == workspace && profiles.Contains(v.CustomerId) && open.Any(i => i.Id == v.InboxId)).OrderByDescending(v => v.At).Take(most).Select(v => new { v.At, v.Url, v.Title }).ToListAsync(ct);
        visits.Reverse();
        var stays = new List<(DateTimeOffset First, DateTimeOffset Last, List<string> Pages)>();
        foreach (var visit in visits)
        {
            var page = visit.Title is { } title ? $"{title} ({visit.Url})" : visit.Url;
            if (stays.Count > 0 && visit.At - stays[^1].Last < Stay)
            {
                if (stays[^1].Pages[^1] != page) { stays[^1].Pages.Add(page); }
                stays[^1] = stays[^1] with { Last = visit.At };
            }
            else { stays.Add((visit.At, visit.At, [page])); }
        }

        return stays.ConvertAll(s => new MomentView("visited", s.First, null, string.Join(" → ", s.Pages)));
    }
}
