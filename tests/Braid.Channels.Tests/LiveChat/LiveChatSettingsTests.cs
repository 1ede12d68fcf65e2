using System.Text.Json;
using Braid.Channels.LiveChat;

namespace Braid.Channels.Tests.LiveChat;

public sealed class LiveChatSettingsTests
{
    private readonly LiveChatChannel channel = new();

    [Fact]
    public void Nothing_needs_to_be_set()
    {
        var settings = (LiveChatSettings)channel.ParseSettings(JsonDocument.Parse("{}").RootElement);
        settings.PreChat.ShouldBe(LiveChatPreChat.Off);
        settings.AllowedOrigins.ShouldBeEmpty();
    }

    [Fact]
    public void A_null_is_as_good_as_nothing()
    {
        var settings = (LiveChatSettings)channel.ParseSettings(JsonDocument.Parse("""{"allowedOrigins":null,"preChatFields":null,"color":null}""").RootElement);
        settings.AllowedOrigins.ShouldBeEmpty();
        LiveChatColor.ForWhiteText(settings.Color).ShouldBe(LiveChatColor.Default);
    }

    [Theory]
    [InlineData("""{"color":"petrol"}""", "color")]
    [InlineData("""{"color":"#fff"}""", "color")]
    [InlineData("""{"allowedOrigins":["https://shop.example/"]}""", "allowedOrigins")]
    [InlineData("""{"allowedOrigins":["shop.example"]}""", "allowedOrigins")]
    [InlineData("""{"allowedOrigins":["https://shop.example; script-src *"]}""", "allowedOrigins")]
    [InlineData("""{"allowedOrigins":["javascript:alert(1)"]}""", "allowedOrigins")]
    [InlineData("""{"identitySecret":"short"}""", "identitySecret")]
    [InlineData("""{"requireIdentity":true}""", "identitySecret")]
    [InlineData("""{"preChatFields":["shoe size"]}""", "preChatFields")]
    [InlineData("""{"preChat":"required","preChatFields":[]}""", "preChatFields")]
    [InlineData("""{"preChat":"sometimes"}""", "preChat")]
    public void A_wrong_setting_is_named(string json, string field) =>
        Should.Throw<SettingsException>(() => channel.ParseSettings(JsonDocument.Parse(json).RootElement)).Problems.Keys.ShouldContain(field);

    [Fact]
    public void The_identity_secret_is_the_only_secret() =>
        SettingsReader.SecretNames(typeof(LiveChatSettings)).ShouldBe(["identitySecret"]);

    [Theory]
    [InlineData("#000000")]
    [InlineData("#2c5a4a")]
    [InlineData("#0e5366")]
    public void A_dark_colour_stays_as_it_is(string color) => LiveChatColor.ForWhiteText(color).ShouldBe(color);

    [Theory]
    [InlineData("#ffffff")]
    [InlineData("#ffff00")]
    [InlineData("#FF8800")]
    [InlineData("#00ff7f")]
    [InlineData("#777777")]
    [InlineData("#3b82f6")]
    public void A_light_colour_is_darkened_just_enough(string color)
    {
        var contrast = LiveChatColor.ContrastWithWhite(LiveChatColor.ForWhiteText(color));
        contrast.ShouldBeInRange(4.5, 4.7);
    }

    [Theory]
    [InlineData("https://shop.example", "https://shop.example", true)]
    [InlineData("https://shop.example", "HTTPS://SHOP.EXAMPLE", true)]
    [InlineData("https://shop.example", "http://shop.example", false)]
    [InlineData("https://shop.example", "https://shop.example:8443", false)]
    [InlineData("https://shop.example", "https://shop.example.evil.example", false)]
    [InlineData("https://*.shop.example", "https://www.shop.example", true)]
    [InlineData("https://*.shop.example", "https://a.b.shop.example", true)]
    [InlineData("https://*.shop.example", "https://shop.example", false)]
    [InlineData("https://*.shop.example", "https://.shop.example", false)]
    [InlineData("https://*.shop.example", "https://evilshop.example", false)]
    [InlineData("https://*.shop.example", "https://evil.example/.shop.example", false)]
    [InlineData("https://shop.example", null, false)]
    [InlineData("https://shop.example", "null", false)]
    public void Only_listed_sites_may_show_the_chat(string allowed, string? origin, bool expected) =>
        LiveChatOrigins.Allows(new LiveChatSettings { AllowedOrigins = [allowed] }, origin).ShouldBe(expected);

    [Fact]
    public void The_browser_is_told_the_same()
    {
        LiveChatOrigins.FrameAncestors(new LiveChatSettings()).ShouldBe("frame-ancestors *");
        LiveChatOrigins.FrameAncestors(new LiveChatSettings { AllowedOrigins = ["https://a.example", "https://*.b.example"] })
            .ShouldBe("frame-ancestors 'self' https://a.example https://*.b.example");
    }

    [Fact]
    public async Task An_open_chat_is_pointed_out_and_plain_http_is_refused()
    {
        using var http = new HttpClient();
        var context = new ConnectContext(http, TimeProvider.System, new Uri("http://braid.example/webhooks/livechat/1"));
        var steps = await channel.CheckAsync(new LiveChatSettings(), context, TestContext.Current.CancellationToken);

        steps.Single(s => s.Name == "Allowed sites").Message.ShouldStartWith("Warning");
        var address = steps.Single(s => s.Name == "Address");
        address.Ok.ShouldBeFalse();
        address.Fix.ShouldNotBeNull();
    }
}
