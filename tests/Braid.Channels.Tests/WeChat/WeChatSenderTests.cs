using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.WeChat;

namespace Braid.Channels.Tests.WeChat;

public sealed class WeChatSenderTests
{
    private const string OpenId = "oVx9_5kQ2mTz7LrWcB1yHn4uEaXo";
    private static readonly WeChatChannel Channel = new();
    private static readonly ChannelSettings Settings = Channel.ParseSettings(JsonDocument.Parse(WeChatConformance.SettingsText).RootElement);

    public static TheoryData<string, OutboundMessage> Approved => new()
    {
        { "outbound-custom-text.json", To("您好，您的订单已发货🚚") },
        { "outbound-custom-image.json", To("") with { Attachments = [File("a.png", "image/png")] } },
        {
            "outbound-custom-msgmenu.json",
            To("您对本次服务是否满意？") with
            {
                Rich = new() { Buttons = [new(RichButtonKind.Reply, "满意", "101"), new(RichButtonKind.Reply, "不满意", "102")], Footer = "欢迎再次光临" },
            }
        },
        {
            "outbound-custom-news.json",
            To("") with { Rich = new() { Cards = [new("退货指南", "三步完成", "https://example.com/r.jpg", [new(RichButtonKind.Link, "", "https://example.com/return")])] } }
        },
        {
            "outbound-template-send.json",
            To("") with
            {
                Template = new("ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY", "zh_CN", ["您的订单已发货", "A-1042"]) { BodyParameterNames = ["first", "keyword1"] },
                Rich = new() { Cards = [new("", null, null, [new(RichButtonKind.Link, "", "https://example.com/orders/1")])] },
            }
        },
    };

    [Theory, MemberData(nameof(Approved))]
    public async Task A_request_is_as_approved(string fixture, OutboundMessage message)
    {
        var provider = new FakeProvider((r, _) => Fixtures.Reply("wechat", r.Url.AbsolutePath.EndsWith("upload", StringComparison.Ordinal) ? "response-media-upload.json" : "response-template-ok.json"));

        (await SendAsync(provider, message, new GivenTokens("ACCESS_TOKEN"))).ShouldBeOfType<SendResult.Sent>();

        var sent = provider.Requests[^1];
        JsonNode.DeepEquals(JsonNode.Parse(sent.Body), JsonNode.Parse(Fixtures.Outbound("wechat", fixture).GetRawText())).ShouldBeTrue(sent.Text);
        $"POST {sent.Url}".ShouldBe(Fixtures.Json("wechat", fixture).GetProperty("_request").GetString());
        sent.Text.ShouldNotContain("\\u");
    }

