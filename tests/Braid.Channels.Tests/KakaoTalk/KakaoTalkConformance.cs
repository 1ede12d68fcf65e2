using System.Text.Json;
using Braid.Channels.KakaoTalk;
using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.KakaoTalk;

public sealed class KakaoTalkConformance : ChannelConformance<KakaoTalkChannel>
{
    internal const string SettingsText =
        """
        {"apiBaseUrl":"https://dealer.example.com/","senderKey":"4c9591f37822ae1ed5b781582af08b1e2d922cea","clientId":"client-1","clientSecret":"braid-dealer-secret-0001"}
        """;

    protected override string SettingsJson => SettingsText;

    protected override string OtherSettingsJson =>
        """{"apiBaseUrl":"https://dealer.example.com/","senderKey":"other","clientId":"client-2","clientSecret":"braid-dealer-secret-0002"}""";

    protected override string SuccessBody => """{"code":"0","image":"https://dealer.example.com/i/1.png","file":"https://dealer.example.com/f/1.pdf"}""";

    protected override string Recipient => "Xj1bW5wlE5SR";

    /// <summary>A quick reply's `clientExtra` is the business's own.</summary>
    protected override bool HoldsOwnFields(string fixture) => fixture.StartsWith("inbound-skill", StringComparison.Ordinal);

    protected override string? TextOf(ProviderRequest request) =>
        request.Json.ValueKind == JsonValueKind.Object && request.Json.TryGetProperty("message", out var text) ? text.GetString() : null;
}
