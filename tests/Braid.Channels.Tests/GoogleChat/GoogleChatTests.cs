using System.Text.Json;
using Braid.Channels.GoogleChat;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.Tests.WorkChat;
using Braid.Simulator;

namespace Braid.Channels.Tests.GoogleChat;

public sealed class GoogleChatTests
{
    private static readonly GoogleChatChannel Channel = new();
    private static readonly ChannelSettings Settings = Approved.Settings(Channel, GoogleChatConformance.SettingsText);

    [Fact]
    public async Task Messages_are_as_approved()
    {
        var provider = new FakeProvider(Fixtures.Reply("google-chat", "response-created.json"));
        await SendAsync(provider, Approved.To("spaces/AAAAMpdlehY/threads/UMxbHmzDlr4", "確認いたします🙏"));
        await SendAsync(provider, Approved.To("spaces/AAAAMpdlehY", "どうされますか？") with { Rich = new() { Buttons = [new(RichButtonKind.Reply, "返品する", "return:A-1042")] } });

        Approved.ShouldMatch(provider.Requests[0], "google-chat", "outbound-create-message.json");
        provider.Requests[0].Url.AbsolutePath.ShouldBe("/v1/spaces/AAAAMpdlehY/messages");
        provider.Requests[0].Url.Query.ShouldContain("messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD");
        Approved.ShouldMatch(provider.Requests[1], "google-chat", "outbound-card-buttons.json", "function", "parameters");
    }

    [Fact]
    public async Task Every_attempt_has_the_same_request_id()
    {
        var provider = new FakeProvider(Fixtures.Reply("google-chat", "response-created.json"));
        await SendAsync(provider, Approved.To("spaces/A", "a"));
        await SendAsync(provider, Approved.To("spaces/A", "a") with { Attempt = 2 });
        await SendAsync(provider, Approved.To("spaces/A", "a") with { IdempotencyKey = "other" });

        provider.Requests[1].Url.ShouldBe(provider.Requests[0].Url);
        provider.Requests[2].Url.ShouldNotBe(provider.Requests[0].Url);
    }

    [Fact]
    public void A_tap_on_our_card_returns_what_the_business_defined()
    {
        var body = """{"type":"CARD_CLICKED","eventTime":"2026-11-18T02:00:00Z","user":{"name":"users/1"},"space":{"name":"spaces/A","spaceType":"DIRECT_MESSAGE"},"message":{"name":"spaces/A/messages/B"},"action":{"actionMethodName":"braid","parameters":[{"key":"braid","value":"return:A-1042"},{"key":"title","value":"Return it"}]}}"""u8.ToArray();
        var row = """{"type":"CARD_CLICKED","eventTime":"2026-11-18T02:00:01Z","user":{"name":"users/1"},"space":{"name":"spaces/A"},"message":{"name":"spaces/A/messages/B"},"common":{"invokedFunction":"braid","formInputs":{"braid":{"stringInputs":{"value":["small"]}}}}}"""u8.ToArray();

        var tap = Read(body);
        (tap.Payload, tap.Text, tap.Key).ShouldBe(("return:A-1042", "Return it", "users/1:2026-11-18T02:00:00Z:spaces/A/messages/B"));
        Read(row).Payload.ShouldBe("small");
    }

    [Fact]
    public void A_key_that_is_none_is_named() =>
        Should.Throw<SettingsException>(() => Approved.Settings(Channel, """{"serviceAccountKey":"{}"}""")).Problems.Keys.ShouldContain("serviceAccountKey");

    private static InboundEvent Read(byte[] body) => ((Reading.Events)Channel.Read(new RawDelivery { Body = body, ReceivedAt = DateTimeOffset.UnixEpoch }, Settings)).Items[0];

    private static Task<SendResult> SendAsync(FakeProvider provider, OutboundMessage message) =>
        Channel.SendAsync(message, Settings, new(provider.Client, TimeProvider.System) { Tokens = new TokensAtHand("t") }, default);
}

public sealed class GoogleChatRoundTripTests : RoundTrip<GoogleChatChannel>
{
    protected override SimulatedProvider Kind => SimulatedProvider.GoogleChat;

    protected override (string Name, string Wrong) WrongCredential => ("serviceAccountKey", JsonSerializer.Serialize(new { client_email = "other@example.com", private_key = WrongKey() }));

    protected override string SendMethod => "messages";

    private static string WrongKey()
    {
        using var key = System.Security.Cryptography.RSA.Create(2048);
        return key.ExportPkcs8PrivateKeyPem();
    }
}
