using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Braid.EndToEnd.Faults;

/// <summary>What comes in wrong: turned away at the door, or kept and shown. Never lost, never a stack trace.</summary>
public sealed class BadInputTests
{
    [Fact]
    public async Task A_forged_webhook_is_refused_counted_and_leaves_nothing_behind()
    {
        await using var shop = await Shop.StartAsync();
        var (whatsApp, telegram) = (await shop.WhatsAppAsync(), await shop.TelegramAsync());
        var body = """{"object":"whatsapp_business_account","entry":[]}""";

        (await PostAsync(whatsApp, body)).ShouldBe(HttpStatusCode.Unauthorized);
        (await PostAsync(whatsApp, body, ("X-Hub-Signature-256", "sha256=" + new string('0', 64)))).ShouldBe(HttpStatusCode.Unauthorized);
        (await PostAsync(telegram, """{"update_id":1}""", ("X-Telegram-Bot-Api-Secret-Token", "guessed"))).ShouldBeOneOf(HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden);

        (await shop.Desk.GetAsync("/deliveries")).List().ShouldBeEmpty();
        (await shop.Desk.GetAsync("/conversations?status=any")).List().ShouldBeEmpty();
        var refused = (await shop.Desk.GetAsync("/deliveries/refused")).List();
        refused.Select(r => (r.Text("channel"), r.Text("reason"), r.GetProperty("count").GetInt32())).ShouldBe([("whatsapp", "forged", 2), ("telegram", "forged", 1)], ignoreOrder: true);
    }

    [Fact]
    public async Task A_genuine_but_malformed_body_is_taken_parked_and_shown()
    {
        await using var shop = await Shop.StartAsync();
        var inbox = await shop.EchoAsync();

        (await SendAsync(Shop.EchoRequest(inbox, "{\"id\":\"torn", "an-echo-secret"))).ShouldBe(HttpStatusCode.OK);

        var parked = await shop.Desk.FindsAsync("/deliveries?state=parked", _ => true, "the parked delivery");
        parked.Text("reason")!.ShouldContain("JSON");
        var shown = await shop.Braid.Api.GetStringAsync(new Uri($"/api/v1/deliveries/{parked.Id()}/body", UriKind.Relative), TestContext.Current.CancellationToken);
        shown.ShouldBe("{\"id\":\"torn");
        (await shop.Desk.PostAsync($"/deliveries/{parked.Id()}/replay")).Text("state").ShouldBe("parked", "nothing was mended, so it parks again");
        // A parked one stands in nobody's way.
        (await SendAsync(Shop.EchoRequest(inbox, """{"id":"e1","from":"kim","name":"Kim","text":"Whole again"}"""))).ShouldBe(HttpStatusCode.OK);
        await shop.Desk.ConversationSayingAsync("Whole again");
    }

    [Fact]
    public async Task Messages_of_unknown_kinds_are_shown_and_unknown_envelopes_are_explained()
    {
        await using var shop = await Shop.StartAsync();
        await shop.WhatsAppAsync();
        var telegram = await shop.TelegramAsync();
        var sara = shop.World.WhatsApp.Person("966512300041", "Sara");
        await sara.SendsAsync("hologram", new JsonObject { ["depth"] = 3 });

        var conversation = await shop.Desk.FindsAsync("/conversations", c => c.GetProperty("customer").Text("name") == "Sara", "Sara's conversation");
        var message = await shop.Desk.MessageAsync(conversation.Id(), _ => true, "the hologram");
        message.Text("kind").ShouldBe("unsupported");

        (await PostAsync(telegram, """{"update_id":77,"poll":{"id":"5"}}""", ("X-Telegram-Bot-Api-Secret-Token", "a_telegram_secret"))).ShouldBe(HttpStatusCode.OK);
        var ignored = await shop.Desk.FindsAsync("/deliveries?state=ignored", d => d.Text("channel") == "telegram", "the ignored update");
        ignored.Text("reason").ShouldNotBeNullOrWhiteSpace();
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_before_it_is_read_and_counted()
    {
        await using var shop = await Shop.StartAsync();
        var inbox = await shop.EchoAsync();
        var large = """{"id":"e1","from":"kim","text":" """ + new string('x', 300 * 1024) + "\"}";

        (await SendAsync(Shop.EchoRequest(inbox, large))).ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        using var chunked = Shop.EchoRequest(inbox, large);
        chunked.Headers.TransferEncodingChunked = true;
        (await SendAsync(chunked)).ShouldBe(HttpStatusCode.RequestEntityTooLarge);

        (await shop.Desk.GetAsync("/deliveries")).List().ShouldBeEmpty();
        var refused = (await shop.Desk.GetAsync("/deliveries/refused")).List().ShouldHaveSingleItem();
        (refused.Text("reason"), refused.GetProperty("count").GetInt32()).ShouldBe(("too_large", 2));
    }

    [Fact]
    public async Task Wrong_settings_are_named_with_the_way_to_mend_them()
    {
        await using var shop = await Shop.StartAsync();
        var missing = await shop.Desk.PostAsync("/inboxes", new { channel = "telegram", name = "Bot", settings = new { } }, HttpStatusCode.UnprocessableEntity);
        missing.GetProperty("errors").Text("settings.botToken").ShouldNotBeNullOrWhiteSpace();

        var inbox = await shop.Desk.PostAsync("/inboxes", new
        {
            channel = "telegram", name = "Bot", settings = new { botToken = "1234567:AAHnobodyKnowsThisTokenAtAll0000000", webhookSecret = "s_ecret", apiBaseUrl = shop.World.Telegram.Url.GetLeftPart(UriPartial.Authority) },
        }, HttpStatusCode.Created);
        var check = await shop.Desk.PostAsync($"/inboxes/{inbox.Id()}/check");
        check.Is("ok").ShouldBeFalse();
        var broken = check.List("steps").First(s => !s.Is("ok"));
        broken.Text("message").ShouldNotBeNullOrWhiteSpace();
        broken.Text("fix").ShouldNotBeNullOrWhiteSpace();
    }

    private static Task<HttpStatusCode> PostAsync(JsonElement inbox, string body, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, inbox.Text("webhookUrl")) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers) { request.Headers.Add(name, value); }
        return SendAsync(request);
    }

    private static async Task<HttpStatusCode> SendAsync(HttpRequestMessage request)
    {
        using var http = new HttpClient();
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
