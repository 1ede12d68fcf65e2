using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Instagram;
using Braid.Channels.Messenger;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.Tests.Instagram;
using Braid.Channels.Tests.Messenger;

namespace Braid.Channels.Tests.Meta;

/// <summary>The requests we send, against approved ones.</summary>
public sealed class MetaSenderTests
{
    private static readonly Guid Id = Guid.Parse("0198c0de-0000-7000-8000-000000000001");
    private const string Budi = "6841203957712043";
    private const string Dina = "5894371620957113";
    private const string Mid = "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxKEtpZCq4XxwPYxI8apeSCBvePeh3bjNION5rFh17ADQgZj00FthtUj1fram5ZD";

    public static TheoryData<string, OutboundMessage> Messenger => new()
    {
        { "outbound-text.json", To(Budi, "Buka sampai jam 21.00 ya 🙏") },
        { "outbound-private-reply-to-comment.json", To("comment:122105551234567890_987650001", "Hai kak Budi, detail COD kami kirim di sini ya.") with { PrivateReplyTo = "122105551234567890_987650001" } },
        {
            "outbound-button-template.json",
            To(Budi, "Mau lanjut?") with { Rich = new() { Buttons = [new(RichButtonKind.Reply, "Ya", "YES"), new(RichButtonKind.Link, "Web", "https://example.com"), new(RichButtonKind.Call, "Telepon", "+6281110009922")] } }
        },
        {
            "outbound-generic-template.json",
            To(Budi, "") with { Rich = new() { Cards = [new("Kaos", "Rp 199.000", "https://example.com/p/1.jpg", [new(RichButtonKind.Reply, "Pesan", "BUY:1")])] } }
        },
        { "outbound-file-by-attachment-id.json", To(Budi, "") with { Attachments = [File("a.zip", "application/zip")] } },
    };

    public static TheoryData<string, OutboundMessage> Instagram => new()
    {
        { "outbound-text.json", To(Dina, "Halo kak 👋 ada yang bisa dibantu?") },
        { "outbound-reply-to-message.json", To(Dina, "Masih ada 2 pcs ya 😊") with { ReplyTo = Mid } },
        { "outbound-private-reply-to-comment.json", To("comment:17919697626119712", "Hai kak Dina, detailnya kami kirim di sini ya 🙏") with { PrivateReplyTo = "17919697626119712" } },
        {
            "outbound-quick-replies.json",
            To(Dina, "Pilih ya:") with { Rich = new() { QuickReplies = [new(RichButtonKind.Reply, "Cek ongkir", "SHIPPING_COST"), new(RichButtonKind.Reply, "Bicara admin", "HUMAN")] } }
        },
        {
            "outbound-generic-template.json",
            To(Dina, "") with
            {
                Rich = new() { Cards = [new("Kaos hitam", "Rp 199.000", "https://example.com/p/1.jpg", [new(RichButtonKind.Link, "Lihat", "https://example.com/p/1"), new(RichButtonKind.Reply, "Tanya", "ASK:1")])] },
            }
        },
    };

    [Theory, MemberData(nameof(Messenger))]
    public async Task A_page_s_request_is_as_approved(string fixture, OutboundMessage message)
    {
        var approved = Approved("messenger", fixture);
        approved["message"]!["metadata"] = Id.ToString();

        var sent = await SentAsync(new MessengerChannel(), MessengerConformance.SettingsText, message);

        sent.Url.ToString().ShouldBe("https://graph.facebook.com/v25.0/104938472615038/messages");
        sent.Headers["Authorization"].ShouldBe("Bearer EAAG-token-of-the-page-1");
        JsonNode.DeepEquals(JsonNode.Parse(sent.Body), approved).ShouldBeTrue($"{sent.Text}\nis not\n{approved.ToJsonString()}");
    }

    [Theory, MemberData(nameof(Instagram))]
    public async Task An_account_s_request_is_as_approved(string fixture, OutboundMessage message)
    {
        var approved = Approved("instagram", fixture);
        // A card as a whole is not tapped here; its link is a button.
        (approved["message"]?["attachment"]?["payload"]?["elements"]?[0] as JsonObject)?.Remove("default_action");

        var sent = await SentAsync(new InstagramChannel(), InstagramConformance.SettingsText, message);

        sent.Url.ToString().ShouldBe("https://graph.facebook.com/v25.0/104938472615038/messages");
        JsonNode.DeepEquals(JsonNode.Parse(sent.Body), approved).ShouldBeTrue($"{sent.Text}\nis not\n{approved.ToJsonString()}");
    }

    [Theory]
    [InlineData("messenger", "122105551234567890_987650001", "/comments")]
    [InlineData("instagram", "17919697626119712", "/replies")]
    public async Task An_answer_to_a_comment_is_as_approved(string channel, string comment, string edge)
    {
        var approved = Approved(channel, "outbound-comment-reply.json");
        approved.Remove("_request");

        var sent = await SentAsync(Channel(channel), Text(channel), To("comment:" + comment, (string)approved["message"]!) with { RecipientId = Budi });

        sent.Url.AbsolutePath.ShouldBe($"/v25.0/{comment}{edge}");
        JsonNode.DeepEquals(JsonNode.Parse(sent.Body), approved).ShouldBeTrue(sent.Text);
    }

