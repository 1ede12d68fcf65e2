using System.Text.Json.Nodes;
using Braid.Simulator.Telegram;

namespace Braid.Simulator.Tests.Telegram;

public sealed class TelegramServerTests : WorldTest
{
    private TelegramPerson kenta = null!;

    private Task<(int Status, JsonObject Body)> CallAsync(string method, JsonObject? parameters = null, string? token = null) =>
        PostAsync(new Uri(World.Telegram.Url, $"/bot{token ?? World.Telegram.Bot.Token}/{method}"), parameters ?? []);

    private async Task<TelegramSaid> KentaWritesAsync(string text = "注文番号 #A-1024 の状況を教えてください🙏")
    {
        kenta = World.Telegram.Person("健太", "田中", "tanaka_kenta", "ja");
        return await kenta.WritesAsync(text);
    }

    [Fact]
    public async Task GetMe_has_the_documented_shape()
    {
        var (status, body) = await CallAsync("getMe");
        status.ShouldBe(200);
        Fixture.Shape(body).ShouldBe(Fixture.Shape(Fixture.Read("telegram/response-get-me.json")["body"]));
    }

    [Fact]
    public async Task A_text_arrives_by_webhook_with_the_secret_and_in_escaped_json()
    {
        await CallAsync("setWebhook", new JsonObject { ["url"] = Braid.Url.ToString(), ["secret_token"] = "brd-7Qm3vX_tok-01" });
        var said = await KentaWritesAsync();
        var hook = await Braid.Hooks.WaitForAsync(_ => true, Ct);

        hook.Headers["X-Telegram-Bot-Api-Secret-Token"].ShouldBe("brd-7Qm3vX_tok-01");
        hook.Text.ShouldContain("\\u6ce8\\u6587");
        hook.Text.All(char.IsAscii).ShouldBeTrue();
        hook.Json["message"]!["text"]!.GetValue<string>().ShouldBe("注文番号 #A-1024 の状況を教えてください🙏");
        Fixture.Shape(hook.Json).ShouldBe(Fixture.Shape(Fixture.Read("telegram/inbound-text.json")));
        await said.Acknowledged.WaitAsync(Ct);
    }

