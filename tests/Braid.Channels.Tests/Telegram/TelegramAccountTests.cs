using System.Text.Json;
using Braid.Channels.Telegram;
using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.Telegram;

/// <summary>Files, the connection check and connecting.</summary>
public sealed class TelegramAccountTests
{
    private static readonly TelegramChannel Channel = TelegramSenderTests.Channel;
    private static readonly ChannelSettings Settings = TelegramSenderTests.Settings;
    private static readonly Uri Webhook = new("https://braid.example.com/hooks/telegram/5f0c");

    [Fact]
    public async Task A_file_is_asked_for_and_fetched()
    {
        var provider = new FakeProvider(Fixtures.Reply("telegram", "response-get-file.json"), ProviderReply.Ok("pdf bytes"));

        await using var media = await Channel.OpenMediaAsync(new("BQAC", null), Settings, new(provider.Client, TimeProvider.System), default);

        (await new StreamReader(media.Stream).ReadToEndAsync()).ShouldBe("pdf bytes");
        media.Name.ShouldBe("file_17.pdf");
        provider.Requests[1].Url.ToString().ShouldBe($"https://api.telegram.org/file/bot{TelegramSenderTests.Token}/documents/file_17.pdf");
    }

    [Fact]
    public async Task A_file_too_big_for_bots_is_explained_for_good()
    {
        var provider = new FakeProvider(Fixtures.Reply("telegram", "error-400-file-too-big.json"));

        var e = await Should.ThrowAsync<MediaUnavailableException>(() => Channel.OpenMediaAsync(new("x", null), Settings, new(provider.Client, TimeProvider.System), default));

        e.Permanent.ShouldBeTrue();
        e.Message.ShouldContain("20 MB");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_dead_line_never_tells_the_token(int call)
    {
        var calls = 0;
        var good = new FakeProvider(Fixtures.Reply("telegram", "response-get-file.json"));
        var line = new Switch(r => calls++ == call ? throw new HttpRequestException($"no route to {r.RequestUri}") : good.Client.SendAsync(Copy(r)));

        var e = await Should.ThrowAsync<MediaUnavailableException>(() => Channel.OpenMediaAsync(new("x", null), Settings, new(new(line), TimeProvider.System), default));

        e.Permanent.ShouldBeFalse();
        e.ToString().ShouldNotContain(TelegramSenderTests.Token);
    }

    [Fact]
    public async Task Connecting_registers_the_webhook_as_approved()
    {
        var provider = new FakeProvider((request, _) => request.Url.Segments[^1] switch
        {
            "getMe" => Fixtures.Reply("telegram", "response-get-me.json"),
            "getWebhookInfo" => ProviderReply.Ok($$$"""{"ok":true,"result":{"url":"{{{Webhook}}}","pending_update_count":0}}"""),
            _ => Fixtures.Reply("telegram", "response-true.json"),
        });

        var steps = await Channel.ConnectAsync(Settings, new(provider.Client, TimeProvider.System, Webhook), default);

        steps.ShouldAllBe(step => step.Ok);
        steps[0].Message.ShouldContain("@braid_support_bot");
        var set = provider.Requests.Single(r => r.Url.Segments[^1] == "setWebhook").Json;
        JsonElement.DeepEquals(set, Fixtures.Outbound("telegram", "outbound-set-webhook.json")).ShouldBeTrue(set.GetRawText());
    }

    [Fact]
    public async Task Every_call_is_what_the_Bot_API_describes()
    {
        var spec = TelegramSpec.Load(ReferenceData.Require("channels", "specs", "telegram", "api.json"));
        var provider = new FakeProvider(Fixtures.Reply("telegram", "response-true.json"));

        await Channel.ConnectAsync(Settings, new(provider.Client, TimeProvider.System, Webhook), default);
        await Should.ThrowAsync<MediaUnavailableException>(() => Channel.OpenMediaAsync(new("BQAC", null), Settings, new(provider.Client, TimeProvider.System), default));

        provider.Requests.Select(r => r.Url.Segments[^1]).ShouldBe(["getMe", "setWebhook", "getWebhookInfo", "getFile"]);
        foreach (var request in provider.Requests) spec.Problems(request.Url.Segments[^1], request.Json).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("", "does not know where")]
    [InlineData("https://elsewhere.example/hook", "another address")]
    public async Task A_wrong_webhook_is_found_and_explained(string url, string words)
    {
        var provider = new FakeProvider((request, _) => request.Url.Segments[^1] == "getMe"
            ? Fixtures.Reply("telegram", "response-get-me.json")
            : ProviderReply.Ok($$$"""{"ok":true,"result":{"url":"{{{url}}}"}}"""));

        var step = (await Channel.CheckAsync(Settings, new(provider.Client, TimeProvider.System, Webhook), default))[1];

        step.Ok.ShouldBeFalse();
        step.Message.ShouldContain(words);
        step.Fix.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_revoked_token_is_found_first()
    {
        var provider = new FakeProvider(Fixtures.Reply("telegram", "error-401-unauthorized.json"));

        var step = (await Channel.CheckAsync(Settings, new(provider.Client, TimeProvider.System, Webhook), default)).ShouldHaveSingleItem();

        step.Fix.ShouldNotBeNull().ShouldContain("@BotFather");
    }

    private static HttpRequestMessage Copy(HttpRequestMessage request) => new(request.Method, request.RequestUri);

    private sealed class Switch(Func<HttpRequestMessage, Task<HttpResponseMessage>> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => answer(request);
    }
}
