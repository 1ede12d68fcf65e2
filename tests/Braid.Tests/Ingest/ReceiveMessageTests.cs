using Braid.Channels;
using Braid.Conversations;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Ingest;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Tests.Ingest;

/// <summary>What happens when a customer writes, from the webhook to the rows. Both engines.</summary>
public class ReceiveMessageTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_first_message_makes_a_customer_a_thread_and_an_open_conversation(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        var inbox = spine.Inbox();
        await spine.WritesAsync(inbox, Spine.Says("m1", "My parcel is lost", at: spine.Now.AddSeconds(-3)));

        var message = (await spine.MessagesAsync()).ShouldHaveSingleItem();
        message.Text.ShouldBe("My parcel is lost");
        message.SentAt.ToUnixTimeMilliseconds().ShouldBe(spine.Now.AddSeconds(-3).ToUnixTimeMilliseconds());
        var conversation = (await spine.ConversationsAsync()).ShouldHaveSingleItem();
        conversation.ShouldSatisfyAllConditions(
            c => c.Status.ShouldBe(ConversationStatus.Open), c => c.UnreadCount.ShouldBe(1), c => c.MessageCount.ShouldBe(1), c => c.LastMessageId.ShouldBe(message.Id),
            c => c.WaitingSince.ShouldBe(message.SentAt));
        (await spine.CustomersAsync()).ShouldHaveSingleItem().Name.ShouldBe("kim");
        (await spine.EventsAsync()).Select(e => e.Kind).ShouldBe(["conversation.opened", "message.received"]);
        (await spine.OutcomesAsync()).ShouldHaveSingleItem().ShouldSatisfyAllConditions(o => o.Outcome.ShouldBe(EventOutcome.Applied), o => o.MessageId.ShouldBe(message.Id.Value));
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_redelivery_is_a_duplicate_for_ever_and_counters_do_not_move(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        var inbox = spine.Inbox();
        for (var i = 0; i < 3; i++) { await spine.WritesAsync(inbox, Spine.Says("m1", "Hello")); }
        await spine.WritesAsync(inbox, Spine.Says("m2", "two"), Spine.Says("m2", "two"));

        (await spine.MessagesAsync()).Count.ShouldBe(2);
        (await spine.ConversationsAsync()).ShouldHaveSingleItem().ShouldSatisfyAllConditions(c => c.MessageCount.ShouldBe(2), c => c.UnreadCount.ShouldBe(2));
        (await spine.OutcomesAsync()).GroupBy(o => o.Outcome).ToDictionary(g => g.Key, g => g.Count())
            .ShouldBe(new Dictionary<EventOutcome, int> { [EventOutcome.Applied] = 2, [EventOutcome.Duplicate] = 3 }, ignoreOrder: true);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Thirty_two_first_messages_at_once_over_two_inboxes_are_one_person_in_one_conversation(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        await using var second = engine == "postgres" ? await Spine.StartAsync(engine, beside: spine) : null;
        var (whatsapp, sms) = (spine.Inbox("whatsapp"), spine.Inbox("sms"));
        var sends = Enumerable.Range(0, 32).Select(i =>
        {
            var e = Spine.Says($"m{i}", $"message {i}", from: i % 2 == 0 ? "wa-kim" : "sms-kim", at: spine.Now.AddSeconds(-60 + i));
            e = e with { Sender = e.Sender! with { Name = "Kim", Keys = [new ContactKey(KeyKind.Phone, "+6581234455", "wrote from this number")] } };
            return (i % 4 < 2 || second is null ? spine : second).WritesAsync(i % 2 == 0 ? whatsapp : sms, e);
        });
        await Task.WhenAll(sends);

        (await spine.CustomersAsync()).Count.ShouldBe(1);
        (await spine.ConversationsAsync()).ShouldHaveSingleItem().ShouldSatisfyAllConditions(c => c.MessageCount.ShouldBe(32), c => c.UnreadCount.ShouldBe(32));
        (await spine.MessagesAsync()).Select(m => m.Text).ShouldBe(Enumerable.Range(0, 32).Select(i => $"message {i}"));
        (await spine.EventsAsync()).Select(e => e.Number).ShouldBe(Enumerable.Range(1, (await spine.EventsAsync()).Count).Select(n => (long)n));
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task An_unproven_mail_shows_on_the_owners_profile_in_a_conversation_of_its_own(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        var (chat, mail) = (spine.Inbox("chat"), spine.Inbox("mail"));
        await spine.WritesAsync(chat, Spine.Says("c1", "Hello from chat"));
        var kim = (await spine.CustomersAsync()).Single();
        await spine.Braid.WithDbAsync(async db =>
        {
            db.Add(new CustomerKey { WorkspaceId = spine.Workspace, CustomerId = kim.Id, Kind = KeyKind.Email, Value = "kim@example.org", Proven = true, Proof = "entered by Ana", CreatedAt = spine.Now });
            return await db.SaveChangesAsync();
        });

        await spine.WritesAsync(mail, Mail("f1", verified: false));
        await spine.WritesAsync(mail, Mail("p1", verified: true));

        (await spine.CustomersAsync()).ShouldHaveSingleItem();
        var conversations = await spine.ConversationsAsync();
        conversations.Count.ShouldBe(2);
        conversations.Single(c => c.SenderUnverified).ShouldSatisfyAllConditions(c => c.MessageCount.ShouldBe(1), c => c.CustomerId.ShouldBe(kim.Id), c => c.Joins.ShouldBeNull());
        conversations.Single(c => !c.SenderUnverified).MessageCount.ShouldBe(2);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_stated_key_never_matches_and_contradicting_proofs_link_nobody(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        var (a, b) = (spine.Inbox("a"), spine.Inbox("b"));
        await spine.WritesAsync(a, With(Spine.Says("1", "x", "phone-owner"), new ContactKey(KeyKind.Phone, "+491701", "wrote from it")));
        await spine.WritesAsync(a, With(Spine.Says("2", "x", "mail-owner"), new ContactKey(KeyKind.Email, "m@example.org", "signed")));
        await spine.WritesAsync(b, With(Spine.Says("3", "x", "claims"), new ContactKey(KeyKind.Phone, "+491701", null)));
        await spine.WritesAsync(b, With(Spine.Says("4", "x", "both"), new ContactKey(KeyKind.Phone, "+491701", "proof"), new ContactKey(KeyKind.Email, "m@example.org", "proof")));

        (await spine.CustomersAsync()).Select(c => c.Name).ShouldBe(["phone-owner", "mail-owner", "claims", "both"]);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_reply_reopens_what_was_resolved_lately_and_wakes_what_sleeps(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        var inbox = spine.Inbox();
        await spine.WritesAsync(inbox, Spine.Says("1", "My parcel is lost"));
        var id = (await spine.ConversationsAsync()).Single().Id;
        await spine.ChangeAsync(id, c => { c.Status = ConversationStatus.Snoozed; c.SnoozedUntil = spine.Now.AddDays(1); });
        await spine.WritesAsync(inbox, Spine.Says("2", "Any news?"));
        (await spine.ConversationsAsync()).Single().ShouldSatisfyAllConditions(c => c.Status.ShouldBe(ConversationStatus.Open), c => c.SnoozedUntil.ShouldBeNull());

        await spine.ChangeAsync(id, c => { c.Status = ConversationStatus.Resolved; c.ResolvedAt = spine.Now; c.Joins = null; });
        await spine.PassAsync(TimeSpan.FromDays(6));
        await spine.WritesAsync(inbox, Spine.Says("3", "Still nothing"));
        (await spine.ConversationsAsync()).Single().ShouldSatisfyAllConditions(c => c.Status.ShouldBe(ConversationStatus.Open), c => c.Joins.ShouldNotBeNull());

        await spine.ChangeAsync(id, c => { c.Status = ConversationStatus.Resolved; c.ResolvedAt = spine.Now; c.Joins = null; });
        await spine.PassAsync(TimeSpan.FromDays(8));
        await spine.WritesAsync(inbox, Spine.Says("4", "A new matter"));
        (await spine.ConversationsAsync()).ShouldSatisfyAllConditions(all => all.Count.ShouldBe(2), all => all[1].PreviousId.ShouldBe(id));
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_conversation_keeps_when_a_thread_last_spoke_in_it_before_it_went_on_elsewhere(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        var inbox = spine.Inbox();
        var last = spine.Now.AddMinutes(-10);
        await spine.WritesAsync(inbox, Spine.Says("1", "My parcel is lost", at: last.AddMinutes(-5)));
        await spine.WritesAsync(inbox, Spine.Says("2", "It came", at: last));
        var id = (await spine.ConversationsAsync()).Single().Id;
        await spine.ChangeAsync(id, c => { c.Status = ConversationStatus.Resolved; c.ResolvedAt = spine.Now.AddDays(-8); c.Joins = null; });
        await spine.WritesAsync(inbox, Spine.Says("3", "A new matter"));

        var strands = await spine.Braid.WithDbAsync(db => db.Set<Strand>().AsNoTracking().ToListAsync());
        strands.Count.ShouldBe(2);
        strands.Single(s => s.ConversationId == id).LastAt.ToUnixTimeMilliseconds().ShouldBe(last.ToUnixTimeMilliseconds());
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Edits_reactions_receipts_and_deletes_end_the_same_in_any_order(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        var at = spine.Now.AddMinutes(-10);
        InboundEvent Change(InboundKind kind, string key, string? text, int minute, string? status = null) => new(kind)
        {
            ExternalId = key, Key = null, TargetKey = key, ThreadId = "kim", Text = text, Timestamp = at.AddMinutes(minute), Status = status, Sender = new Sender("kim"),
        };
        InboundEvent[] story =
        [
            Spine.Says("m", "first", at: at), Change(InboundKind.Edit, "m", "second", 1), Change(InboundKind.Edit, "m", "third", 2),
            Change(InboundKind.Reaction, "m", "👍", 3, "added"), Change(InboundKind.Reaction, "m", "👍", 4, "removed"), Change(InboundKind.Reaction, "m", "❤", 5, "added"),
        ];
        var random = new Random(7);
        for (var round = 0; round < 25; round++)
        {
            var inbox = spine.Inbox($"i{round}");
            foreach (var e in story.OrderBy(_ => random.Next())) { await spine.WritesAsync(inbox, e); }
        }

        await spine.SweepAsync();
        var messages = await spine.MessagesAsync();
        messages.Count.ShouldBe(25);
        messages.ShouldAllBe(m => m.Text == "third" && m.EditedAt != null);
        var shown = await spine.Braid.WithDbAsync(db => db.Set<Reaction>().Where(r => !r.Removed).Select(r => r.Emoji).ToListAsync());
        shown.ShouldBe(Enumerable.Repeat("❤", 25));
        var versions = await spine.Braid.WithDbAsync(db => db.Set<MessageVersion>().GroupBy(v => v.MessageId).Select(g => g.Count()).ToListAsync());
        versions.ShouldBe(Enumerable.Repeat(2, 25));
        (await spine.OutcomesAsync()).ShouldAllBe(o => o.Outcome == EventOutcome.Applied);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Of_two_edits_in_one_second_the_later_shows_whichever_comes_first(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        var at = spine.Now.AddMinutes(-10);
        InboundEvent Edit(string text, long? order) => new(InboundKind.Edit)
        {
            ExternalId = "m", Key = null, TargetKey = "m", ThreadId = "kim", Text = text, Timestamp = at.AddSeconds(5), Order = order, Sender = new Sender("kim"),
        };
        InboundEvent[][] arrivals =
        [
            [Spine.Says("m", "first", at: at), Edit("second", 7), Edit("third", 8), Edit("second", 7)],
            [Spine.Says("m", "first", at: at), Edit("third", 8), Edit("second", 7), Edit("third", 8)],
            [Edit("third", 8), Edit("second", 7), Spine.Says("m", "first", at: at)],
            [Edit("second", null), Spine.Says("m", "first", at: at), Edit("third", null)],
        ];
        foreach (var (arrival, n) in arrivals.Select((a, n) => (a, n)))
        {
            var inbox = spine.Inbox($"i{n}");
            foreach (var e in arrival)
            {
                await spine.WritesAsync(inbox, e);
                spine.Braid.Clock.Advance(TimeSpan.FromMilliseconds(3));
            }
        }

        await spine.SweepAsync();
        (await spine.MessagesAsync()).Select(m => m.Text).ShouldBe(Enumerable.Repeat("third", arrivals.Length));
        var versions = await spine.Braid.WithDbAsync(db => db.Set<MessageVersion>().OrderBy(v => v.At).ThenBy(v => v.EditOrder).ToListAsync());
        versions.GroupBy(v => v.MessageId).ShouldAllBe(g => g.Select(v => v.Text).SequenceEqual(new[] { "first", "second" }));
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_change_whose_message_never_comes_is_given_up_after_a_day(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        await spine.WritesAsync(spine.Inbox(), new InboundEvent(InboundKind.Delete) { ExternalId = "gone", TargetKey = "gone", ThreadId = "kim", Sender = new Sender("kim") });
        (await spine.OutcomesAsync()).Single().Outcome.ShouldBe(EventOutcome.Waiting);
        await spine.PassAsync(TimeSpan.FromHours(25));
        await spine.SweepAsync();
        (await spine.OutcomesAsync()).Single().ShouldSatisfyAllConditions(o => o.Outcome.ShouldBe(EventOutcome.Ignored), o => o.Reason.ShouldBe("its message never came"));
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Time_is_the_providers_within_bounds_and_text_is_made_storable(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        var inbox = spine.Inbox();
        await spine.WritesAsync(inbox, Spine.Says("future", "a\0b", at: spine.Now.AddHours(2)), Spine.Says("ancient", "lone \uD83D surrogate", at: spine.Now.AddYears(-3)), Spine.Says("none", "emoji 😀 stays"));
        var messages = (await spine.MessagesAsync()).ToDictionary(m => m.ExternalId!);
        messages["future"].SentAt.ToUnixTimeMilliseconds().ShouldBe(spine.Now.ToUnixTimeMilliseconds());
        messages["ancient"].SentAt.ToUnixTimeMilliseconds().ShouldBe(spine.Now.AddDays(-7).ToUnixTimeMilliseconds());
        messages["future"].Text.ShouldBe("a\uFFFDb");
        messages["none"].Text.ShouldBe("emoji 😀 stays");
    }

    internal static InboundEvent Mail(string id, bool verified, string from = "kim@example.org") => new(InboundKind.Message)
    {
        ExternalId = id, ThreadId = id, Text = "mail " + id,
        Sender = new Sender(from) { Address = from, Verified = verified, Keys = [new ContactKey(KeyKind.Email, from, verified ? "dmarc=pass" : null)] },
        Mail = new MailFacts { Subject = "Parcel", Kind = "message", MessageId = id },
    };

    private static InboundEvent With(InboundEvent e, params ContactKey[] keys) => e with { Sender = e.Sender! with { Keys = keys } };
}
