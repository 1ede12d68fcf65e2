using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Telegram;
using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.Telegram;

/// <summary>The requests we send, against approved ones and against the official description.</summary>
public sealed class TelegramSenderTests
{
    internal const string Token = "7011223344:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw";
    internal static readonly TelegramChannel Channel = new();
    internal static readonly ChannelSettings Settings = Channel.ParseSettings(
        JsonDocument.Parse($$"""{"botToken":"{{Token}}","webhookSecret":"brd-7Qm3vX_tok-01"}""").RootElement);

    public static TheoryData<string, OutboundMessage> Approved => new()
    {
        { "outbound-send-message.json", To("5512345678", "お問い合わせありがとうございます。確認いたします🙇") },
        { "outbound-send-message-reply.json", To("-1002045678901", "รับทราบค่ะ") with { ReplyTo = "5120" } },
        { "outbound-send-message-topic.json", To("-1002199887766:9001", "กำลังตรวจสอบค่ะ") },
        {
            "outbound-send-message-inline-keyboard.json",
            To("5512345678", "どうされますか？") with
            {
                Rich = new()
                {
                    Buttons = [new(RichButtonKind.Reply, "返品する", "return:A-1042"), new(RichButtonKind.Reply, "交換する", "exchange:A-1042"), new(RichButtonKind.Link, "詳細", "https://example.com/orders/A-1042")],
                },
            }
        },
        { "outbound-send-message-business.json", To("bc_Xk29fQ7LmZ:5698765432", "您好！") },
    };

    [Theory, MemberData(nameof(Approved))]
    public async Task A_request_is_as_approved(string fixture, OutboundMessage message)
    {
        var sent = (await SentAsync(message))[0];

        sent.Url.ToString().ShouldBe($"https://api.telegram.org/bot{Token}/sendMessage");
        JsonElement.DeepEquals(sent.Json, Fixtures.Outbound("telegram", fixture)).ShouldBeTrue(sent.Text);
    }

    [Theory, MemberData(nameof(Approved))]
    public async Task A_request_is_what_the_Bot_API_describes(string fixture, OutboundMessage message)
    {
        var spec = TelegramSpec.Load(ReferenceData.Require("channels", "specs", "telegram", "api.json"));

        spec.Problems("sendMessage", (await SentAsync(message))[0].Json).ShouldBeEmpty(fixture);
    }

    [Fact]
    public async Task Quick_replies_that_say_what_they_show_are_keys_and_others_are_buttons()
    {
        var approved = Fixtures.Outbound("telegram", "outbound-send-message-quick-replies.json").GetProperty("reply_markup");
        var keys = (await SentAsync(To("681234567", "Pilih satu:") with { Rich = new() { QuickReplies = [Same("Status pesanan"), Same("Bicara dengan CS")] } }))[0].Json.GetProperty("reply_markup");
        JsonElement.DeepEquals(keys.GetProperty("keyboard")[0], approved.GetProperty("keyboard")[0]).ShouldBeTrue(keys.GetRawText());
        keys.GetProperty("one_time_keyboard").GetBoolean().ShouldBeTrue();

        var buttons = (await SentAsync(To("681234567", "Pilih satu:") with { Rich = new() { QuickReplies = [new(RichButtonKind.Reply, "Ya", "yes")] } }))[0].Json.GetProperty("reply_markup");
        buttons.GetProperty("inline_keyboard")[0][0].GetProperty("callback_data").GetString().ShouldBe("yes");

        static RichButton Same(string title) => new(RichButtonKind.Reply, title, title);
    }

