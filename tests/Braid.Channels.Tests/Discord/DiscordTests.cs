using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Discord;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.Tests.WorkChat;
using Braid.Simulator;

namespace Braid.Channels.Tests.Discord;

/// <summary>Requests against approved ones and against Discord's own description.</summary>
public sealed class DiscordTests
{
    private static readonly DiscordChannel Channel = new();
    private static readonly ChannelSettings Settings = Approved.Settings(Channel, DiscordConformance.SettingsOf(new string('a', 64)));
    private const string Thread = "1101234567890123456";

    [Fact]
    public async Task Posts_are_as_approved()
    {
        var provider = Provider();
        await SendAsync(provider, Approved.To(Thread, "確認します🙏"));
        await SendAsync(provider, Approved.To(Thread, "追跡番号: 1Z999") with { ReplyTo = "1572476446813716481" });
        await SendAsync(provider, Approved.To(Thread, "どうされますか？") with
        {
            Rich = new() { Buttons = [new(RichButtonKind.Reply, "返品する", "return:A-1042"), new(RichButtonKind.Link, "詳細", "https://example.com")] },
        });

        Approved.ShouldMatch(provider.Requests[0], "discord", "outbound-create-message.json", "nonce");
        Approved.ShouldMatch(provider.Requests[1], "discord", "outbound-create-message-reply.json", "nonce", "enforce_nonce");
        Approved.ShouldMatch(provider.Requests[2], "discord", "outbound-create-message-buttons.json", "nonce", "enforce_nonce");
        provider.Requests[0].Url.ToString().ShouldBe("https://discord.com/api/v10/channels/1101234567890123456/messages");
        provider.Requests[0].Headers["Authorization"].ShouldStartWith("Bot ");
        provider.Requests[0].Headers["User-Agent"].ShouldStartWith("DiscordBot");
    }

    [Fact]
    public async Task Every_attempt_has_the_same_nonce_and_every_part_its_own()
    {
        var provider = Provider();
        await SendAsync(provider, Approved.To(Thread, new string('a', 2500)));
        await SendAsync(provider, Approved.To(Thread, new string('a', 2500)) with { Attempt = 2 });

        var nonces = provider.Requests.ConvertAll(r => r.Json.GetProperty("nonce").GetString()!);
        nonces.ShouldAllBe(n => n.Length <= 25);
        nonces[..2].ShouldBe(nonces[2..]);
        nonces[0].ShouldNotBe(nonces[1]);
    }

    [Fact]
    public async Task Writing_first_opens_the_direct_message()
    {
        var provider = new FakeProvider((request, _) => request.Url.AbsolutePath.EndsWith("/users/@me/channels", StringComparison.Ordinal)
            ? Fixtures.Reply("discord", "response-dm-channel.json") : Fixtures.Reply("discord", "response-message-created.json"));

        var sent = (await SendAsync(provider, Approved.To("80351110224678912", "Hello") with { ThreadId = null })).ShouldBeOfType<SendResult.Sent>();

        sent.ThreadId.ShouldBe("1102223334445556667");
        Approved.ShouldMatch(provider.Requests[0], "discord", "outbound-create-dm.json");
    }

    [Fact]
    public async Task An_edit_is_as_approved()
    {
        var provider = Provider();
        var act = new OutboundAct(ActKind.Edit) { ThreadId = Thread, RecipientId = "1", ExternalId = "1100000000000000777", Ours = true, Text = "受け付けました", IdempotencyKey = "k" };

        await Channel.ActAsync(act, Settings, new(provider.Client, TimeProvider.System), default);

        Approved.ShouldMatch(provider.Requests[0], "discord", "outbound-edit-message.json");
        provider.Requests[0].Method.ShouldBe(HttpMethod.Patch);
    }

    [Fact]
    public void The_gateway_is_greeted_as_approved()
    {
        var settings = (DiscordSettings)Settings;
        var fresh = DiscordListener.Hello(new DiscordPosition(), settings);
        fresh["d"]!["token"] = "<token>";
        var approved = JsonNode.Parse(Fixtures.Outbound("discord", "outbound-gateway-identify.json").GetRawText())!;
        // And reactions, bits 10 and 13, and typing in direct messages, bit 14.
        approved["d"]!["intents"] = (int)approved["d"]!["intents"]! | (1 << 10) | (1 << 13) | (1 << 14);
        JsonNode.DeepEquals(fresh, approved).ShouldBeTrue(fresh.ToJsonString());

        var resumed = DiscordListener.Hello(new DiscordPosition { Session = "4b1ecd2cf1f96b8c1a2b", Sequence = 57 }, settings);
        resumed["d"]!["token"] = "<token>";
        JsonNode.DeepEquals(resumed, JsonNode.Parse(Fixtures.Outbound("discord", "outbound-gateway-resume.json").GetRawText())).ShouldBeTrue(resumed.ToJsonString());
    }

