using System.Text.Json;
using Braid.Simulator;

namespace Braid.EndToEnd.Stories;

public sealed class TelegramTests
{
    [Fact]
    public async Task Words_pictures_edits_and_reactions_go_both_ways()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var shop = await Shop.StartAsync();
        await shop.TelegramAsync();
        var desk = shop.Desk;
        var kim = shop.World.Telegram.Person("Kim", "Lee");

        var said = await kim.WritesAsync("Which colour is in stock?");
        var conversation = (await desk.ConversationSayingAsync("Which colour is in stock?")).Id();
        await kim.EditsAsync(said, "Which colours are in stock?");
        var edited = await desk.MessageAsync(conversation, m => m.Text("editedAt") is not null, "the edit");
        edited.Text("text").ShouldBe("Which colours are in stock?");
        edited.List("versions").Select(v => v.Text("text")).ShouldContain("Which colour is in stock?", "what was said first is kept");

        // A photo comes in, its bytes can be looked at.
        var photo = SimulatedFile.Photo(7);
        await kim.SendsAsync("photo", photo, "This one?");
        var picture = await desk.MessageAsync(conversation, m => m.List("attachments").Any(a => a.Text("state") == "ready"), "the photo's bytes");
        picture.Text("text").ShouldBe("This one?");
        var attachment = picture.List("attachments")[0];
        attachment.Text("kind").ShouldBe("image");
        (await shop.Braid.Api.GetByteArrayAsync(new Uri(attachment.Text("url")!, UriKind.Relative), ct)).ShouldBe(photo.Content);

        // One goes out, on the message it answers.
        var own = SimulatedFile.Photo(3, "teal.png");
        var file = await desk.UploadsAsync(own.Name, own.ContentType, own.Content);
        var sent = await desk.AnswersAsync(conversation, "telegram", "Teal, like here", new { attachments = new[] { file }, replyTo = picture.Id() });
        var shown = await kim.Received.WaitForAsync(r => r.Kind is "photo" or "document", ct);
        shown.Text.ShouldBe("Teal, like here");
        shown.File!.Content.ShouldBe(own.Content);
        shown.ReplyTo.ShouldNotBeNull();
        await desk.StatusAsync(conversation, sent.Id(), "sent");

        await kim.ReactsAsync(shown.MessageId, "👍");
        var liked = await desk.MessageAsync(conversation, m => m.List("reactions").Count == 1, "the reaction");
        liked.Id().ShouldBe(sent.Id());
        liked.List("reactions")[0].Text("emoji").ShouldBe("👍");
        await kim.ReactsAsync(shown.MessageId, null);
        await desk.MessageAsync(conversation, m => m.Id() == sent.Id() && m.List("reactions").Count == 0, "the reaction taken back");
    }

    [Fact]
    public async Task Asked_to_slow_down_it_waits_and_delivers_once()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var shop = await Shop.StartAsync();
        await shop.TelegramAsync();
        var kim = shop.World.Telegram.Person("Kim", "Lee");
        await kim.WritesAsync("Hello?");
        var conversation = (await shop.Desk.ConversationSayingAsync("Hello?")).Id();
        var busy = shop.World.Faults.Next(SimulatedProvider.Telegram, "sendMessage", new Fault.TooManyRequests(1));

        var first = await shop.Desk.AnswersAsync(conversation, "telegram", "One");
        var second = await shop.Desk.AnswersAsync(conversation, "telegram", "Two");
        await shop.Desk.StatusAsync(conversation, second.Id(), "sent");
        await shop.Desk.StatusAsync(conversation, first.Id(), "sent");

        busy.Hits.ShouldBe(1);
        var texts = await kim.Received.WaitForAsync(2, r => r.Kind == "text", ct);
        texts.Select(r => r.Text).ShouldBe(["One", "Two"], "in order, each once");
        kim.Received.Items.Count(r => r.Kind == "text").ShouldBe(2);
    }

    [Fact]
    public async Task Who_blocked_the_bot_is_unreachable_and_the_agent_reads_why()
    {
        await using var shop = await Shop.StartAsync();
        await shop.TelegramAsync();
        var desk = shop.Desk;
        var kim = shop.World.Telegram.Person("Kim", "Lee");
        await kim.WritesAsync("Never mind");
        var conversation = await desk.ConversationSayingAsync("Never mind");
        // The block reaches us by our own try, not by an update.
        shop.World.Faults.Next(SimulatedProvider.Telegram, "sendMessage", new Fault.Refusal(403, """{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}"""));

        var answer = await desk.AnswersAsync(conversation.Id(), "telegram", "Are you sure?");
        var failed = await desk.StatusAsync(conversation.Id(), answer.Id(), "failed");

        failed.Text("failure").ShouldBe("unreachable");
        failed.Text("statusReason")!.ShouldContain("block");
        var customer = await desk.GetAsync($"/customers/{conversation.GetProperty("customer").Id()}");
        customer.List("identities").ShouldHaveSingleItem().Is("unreachable").ShouldBeTrue();
        var thread = (await desk.GetAsync($"/conversations/{conversation.Id()}")).List("threads")[0].GetProperty("send");
        (thread.Is("ok"), thread.Text("code")).ShouldBe((false, "unreachable"));

        // They come back by writing; the door is open again.
        await kim.WritesAsync("I am back");
        await desk.SeesAsync($"/conversations/{conversation.Id()}", c => c.List("threads")[0].GetProperty("send").Is("ok"), "the way back open");
    }
}
