using System.Net;
using Braid.Channels;
using Braid.Conversations;
using Braid.Platform.Data;
using Braid.Tests.Testing;
using Microsoft.EntityFrameworkCore;

namespace Braid.Tests.Delivery;

/// <summary>Public comments: answered in public or privately, hidden, deleted; our own messages edited; reactions.</summary>
public class CommentTests
{
    private static readonly ChannelCapabilities All = new()
    {
        Comments = true, PrivateReplies = true, Hides = true, Moderates = true, EditsSent = true, DeletesSent = true, Reacts = true, Attachments = true,
    };

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_private_answer_goes_to_a_private_conversation_that_is_linked_with_the_public_one(string engine)
    {
        await using var outbox = await StartAsync(engine);
        var (talk, comment) = await CommentAsync(outbox, "Where is my lamp?");

        var answer = (await outbox.PostAsync(talk, new { text = "Please tell me your order number.", privateReplyTo = comment.Id.ToString() })).Is(HttpStatusCode.OK);
        await outbox.RunAsync();

        var privately = new Id<Conversation>(answer["conversationId"].GetGuid());
        privately.ShouldNotBe(talk.Conversation.Id);
        var call = outbox.Provider.Calls.ShouldHaveSingleItem();
        call.PrivateReplyTo.ShouldBe("comment-1");
        call.RecipientId.ShouldBe(talk.Identity.ExternalId);
        call.ThreadId.ShouldBeNull("the provider names the private thread");
        (await outbox.Seed.ConversationAsync(privately)).ShouldSatisfyAllConditions(c => c.Audience.ShouldBe(Audience.Private), c => c.CustomerId.ShouldBe(talk.Conversation.CustomerId), c => c.Joins.ShouldNotBeNull());
        var links = await outbox.Braid.WithDbAsync(db => db.Set<Activity>().AsNoTracking().Where(a => a.Kind == "conversation.linked").ToListAsync());
        links.Select(l => l.ConversationId).ShouldBe([talk.Conversation.Id, privately], ignoreOrder: true);

        // The next private answer goes on in the same conversation.
        (await outbox.PostAsync(talk, new { text = "Still there?", privateReplyTo = comment.Id.ToString() })).Is(HttpStatusCode.OK)["conversationId"].GetGuid().ShouldBe(privately.Value);
    }

