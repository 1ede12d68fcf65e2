using System.Net;
using System.Text.Json;

namespace Braid.EndToEnd.Stories;

public sealed class WhatsAppWindowTests
{
    [Fact]
    public async Task After_a_day_only_a_template_may_go_and_an_answer_opens_the_window_again()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var shop = await Shop.StartAsync();
        var inbox = await shop.WhatsAppAsync();
        var desk = shop.Desk;
        var sara = shop.World.WhatsApp.Person("966512300041", "Sara");
        await sara.WritesAsync("Do you repair kettles?", at: TimeProvider.System.GetUtcNow().AddHours(-25));
        var conversation = (await desk.ConversationSayingAsync("Do you repair kettles?")).Id();
        var thread = (await desk.GetAsync($"/conversations/{conversation}")).List("threads")[0];
        var send = thread.GetProperty("send");
        (send.Is("ok"), send.Text("code"), send.Is("templates")).ShouldBe((false, "window_closed", true));

        var refused = await desk.PostAsync($"/conversations/{conversation}/messages", new { text = "Yes", channelThreadId = thread.Id() }, HttpStatusCode.Conflict);
        refused.Text("code").ShouldBe("window_closed");
        sara.Received.Items.ShouldBeEmpty();

        var template = (await desk.GetAsync($"/inboxes/{inbox.Id()}/templates")).List().ShouldHaveSingleItem();
        template.Text("name").ShouldBe("still_there");
        var sent = await desk.PostAsync($"/conversations/{conversation}/messages", new
        {
            text = "Hello Sara, we have an answer to your question. May we send it here?", channelThreadId = thread.Id(),
            template = new { name = "still_there", language = "en", bodyParameters = new[] { "Sara" } },
        });
        var shown = await sara.Received.WaitForAsync(r => r.Kind == "template", ct);
        shown.Text.ShouldBe("Hello Sara, we have an answer to your question. May we send it here?");
        await desk.StatusAsync(conversation, sent.Id(), "delivered");

        await sara.WritesAsync("Yes please");
        await desk.SeesAsync($"/conversations/{conversation}", c => c.List("threads")[0].GetProperty("send").Is("ok"), "the window open again");
        var free = await desk.AnswersAsync(conversation, "whatsapp", "We do.");
        await desk.StatusAsync(conversation, free.Id(), "delivered");
    }
}