    [Fact]
    public async Task Other_kinds_have_the_documented_shapes()
    {
        World.Telegram.Bot.SetWebhook(Braid.Url, "s");
        var first = await KentaWritesAsync();
        await kenta.SendsAsync("voice", SimulatedFile.Voice());
        await kenta.SendsAsync("document", SimulatedFile.Pdf("領収書.pdf", "Receipt"), "領収書です");
        await kenta.EditsAsync(first, "#A-1042");
        await kenta.ReactsAsync(first.MessageId, "❤");
        await kenta.BlocksTheBotAsync();
        var hooks = await Braid.Hooks.WaitForAsync(6, _ => true, Ct);

        // Fixtures of people without a username or last name have fewer fields; the person's own fields are left out.
        string[] names = ["inbound-voice", "inbound-document-caption", "inbound-edited-message", "inbound-message-reaction-added", "inbound-my-chat-member-blocked"];
        for (var i = 0; i < names.Length; i++)
        {
            Named(Fixture.Shape(hooks[i + 1].Json)).ShouldBe(Named(Fixture.Shape(Fixture.Read($"telegram/{names[i]}.json"))), names[i]);
        }

        static IEnumerable<string> Named(IEnumerable<string> shape) =>
            shape.Where(p => !p.Contains("username", StringComparison.Ordinal) && !p.Contains("last_name", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_webhook_is_repeated_until_it_is_taken()
    {
        Braid.Answers.Enqueue(500);
        Braid.Answers.Enqueue(503);
        World.Telegram.Bot.SetWebhook(Braid.Url, "s");
        var said = await KentaWritesAsync();
        await said.Acknowledged.WaitAsync(Ct);

        Braid.Hooks.Items.Count.ShouldBe(3);
        Braid.Hooks.Items.Select(h => h.Text).Distinct().Count().ShouldBe(1);
        World.Webhooks.Items.Select(w => w.Status).ShouldBe([500, 503, 200]);
    }

    [Fact]
    public async Task Polling_gives_each_update_until_it_is_confirmed()
    {
        var said = await KentaWritesAsync();
        var (_, first) = await CallAsync("getUpdates");
        var (_, again) = await CallAsync("getUpdates");
        var id = first["result"]![0]!["update_id"]!.GetValue<long>();
        var (_, after) = await CallAsync("getUpdates", new JsonObject { ["offset"] = id + 1 });

        JsonNode.DeepEquals(first, again).ShouldBeTrue();
        after["result"]!.AsArray().ShouldBeEmpty();
        said.Acknowledged.IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public async Task A_long_poll_wakes_when_something_is_said()
    {
        var poll = CallAsync("getUpdates", new JsonObject { ["timeout"] = 50 });
        poll.IsCompleted.ShouldBeFalse();
        await KentaWritesAsync("hello");
        (await poll).Body["result"]![0]!["message"]!["text"]!.GetValue<string>().ShouldBe("hello");
    }

    [Fact]
    public async Task Polling_while_a_webhook_is_set_is_a_conflict()
    {
        World.Telegram.Bot.SetWebhook(Braid.Url, "s");
        await SameAsFixtureAsync("error-409-webhook-active", await CallAsync("getUpdates"));
    }

    [Fact]
    public async Task A_message_reaches_the_person_and_is_answered_as_documented()
    {
        await KentaWritesAsync();
        var (status, body) = await CallAsync("sendMessage", new JsonObject { ["chat_id"] = kenta.Id, ["text"] = "確認いたします🙇" });
        var seen = await kenta.Received.WaitForAsync(r => r.Kind == "text", Ct);

        status.ShouldBe(200);
        Fixture.Shape(body).ShouldBe(Fixture.Shape(Fixture.Read("telegram/response-send-message.json")["body"]));
        seen.Text.ShouldBe("確認いたします🙇");
        seen.MessageId.ShouldBe(body["result"]!["message_id"]!.GetValue<long>());
    }

    [Fact]
    public async Task A_button_that_is_pressed_comes_back_and_must_be_acknowledged_once()
    {
        World.Telegram.Bot.SetWebhook(Braid.Url, "s");
        await KentaWritesAsync();
        var outbound = Fixture.Read("telegram/outbound-send-message-inline-keyboard.json")["body"]!.DeepClone().AsObject();
        outbound["chat_id"] = kenta.Id;
        await CallAsync("sendMessage", outbound);
        var seen = await kenta.Received.WaitForAsync(r => r.Buttons.Count > 0, Ct);
        await kenta.PressesAsync(seen, "返品する");
        var hook = await Braid.Hooks.WaitForAsync(h => h.Json["callback_query"] is not null, Ct);
        var answer = new JsonObject { ["callback_query_id"] = hook.Json["callback_query"]!["id"]!.GetValue<string>() };

        Fixture.Shape(hook.Json).ShouldBe(Fixture.Shape(Fixture.Read("telegram/inbound-callback-query.json")));
        await SameAsFixtureAsync("response-true", await CallAsync("answerCallbackQuery", answer));
        await SameAsFixtureAsync("error-400-query-too-old", await CallAsync("answerCallbackQuery", answer));
    }

    [Fact]
    public async Task Nobody_is_written_to_first() =>
        await SameAsFixtureAsync("error-400-chat-not-found", await CallAsync("sendMessage", new JsonObject { ["chat_id"] = 42, ["text"] = "hi" }));

    [Fact]
    public async Task Somebody_who_blocked_the_bot_is_out_of_reach()
    {
        await KentaWritesAsync();
        await kenta.BlocksTheBotAsync();
        await SameAsFixtureAsync("error-403-blocked", await CallAsync("sendMessage", new JsonObject { ["chat_id"] = kenta.Id, ["text"] = "hi" }));
    }

    [Fact]
    public async Task A_group_that_moved_or_kicked_the_bot_says_so()
    {
        World.Telegram.Bot.SetWebhook(Braid.Url, "s");
        var (ana, ben) = (World.Telegram.Person("Ana"), World.Telegram.Person("Ben"));
        var group = World.Telegram.Group("カスタマーサポート🛠", ana, ben);
        await ana.WritesAsync("hello all", group: group);
        (await CallAsync("sendMessage", new JsonObject { ["chat_id"] = group.Id, ["text"] = "welcome" })).Status.ShouldBe(200);
        ben.Received.Items.Single().Text.ShouldBe("welcome");

        var old = group.Id;
        await group.MovesAsync();
        var (status, body) = await CallAsync("sendMessage", new JsonObject { ["chat_id"] = old, ["text"] = "hi" });
        var fixture = Fixture.Read("telegram/error-400-migrated.json")["body"]!;
        (status, body["description"]!.GetValue<string>()).ShouldBe((400, fixture["description"]!.GetValue<string>()));
        body["parameters"]!["migrate_to_chat_id"]!.GetValue<long>().ShouldBe(group.Id);

        group.KicksTheBot();
        await SameAsFixtureAsync("error-403-kicked", await CallAsync("sendMessage", new JsonObject { ["chat_id"] = group.Id, ["text"] = "hi" }));
    }

    [Theory]
    [InlineData("", "message text is empty")]
    [InlineData("   ", "message text is empty")]
    [InlineData("<b>open", "can't parse entities: Can't find end tag corresponding to start tag \"b\"")]
    [InlineData("<blink>x</blink>", "can't parse entities: Unsupported start tag \"blink\" at byte offset 0")]
    public async Task Bad_text_is_refused(string text, string why)
    {
        await KentaWritesAsync();
        var (status, body) = await CallAsync("sendMessage", new JsonObject { ["chat_id"] = kenta.Id, ["text"] = text, ["parse_mode"] = "HTML" });
        status.ShouldBe(400);
        body["description"]!.GetValue<string>().ShouldBe("Bad Request: " + why);
        kenta.Received.Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Length_counts_after_the_markup_is_read()
    {
        await KentaWritesAsync();
        JsonObject Message(string text) => new() { ["chat_id"] = kenta.Id, ["text"] = text, ["parse_mode"] = "HTML" };
        (await CallAsync("sendMessage", Message($"<b>{new string('a', 4096)}</b>"))).Status.ShouldBe(200);
        await SameAsFixtureAsync("error-400-too-long", await CallAsync("sendMessage", Message(new string('a', 4097))));
    }

    [Fact]
    public async Task Unclosed_markdown_is_refused_as_documented()
    {
        await KentaWritesAsync();
        var message = new JsonObject { ["chat_id"] = kenta.Id, ["text"] = "hello world *bold", ["parse_mode"] = "MarkdownV2" };
        await SameAsFixtureAsync("error-400-cant-parse-entities", await CallAsync("sendMessage", message));
    }

    [Fact]
    public async Task The_same_edit_twice_is_not_modified()
    {
        await KentaWritesAsync();
        var (_, sent) = await CallAsync("sendMessage", new JsonObject { ["chat_id"] = kenta.Id, ["text"] = "one" });
        var edit = new JsonObject { ["chat_id"] = kenta.Id, ["message_id"] = sent["result"]!["message_id"]!.GetValue<long>(), ["text"] = "two" };
        (await CallAsync("editMessageText", edit)).Status.ShouldBe(200);
        await SameAsFixtureAsync("error-400-not-modified", await CallAsync("editMessageText", edit));
        (await kenta.Received.WaitForAsync(r => r.Kind == "edit", Ct)).Text.ShouldBe("two");
    }

    [Fact]
    public async Task A_file_that_was_sent_can_be_fetched_and_is_the_same()
    {
        World.Telegram.Bot.SetWebhook(Braid.Url, "s");
        kenta = World.Telegram.Person("健太");
        var photo = SimulatedFile.Photo(3);
        await kenta.SendsAsync("photo", photo, "これです");
        var hook = await Braid.Hooks.WaitForAsync(_ => true, Ct);
        var id = hook.Json["message"]!["photo"]!.AsArray()[^1]!["file_id"]!.GetValue<string>();
        var (_, file) = await CallAsync("getFile", new JsonObject { ["file_id"] = id });
        var bytes = await Http.GetByteArrayAsync(new Uri(World.Telegram.Url, $"/file/bot{World.Telegram.Bot.Token}/{file["result"]!["file_path"]}"), Ct);

        Fixture.Shape(file).ShouldBe(Fixture.Shape(Fixture.Read("telegram/response-get-file.json")["body"]));
        bytes.ShouldBe(photo.Content);
    }

    [Fact]
    public async Task A_file_over_20_MB_can_not_be_fetched()
    {
        World.Telegram.Bot.SetWebhook(Braid.Url, "s");
        await World.Telegram.Person("健太").SendsAsync("document", new SimulatedFile("big.bin", "application/octet-stream", new byte[(20 << 20) + 1]));
        var hook = await Braid.Hooks.WaitForAsync(_ => true, Ct);
        var id = hook.Json["message"]!["document"]!["file_id"]!.GetValue<string>();
        await SameAsFixtureAsync("error-400-file-too-big", await CallAsync("getFile", new JsonObject { ["file_id"] = id }));
    }

    [Fact]
    public async Task Uploads_come_as_multipart()
    {
        await KentaWritesAsync();
        using var form = new MultipartFormDataContent
        {
            { new StringContent(kenta.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)), "chat_id" },
            { new StringContent("返送ラベル"), "caption" },
            { new ByteArrayContent(SimulatedFile.Photo(1).Content), "photo", "label.png" },
        };
        using var response = await Http.PostAsync(new Uri(World.Telegram.Url, $"/bot{World.Telegram.Bot.Token}/sendPhoto"), form, Ct);
        var seen = await kenta.Received.WaitForAsync(r => r.Kind == "photo", Ct);

        response.IsSuccessStatusCode.ShouldBeTrue();
        (seen.Text, seen.File!.Content.Length).ShouldBe(("返送ラベル", SimulatedFile.Photo(1).Content.Length));
    }

    [Fact]
    public async Task Faults_are_worded_as_documented()
    {
        await KentaWritesAsync();
        var message = new JsonObject { ["chat_id"] = kenta.Id, ["text"] = "hi" };
        World.Faults.Next(SimulatedProvider.Telegram, "sendMessage", new Fault.TooManyRequests(17));
        await SameAsFixtureAsync("error-429-flood", await CallAsync("sendMessage", message));
        World.Faults.Next(SimulatedProvider.Telegram, "sendMessage", new Fault.ServerError());
        await SameAsFixtureAsync("error-500-internal", await CallAsync("sendMessage", message));
        (await CallAsync("sendMessage", message)).Status.ShouldBe(200);
        kenta.Received.Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Wrong_tokens_are_refused()
    {
        await SameAsFixtureAsync("error-401-unauthorized", await CallAsync("getMe", token: "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"));
        await SameAsFixtureAsync("error-404-bad-token", await CallAsync("getMe", token: "nonsense"));
    }

    private static Task SameAsFixtureAsync(string name, (int Status, JsonObject Body) answer)
    {
        var fixture = Fixture.Read($"telegram/{name}.json");
        answer.Status.ShouldBe(fixture["_httpStatus"]!.GetValue<int>());
        answer.Body.ToJsonString().ShouldBe(fixture["body"]!.ToJsonString());
        return Task.CompletedTask;
    }
}