    [Fact]
    public async Task Every_field_we_send_is_in_Discords_own_description()
    {
        using var spec = JsonDocument.Parse(await File.ReadAllBytesAsync(ReferenceData.Require("channels", "specs", "discord", "openapi.json")));
        var known = spec.RootElement.GetProperty("components").GetProperty("schemas").GetProperty("MessageCreateRequest").GetProperty("properties").EnumerateObject().Select(p => p.Name).ToHashSet();
        var provider = Provider();
        await SendAsync(provider, Approved.To(Thread, "Pick") with
        {
            ReplyTo = "1", Rich = new()
            {
                Buttons = [new(RichButtonKind.Reply, "A", "a")], List = new("Choose", [new(null, [new("s", "Small")])]), Cards = [new("Lamp", "49", "https://x.example/l.png", [])],
            },
        });

        provider.Requests[0].Json.EnumerateObject().Select(p => p.Name).ShouldBeSubsetOf(known);
    }

    [Fact]
    public async Task An_expired_address_is_refreshed()
    {
        var provider = new FakeProvider((request, n) => (request.Url.AbsolutePath, n) switch
        {
            ("/api/v10/attachments/refresh-urls", _) => ProviderReply.Ok("""{"refreshed_urls":[{"original":"x","refreshed":"https://cdn.discordapp.com/fresh/photo.png"}]}"""),
            (_, 0) => new ProviderReply(404, "{}"),
            _ => ProviderReply.Ok("bytes"),
        });

        await using var media = await Channel.OpenMediaAsync(new("https://cdn.discordapp.com/old/photo.png", null), Settings, new(provider.Client, TimeProvider.System), default);

        media.Name.ShouldBe("photo.png");
        provider.Requests[0].Headers.Keys.ShouldNotContain("Authorization");
        provider.Requests[2].Headers.Keys.ShouldNotContain("Authorization");
    }

    [Theory]
    [InlineData("wss://gateway-us-east1-b.discord.gg", true)]
    [InlineData("wss://gateway.discord.gg.evil.example", false)]
    [InlineData("ws://gateway.discord.gg", false)]
    [InlineData("nonsense", false)]
    public void The_token_goes_to_Discords_own_gateways_only(string url, bool theirs) =>
        (DiscordApi.Gateway(url, (DiscordSettings)Settings) is not null).ShouldBe(theirs);

    private static FakeProvider Provider() => new(Fixtures.Reply("discord", "response-message-created.json"));

    private static Task<SendResult> SendAsync(HttpMessageHandler provider, OutboundMessage message) =>
        Channel.SendAsync(message, Settings, new(new HttpClient(provider, false), TimeProvider.System), default);
}

public sealed class DiscordRoundTripTests : RoundTrip<DiscordChannel>
{
    protected override SimulatedProvider Kind => SimulatedProvider.Discord;
    protected override (string Name, string Wrong) WrongCredential => ("botToken", "wrong");
    protected override string SendMethod => "messages";

    [Fact]
    public async Task A_cut_connection_resumes_and_nothing_is_lost()
    {
        var kim = Provider.Person("Kim Tanaka");
        await kim.WritesAsync("one");
        (await NextAsync()).Text.ShouldBe("one");
        World.Faults.Next(Kind, "gateway", new Fault.ResetBefore());

        await kim.WritesAsync("two");
        (await NextAsync()).Text.ShouldBe("two");
        await kim.WritesAsync("three");
        (await NextAsync()).Text.ShouldBe("three");
    }

    [Fact]
    public async Task A_lost_session_is_made_good_from_history()
    {
        var kim = Provider.Person("Kim Tanaka");
        await kim.WritesAsync("one");
        (await NextAsync()).Text.ShouldBe("one");
        World.Faults.Next(Kind, "gateway", new Fault.ServerError());

        await kim.WritesAsync("two");

        (await NextAsync()).Text.ShouldBe("two");
        Host.Gaps.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_wrong_token_is_reported_by_the_listener()
    {
        var host = new TestListenerHost();

        await Should.ThrowAsync<IOException>(() => Channel.ListenAsync(Changed("botToken", "wrong"), host, Ct));

        host.Reports[^1].ShouldNotBeNull().ShouldContain("bot token");
    }
}
