using System.Text;
using System.Text.Json;
using Braid.Channels.Mattermost;
using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.Mattermost;

public sealed class MattermostConformance : ChannelConformance<MattermostChannel>
{
    internal const string SettingsText =
        """{"apiBaseUrl":"https://mm.example.com","botToken":"token-of-the-first-bot","webhookToken":"zmigewsanbbsdf59xnmduzypjc","buttonUrl":"https://braid.example.com/hooks/mm","buttonSecret":"secret-of-the-buttons"}""";

    protected override string SettingsJson => SettingsText;

    protected override string OtherSettingsJson => """{"apiBaseUrl":"https://mm.example.com","botToken":"token-of-the-second-bot","webhookToken":"another-token"}""";

    /// <summary>The proof stands in the body: tested below.</summary>
    protected override bool Signs => false;

    protected override IReadOnlyDictionary<string, string> SettingsToRead => new Dictionary<string, string> { ["botUserId"] = "b0tbra1dbde8mua79zqcg5hmoo" };

    protected override bool HoldsFreeJson(string fixture) => fixture is "inbound-interactive-button.json";

    protected override string Recipient => "hawos4dqtby53pd64o4a4cmeoo";

    protected override string SuccessBody => """{"id":"hxdygg1957njfe5pu38saikdho","file_infos":[{"id":"f1"}],"posts":{}}""";

    protected override string? TextOf(ProviderRequest request) =>
        request.Json.ValueKind == JsonValueKind.Object && request.Json.TryGetProperty("message", out var text) ? text.GetString() : null;

    [Theory]
    [InlineData("inbound-outgoing-webhook.json", true)]
    [InlineData("inbound-outgoing-webhook-urlencoded.form", true)]
    [InlineData("inbound-interactive-button.json", false)]
    [InlineData("inbound-ws-posted.json", false)]
    public void A_webhook_is_known_by_the_token_in_its_body(string fixture, bool genuine)
    {
        var body = Fixtures.Bytes("mattermost", fixture);
        var type = new Dictionary<string, string> { ["Content-Type"] = fixture.EndsWith(".form", StringComparison.Ordinal) ? "application/x-www-form-urlencoded" : "application/json" };

        (Channel.Verify(Request(body, type), Settings) is Verdict.Genuine).ShouldBe(genuine);
        Channel.Verify(Request(body, type), OtherSettings).ShouldBeOfType<Verdict.Forged>();
    }

    [Fact]
    public void A_tap_is_known_by_the_secret_we_gave_the_button()
    {
        var body = Encoding.UTF8.GetBytes("""{"user_id":"u1","user_name":"kim","channel_id":"c1","channel_name":"support","post_id":"p1","trigger_id":"t1","type":"button","context":{"braid":"return:A-1042","title":"Return it","key":"secret-of-the-buttons"}}""");

        Channel.Verify(Request(body, new Dictionary<string, string>()), Settings).ShouldBeOfType<Verdict.Genuine>();
        Channel.Verify(Request(body, new Dictionary<string, string>()), OtherSettings).ShouldBeOfType<Verdict.Forged>();
        var tap = Events(body)[0];
        (tap.Payload, tap.Text).ShouldBe(("return:A-1042", "Return it"));
    }
}
