using System.Net;
using Braid.Channels;
using Braid.Conversations;
using Braid.Customers;
using Braid.Platform.Data;
using Braid.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace Braid.Tests.Delivery;

public class SendMessageTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task An_answer_goes_where_the_customer_wrote_last_and_ends_their_waiting(string engine)
    {
        await using var outbox = await Outbox.StartAsync(engine);
        var talk = await outbox.TalkAsync();
        var elsewhere = await outbox.Seed.TalkAsync(await outbox.Seed.CustomerAsync("Maya too"), await outbox.Seed.InboxAsync("scripted"), into: talk.Conversation);
        await outbox.Seed.SaysAsync(elsewhere, "older", outbox.Seed.Now.AddHours(-1));

        var answer = (await outbox.PostAsync(talk, new { text = "Good morning" })).Is(HttpStatusCode.OK);
        (answer.Text("status"), answer.Text("threadId"), answer.Text("text")).ShouldBe(("queued", talk.Thread.Id.ToString(), "Good morning"));
        var conversation = await outbox.Seed.ConversationAsync(talk.Conversation.Id);
        (conversation.WaitingSince, conversation.LastMessageId?.Value, conversation.MessageCount).ShouldBe((null, answer["id"].GetGuid(), 1));

        await outbox.RunAsync();
        var sent = await outbox.MessageAsync(new(answer["id"].GetGuid()));
        (sent.Status, sent.ExternalId, sent.DedupeKey).ShouldBe((SendStatus.Sent, "ext-1", "ext-1"));
        (outbox.Provider.Calls.Single().ThreadId, outbox.Provider.Calls.Single().RecipientId).ShouldBe((talk.Thread.ExternalId, talk.Identity.ExternalId));
        (await outbox.SendAsync(sent.Id)).ShouldBeNull();
        (await outbox.Seed.EventsAsync(talk.Id)).ShouldBe(["message.queued", "message.sent"]);
        (await outbox.InboxAsync(talk)).LastOutboundAt.ShouldNotBeNull();
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_note_stays_inside(string engine)
    {
        await using var outbox = await Outbox.StartAsync(engine);
        var talk = await outbox.TalkAsync();
        var note = (await outbox.PostAsync(talk, new { text = "Ask Ben", @private = true })).Is(HttpStatusCode.OK);
        (note.Text("kind"), note["private"].GetBoolean(), note["status"].ValueKind).ShouldBe(("note", true, System.Text.Json.JsonValueKind.Null));
        await outbox.RunAsync();
        outbox.Provider.Calls.ShouldBeEmpty();
        (await outbox.Seed.EventsAsync(talk.Id)).ShouldBe(["note.added"]);
        (await outbox.Seed.ConversationAsync(talk.Conversation.Id)).WaitingSince.ShouldNotBeNull("a note answers nobody");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task The_same_client_id_fifty_times_from_two_nodes_is_one_message(string engine)
    {
        await using var one = await Outbox.StartAsync(engine);
        await using var two = await Outbox.StartAsync(engine, one.Provider, besides: one);
        var talk = await one.TalkAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => (i % 2 == 0 ? one : two).PostAsync(talk, new { text = "once" }, "the key")));
        answers.ShouldAllBe(a => a.Status == HttpStatusCode.OK);
        answers.Select(a => a["id"].GetGuid()).Distinct().Count().ShouldBe(1);
        (await one.Braid.WithDbAsync(db => db.Set<Message>().CountAsync(m => m.ClientId == "the key"))).ShouldBe(1);
        (await one.Seed.ConversationAsync(talk.Conversation.Id)).MessageCount.ShouldBe(1);

        // For ever, not for a day.
        await using var later = await Outbox.StartAsync(engine, one.Provider, besides: one, clock: new FakeTimeProvider(one.Seed.Now.AddDays(400)));
        (await later.PostAsync(talk, new { text = "once" }, "the key"))["id"].GetGuid().ShouldBe(answers[0]["id"].GetGuid());
        (await two.PostAsync(talk, new { text = "twice" }, "the key")).Refused(HttpStatusCode.UnprocessableEntity, "idempotency_mismatch");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task What_would_be_wrong_to_send_is_refused_with_words(string engine)
    {
        var provider = new ScriptedChannel();
        provider.Descriptor = provider.Descriptor with { ReplyWindow = TimeSpan.FromMinutes(10), FirstContact = FirstContact.TemplateOnly };
        await using var outbox = await Outbox.StartAsync(engine, provider);
        var talk = await outbox.TalkAsync();
        (await outbox.PostAsync(talk, new { text = "  " })).Refused(HttpStatusCode.UnprocessableEntity, "invalid");
        (await outbox.PostAsync(talk, new { text = "hi", attachments = new[] { Guid.NewGuid() } })).Refused(HttpStatusCode.UnprocessableEntity, "invalid");
        (await outbox.PostAsync(talk, new { text = "hi", channelThreadId = Guid.NewGuid() })).Refused(HttpStatusCode.UnprocessableEntity, "invalid");

        var seen = await outbox.Seed.SaysAsync(talk, "one");
        (await outbox.PostAsync(talk, new { text = "hi", lastSeenMessageId = seen.Id.Value })).Is(HttpStatusCode.OK);
        await outbox.Seed.SaysAsync(talk, "two");
        (await outbox.PostAsync(talk, new { text = "hi", lastSeenMessageId = seen.Id.Value })).Refused(HttpStatusCode.Conflict, "newer_message");

        outbox.Braid.Clock.Advance(TimeSpan.FromMinutes(10));
        (await outbox.PostAsync(talk, new { text = "hi" })).Refused(HttpStatusCode.Conflict, "window_closed");
        (await outbox.PostAsync(talk, new { template = new { name = "hello", language = "en", bodyParameters = new[] { "Maya" } } })).Is(HttpStatusCode.OK);

        await outbox.Braid.Api.PostJsonAsync($"/conversations/{talk.Id}/resolve");
        (await outbox.PostAsync(talk, new { text = "hi" })).Refused(HttpStatusCode.Conflict, "conversation_resolved");
        (await outbox.PostAsync(talk, new { text = "note", @private = true })).Is(HttpStatusCode.OK);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Nobody_writes_into_another_workspace(string engine)
    {
        await using var outbox = await Outbox.StartAsync(engine);
        var talk = await outbox.TalkAsync();
        var (_, eve, _) = await (await Seed.StrangersAsync(outbox.Braid)).AgentAsync("Eve");
        (await eve.PostJsonAsync($"/conversations/{talk.Id}/messages", new { text = "hi" })).Refused(HttpStatusCode.NotFound, "not_found");
        var sent = await outbox.WriteAsync(talk, "hi");
        foreach (var what in new[] { "cancel", "retry", "confirm" })
        {
            (await eve.PostJsonAsync($"/messages/{sent}/{what}", new { arrived = true })).Refused(HttpStatusCode.NotFound, "not_found");
        }
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Writing_first_opens_a_thread_that_the_provider_then_names(string engine)
    {
        await using var outbox = await Outbox.StartAsync(engine);
        var talk = await outbox.TalkAsync();
        var other = await outbox.Seed.InboxAsync("scripted");
        var identity = new Identity { WorkspaceId = outbox.Seed.Workspace, InboxId = other.Id, ExternalId = "maya-elsewhere", CustomerId = talk.Conversation.CustomerId, CreatedAt = outbox.Seed.Now };
        await outbox.Seed.SaveAsync(identity);
        outbox.Provider.Results.Enqueue(new SendResult.Sent("ext-1") { ThreadId = "room-7" });

        var answer = (await outbox.PostAsync(talk, new { text = "hi", inboxId = other.Id.Value, identityId = identity.Id.Value })).Is(HttpStatusCode.OK);
        await outbox.RunAsync();
        (outbox.Provider.Calls.Single().ThreadId, outbox.Provider.Calls.Single().RecipientId).ShouldBe((null, "maya-elsewhere"));
        var threadId = new Id<ChannelThread>(answer["threadId"].GetGuid());
        (await outbox.Braid.WithDbAsync(db => db.Set<ChannelThread>().SingleAsync(t => t.Id == threadId))).ExternalId.ShouldBe("room-7");
        (await outbox.Braid.WithDbAsync(db => db.Set<Activity>().Where(a => a.ConversationId == talk.Conversation.Id).Select(a => a.Kind).ToListAsync())).ShouldBe(["thread.joined"]);

        // The second goes to the same thread, and a stranger's address is refused.
        (await outbox.PostAsync(talk, new { text = "again", inboxId = other.Id.Value, identityId = identity.Id.Value })).Text("threadId").ShouldBe(answer.Text("threadId"));
        var stranger = await outbox.TalkAsync("Ben", other);
        (await outbox.PostAsync(talk, new { text = "hi", inboxId = other.Id.Value, identityId = stranger.Identity.Id.Value })).Refused(HttpStatusCode.UnprocessableEntity, "invalid");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_message_can_be_taken_back_until_it_leaves(string engine)
    {
        await using var outbox = await Outbox.StartAsync(engine);
        var talk = await outbox.TalkAsync();
        var waiting = (await outbox.Seed.ConversationAsync(talk.Conversation.Id)).WaitingSince;
        var id = await outbox.WriteAsync(talk, "oops", new { text = "oops", undoSeconds = 10 });
        await outbox.RunAsync();
        outbox.Provider.Calls.ShouldBeEmpty();
        (await outbox.Braid.Api.PostJsonAsync($"/messages/{id}/cancel")).Is(HttpStatusCode.NoContent);
        await outbox.RunAfterAsync(TimeSpan.FromSeconds(11));
        outbox.Provider.Calls.ShouldBeEmpty();
        var conversation = await outbox.Seed.ConversationAsync(talk.Conversation.Id);
        (conversation.MessageCount, conversation.WaitingSince).ShouldBe((0, waiting));
        (await outbox.Seed.EventsAsync(talk.Id)).ShouldBe(["message.queued", "message.cancelled"]);

        var late = await outbox.WriteAsync(talk, "fine");
        await outbox.RunAsync();
        (await outbox.Braid.Api.PostJsonAsync($"/messages/{late}/cancel")).Refused(HttpStatusCode.Conflict, "too_late");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Sending_and_resolving_is_one_step(string engine)
    {
        await using var outbox = await Outbox.StartAsync(engine);
        var talk = await outbox.TalkAsync();
        var id = await outbox.WriteAsync(talk, "Done", new { text = "Done", then = "resolve" });
        (await outbox.Seed.ConversationAsync(talk.Conversation.Id)).Status.ShouldBe(ConversationStatus.Resolved);
        await outbox.RunAsync();
        (await outbox.StatusAsync(id)).ShouldBe(SendStatus.Sent);
        (await outbox.Seed.EventsAsync(talk.Id)).ShouldBe(["conversation.resolved", "message.queued", "message.sent"], ignoreOrder: true);
    }
}