    [Fact]
    public async Task Only_a_customers_comment_on_a_channel_that_can_is_answered_privately()
    {
        await using var outbox = await StartAsync("sqlite");
        var (talk, comment) = await CommentAsync(outbox, "Hm");
        (await outbox.PostAsync(talk, new { text = "x", privateReplyTo = Guid.NewGuid() })).Refused(HttpStatusCode.UnprocessableEntity, "invalid");
        outbox.Provider.Descriptor = outbox.Provider.Descriptor with { Capabilities = new() { Comments = true } };
        (await outbox.PostAsync(talk, new { text = "x", privateReplyTo = comment.Id.ToString() })).Refused(HttpStatusCode.UnprocessableEntity, "invalid");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_comment_is_hidden_shown_again_and_deleted(string engine)
    {
        await using var outbox = await StartAsync(engine);
        var (_, comment) = await CommentAsync(outbox, "Spam!");

        (await ActAsync(outbox, comment, new { kind = "hide" })).Is(HttpStatusCode.OK)["hiddenAt"].GetString().ShouldNotBeNull();
        (await ActAsync(outbox, comment, new { kind = "hide" })).Refused(HttpStatusCode.Conflict, "act_unavailable");
        (await ActAsync(outbox, comment, new { kind = "unhide" })).Is(HttpStatusCode.OK).Raw.ShouldNotContain("\"hiddenAt\":\"");
        (await ActAsync(outbox, comment, new { kind = "delete" })).Is(HttpStatusCode.OK)["deletedAt"].GetString().ShouldNotBeNull();

        outbox.Provider.Acts.Select(a => a.Kind).ShouldBe([ActKind.Hide, ActKind.Unhide, ActKind.Delete]);
        outbox.Provider.Acts.ShouldAllBe(a => a.ExternalId == "comment-1" && !a.Ours);
    }

    [Fact]
    public async Task What_the_provider_refuses_is_said_and_changes_nothing()
    {
        await using var outbox = await StartAsync("sqlite");
        var (_, comment) = await CommentAsync(outbox, "Spam!");
        outbox.Provider.ActAnswer = new SendResult.Failed(FailureKind.Content, "The comment is gone already.");
        (await ActAsync(outbox, comment, new { kind = "hide" })).Refused(HttpStatusCode.UnprocessableEntity, "provider_refused")["detail"].GetString().ShouldBe("The comment is gone already.");
        outbox.Provider.ActAnswer = new SendResult.Unknown("no answer");
        (await ActAsync(outbox, comment, new { kind = "hide" })).Refused(HttpStatusCode.BadGateway, "provider_unclear");
        outbox.Provider.ActAnswer = new SendResult.Retry("busy");
        (await ActAsync(outbox, comment, new { kind = "hide" })).Refused(HttpStatusCode.ServiceUnavailable, "provider_busy");
        MessageExtras.Parse((await outbox.MessageAsync(comment.Id)).Extras).HiddenAt.ShouldBeNull();
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Our_own_message_is_edited_reacted_to_and_deleted(string engine)
    {
        await using var outbox = await StartAsync(engine);
        var talk = await outbox.TalkAsync();
        var id = await outbox.WriteAsync(talk, "Helo");
        await outbox.RunAsync();
        var sent = await outbox.MessageAsync(id);

        (await ActAsync(outbox, sent, new { kind = "edit", text = "Hello" })).Is(HttpStatusCode.OK).Text("text").ShouldBe("Hello");
        (await ActAsync(outbox, sent, new { kind = "react", emoji = "👍" })).Is(HttpStatusCode.OK)["reactions"].GetArrayLength().ShouldBe(1);
        (await ActAsync(outbox, sent, new { kind = "unreact", emoji = "👍" })).Is(HttpStatusCode.OK)["reactions"].GetArrayLength().ShouldBe(0);
        (await ActAsync(outbox, sent, new { kind = "edit", text = " " })).Refused(HttpStatusCode.UnprocessableEntity, "invalid");
        (await ActAsync(outbox, sent, new { kind = "delete" })).Is(HttpStatusCode.OK);

        outbox.Provider.Acts.ShouldAllBe(a => a.Ours);
        (await outbox.Braid.WithDbAsync(db => db.Set<MessageVersion>().AsNoTracking().SingleAsync())).Text.ShouldBe("Helo");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Rich_content_is_kept_sent_and_shown(string engine)
    {
        await using var outbox = await StartAsync(engine);
        var talk = await outbox.TalkAsync();
        var rich = new { buttons = new[] { new { kind = "reply", title = "Track it", value = "track" } } };

        var answer = (await outbox.PostAsync(talk, new { text = "What next?", rich })).Is(HttpStatusCode.OK);
        await outbox.RunAsync();

        answer["rich"].GetProperty("buttons")[0].GetProperty("title").GetString().ShouldBe("Track it");
        outbox.Provider.Calls.Single().Rich!.Buttons.ShouldHaveSingleItem().Value.ShouldBe("track");
        (await outbox.PostAsync(talk, new { text = "x", rich = new { buttons = new[] { new { kind = "link", title = "Shop", value = "javascript:alert(1)" } } } }))
            .Refused(HttpStatusCode.UnprocessableEntity, "invalid")["errors"].TryGetProperty("rich.buttons", out _).ShouldBeTrue();
    }

    private static async Task<Outbox> StartAsync(string engine)
    {
        var provider = new ScriptedChannel();
        provider.Descriptor = provider.Descriptor with { Capabilities = All };
        return await Outbox.StartAsync(engine, provider);
    }

    private static async Task<(Talk Talk, Message Comment)> CommentAsync(Outbox outbox, string text)
    {
        var talk = await outbox.Seed.TalkAsync(await outbox.Seed.CustomerAsync("Maya"), await outbox.Seed.InboxAsync("scripted"), audience: Audience.Public);
        var comment = await outbox.Seed.PutAsync(talk, new()
        {
            WorkspaceId = outbox.Seed.Workspace, ConversationId = talk.Conversation.Id, ThreadId = talk.Thread.Id, InboxId = talk.Thread.InboxId, Direction = Direction.In,
            Kind = MessageKind.Comment, AuthorKind = AuthorKind.Customer, AuthorId = talk.Conversation.CustomerId.Value, AuthorName = "Maya", Text = text,
            ExternalId = "comment-1", DedupeKey = "comment-1", SentAt = outbox.Seed.Now, ReceivedAt = outbox.Seed.Now,
        });
        return (talk, comment);
    }

    private static Task<Answer> ActAsync(Outbox outbox, Message message, object body) => outbox.Braid.Api.PostJsonAsync($"/messages/{message.Id}/acts", body);
}
