using Braid.Accounts;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Conversations;

/// <summary>What whoever opens a customer should know before writing: how they like to talk, and what was left open. From what the agent may see.</summary>
internal sealed class ReadHabits(BraidDb db, CustomerAccess access, TimeProvider clock)
{
    private const int MostMessages = 500;
    private const int MostShown = 5;
    /// <summary>Whom somebody answers within the hour was not left waiting.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    public async Task<HabitsView> RunAsync(Id<Customer> id, Actor by, CancellationToken ct)
    {
        var person = await access.RequireAsync(id, by, Permission.ReadConversations, ct);
        var workspace = by.Workspace;
        var theirs = db.Set<Conversation>().VisibleTo(by, db).Where(c => c.CustomerId == person.Id);
        var named = await theirs.Select(c => c.Id).ToListAsync(ct);
        var spoken = await (
            from m in db.Set<Message>().AsNoTracking()
            where m.WorkspaceId == workspace && named.Contains(m.ConversationId) && m.ThreadId != null && m.DeletedAt == null
            join inbox in db.Set<Inbox>() on m.InboxId equals inbox.Id
            orderby m.SentAt descending, m.Seq descending
            select new { m.Id, m.ConversationId, m.Direction, m.AuthorKind, m.Kind, inbox.Channel, m.SentAt, Text = m.Text!.Substring(0, 300) }).Take(MostMessages).ToListAsync(ct);
        var talk = spoken.Where(s => s.Kind is MessageKind.Message or MessageKind.Comment or MessageKind.Postback or MessageKind.Call).ToList();
        var zone = person.TimeZone is { } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var found) ? found : null;
        var habits = Habits.Of([.. talk.Select(s => new Spoken(s.Direction, s.Channel, s.SentAt))], zone, clock.GetUtcNow());
        var longAgo = clock.GetUtcNow() - Patience;
        var waiting = (await theirs.AsNoTracking().Where(c => c.WaitingSince != null && c.WaitingSince <= longAgo).OrderByDescending(c => c.WaitingSince).Take(MostShown).Select(c => new { c.Id, c.Subject, At = c.WaitingSince!.Value }).ToListAsync(ct))
            .Select(c => new LeftOpenView(c.Id, "unanswered", c.Subject ?? talk.FirstOrDefault(s => s.ConversationId == c.Id && s.Direction == Direction.In)?.Text, c.At));
        var asked = talk.Where(s => s is { Direction: Direction.In, Text: not null }).Select(s => (s.ConversationId, Text: s.Text!, s.SentAt)).Take(100).ToList();
        var again = asked.Where((one, i) => asked.Skip(i + 1).Any(before => one.SentAt - before.SentAt > TimeSpan.FromHours(1) && AskedTwice.Same(one.Text, before.Text)))
            .Select(one => new LeftOpenView(one.ConversationId, "askedAgain", one.Text, one.SentAt)).DistinctBy(v => v.Text).Take(MostShown);
        return new(habits.Channel, habits.Hours, habits.AnswerMinutes, person.Language, habits.BasedOn, [.. waiting.Concat(again).OrderByDescending(v => v.At).Take(MostShown)]);
    }
}

/// <param name="Channel">Where they write most; null: too little is known.</param>
/// <param name="BasedOn">How many of their messages were looked at.</param>
internal sealed record HabitsView(string? Channel, HabitHours? Hours, int? AnswerMinutes, string? Language, int BasedOn, IReadOnlyList<LeftOpenView> LeftOpen);

/// <param name="Kind">unanswered: their last message of this conversation got no answer; askedAgain: much the same as they asked before.</param>
internal sealed record LeftOpenView(Id<Conversation> ConversationId, string Kind, string? Text, DateTimeOffset At);
