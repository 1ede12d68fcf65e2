using System.Text.Json;
using Braid.Accounts;
using Braid.Accounts.Teams;
using Braid.Conversations;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Routing;

/// <summary>Reads what rules ask about, for many conversations in a handful of queries.</summary>
internal sealed class ReadFacts(BraidDb db, SegmentQuery segments, Customers.Attributes attributes)
{
    /// <param name="first">As they were when opened: by the customer's first message instead of the last.</param>
    public async Task<List<ConversationFacts>> RunAsync(Id<Workspace> workspace, RoutingPlan plan, IReadOnlyList<Id<Conversation>> ids, bool first, DateTimeOffset now, CancellationToken ct)
    {
        var wanted = ids.ToList();
        var others = db.Set<Conversation>().Where(o => o.WorkspaceId == workspace);
        // Which message first, then that message: asked for in one, the databases number all messages of the workspace.
        var said = db.Set<Message>().Where(m => m.WorkspaceId == workspace && wanted.Contains(m.ConversationId) && m.Direction == Direction.In);
        var picks = first
            ? await said.GroupBy(m => m.ConversationId).Select(g => g.Min(m => m.Seq)).ToListAsync(ct)
            : await said.GroupBy(m => m.ConversationId).Select(g => g.Max(m => m.Seq)).ToListAsync(ct);
        var rows = await (
            from m in said.AsNoTracking()
            where picks.Contains(m.Seq)
            join c in db.Set<Conversation>() on m.ConversationId equals c.Id
            join p in db.Set<Customer>() on c.CustomerId equals p.Id
            join i in db.Set<Inbox>() on m.InboxId equals i.Id
            select new Row
            {
                Id = c.Id, CustomerId = c.CustomerId, RestrictedTo = c.RestrictedTo, Audience = c.Audience, OpenedAt = c.OpenedAt, Tier = p.Tier, Company = p.Company, Language = p.Language, Tags = p.Tags, Attributes = p.Attributes, Channel = i.Channel, InboxId = i.Id, Text = m.Text, Subject = m.Subject, Extras = m.Extras,
                PreviousAgent = others.Where(o => o.CustomerId == c.CustomerId && o.Id != c.Id && o.AssigneeId != null && o.OpenedAt <= c.OpenedAt).OrderByDescending(o => o.LastMessageAt).Select(o => o.AssigneeId).FirstOrDefault(),
                PreviousAt = others.Where(o => o.CustomerId == c.CustomerId && o.Id != c.Id && o.AssigneeId != null && o.OpenedAt <= c.OpenedAt).OrderByDescending(o => o.LastMessageAt).Select(o => (DateTimeOffset?)o.LastMessageAt).FirstOrDefault(),
                Returning = others.Any(o => o.CustomerId == c.CustomerId && o.Id != c.Id && o.OpenedAt < c.OpenedAt),
            }).ToListAsync(ct);
        if (rows.Count < wanted.Distinct().Count() && !first) { rows.AddRange(await UnwrittenAsync(workspace, [.. wanted.Except(rows.Select(r => r.Id))], ct)); }
        var inSegments = await SegmentsAsync(workspace, plan, rows.Select(r => r.CustomerId).Distinct().ToList(), ct);
        return rows.ConvertAll(r => new ConversationFacts
        {
            ConversationId = r.Id, CustomerId = r.CustomerId, Channel = r.Channel, InboxId = r.InboxId, RestrictedTo = r.RestrictedTo, Audience = r.Audience,
            Text = r.Subject is { } subject ? subject + "\n" + r.Text : r.Text,
            Language = TextLanguage.Of(r.Text) ?? r.Language?.Split('-')[0].ToLowerInvariant(), Tier = r.Tier, Company = r.Company,
            Tags = r.Tags?.Split('|', StringSplitOptions.RemoveEmptyEntries) ?? [], Attributes = AttributesOf(r.Attributes), Segments = inSegments[r.CustomerId].ToHashSet(),
            Campaign = r.Extras is null ? null : MessageExtras.Parse(r.Extras).Referral, PreviousAgent = r.PreviousAgent, PreviousAt = r.PreviousAt, Returning = r.Returning, At = first ? r.OpenedAt : now,
        });
    }

    /// <summary>We wrote first, and nobody has answered: known by the strand it would be answered on.</summary>
    private async Task<List<Row>> UnwrittenAsync(Id<Workspace> workspace, List<Id<Conversation>> ids, CancellationToken ct)
    {
        var rows = await (
            from s in db.Set<Strand>().AsNoTracking()
            where s.WorkspaceId == workspace && ids.Contains(s.ConversationId)
            join c in db.Set<Conversation>() on s.ConversationId equals c.Id
            join p in db.Set<Customer>() on c.CustomerId equals p.Id
            join i in db.Set<Inbox>() on s.InboxId equals i.Id
            orderby s.LastAt descending, s.ThreadId
            select new Row
            {
                Id = c.Id, CustomerId = c.CustomerId, RestrictedTo = c.RestrictedTo, Audience = c.Audience, OpenedAt = c.OpenedAt, Tier = p.Tier, Company = p.Company, Language = p.Language, Tags = p.Tags, Attributes = p.Attributes, Channel = i.Channel, InboxId = i.Id,
            }).ToListAsync(ct);
        return [.. rows.DistinctBy(r => r.Id)];
    }

