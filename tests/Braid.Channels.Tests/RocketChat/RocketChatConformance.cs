using System.Text.Json;
using Braid.Channels.RocketChat;
using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.RocketChat;

public sealed class RocketChatConformance : ChannelConformance<RocketChatChannel>
{
    internal const string SettingsText =
        """{"apiBaseUrl":"https://chat.example.com","authToken":"token-of-the-first-bot","userId":"botUserId","webhookToken":"sR2xPqL9","livechatSecret":"omnichannel-secret-one"}""";

    protected override string SettingsJson => SettingsText;

    protected override string OtherSettingsJson => """{"apiBaseUrl":"https://chat.example.com","authToken":"token-of-the-second-bot","userId":"botUserId2","webhookToken":"other-token","livechatSecret":"omnichannel-secret-two"}""";

    /// <summary>The proof stands in the body, or is a fixed header: tested below.</summary>
    protected override bool Signs => false;

    protected override string Recipient => "GENERAL";

    protected override string SuccessBody => """{"success":true,"message":{"_id":"jC9chsFddTvsbFQG7"},"file":{"_id":"f1"}}""";

    protected override string? TextOf(ProviderRequest request) =>
        request.Json.ValueKind == JsonValueKind.Object && request.Json.TryGetProperty("message", out var message) ? message.GetProperty("msg").GetString() : null;

    [Fact]
    public void An_integration_is_known_by_the_token_in_its_body()
    {
        var body = Fixtures.Bytes("rocketchat", "inbound-message.json");

        Channel.Verify(Request(body, new Dictionary<string, string>()), Settings).ShouldBeOfType<Verdict.Genuine>();
        Channel.Verify(Request(body, new Dictionary<string, string>()), OtherSettings).ShouldBeOfType<Verdict.Forged>();
    }

    [Fact]
    public void Omnichannel_is_known_by_its_secret()
    {
        var body = Fixtures.Bytes("rocketchat", "inbound-omnichannel-message.json");
        var proof = new Dictionary<string, string> { ["X-RocketChat-Livechat-Token"] = "omnichannel-secret-one" };

        Channel.Verify(Request(body, proof), Settings).ShouldBeOfType<Verdict.Genuine>();
        Channel.Verify(Request(body, proof), OtherSettings).ShouldBeOfType<Verdict.Forged>();
        Channel.Verify(Request(body, new Dictionary<string, string>()), Settings).ShouldBeOfType<Verdict.Forged>();
        Events(body)[0].Sender!.Keys.ShouldHaveSingleItem().Proven.ShouldBeFalse();
    }
}
