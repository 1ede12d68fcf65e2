using Braid.Accounts;
using Braid.Channels;
using Braid.Conversations;
using Braid.Delivery;
using Braid.Ingest;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Braid.Tests.Ingest;

/// <summary>What comes back about our own messages: echoes and receipts, before and after the answer to our call, of this attempt or an earlier one.</summary>
public class OwnMessageTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task An_echo_that_comes_before_the_answer_to_our_call_is_the_same_message(string engine)
    {
        await using var spine = await Spine.StartAsync(engine, settings: ("Braid:Roles", "web"));
        var inbox = spine.Inbox();
        await spine.WritesAsync(inbox, Spine.Says("c1", "Where is my parcel?"));
        Provider(inbox).Answers.Enqueue(async (_, _) =>
        {
            await spine.WritesAsync(inbox, Echo("x1", "It is on"), Echo("x2", "its way"));
            await spine.WritesAsync(inbox, About(InboundKind.Status, "x1", "delivered"), About(InboundKind.Reaction, "x1", "added") with { Text = "👍" });
            await spine.WritesAsync(inbox, Spine.Says("c2", "Thanks") with { TargetKey = "x1" });
            return new SendResult.Sent("x1") { OtherKeys = ["x2"] };
        });
        var id = await SayAsync(spine, "It is on its way");
        await DrainAsync(spine);
        await spine.WritesAsync(inbox, Echo("x1", "It is on"), Echo("x2", "its way"));

        var messages = await spine.MessagesAsync();
        var ours = messages.Where(m => m.Direction == Direction.Out).ShouldHaveSingleItem();
        ours.ShouldSatisfyAllConditions(m => m.Id.ShouldBe(id), m => m.DedupeKey.ShouldBe("x1"), m => m.Status.ShouldBe(SendStatus.Delivered));
        messages.Single(m => m.ExternalId == "c2").ReplyToId.ShouldBe(id);
        (await spine.Braid.WithDbAsync(db => db.Set<Reaction>().SingleAsync())).MessageId.ShouldBe(id);
        (await spine.ConversationsAsync()).ShouldHaveSingleItem().MessageCount.ShouldBe(3);
        (await spine.EventsAsync()).Count(e => e.Kind == "message.cancelled").ShouldBe(2, "both echoes leave the screens");
        (await spine.OutcomesAsync()).Where(o => o.ExternalId == "x1" && o.Kind == "message").ShouldAllBe(o => o.MessageId == id.Value);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_receipt_of_any_part_is_a_receipt_of_the_message(string engine)
    {
        await using var spine = await Spine.StartAsync(engine, settings: ("Braid:Roles", "web"));
        var inbox = spine.Inbox();
        await spine.WritesAsync(inbox, Spine.Says("c1", "Hello"));
        Provider(inbox).Answers.Enqueue((_, _) => Task.FromResult<SendResult>(new SendResult.Sent("x1") { OtherKeys = ["x2"] }));
        await SayAsync(spine, "A long answer");
        await DrainAsync(spine);

        await spine.WritesAsync(inbox, About(InboundKind.Status, "x2", "read"));

        (await spine.MessagesAsync()).Single(m => m.Direction == Direction.Out).Status.ShouldBe(SendStatus.Read);
        (await spine.OutcomesAsync()).ShouldAllBe(o => o.Outcome == EventOutcome.Applied);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task An_old_receipt_does_not_stop_a_message_that_is_sent_again(string engine)
    {
        await using var spine = await Spine.StartAsync(engine, settings: ("Braid:Roles", "web"));
        var inbox = spine.Inbox();
        await spine.WritesAsync(inbox, Spine.Says("c1", "Hello"));
        Provider(inbox).Answers.Enqueue((_, _) => Task.FromResult<SendResult>(new SendResult.Sent("x1")));
        Provider(inbox).Answers.Enqueue((_, _) => Task.FromResult<SendResult>(new SendResult.Sent("x2")));
        var id = await SayAsync(spine, "Hi");
        await DrainAsync(spine);
        await spine.WritesAsync(inbox, About(InboundKind.Status, "x1", "failed"));
        await WithAsync<RetryMessage>(spine, (retry, by) => retry.RunAsync(id, by, CancellationToken.None));

        await spine.WritesAsync(inbox, About(InboundKind.Status, "x1", "sent"), About(InboundKind.Status, "x1", "failed"));
        (await StatusAsync(spine, id)).ShouldBe(SendStatus.Queued);
        await DrainAsync(spine);

        Provider(inbox).Attempts.Count.ShouldBe(2);
        (await StatusAsync(spine, id)).ShouldBe(SendStatus.Sent);
        await spine.WritesAsync(inbox, About(InboundKind.Status, "x2", "delivered"));
        (await StatusAsync(spine, id)).ShouldBe(SendStatus.Delivered);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task An_old_message_of_ours_from_elsewhere_answers_nothing_newer(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        var inbox = spine.Inbox();
        await spine.WritesAsync(inbox, Spine.Says("c1", "Hello", at: spine.Now.AddMinutes(-5)));
        await spine.WritesAsync(inbox, Echo("x1", "Good morning") with { Timestamp = spine.Now.AddMinutes(-10) });
        (await spine.ConversationsAsync()).ShouldHaveSingleItem().WaitingSince.ShouldNotBeNull();
        await spine.WritesAsync(inbox, Echo("x2", "How can we help?") with { Timestamp = spine.Now.AddMinutes(-1) });
        (await spine.ConversationsAsync()).ShouldHaveSingleItem().WaitingSince.ShouldBeNull();
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_change_that_waited_has_the_same_bounds_of_time_as_one_that_did_not(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        var inbox = spine.Inbox();
        await spine.WritesAsync(inbox, About(InboundKind.Edit, "m1", null) with { Text = "second", Timestamp = spine.Now.AddHours(2) });
        await spine.WritesAsync(inbox, Spine.Says("m1", "first", at: spine.Now.AddMinutes(-1)));
        (await spine.MessagesAsync()).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            m => m.Text.ShouldBe("second"), m => m.EditedAt!.Value.ToUnixTimeMilliseconds().ShouldBe(spine.Now.ToUnixTimeMilliseconds()));
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_conversation_marked_unverified_never_takes_the_place_others_join(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        var inbox = spine.Inbox("mail");
        await spine.WritesAsync(inbox, ReceiveMessageTests.Mail("f1", verified: false));
        var conversation = (await spine.ConversationsAsync()).ShouldHaveSingleItem();
        var token = await spine.Braid.WithDbAsync(db => db.Set<ChannelThread>().Select(t => t.Token).SingleAsync());
        await spine.ChangeAsync(conversation.Id, c => { c.Status = ConversationStatus.Resolved; c.ResolvedAt = spine.Now; });

        var answer = ReceiveMessageTests.Mail("f2", verified: false);
        await spine.WritesAsync(inbox, answer with { Mail = answer.Mail! with { ThreadToken = token } });

        (await spine.ConversationsAsync()).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            c => c.Status.ShouldBe(ConversationStatus.Open), c => c.SenderUnverified.ShouldBeTrue(), c => c.Joins.ShouldBeNull());
    }

    private static ScriptChannel Provider(ConnectedInbox inbox) => (ScriptChannel)inbox.Channel;

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task What_we_wrote_elsewhere_is_the_persons_the_provider_names_and_a_thread_is_no_person(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        var inbox = spine.Inbox();
        await spine.WritesAsync(inbox, Spine.Says("c1", "Hello"));
        await spine.WritesAsync(inbox, Echo("x1", "From the phone") with { ThreadId = "talk-9", RecipientId = "kim" });
        await spine.WritesAsync(inbox, Echo("x2", "Under a post") with { ThreadId = "post-1", Audience = Audience.Public });

        (await spine.CustomersAsync()).ShouldHaveSingleItem().Name.ShouldBe("kim");
        (await spine.MessagesAsync()).Select(m => m.ExternalId).ShouldBe(["c1", "x1"]);
        (await spine.OutcomesAsync()).Single(o => o.ExternalId == "x2").Outcome.ShouldBe(EventOutcome.Ignored);
    }

    private static InboundEvent Echo(string id, string text) => new(InboundKind.Message)
    {
        ExternalId = id, ThreadId = "kim", Text = text, Outbound = true, Sender = new Sender("shop") { Name = "Shop" },
    };

    private static InboundEvent About(InboundKind kind, string key, string? status) => new(kind)
    {
        ExternalId = key, TargetKey = key, ThreadId = "kim", Status = status, Sender = new Sender("kim"),
    };

    private static async Task<Id<Message>> SayAsync(Spine spine, string text)
    {
        var conversation = (await spine.ConversationsAsync()).ShouldHaveSingleItem().Id;
        Message? said = null;
        await WithAsync<SendMessage>(spine, async (send, by) => said = await send.RunAsync(conversation, new SendRequest { Text = text }, null, by, CancellationToken.None));
        return said!.Id;
    }

    private static async Task WithAsync<T>(Spine spine, Func<T, Actor, Task> work)
        where T : notnull
    {
        await using var scope = spine.Braid.Services.CreateAsyncScope();
        await work(scope.ServiceProvider.GetRequiredService<T>(), Actor.System(spine.Workspace));
    }

    private static Task DrainAsync(Spine spine) => spine.Braid.Services.GetRequiredService<OutboundHost>().DrainAsync(CancellationToken.None);

    private static async Task<SendStatus?> StatusAsync(Spine spine, Id<Message> id) => (await spine.MessagesAsync()).Single(m => m.Id == id).Status;
}
