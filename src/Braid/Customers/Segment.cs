using System.Globalization;
using System.Linq.Expressions;
using System.Text.Json;
using Braid.Accounts;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Braid.Platform.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Braid.Customers;

/// <summary>A group of customers by a rule: who is in it is asked anew each time, nothing is stored of it.</summary>
internal sealed class Segment
{
    public Id<Segment> Id { get; init; } = Id<Segment>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    public required string Name { get; set; }
    /// <summary><see cref="SegmentRule"/> as JSON.</summary>
    public required string Rule { get; set; }
    /// <summary>The tier that who is in it gets, where no agent and no CRM says another; null: none.</summary>
    public string? Tier { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
}

/// <param name="Match">"all" or "any" of the conditions.</param>
internal sealed record SegmentRule(string Match, IReadOnlyList<SegmentCondition> Conditions);

/// <param name="Field">name, company, tier, language, timeZone, tag, blocked, channel, lastSeen, created, consent, or custom.KEY.</param>
/// <param name="Is">is, isNot, contains, set, unset, atLeast, atMost; lastSeen and created: within, before (days).</param>
internal sealed record SegmentCondition(string Field, string Is, string? Value);

/// <summary>Turns a rule into a query; refuses what means nothing, naming the condition.</summary>
internal sealed class SegmentQuery(BraidDb db, TimeProvider clock)
{
    private const int MostConditions = 20;

    /// <param name="keys">The workspace's own fields.</param>
    public IQueryable<Customer> Of(Id<Workspace> workspace, SegmentRule rule, IReadOnlyList<AttributeDefinition> keys)
    {
        if (rule.Conditions is not { Count: > 0 and <= MostConditions }) { throw Wrong("conditions", $"1 to {MostConditions} conditions."); }
        if (rule.Match is not ("all" or "any")) { throw Wrong("match", "all or any."); }
        var tests = rule.Conditions.Select((c, i) => Test(workspace, c, keys, $"conditions.{i}")).ToList();
        var all = tests.Aggregate((left, right) => Combine(left, right, rule.Match == "all"));
        return db.Set<Customer>().Where(c => c.WorkspaceId == workspace && c.PersonId == c.Id).Where(all);
    }

    private Expression<Func<Customer, bool>> Test(Id<Workspace> workspace, SegmentCondition condition, IReadOnlyList<AttributeDefinition> keys, string at)
    {
        var value = condition.Value?.Trim();
        if (condition.Is is not ("set" or "unset") && string.IsNullOrEmpty(value)) { throw Wrong(at + ".value", "Say which."); }
        switch (condition.Field)
        {
            case "name": return Text(condition, CustomerNames.Fold(value ?? ""), c => c.NameFolded, at);
            case "company": return Text(condition, CustomerNames.Fold(value ?? ""), c => c.CompanyFolded, at);
            case "tier": return Text(condition, value, c => c.Tier, at);
            case "language": return Text(condition, value, c => c.Language, at);
            case "timeZone": return Text(condition, value, c => c.TimeZone, at);
            case "blocked": return value == "true" ? c => c.Blocked : c => !c.Blocked;
            case "tag":
                var tag = $"|{value?.ToLowerInvariant()}|";
                return condition.Is switch
                {
                    "is" => c => c.Tags!.Contains(tag),
                    "isNot" => c => c.Tags == null || !c.Tags.Contains(tag),
                    "set" => c => c.Tags != null,
                    "unset" => c => c.Tags == null,
                    _ => throw Wrong(at + ".is", "is, isNot, set or unset."),
                };
            case "channel":
                var writes = db.Set<Identity>().Where(i => i.WorkspaceId == workspace && db.Set<Inboxes.Inbox>().Any(x => x.Id == i.InboxId && x.Channel == value));
                return condition.Is switch { "is" => c => writes.Any(i => i.CustomerId == c.Id), "isNot" => c => !writes.Any(i => i.CustomerId == c.Id), _ => throw Wrong(at + ".is", "is or isNot.") };
            case "consent":
                // The newest entry holds.
                var ledger = db.Set<Consent>().Where(x => x.WorkspaceId == workspace && x.Purpose == value);
                return condition.Is switch
                {
                    "is" => c => ledger.Where(x => x.CustomerId == c.Id).OrderByDescending(x => x.At).Select(x => x.Given).FirstOrDefault(),
                    "isNot" => c => !ledger.Where(x => x.CustomerId == c.Id).OrderByDescending(x => x.At).Select(x => x.Given).FirstOrDefault(),
                    _ => throw Wrong(at + ".is", "is or isNot."),
                };
            case "lastSeen":
                var since = Ago(value, at);
                return condition.Is switch { "within" => c => c.LastSeenAt >= since, "before" => c => c.LastSeenAt < since || c.LastSeenAt == null, "set" => c => c.LastSeenAt != null, "unset" => c => c.LastSeenAt == null, _ => throw Wrong(at + ".is", "within, before, set or unset.") };
            case "created":
                var from = Ago(value, at);
                return condition.Is switch { "within" => c => c.CreatedAt >= from, "before" => c => c.CreatedAt < from, _ => throw Wrong(at + ".is", "within or before.") };
            case var own when own.StartsWith(CustomerFieldNames.Custom, StringComparison.Ordinal):
                return Own(workspace, condition, keys.FirstOrDefault(k => CustomerFieldNames.Custom + k.Key == own) ?? throw Wrong(at + ".field", "There is no such field."), at);
            default: throw Wrong(at + ".field", "There is no such field.");
        }
    }