    [Theory]
    [InlineData("messenger", ActKind.Hide, "outbound-comment-hide.json", "122105551234567890_987650001")]
    [InlineData("instagram", ActKind.Hide, "outbound-comment-hide.json", "17919697626119712")]
    [InlineData("messenger", ActKind.MarkRead, "outbound-mark-seen.json", null)]
    [InlineData("instagram", ActKind.MarkRead, "outbound-mark-seen.json", null)]
    [InlineData("messenger", ActKind.Typing, "outbound-typing-on.json", null)]
    [InlineData("instagram", ActKind.Typing, "outbound-typing.json", null)]
    [InlineData("instagram", ActKind.React, "outbound-reaction.json", null)]
    public async Task An_act_is_as_approved(string channel, ActKind kind, string fixture, string? comment)
    {
        var approved = Approved(channel, fixture);
        approved.Remove("_request");
        var provider = new FakeProvider(ProviderReply.Ok("""{"success":true}"""));
        var person = channel == "messenger" ? Budi : Dina;
        var act = new OutboundAct(kind)
        {
            ThreadId = comment is null ? person : "comment:" + comment, RecipientId = person, ExternalId = comment ?? Mid, Emoji = "❤️", IdempotencyKey = "1",
        };

        (await Channel(channel).ActAsync(act, Parse(channel), Context(provider), default)).ShouldBeOfType<SendResult.Sent>();

        JsonNode.DeepEquals(JsonNode.Parse(provider.Requests[0].Body), approved).ShouldBeTrue(provider.Requests[0].Text);
        provider.Requests[0].Url.AbsolutePath.ShouldBe(comment is null ? "/v25.0/104938472615038/messages" : $"/v25.0/{comment}");
    }

    [Fact]
    public async Task Instagram_counts_bytes()
    {
        var provider = new FakeProvider(ProviderReply.Ok("""{"recipient_id":"1","message_id":"m"}"""));
        var text = string.Concat(Enumerable.Repeat("สวัสดีค่ะ ", 100));

        await Channel("instagram").SendAsync(To(Dina, text), Parse("instagram"), Context(provider), default);

        var parts = provider.Requests.ConvertAll(r => MetaProof.TextOf(r)!);
        parts.ShouldAllBe(part => System.Text.Encoding.UTF8.GetByteCount(part) <= 1000);
        string.Concat(parts).Replace(" ", "", StringComparison.Ordinal).ShouldBe(text.Replace(" ", "", StringComparison.Ordinal));
    }

    [Theory, InlineData("messenger"), InlineData("instagram")]
    public async Task A_shut_window_is_opened_by_the_human_agent_tag_where_Meta_allows_it(string channel)
    {
        var shut = Fixtures.Reply(channel, channel == "messenger" ? "error-10-2018278-outside-window.json" : "error-10-2534022-outside-window.json");
        var provider = new FakeProvider(shut, ProviderReply.Ok("""{"recipient_id":"1","message_id":"m"}"""));
        var allowed = JsonNode.Parse(Text(channel))!.AsObject();
        allowed["humanAgent"] = true;
        var settings = Channel(channel).ParseSettings(JsonSerializer.SerializeToElement(allowed));
        var approved = Approved(channel, "outbound-text-human-agent.json");
        if (channel == "messenger") approved["message"]!["metadata"] = Id.ToString();

        (await Channel(channel).SendAsync(To(channel == "messenger" ? Budi : Dina, (string)approved["message"]!["text"]!), settings, Context(provider), default)).ShouldBeOfType<SendResult.Sent>();

        JsonNode.DeepEquals(JsonNode.Parse(provider.Requests[1].Body), approved).ShouldBeTrue(provider.Requests[1].Text);
        settings.ReplyWindow.ShouldBe(TimeSpan.FromDays(7));
        Parse(channel).ReplyWindow.ShouldBeNull();

        var robot = new FakeProvider(shut);
        (await Channel(channel).SendAsync(To(Budi, "x") with { Automatic = true }, settings, Context(robot), default)).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.WindowClosed);
        robot.Requests.Count.ShouldBe(1);