    [Fact]
    public async Task Typing_is_as_approved()
    {
        var provider = new FakeProvider(Fixtures.Reply("wechat", "response-ok.json"));
        var act = new OutboundAct(ActKind.Typing) { ThreadId = OpenId, RecipientId = OpenId, IdempotencyKey = "k" };

        (await Channel.ActAsync(act, Settings, new(provider.Client, TimeProvider.System) { Tokens = new GivenTokens() }, default)).ShouldBeOfType<SendResult.Sent>();

        JsonElement.DeepEquals(provider.Requests[0].Json, Fixtures.Outbound("wechat", "outbound-typing.json")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_token_is_asked_for_once_and_renewed_once_when_refused()
    {
        var tokens = new MemoryTokens(TimeProvider.System);
        var given = 0;
        var provider = new FakeProvider((r, n) => r.Url.AbsolutePath.EndsWith("stable_token", StringComparison.Ordinal)
            ? ProviderReply.Ok($$"""{"access_token":"86_{{++given}}","expires_in":7200}""")
            : n == 3 ? Fixtures.Reply("wechat", "error-40001-token.json") : Fixtures.Reply("wechat", "response-ok.json"));

        for (var i = 0; i < 3; i++) { (await SendAsync(provider, To("hi"), tokens)).ShouldBeOfType<SendResult.Sent>(); }

        provider.Requests.Select(r => r.Url.PathAndQuery).ShouldBe(
        [
            "/cgi-bin/stable_token", "/cgi-bin/message/custom/send?access_token=86_1", "/cgi-bin/message/custom/send?access_token=86_1",
            "/cgi-bin/message/custom/send?access_token=86_1", "/cgi-bin/stable_token", "/cgi-bin/message/custom/send?access_token=86_2",
        ]);
        var approved = JsonNode.Parse(Fixtures.Outbound("wechat", "outbound-stable-token.json").GetRawText())!;
        approved["secret"] = "braid-app-secret-one-0001";
        JsonNode.DeepEquals(JsonNode.Parse(provider.Requests[0].Body), approved).ShouldBeTrue();
    }

    [Theory]
    [InlineData("error-40164-ip.json", typeof(SendResult.Failed))]
    [InlineData("error-busy.json", typeof(SendResult.Retry))]
    public async Task Without_a_token_nothing_is_sent(string fixture, Type outcome)
    {
        var provider = new FakeProvider(Fixtures.Reply("wechat", fixture));

        (await SendAsync(provider, To("hi"), new MemoryTokens(TimeProvider.System))).ShouldBeOfType(outcome);

        provider.Requests.ShouldHaveSingleItem().Url.AbsolutePath.ShouldBe("/cgi-bin/stable_token");
    }

    [Fact]
    public async Task A_text_is_limited_in_bytes()
    {
        var provider = new FakeProvider(Fixtures.Reply("wechat", "response-ok.json"));

        await SendAsync(provider, To(new string('汉', 1500)), new GivenTokens());

        provider.Requests.Count.ShouldBe(3);
        provider.Requests.ShouldAllBe(r => Encoding.UTF8.GetByteCount(r.Json.GetProperty("text").GetProperty("content").GetString()!) <= 2048);
    }

    [Fact]
    public async Task The_daily_limit_waits_for_midnight_in_Beijing()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new DateTimeOffset(2026, 11, 18, 12, 0, 0, TimeSpan.Zero));
        var provider = new FakeProvider(Fixtures.Reply("wechat", "error-45009-quota.json"));

        var retry = (await Channel.SendAsync(To("hi"), Settings, new(provider.Client, clock) { Tokens = new GivenTokens() }, default)).ShouldBeOfType<SendResult.Retry>();

        retry.After.ShouldBe(TimeSpan.FromMinutes(241));
        retry.WholeInbox.ShouldBeTrue();
    }

    [Fact]
    public async Task A_file_that_WeChat_cannot_carry_is_declined()
    {
        var provider = new FakeProvider(Fixtures.Reply("wechat", "response-ok.json"));

        (await SendAsync(provider, To("") with { Attachments = [File("a.pdf", "application/pdf")] }, new GivenTokens())).ShouldBeOfType<SendResult.Failed>().Reason.ShouldContain("link");

        provider.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Templates_are_listed_with_their_blanks()
    {
        var provider = new FakeProvider(ProviderReply.Ok("""{"template_list":[{"template_id":"T1","title":"Order","content":"{{first.DATA}}\nNo: {{keyword1.DATA}}"}]}"""));

        var template = (await Channel.ListTemplatesAsync(Settings, new(provider.Client, TimeProvider.System) { Tokens = new GivenTokens() }, default)).ShouldHaveSingleItem();

        template.Name.ShouldBe("T1");
        template.Body.ShouldBe("{{first}}\nNo: {{keyword1}}");
        template.BodyParameters.ShouldBe(["first", "keyword1"]);
    }

    private static OutboundMessage To(string text) => new() { Id = Guid.Empty, IdempotencyKey = "k", ThreadId = OpenId, RecipientId = OpenId, Text = text };

    private static OutboundAttachment File(string name, string type) => new(name, type, 5, _ => Task.FromResult<Stream>(new MemoryStream("bytes"u8.ToArray())));

    private static Task<SendResult> SendAsync(FakeProvider provider, OutboundMessage message, IKeptTokens tokens) =>
        Channel.SendAsync(message, Settings, new(provider.Client, TimeProvider.System) { Tokens = tokens }, default);
}