    [Fact]
    public async Task A_tap_that_would_return_too_much_becomes_text()
    {
        var sent = (await SentAsync(To("1", "Choose") with { Rich = new() { Buttons = [new(RichButtonKind.Reply, "Yes", new string('é', 33))] } }))[0].Json;

        sent.GetProperty("text").GetString().ShouldBe("Choose\n\n1. Yes");
        sent.TryGetProperty("reply_markup", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_list_and_a_place_are_what_the_Bot_API_describes()
    {
        var spec = TelegramSpec.Load(ReferenceData.Require("channels", "specs", "telegram", "api.json"));
        var sent = await SentAsync(To("1", "Choose") with
        {
            Rich = new() { List = new("Open", [new("Sizes", [new("s", "Small", "to 2 kg")])]), Location = new(1.29, 103.85, "Our shop") },
        });

        spec.Problems("sendMessage", sent[0].Json).ShouldBeEmpty();
        spec.Problems("sendVenue", sent[1].Json).ShouldBeEmpty();
        sent[0].Json.GetProperty("text").GetString().ShouldBe("Choose\n\nSizes\n• Small (to 2 kg)");
    }

    [Theory]
    [InlineData(ActKind.Edit, "editMessageText", "outbound-edit-message-text.json")]
    [InlineData(ActKind.Delete, "deleteMessage", "outbound-delete-message.json")]
    [InlineData(ActKind.Typing, "sendChatAction", "outbound-send-chat-action.json")]
    public async Task An_act_is_as_approved(ActKind kind, string method, string fixture)
    {
        var provider = new FakeProvider(Fixtures.Reply("telegram", "response-true.json"));

        (await ActAsync(provider, Act(kind))).ShouldBeOfType<SendResult.Sent>();

        provider.Requests[0].Url.AbsolutePath.ShouldEndWith("/" + method);
        JsonElement.DeepEquals(provider.Requests[0].Json, Fixtures.Outbound("telegram", fixture)).ShouldBeTrue(provider.Requests[0].Text);
    }

    [Fact]
    public async Task Acts_are_what_the_Bot_API_describes()
    {
        var spec = TelegramSpec.Load(ReferenceData.Require("channels", "specs", "telegram", "api.json"));
        foreach (var thread in new[] { "5512345678", "-1002199887766:9001", "bc_Xk29fQ7LmZ:5698765432" })
        {
            foreach (var kind in new[] { ActKind.Edit, ActKind.Delete, ActKind.React, ActKind.Unreact, ActKind.Typing })
            {
                var provider = new FakeProvider(Fixtures.Reply("telegram", "response-true.json"));
                await ActAsync(provider, Act(kind) with { ThreadId = thread });
                spec.Problems(provider.Requests[0].Url.Segments[^1], provider.Requests[0].Json).ShouldBeEmpty($"{kind} {thread}");
            }
        }
    }

    [Fact]
    public async Task What_is_done_already_counts_as_done_and_a_caption_is_edited_as_one()
    {
        (await ActAsync(new FakeProvider(Fixtures.Reply("telegram", "error-400-not-modified.json")), Act(ActKind.Edit))).ShouldBeOfType<SendResult.Sent>();
        (await ActAsync(new FakeProvider(Bad("message to delete not found")), Act(ActKind.Delete))).ShouldBeOfType<SendResult.Sent>();
        (await ActAsync(new FakeProvider(Bad("message can't be deleted for everyone")), Act(ActKind.Delete))).ShouldBeOfType<SendResult.Failed>();
        var caption = new FakeProvider(Bad("there is no text in the message to edit"), Fixtures.Reply("telegram", "response-true.json"));
        (await ActAsync(caption, Act(ActKind.Edit))).ShouldBeOfType<SendResult.Sent>();
        caption.Requests[1].Url.AbsolutePath.ShouldEndWith("/editMessageCaption");

        static ProviderReply Bad(string words) => new(400, $$"""{"ok":false,"error_code":400,"description":"Bad Request: {{words}}"}""");
    }

    private static OutboundAct Act(ActKind kind) => new(kind)
    {
        ThreadId = "5512345678", RecipientId = "5512345678", ExternalId = kind == ActKind.Typing ? null : "303", Text = "返品を受け付けました✅", Emoji = "❤️", IdempotencyKey = "1",
    };

    private static Task<SendResult> ActAsync(HttpMessageHandler provider, OutboundAct act) => Channel.ActAsync(act, Settings, new(new HttpClient(provider, false), TimeProvider.System), default);

    [Theory]
    [InlineData("a.jpg", "image/jpeg", "sendPhoto", "photo")]
    [InlineData("a.png", "image/png", "sendPhoto", "photo")]
    [InlineData("a.gif", "image/gif", "sendAnimation", "animation")]
    [InlineData("a.svg", "image/svg+xml", "sendDocument", "document")]
    [InlineData("a.mp4", "video/mp4", "sendVideo", "video")]
    [InlineData("a.ogg", "audio/ogg; codecs=opus", "sendVoice", "voice")]
    [InlineData("a.mp3", "audio/mpeg", "sendAudio", "audio")]
    [InlineData("請求書.pdf", "application/pdf", "sendDocument", "document")]
    public async Task A_file_goes_by_the_method_that_shows_it_best(string name, string type, string method, string field)
    {
        var sent = (await SentAsync(To("5512345678", "caption") with { ReplyTo = "7", Attachments = [File(name, type)] })).ShouldHaveSingleItem();

        sent.Url.AbsolutePath.ShouldEndWith("/" + method);
        sent.ContentType.ShouldBe("multipart/form-data");
        sent.Text.ShouldContain($"form-data; name=\"{field}\"; filename=\"{name}\"");
        sent.Text.ShouldContain("name=\"caption\"");
        sent.Text.ShouldContain("{\"message_id\":7,\"allow_sending_without_reply\":true}");
    }

    [Theory]
    [InlineData("image/jpeg")]
    [InlineData("image/gif")]
    [InlineData("video/mp4")]
    [InlineData("audio/ogg")]
    [InlineData("audio/mpeg")]
    [InlineData("application/pdf")]
    public async Task An_upload_has_the_fields_the_Bot_API_describes(string type)
    {
        var spec = TelegramSpec.Load(ReferenceData.Require("channels", "specs", "telegram", "api.json"));

        var sent = (await SentAsync(To("bc_X:5512345678", "caption") with { ReplyTo = "7", Attachments = [File("a", type)] }))[0];

        spec.FormProblems(sent.Url.Segments[^1], sent.FormFields).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_of_an_object_store_goes_out_with_its_length()
    {
        long? length = null;
        var handler = new Lengths(n => length = n);
        var file = new OutboundAttachment("a.pdf", "application/pdf", 5, _ => Task.FromResult<Stream>(new Unseekable("bytes"u8.ToArray())));

        await Channel.SendAsync(To("1", "") with { Attachments = [file] }, Settings, new(new(handler), TimeProvider.System), default);

        length.ShouldNotBeNull().ShouldBeGreaterThan(5);
    }

    [Fact]
    public async Task A_text_longer_than_a_caption_goes_before_the_files()
    {
        var sent = await SentAsync(To("5512345678", new string('a', 1025)) with { Attachments = [File("a.pdf", "application/pdf"), File("b.pdf", "application/pdf")] });

        sent.Select(r => r.Url.Segments[^1]).ShouldBe(["sendMessage", "sendDocument", "sendDocument"]);
    }

    [Fact]
    public async Task A_migrated_group_is_written_to_at_its_new_address_once()
    {
        var provider = new FakeProvider(Fixtures.Reply("telegram", "error-400-migrated.json"), Fixtures.Reply("telegram", "response-send-message.json"));

        var sent = (await SendAsync(provider, To("-4567890123", "hi"))).ShouldBeOfType<SendResult.Sent>();

        sent.ThreadId.ShouldBe("-1002045678901");
        sent.Key.ShouldBe("-1002045678901:304");
        provider.Requests.Select(r => r.Json.GetProperty("chat_id").GetInt64()).ShouldBe([-4567890123, -1002045678901]);
    }

    [Fact]
    public async Task What_was_sent_is_known_by_chat_and_message()
    {
        var provider = new FakeProvider(Fixtures.Reply("telegram", "response-send-message.json"));

        (await KeyAsync("5512345678")).ShouldBe("5512345678:304");
        (await KeyAsync("-1002199887766:9001")).ShouldBe("-1002199887766:304");
        (await KeyAsync("bc_X:5512345678")).ShouldBe("bc_X:5512345678:304");

        async Task<string?> KeyAsync(string thread) => (await SendAsync(provider, To(thread, "hi"))).ShouldBeOfType<SendResult.Sent>().Key;
    }

    [Theory]
    [InlineData("5512345678", true)]
    [InlineData("-1002045678901", false)]
    public async Task Too_many_requests_hold_the_bot_or_only_the_group(string chat, bool wholeInbox)
    {
        var retry = (await SendAsync(new FakeProvider(Fixtures.Reply("telegram", "error-429-flood.json")), To(chat, "hi"))).ShouldBeOfType<SendResult.Retry>();

        retry.After.ShouldBe(TimeSpan.FromSeconds(17));
        retry.WholeInbox.ShouldBe(wholeInbox);
    }

    [Fact]
    public async Task A_file_too_large_is_declined_before_it_is_read()
    {
        var huge = new OutboundAttachment("film.mp4", "video/mp4", 60_000_000, _ => throw new InvalidOperationException("must not be opened"));

        (await SendAsync(new FakeProvider(ProviderReply.Ok("{}")), To("1", "") with { Attachments = [huge] })).ShouldBeOfType<SendResult.Failed>().Reason.ShouldContain("50 MB");
    }

    [Fact]
    public async Task Another_server_can_stand_in()
    {
        var settings = Channel.ParseSettings(JsonDocument.Parse($$"""{"botToken":"{{Token}}","receive":"polling","apiBaseUrl":"http://127.0.0.1:8081/tg/"}""").RootElement);
        var provider = new FakeProvider(Fixtures.Reply("telegram", "response-send-message.json"));

        await Channel.SendAsync(To("1", "hi"), settings, new(provider.Client, TimeProvider.System), default);

        provider.Requests[0].Url.ToString().ShouldBe($"http://127.0.0.1:8081/tg/bot{Token}/sendMessage");
    }

    internal static OutboundMessage To(string thread, string text) =>
        new() { Id = Guid.Empty, IdempotencyKey = "k", ThreadId = thread, RecipientId = thread, Text = text };

    private static OutboundAttachment File(string name, string type) => new(name, type, 5, _ => Task.FromResult<Stream>(new MemoryStream("bytes"u8.ToArray())));

    private static async Task<List<ProviderRequest>> SentAsync(OutboundMessage message)
    {
        var provider = new FakeProvider(Fixtures.Reply("telegram", "response-send-message.json"));
        (await SendAsync(provider, message)).ShouldBeOfType<SendResult.Sent>();
        return provider.Requests;
    }

    private static Task<SendResult> SendAsync(FakeProvider provider, OutboundMessage message) =>
        Channel.SendAsync(message, Settings, new(provider.Client, TimeProvider.System), default);

    private sealed class Unseekable(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }

    private sealed class Lengths(Action<long?> tell) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            tell(request.Content!.Headers.ContentLength);
            (await request.Content.ReadAsByteArrayAsync(cancellationToken)).LongLength.ShouldBe(request.Content.Headers.ContentLength!.Value);
            return new(System.Net.HttpStatusCode.OK);
        }
    }
}