    /// <summary>The text of an own field is compared where it stands in the profile's JSON; numbers and dates by the engine's JSON functions.</summary>
    private Expression<Func<Customer, bool>> Own(Id<Workspace> workspace, SegmentCondition condition, AttributeDefinition field, string at)
    {
        var name = JsonSerializer.Serialize(field.Key) + ":";
        if (condition.Is is "set") { return c => c.Attributes!.Contains(name); }
        if (condition.Is is "unset") { return c => c.Attributes == null || !c.Attributes.Contains(name); }
        var value = field.Normalised(condition.Value);
        var pair = name + JsonSerializer.Serialize(value);
        switch (condition.Is)
        {
            case "is": return c => c.Attributes!.Contains(pair);
            case "isNot": return c => c.Attributes == null || !c.Attributes.Contains(pair);
            case "atLeast" or "atMost" when field.Type is AttributeType.Number or AttributeType.Date:
                var among = Compared(workspace, field, value!, condition.Is == "atLeast");
                return c => among.Any(x => x.Id == c.Id);
            default: throw Wrong(at + ".is", field.Type is AttributeType.Number or AttributeType.Date ? "is, isNot, set, unset, atLeast or atMost." : "is, isNot, set or unset.");
        }
    }

    /// <summary>Of this workspace alone, and only what is a number or a date: the field may have held words before.</summary>
    private IQueryable<Customer> Compared(Id<Workspace> workspace, AttributeDefinition field, string value, bool atLeast)
    {
        var sign = atLeast ? ">=" : "<=";
        var (text, fits, number) = db.Engine == Engine.Postgres
            ? ($"(attributes::json ->> '{field.Key}')", field.Type == AttributeType.Number ? @"~ '^-?[0-9]+(\.[0-9]+)?$'" : @"~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}$'", "::numeric")
            : ($"json_extract(attributes, '$.\"{field.Key}\"')", field.Type == AttributeType.Number ? "not glob '*[^0-9.-]*'" : "glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'", " + 0.0");
        var (left, right) = field.Type == AttributeType.Number ? (text + number, (object)decimal.Parse(value, CultureInfo.InvariantCulture)) : (text, value);
        if (db.Engine == Engine.Sqlite && right is decimal amount) { right = (double)amount; }
#pragma warning disable EF1002 // A key has letters, digits and underscores only (Attributes.AddAsync); the values are parameters. "case" keeps the order of the two tests.
        return db.Set<Customer>().FromSqlRaw($"select * from customers where attributes is not null and case when {text} {fits} then {left} {sign} {{0}} else false end", right).Where(c => c.WorkspaceId == workspace);
#pragma warning restore EF1002
    }