        var once = new FakeProvider(shut);
        (await Channel(channel).SendAsync(To(Budi, "x"), Parse(channel), Context(once), default)).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.WindowClosed);
        once.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_Instagram_would_not_show_is_declined_before_anything_is_sent()
    {
        var provider = new FakeProvider(ProviderReply.Ok("{}"));

        var failed = await Channel("instagram").SendAsync(To(Dina, "") with { Attachments = [File("a.zip", "application/zip")] }, Parse("instagram"), Context(provider), default);

        failed.ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.Content);
        provider.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_last_part_alone_bears_the_messages_id()
    {
        var provider = new FakeProvider(ProviderReply.Ok("""{"recipient_id":"1","message_id":"m"}"""));

        await Channel("messenger").SendAsync(To(Budi, new string('a', 4500)), Parse("messenger"), Context(provider), default);

        provider.Requests.Select(r => r.Json.GetProperty("message").GetProperty("metadata").GetString()).ShouldBe([$"{Id}:1", $"{Id}:2", $"{Id}"]);
    }

    [Fact]
    public async Task A_private_answer_is_one_message()
    {
        var provider = new FakeProvider(ProviderReply.Ok("{}"));
        var message = To("comment:1", new string('a', 3000)) with { PrivateReplyTo = "1" };

        (await Channel("messenger").SendAsync(message, Parse("messenger"), Context(provider), default)).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.Content);
        provider.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_list_becomes_cards_with_its_button()
    {
        var rich = new RichContent { List = new("Choose", [new("Sizes", [new("s", "Small", "to 2 kg"), new("l", "Large")])]) };

        var sent = await SentAsync(new MessengerChannel(), MessengerConformance.SettingsText, To(Budi, "Which?") with { Rich = rich });

        var first = sent.Json.GetProperty("message").GetProperty("attachment").GetProperty("payload").GetProperty("elements")[0];
        first.GetProperty("title").GetString().ShouldBe("Small");
        first.GetProperty("subtitle").GetString().ShouldBe("Sizes · to 2 kg");
        first.GetProperty("buttons")[0].GetProperty("payload").GetString().ShouldBe("s");
    }

    [Fact]
    public async Task Rich_content_under_a_public_comment_becomes_text()
    {
        var sent = await SentAsync(new MessengerChannel(), MessengerConformance.SettingsText, To("comment:1_2", "Which?") with { Rich = new() { Buttons = [new(RichButtonKind.Link, "Shop", "https://shop.example.com")] } });

        sent.Json.GetProperty("message").GetString().ShouldBe("Which?\n\nShop: https://shop.example.com");
    }

    [Theory]
    [InlineData(10, 2018065, FailureKind.WindowClosed)]
    [InlineData(230, null, FailureKind.Unreachable)]
    [InlineData(299, null, FailureKind.Credentials)]
    [InlineData(368, null, FailureKind.Configuration)]
    [InlineData(100, 33, FailureKind.Configuration)]
    [InlineData(100, 2018047, FailureKind.Content)]
    [InlineData(987654, null, FailureKind.Other)]
    public async Task Codes_decide_not_the_http_status(int code, int? subcode, FailureKind kind)
    {
        var error = new JsonObject { ["error"] = new JsonObject { ["message"] = "words", ["code"] = code, ["error_subcode"] = subcode } };

        (await Channel("messenger").SendAsync(To(Budi, "x"), Parse("messenger"), Context(new FakeProvider(new ProviderReply(400, error.ToJsonString()))), default))
            .ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(kind);
    }

    [Fact]
    public async Task A_call_is_proven_where_the_app_demands_it()
    {
        var settings = MessengerConformance.SettingsText.Replace("\"appId\"", "\"proveCalls\":true,\"appId\"", StringComparison.Ordinal);

        var sent = await SentAsync(new MessengerChannel(), settings, To(Budi, "x"));

        sent.Url.Query.ShouldStartWith("?appsecret_proof=");
        sent.Url.Query.Length.ShouldBe("?appsecret_proof=".Length + 64);
    }

    private static JsonObject Approved(string channel, string fixture) => JsonNode.Parse(Fixtures.Bytes(channel, fixture))!.AsObject();

    private static IChannel Channel(string id) => ChannelCatalogue.Find(id)!;

    private static string Text(string channel) => channel == "messenger" ? MessengerConformance.SettingsText : InstagramConformance.SettingsText;

    private static ChannelSettings Parse(string channel) => Channel(channel).ParseSettings(JsonDocument.Parse(Text(channel)).RootElement);

    private static ProviderContext Context(HttpMessageHandler provider) => new(new HttpClient(provider, false), TimeProvider.System);

    private static OutboundMessage To(string thread, string text) => new() { Id = Id, IdempotencyKey = "k", ThreadId = thread, RecipientId = thread, Text = text };

    private static OutboundAttachment File(string name, string type) => new(name, type, 5, _ => Task.FromResult<Stream>(new MemoryStream("bytes"u8.ToArray())));

    /// <summary>The last request.</summary>
    private static async Task<ProviderRequest> SentAsync(IChannel channel, string settings, OutboundMessage message)
    {
        var provider = new FakeProvider(ProviderReply.Ok("""{"attachment_id":"1857777774821032","recipient_id":"1","message_id":"m","id":"c"}"""));
        (await channel.SendAsync(message, channel.ParseSettings(JsonDocument.Parse(settings).RootElement), Context(provider), default)).ShouldBeOfType<SendResult.Sent>();
        return provider.Requests[^1];
    }
}
