using Braid.Accounts;
using Braid.Conversations;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Events;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Surveys;

internal sealed record SurveySettingsView(bool On, string Question, int DelayMinutes);

/// <param name="Rating">1 to 5; null while not answered.</param>
internal sealed record SurveyView(Id<Survey> Id, Id<Conversation> ConversationId, CustomerRefView Customer, string? Agent, int? Rating, string? Comment, DateTimeOffset? SentAt, DateTimeOffset? AnsweredAt, string? Trouble);

/// <param name="Satisfied">How many gave 4 or 5.</param>
/// <param name="Ratings">How often 1, 2, 3, 4 and 5 were given.</param>
internal sealed record SurveySummaryView(int Sent, int Answered, int Satisfied, IReadOnlyList<int> Ratings);

/// <summary>What customers answered, and what they are asked.</summary>
internal sealed class ReadSurveys(BraidDb db, CustomerAccess customers, TimeProvider clock)
{
    public const string DefaultQuestion = "How satisfied were you with our help?";
    private const int LongestQuestion = 500;
    private const int MostDays = 366;

    public async Task<SurveySettingsView> SettingsAsync(Actor by, CancellationToken ct)
    {
        by.Require(Permission.ReadConversations);
        return await db.Set<SurveySettings>().AsNoTracking().FirstOrDefaultAsync(s => s.WorkspaceId == by.Workspace, ct) is { } s ? new(s.On, s.Question, s.DelayMinutes) : new(false, DefaultQuestion, 10);
    }

    public async Task SaveAsync(SurveySettingsView request, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ManageInboxes);
        if (request.Question?.Trim() is not { Length: > 0 and <= LongestQuestion } question) { throw RefusalException.Invalid("Write the question.", new Dictionary<string, string> { ["question"] = $"1 to {LongestQuestion} characters." }); }
        if (request.DelayMinutes is < 0 or > 10_080) { throw RefusalException.Invalid("Ask within a week.", new Dictionary<string, string> { ["delayMinutes"] = "0 to 10080 minutes." }); }
        await db.InTransactionAsync(async inner =>
        {
            await db.LockAsync("workspaces", by.Workspace.Value, inner);
            var settings = await db.Set<SurveySettings>().FirstOrDefaultAsync(s => s.WorkspaceId == by.Workspace, inner);
            if (settings is null) { db.Add(settings = new SurveySettings { WorkspaceId = by.Workspace, Question = question }); }
            // What was resolved while nobody was asked is left alone.
            if (request.On && !settings.On) { settings.EventsRead = await db.Set<EventCounter>().Where(c => c.WorkspaceId == by.Workspace).Select(c => c.Last).FirstOrDefaultAsync(inner); }
            (settings.On, settings.Question, settings.DelayMinutes) = (request.On, question, request.DelayMinutes);
            db.Audited(by, "survey_settings.saved", by.Workspace.Value, clock.GetUtcNow());
            await db.SaveChangesAsync(inner);
        }, ct);
    }

    public async Task<Page<SurveyView>> ListAsync(Id<Customer>? customer, int? asked, string? cursor, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ReadConversations);
        var limit = Page.Limit(asked);
        var found = Visible(by);
        if (customer is { } of)
        {
            var person = (await customers.RequireAsync(of, by, Permission.ReadConversations, ct)).Id;
            found = found.Where(s => s.CustomerId == person);
        }

        if (Cursor.Read(cursor) is { } after)
        {
            var (at, id) = (after.Instant, new Id<Survey>(after.Id));
            found = found.Where(s => s.CreatedAt < at || (s.CreatedAt == at && s.Id < id));
        }

        var rows = await (
            from s in found.OrderByDescending(s => s.CreatedAt).ThenByDescending(s => s.Id).Take(limit + 1)
            join c in db.Set<Customer>() on s.CustomerId equals c.Id
            from agent in db.Set<Agent>().Where(a => a.WorkspaceId == s.WorkspaceId && a.Id == s.AgentId).DefaultIfEmpty()
            orderby s.CreatedAt descending, s.Id descending
            select new { Survey = s, Customer = c.Name, c.PhotoId, Agent = agent!.Name }).ToListAsync(ct);
        return Page.Of(rows, limit, r => new SurveyView(r.Survey.Id, r.Survey.ConversationId, new(r.Survey.CustomerId, r.Customer, null, r.PhotoId), r.Agent, r.Survey.Rating, r.Survey.Comment, r.Survey.SentAt, r.Survey.AnsweredAt, r.Survey.Trouble), r => Cursor.At(r.Survey.CreatedAt, r.Survey.Id.Value));
    }

    /// <param name="days">Of the last so many; 30 when not said.</param>
    public async Task<SurveySummaryView> SummaryAsync(int? days, Actor by, CancellationToken ct)
    {
        var since = clock.GetUtcNow().AddDays(-Math.Clamp(days ?? 30, 1, MostDays));
        by.Require(Permission.ReadConversations);
        var counted = await Visible(by).Where(s => s.SentAt != null && s.CreatedAt >= since).GroupBy(s => s.Rating).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(ct);
        var ratings = Enumerable.Range(1, 5).Select(r => counted.Where(c => c.Key == r).Sum(c => c.Count)).ToList();
        return new(counted.Sum(c => c.Count), ratings.Sum(), ratings[3] + ratings[4], ratings);
    }

    private IQueryable<Survey> Visible(Actor by)
    {
        var mine = db.Set<Survey>().AsNoTracking().Where(s => s.WorkspaceId == by.Workspace);
        if (by.AgentId is not { } agent) { return mine; }
        var members = db.Set<InboxMember>().Where(m => m.WorkspaceId == by.Workspace && m.AgentId == agent);
        return mine.Where(s => s.RestrictedTo == null || members.Any(m => m.InboxId == s.RestrictedTo));
    }
}

/// <summary>Answers in a customer's timeline. Those of restricted inboxes are not told here.</summary>
internal sealed class SurveyMoments(BraidDb db) : ITellMoments
{
    public async Task<IReadOnlyList<MomentView>> OfAsync(Id<Workspace> workspace, IReadOnlyList<Id<Customer>> profiles, int most, CancellationToken ct)
    {
        var answers = await db.Set<Survey>().AsNoTracking().Where(s => s.WorkspaceId == workspace && profiles.Contains(s.CustomerId) && s.Rating != null && s.RestrictedTo == null).OrderByDescending(s => s.AnsweredAt).Take(most)
            .Select(s => new { s.AnsweredAt, s.Rating, s.Comment, s.ConversationId }).ToListAsync(ct);
        return answers.ConvertAll(s => new MomentView("rated", s.AnsweredAt!.Value, null, s.Comment is null ? $"{s.Rating}/5" : $"{s.Rating}/5: {s.Comment}", s.ConversationId.Value));
    }
}
