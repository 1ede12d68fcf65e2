using System.Net;
using System.Text.Json;
using Braid.Inboxes;
using Braid.Simulator;
using Braid.Simulator.Channels;
using Microsoft.Extensions.DependencyInjection;

namespace Braid.EndToEnd.Stories;

/// <summary>
/// The same story on every channel, over real HTTP and sockets: connected through the API, a customer writes, the agent answers, files go
/// both ways, receipts come back, a provider that stumbles loses nothing.
/// </summary>
public sealed class EveryChannelTests
{
    public static TheoryData<string> Channels => [.. SimulatedChannels.Names];

    [Theory, MemberData(nameof(Channels))]
    public async Task A_customer_writes_and_is_answered(string channel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(90));
        var ct = limit.Token;
        await using var shop = await Shop.StartAsync();
        await using var provider = await SimulatedChannels.StartAsync(channel, shop.World, ct);
        var desk = shop.Desk;
        var inbox = await ConnectAsync(shop, provider, channel, ct);
        var kim = provider.Person("Kim Lee");

        if (!provider.Skills.Answers)
        {
            await kim.WritesAsync("Where is my lamp?");
            await RingsAsync(desk);
            return;
        }

        var conversation = await WritesAsync(desk, kim, channel);
        var detail = await desk.GetAsync($"/conversations/{conversation.Id()}");
        var thread = detail.List("threads").ShouldHaveSingleItem();
        (thread.Text("audience") == "public").ShouldBe(provider.Skills.Public, "a comment is public, a message is not");
        if (shop.Braid.Services.GetRequiredService<ChannelRegistry>().Find(inbox.Text("channel")!)!.KnowsPeople)
        {
            // The webhook had no name; the provider was asked.
            await desk.SeesAsync($"/customers/{detail.GetProperty("customer").Id()}", c => c.Text("name") is { Length: > 0 }, "their name");
            if (channel == "line") { await desk.SeesAsync($"/customers/{detail.GetProperty("customer").Id()}", c => c.Text("photoId") is not null, "their picture"); }
        }

        if (provider.Skills.FilesIn)
        {
            var photo = SimulatedFile.Photo(7);
            await kim.SendsAsync(photo, null);
            // In public each post is a conversation of its own.
            var where = !provider.Skills.Public ? conversation.Id() : (await desk.FindsAsync(
                "/conversations?status=any", c => c.GetProperty("lastMessage") is { ValueKind: JsonValueKind.Object } last && last.Text("attachment") is not null, "the post with the photo")).Id();
            var picture = await desk.MessageAsync(where, m => m.List("attachments").Any(a => a.Text("state") is "ready" or "failed"), "the photo's bytes");
            var attachment = picture.List("attachments").First(a => a.Text("state") is "ready" or "failed");
            attachment.Text("state").ShouldBe("ready", attachment.Text("reason"));
            (await shop.Braid.Api.GetByteArrayAsync(new Uri(attachment.Text("url")!, UriKind.Relative), ct)).ShouldBe(photo.Content);
        }

        var answer = await AnswerAsync(desk, conversation.Id(), thread.Id(), "It is on its way.");
        var sent = await desk.MessageAsync(conversation.Id(), m => m.Id() == answer.Id() && m.Text("status") is "sent" or "delivered" or "read" or "failed" or "unconfirmed", "the answer sent");
        sent.Text("status").ShouldBeOneOf(["sent", "delivered", "read"], sent.Text("statusReason"));
        var heard = await kim.Received.WaitForAsync(r => r.Text.Contains("It is on its way.", StringComparison.Ordinal), ct);
        heard.Public.ShouldBe(provider.Skills.Public);
        if (provider.Skills.Delivered) { await desk.MessageAsync(conversation.Id(), m => m.Id() == answer.Id() && m.Text("status") is "delivered" or "read", "the answer delivered"); }
        if (provider.Skills.Read)
        {
            await kim.ReadsAsync(heard);
            await desk.StatusAsync(conversation.Id(), answer.Id(), "read");
        }

