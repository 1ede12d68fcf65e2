using Braid.Channels;
using Braid.Conversations;
using Braid.Customers;
using Braid.Inboxes;
using Microsoft.EntityFrameworkCore;

namespace Braid.Tests.Ingest;

/// <summary>Where a new message goes: each row of the joining table, and what must never join. Both engines.</summary>
public class JoinPolicyTests
{
    private static readonly ContactKey Phone = new(KeyKind.Phone, "+6581234455", "wrote from this number");

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Private_threads_of_one_person_join_over_inboxes(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        await spine.WritesAsync(spine.Inbox("a"), Private("1", "wa"));
        await spine.WritesAsync(spine.Inbox("b"), Private("2", "sms"));
        (await spine.ConversationsAsync()).ShouldHaveSingleItem().MessageCount.ShouldBe(2);
        (await StrandsAsync(spine)).ShouldBe(2);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task An_open_conversation_that_was_silent_for_a_week_is_not_joined_but_keeps_its_own_thread(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        var (a, b) = (spine.Inbox("a"), spine.Inbox("b"));
        await spine.WritesAsync(a, Private("1", "wa"));
        await spine.PassAsync(TimeSpan.FromDays(8));
        await spine.WritesAsync(b, Private("2", "sms"));
        await spine.WritesAsync(a, Private("3", "wa"));
        var conversations = await spine.ConversationsAsync();
        conversations.Select(c => c.MessageCount).ShouldBe([2, 1]);
        conversations.Select(c => c.Joins is null).ShouldBe([true, false]);
        conversations[1].PreviousId.ShouldBe(conversations[0].Id);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task An_inbox_that_says_own_keeps_each_thread_to_itself(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        var (chat, mail) = (spine.Inbox("chat"), spine.Inbox("mail", JoinPolicyKind.Own));
        await spine.WritesAsync(chat, Private("1", "wa"));
        await spine.WritesAsync(mail, Private("2", "m") with { ThreadId = "subject one" }, Private("3", "m") with { ThreadId = "subject two" });
        (await spine.ConversationsAsync()).Select(c => c.MessageCount).ShouldBe([1, 1, 1]);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_new_email_subject_joins_like_any_private_thread(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        var mail = spine.Inbox("mail");
        await spine.WritesAsync(mail, ReceiveMessageTests.Mail("one", verified: true), ReceiveMessageTests.Mail("two", verified: true));
        (await spine.ConversationsAsync()).ShouldHaveSingleItem().MessageCount.ShouldBe(2);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_group_is_one_conversation_per_thread_and_others_are_participants(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        var inbox = spine.Inbox("a");
        await spine.WritesAsync(inbox, Private("1", "kim"));
        await spine.WritesAsync(inbox, Group("2", "kim"), Group("3", "lee"));
        await spine.WritesAsync(inbox, Private("4", "lee"));
        var conversations = await spine.ConversationsAsync();
        conversations.Select(c => (c.Audience, c.MessageCount)).ShouldBe([(Audience.Private, 1), (Audience.Shared, 2), (Audience.Private, 1)], ignoreOrder: true);
        var participants = await spine.Braid.WithDbAsync(db => db.Set<Participant>().Select(p => p.ExternalId).OrderBy(p => p).ToListAsync());
        participants.ShouldBe(["kim", "lee"]);
        (await spine.CustomersAsync()).Count.ShouldBe(2);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Public_threads_never_join_even_for_a_proven_person(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        await spine.WritesAsync(spine.Inbox("a"), Private("1", "wa"));
        await spine.WritesAsync(spine.Inbox("b"), Private("2", "insta") with { Kind = InboundKind.Comment, ThreadId = "post-1", Audience = Audience.Public });
        (await spine.ConversationsAsync()).Select(c => c.Audience).ShouldBe([Audience.Private, Audience.Public], ignoreOrder: true);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_private_thread_that_gains_readers_turns_shared_where_it_is(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        var mail = spine.Inbox("mail");
        var first = ReceiveMessageTests.Mail("one", verified: true);
        await spine.WritesAsync(mail, first);
        await spine.WritesAsync(mail, ReceiveMessageTests.Mail("two", verified: true) with { ThreadId = "one", Audience = Audience.Shared, Others = [new Person("boss@example.org", "Boss", "boss@example.org")] });
        (await spine.ConversationsAsync()).ShouldHaveSingleItem().MessageCount.ShouldBe(2);
        var thread = await spine.Braid.WithDbAsync(db => db.Set<ChannelThread>().SingleAsync());
        thread.Audience.ShouldBe(Audience.Shared);
        (await spine.Braid.WithDbAsync(db => db.Set<Participant>().CountAsync())).ShouldBe(2);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task What_comes_into_a_restricted_inbox_stays_there(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        var (open, legal) = (spine.Inbox("open"), spine.Inbox("legal", restricted: true));
        await spine.WritesAsync(open, Private("1", "wa"));
        await spine.WritesAsync(legal, Private("2", "lg"), Private("3", "lg") with { ThreadId = "second" });
        await spine.WritesAsync(open, Private("4", "wa2"));
        var conversations = await spine.ConversationsAsync();
        conversations.Select(c => (c.RestrictedTo, c.MessageCount)).ShouldBe([(null, 2), (legal.Id, 2)], ignoreOrder: true);
        (await spine.EventsAsync()).Count(e => e.RestrictedTo == legal.Id.Value).ShouldBeGreaterThan(0);
        (await spine.CustomersAsync()).ShouldHaveSingleItem();
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task An_unproven_mail_can_not_enter_a_proven_thread_by_quoting_its_ids(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        var mail = spine.Inbox("mail");
        await spine.WritesAsync(mail, ReceiveMessageTests.Mail("one", verified: true));
        await spine.WritesAsync(mail, ReceiveMessageTests.Mail("forged", verified: false) with { ThreadId = "one" });
        await spine.WritesAsync(mail, ReceiveMessageTests.Mail("again", verified: false) with { ThreadId = "one" });
        (await spine.ConversationsAsync()).Select(c => (c.SenderUnverified, c.MessageCount)).ShouldBe([(false, 1), (true, 2)], ignoreOrder: true);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_mail_that_carries_our_token_is_proven_for_its_thread(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        var mail = spine.Inbox("mail");
        await spine.WritesAsync(mail, ReceiveMessageTests.Mail("one", verified: true));
        var token = await spine.Braid.WithDbAsync(db => db.Set<ChannelThread>().Select(t => t.Token!).SingleAsync());
        var answer = ReceiveMessageTests.Mail("answer", verified: false);
        await spine.WritesAsync(mail, answer with { ThreadId = "elsewhere", Mail = answer.Mail! with { ThreadToken = token } });
        (await spine.ConversationsAsync()).ShouldHaveSingleItem().MessageCount.ShouldBe(2);
        (await spine.MessagesAsync()).ShouldAllBe(m => !m.SenderUnverified);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task An_auto_reply_shows_but_wakes_nobody(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        var mail = spine.Inbox("mail");
        await spine.WritesAsync(mail, ReceiveMessageTests.Mail("one", verified: true));
        var id = (await spine.ConversationsAsync()).Single().Id;
        await spine.ChangeAsync(id, c => { c.Status = ConversationStatus.Resolved; c.ResolvedAt = spine.Now; c.Joins = null; c.UnreadCount = 0; });
        var robot = ReceiveMessageTests.Mail("robot", verified: true);
        await spine.WritesAsync(mail, robot with { ThreadId = "one", Mail = robot.Mail! with { Kind = "autoReply" } });
        (await spine.ConversationsAsync()).Single().ShouldSatisfyAllConditions(
            c => c.Status.ShouldBe(ConversationStatus.Resolved), c => c.UnreadCount.ShouldBe(0), c => c.MessageCount.ShouldBe(2));
    }

    private static InboundEvent Private(string id, string from)
    {
        var e = Spine.Says(id, "message " + id, from);
        return e with { Sender = from is "kim" or "lee" ? e.Sender : e.Sender! with { Name = "Kim", Keys = [Phone] } };
    }

    private static InboundEvent Group(string id, string from) => Spine.Says(id, "to all " + id, from) with { ThreadId = "group-1", Audience = Audience.Shared, ThreadTitle = "Family" };

    private static Task<int> StrandsAsync(Spine spine) => spine.Braid.WithDbAsync(db => db.Set<Strand>().CountAsync());
}