    private sealed record Row
    {
        public required Id<Conversation> Id { get; init; }
        public required Id<Customer> CustomerId { get; init; }
        public Id<Inbox>? RestrictedTo { get; init; }
        public Channels.Audience Audience { get; init; }
        public DateTimeOffset OpenedAt { get; init; }
        public string? Tier { get; init; }
        public string? Company { get; init; }
        public string? Language { get; init; }
        public string? Tags { get; init; }
        public string? Attributes { get; init; }
        public required string Channel { get; init; }
        public required Id<Inbox> InboxId { get; init; }
        public string? Text { get; init; }
        public string? Subject { get; init; }
        public string? Extras { get; init; }
        public Id<Agent>? PreviousAgent { get; init; }
        public DateTimeOffset? PreviousAt { get; init; }
        public bool Returning { get; init; }
    }

    private async Task<ILookup<Id<Customer>, Id<Segment>>> SegmentsAsync(Id<Workspace> workspace, RoutingPlan plan, List<Id<Customer>> customers, CancellationToken ct)
    {
        var named = plan.Rules.Where(r => r.On).SelectMany(r => r.When).Where(c => c.Field == "segment").SelectMany(c => c.Values).Select(v => Guid.TryParse(v, out var id) ? new Id<Segment>(id) : default).ToHashSet().ToList();
        var found = new List<(Id<Customer> Customer, Id<Segment> Segment)>();
        if (named.Count == 0) { return found.ToLookup(f => f.Customer, f => f.Segment); }
        var keys = await attributes.AllAsync(workspace, ct);
        foreach (var segment in await db.Set<Segment>().AsNoTracking().Where(s => s.WorkspaceId == workspace && named.Contains(s.Id)).ToListAsync(ct))
        {
            var rule = JsonSerializer.Deserialize<SegmentRule>(segment.Rule, JsonSerializerOptions.Web)!;
            try
            {
                found.AddRange((await query(rule).Where(c => customers.Contains(c.Id)).Select(c => c.Id).ToListAsync(ct)).Select(c => (c, segment.Id)));
            }
            catch (Platform.Http.RefusalException)
            {
                // A field that the segment asks for was removed: nobody is in it until somebody mends it.
            }
        }

        return found.ToLookup(f => f.Customer, f => f.Segment);

        IQueryable<Customer> query(SegmentRule rule) => segments.Of(workspace, rule, keys);
    }

    private static Dictionary<string, string> AttributesOf(string? json) => json is null ? [] : JsonSerializer.Deserialize<Dictionary<string, string>>(json) ?? [];
}

/// <summary>What decisions need of the workspace, besides the facts.</summary>
internal sealed class ReadSurroundings(BraidDb db)
{
    /// <param name="then">What if they were those of another time: everybody counts as there.</param>
    public async Task<RoutingSurroundings> RunAsync(Id<Workspace> workspace, IReadOnlyList<StaffMember> staff, bool then, CancellationToken ct)
    {
        var languages = await db.Set<Skill>().AsNoTracking().Where(s => s.WorkspaceId == workspace && s.Kind == SkillKind.Language && s.Code != null).OrderBy(s => s.CreatedAt).ToListAsync(ct);
        var calendars = (await db.Set<Calendar>().AsNoTracking().Where(c => c.WorkspaceId == workspace).ToListAsync(ct)).ToDictionary(c => c.Id, WeekHours.Of);
        var waiting = then ? [] : await db.Set<QueueEntry>().Where(q => q.WorkspaceId == workspace && q.TeamId != null).GroupBy(q => q.TeamId!.Value).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        var byId = staff.ToDictionary(s => s.Agent.Id);
        return new(languages.DistinctBy(s => s.Code).ToDictionary(s => s.Code!, s => s.Id, StringComparer.OrdinalIgnoreCase),
            (calendar, at) => calendars.TryGetValue(calendar, out var hours) ? hours.IsOpen(at) : null,
            email => staff.FirstOrDefault(s => string.Equals(s.Agent.Email, email.Trim(), StringComparison.OrdinalIgnoreCase))?.Agent.Id,
            agent => byId.TryGetValue(agent, out var member) && (then || member.Availability is AgentAvailability.Online or AgentAvailability.WrapUp),
            team => waiting.GetValueOrDefault(team));
    }
}