    private static Expression<Func<Customer, bool>> Text(SegmentCondition condition, string? value, Expression<Func<Customer, string?>> of, string at)
    {
        var parameter = of.Parameters[0];
        var (column, wanted, none) = (of.Body, Expression.Constant(value, typeof(string)), Expression.Constant(null, typeof(string)));
        Expression body = condition.Is switch
        {
            "is" => Expression.Equal(column, wanted),
            "isNot" => Expression.OrElse(Expression.Equal(column, none), Expression.NotEqual(column, wanted)),
            "contains" => Expression.AndAlso(Expression.NotEqual(column, none), Expression.Call(column, nameof(string.Contains), null, wanted)),
            "set" => Expression.NotEqual(column, none),
            "unset" => Expression.Equal(column, none),
            _ => throw Wrong(at + ".is", "is, isNot, contains, set or unset."),
        };
        return Expression.Lambda<Func<Customer, bool>>(body, parameter);
    }

    private static Expression<Func<Customer, bool>> Combine(Expression<Func<Customer, bool>> left, Expression<Func<Customer, bool>> right, bool all)
    {
        var body = new Renamed(right.Parameters[0], left.Parameters[0]).Visit(right.Body);
        return Expression.Lambda<Func<Customer, bool>>(all ? Expression.AndAlso(left.Body, body) : Expression.OrElse(left.Body, body), left.Parameters[0]);
    }

    private DateTimeOffset Ago(string? days, string at) =>
        string.IsNullOrEmpty(days) ? clock.GetUtcNow() : int.TryParse(days, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n <= 36500 ? clock.GetUtcNow().AddDays(-n) : throw Wrong(at + ".value", "A number of days.");

    private static RefusalException Wrong(string field, string what) => RefusalException.Invalid("The rule does not hold together.", new Dictionary<string, string> { [field] = what });

    private sealed class Renamed(ParameterExpression from, ParameterExpression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : base.VisitParameter(node);
    }
}

/// <summary>Segments of the workspace, counted when looked at.</summary>
internal sealed class Segments(BraidDb db, SegmentQuery query, Attributes attributes, JobQueue jobs, TimeProvider clock)
{
    private const int Most = 200;
    private const int MostCounted = 100_000;

    /// <param name="Tier">What is left out stays; an empty text takes it away.</param>
    public sealed record Request(string? Name, SegmentRule? Rule, string? Tier);

    public async Task<SegmentsView> ListAsync(Actor by, CancellationToken ct)
    {
        by.Require(Permission.ReadConversations);
        var rows = await db.Set<Segment>().AsNoTracking().Where(s => s.WorkspaceId == by.Workspace).OrderBy(s => s.Name).ThenBy(s => s.Id).Take(Most).ToListAsync(ct);
        return new([.. rows.Select(s => new SegmentView(s.Id, s.Name, RuleOf(s), s.Tier, s.CreatedAt))]);
    }

    /// <summary>Counts up to 100,000; `more` says that there are more.</summary>
    public async Task<SegmentCountView> CountAsync(SegmentRule rule, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ReadConversations);
        var count = await query.Of(by.Workspace, rule, await attributes.AllAsync(by.Workspace, ct)).Take(MostCounted + 1).CountAsync(ct);
        return new(Math.Min(count, MostCounted), count > MostCounted);
    }

    public async Task<IQueryable<Customer>> CustomersAsync(Id<Segment> id, Actor by, CancellationToken ct)
    {
        var row = await RequireAsync(id, by, ct);
        return query.Of(by.Workspace, RuleOf(row), await attributes.AllAsync(by.Workspace, ct));
    }