        if (provider.Skills is { FilesOut: true, OneAnswer: false } && await CarriesFilesAsync(desk, channel))
        {
            var own = SimulatedFile.Photo(3, "teal.png");
            var file = await desk.UploadsAsync(own.Name, own.ContentType, own.Content);
            await AnswerAsync(desk, conversation.Id(), thread.Id(), "Like this one", new { attachments = new[] { file } });
            var got = await kim.Received.WaitForAsync(r => r.Files.Count > 0, ct);
            got.Files[0].Content.ShouldBe(own.Content);
        }

        kim.Received.Items.Count(r => r.Text.Contains("It is on its way.", StringComparison.Ordinal)).ShouldBe(1, "once");
        var health = (await desk.GetAsync($"/inboxes/{inbox.Id()}")).GetProperty("health");
        health.Text("state").ShouldBe("ok", health.Text("message"));
    }

    /// <summary>A call is a message whose words are its transcript.</summary>
    private static async Task RingsAsync(Desk desk)
    {
        var conversation = await desk.FindsAsync("/conversations?status=any", _ => true, "the call");
        await desk.MessageAsync(
            conversation.Id(), m => m.Text("kind") == "call" && (m.GetProperty("call").Text("transcript") ?? m.Text("text"))?.Contains("lamp", StringComparison.Ordinal) == true, "what the caller said");
        await desk.MessageAsync(conversation.Id(), m => m.Text("kind") == "call" && m.GetProperty("call").Text("endedAt") is not null, "the end of the call");
    }

    /// <summary>Who listens begins with what is said from then on, so somebody who writes before that says it again.</summary>
    private static async Task<JsonElement> WritesAsync(Desk desk, ISimulatedPerson kim, string channel)
    {
        var listens = (await desk.GetAsync("/channels")).List().Any(c => c.Id() == channel && c.Text("ingress") != "webhook");
        for (var tries = listens ? 6 : 1; ; tries--)
        {
            await kim.WritesAsync("Where is my lamp?");
            try
            {
                // A public mention names us first.
                return await desk.FindsAsync(
                    "/conversations?status=any", c => c.GetProperty("lastMessage") is { ValueKind: JsonValueKind.Object } last && last.Text("text")?.EndsWith("Where is my lamp?", StringComparison.Ordinal) == true,
                    "the question", listens ? TimeSpan.FromSeconds(6) : null);
            }
            catch (ShouldAssertException) when (tries > 1) { /* Not heard yet. */ }
        }
    }

    private static async Task<bool> CarriesFilesAsync(Desk desk, string channel) => (await desk.GetAsync("/channels")).List()
        .First(c => c.Id() == channel || c.List("variants").Any(v => v.Id() == channel)).GetProperty("capabilities").Is("attachments");

    private static async Task<JsonElement> ConnectAsync(Shop shop, ISimulatedChannel provider, string channel, CancellationToken ct)
    {
        var descriptor = (await shop.Desk.GetAsync("/channels")).List().First(c => c.Id() == channel || c.List("variants").Any(v => v.Id() == channel));
        var settings = provider.Settings.DeepClone().AsObject();
        foreach (var preset in descriptor.List("variants").Where(v => v.Id() == channel).SelectMany(v => v.GetProperty("settings").EnumerateObject())) { settings[preset.Name] = preset.Value.GetString(); }
        var inbox = await shop.Desk.PostAsync("/inboxes", new { channel = descriptor.Id(), name = channel, settings }, HttpStatusCode.Created);
        await provider.ConnectAsync(inbox.Text("webhookUrl") is { } url ? new Uri(url) : new Uri("https://nobody.example/"), ct);
        return inbox;
    }

    private static Task<JsonElement> AnswerAsync(Desk desk, string conversation, string thread, string text, object? more = null)
    {
        var body = JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        (body["text"], body["channelThreadId"]) = (text, thread);
        return desk.PostAsync($"/conversations/{conversation}/messages", body);
    }
}
