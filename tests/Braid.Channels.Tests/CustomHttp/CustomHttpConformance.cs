using Braid.Channels.Common;
using Braid.Channels.CustomHttp;
using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.CustomHttp;

public sealed class CustomHttpConformance : ChannelConformance<CustomHttpChannel>
{
    protected override string SettingsJson =>
        """{"signingSecret":"whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX","apiKey":"braid_ck_the-first-key","callbackUrl":"https://app.example.com/braid","callbackSecret":"whsec_GBECAwQFBgcICQoLDA0ODxAREhMUFRYX"}""";

    protected override string OtherSettingsJson =>
        """{"signingSecret":"whsec_BBECAwQFBgcICQoLDA0ODxAREhMUFRYX","apiKey":"braid_ck_another-key","callbackUrl":"https://app.example.com/braid","callbackSecret":"whsec_HBECAwQFBgcICQoLDA0ODxAREhMUFRYX"}""";

    protected override bool FilesByLink => true;

    protected override IReadOnlyDictionary<string, string> Sign(byte[] body, ChannelSettings settings) => Sign(body, settings, "1795003200");

    protected override IReadOnlyDictionary<string, string> SignStale(byte[] body, ChannelSettings settings) => Sign(body, settings, "1795002800");

    protected override string? TextOf(ProviderRequest request) => request.Json.GetProperty("message").GetProperty("text").GetString();

    private static Dictionary<string, string> Sign(byte[] body, ChannelSettings settings, string at) => new()
    {
        ["webhook-id"] = "evt-1", ["webhook-timestamp"] = at, ["webhook-signature"] = "v1," + StandardWebhooks.Sign(((CustomHttpSettings)settings).SigningSecret!, "evt-1", at, body),
    };
}