    public async Task<SegmentCountView> CountAsync(Id<Segment> id, Actor by, CancellationToken ct) => await CountAsync(RuleOf(await RequireAsync(id, by, ct)), by, ct);

    public async Task<SegmentView> SaveAsync(Id<Segment>? id, Request request, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ManageCustomers);
        var row = id is { } known ? await RequireAsync(known, by, ct) : null;
        if (request.Rule is { } rule) { _ = query.Of(by.Workspace, rule, await attributes.AllAsync(by.Workspace, ct)); }
        var name = request.Name is null && row is not null ? row.Name : CustomerFields.Text(request.Name, "name", 80) ?? throw RefusalException.Invalid("Give the segment a name.", new Dictionary<string, string> { ["name"] = "A name is needed." });
        var text = request.Rule is null ? row?.Rule ?? throw RefusalException.Invalid("A segment needs a rule.", new Dictionary<string, string> { ["rule"] = "A rule is needed." }) : JsonSerializer.Serialize(request.Rule, JsonSerializerOptions.Web);
        if (row is null)
        {
            if (await db.Set<Segment>().CountAsync(s => s.WorkspaceId == by.Workspace, ct) >= Most) { throw RefusalException.Invalid($"A workspace has at most {Most} segments. Remove one first."); }
            db.Add(row = new Segment { WorkspaceId = by.Workspace, Name = name, Rule = text, CreatedAt = clock.GetUtcNow() });
        }

        (row.Name, row.Rule) = (name, text);
        if (request.Tier is not null) { row.Tier = CustomerFields.Text(request.Tier, "tier", 60); }
        // Who is in it would depend on what it gives.
        if (row.Tier is not null && RuleOf(row).Conditions.Any(c => c.Field == CustomerFieldNames.Tier)) { throw RefusalException.Invalid("A segment that gives a tier can't ask for the tier.", new Dictionary<string, string> { ["tier"] = "Remove the condition on the tier, or this." }); }
        await db.InTransactionAsync(async inner =>
        {
            await db.SaveChangesAsync(inner);
            await jobs.EnqueueAsync(GiveTiers.Of(by.Workspace), inner);
        }, ct);
        return new(row.Id, row.Name, RuleOf(row), row.Tier, row.CreatedAt);
    }

    public async Task RemoveAsync(Id<Segment> id, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ManageCustomers);
        if (await db.Set<Segment>().Where(s => s.WorkspaceId == by.Workspace && s.Id == id).ExecuteDeleteAsync(ct) == 0) { throw RefusalException.NotFound("segment"); }
        await jobs.EnqueueAsync(GiveTiers.Of(by.Workspace), ct);
    }

    private async Task<Segment> RequireAsync(Id<Segment> id, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ReadConversations);
        return await db.Set<Segment>().FirstOrDefaultAsync(s => s.WorkspaceId == by.Workspace && s.Id == id, ct) ?? throw RefusalException.NotFound("segment");
    }

    public static SegmentRule RuleOf(Segment row) => JsonSerializer.Deserialize<SegmentRule>(row.Rule, JsonSerializerOptions.Web)!;
}

internal sealed record SegmentsView(IReadOnlyList<SegmentView> Items);

internal sealed record SegmentView(Id<Segment> Id, string Name, SegmentRule Rule, string? Tier, DateTimeOffset CreatedAt);

internal sealed record SegmentCountView(int Count, bool More);

internal sealed class SegmentConfiguration : IEntityTypeConfiguration<Segment>
{
    public void Configure(EntityTypeBuilder<Segment> builder)
    {
        builder.ToTable("segments");
        builder.HasKey(s => s.Id);
        builder.Property(s => s.Id).ValueGeneratedNever();
        builder.Property(s => s.Name).HasMaxLength(80);
        builder.HasIndex(s => new { s.WorkspaceId, s.Name });
    }
}
