using System.Text.Json;
using Braid.Channels.Instagram;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.Tests.Meta;

namespace Braid.Channels.Tests.Instagram;

/// <summary>With a page's token, which is never renewed; renewing is proved in <see cref="InstagramTokensTests"/>.</summary>
public sealed class InstagramConformance : ChannelConformance<InstagramChannel>
{
    internal const string SettingsText =
        """
        {"instagramAccountId":"17841405793187218","accessToken":"EAAG-token-of-the-page-1","appSecret":"braid-test-app-secret","instagramAppSecret":"braid-instagram-secret-1",
         "verifyToken":"braid-verify-token","signIn":"facebook","pageId":"104938472615038","username":"braid.demo"}
        """;

    protected override string SettingsJson => SettingsText;

    protected override string OtherSettingsJson =>
        """
        {"instagramAccountId":"17841405793187219","accessToken":"EAAG-token-of-the-page-2","appSecret":"braid-other-app-secret","verifyToken":"braid-other-token",
         "signIn":"facebook","pageId":"104938472615039"}
        """;

    /// <summary>One body answers an upload, a message and a comment alike.</summary>
    protected override string SuccessBody => """{"attachment_id":"1857777774821032","recipient_id":"5894371620957113","message_id":"aWdfOUT","id":"17919697626119716"}""";

    protected override string Recipient => "5894371620957113";

    protected override IReadOnlyList<string> PublicSettings => ["verifyToken"];

    protected override IReadOnlyDictionary<string, string> Sign(byte[] body, ChannelSettings settings) => MetaProof.Sign(body, ((InstagramSettings)settings).AppSecret);

    protected override string? TextOf(ProviderRequest request) => MetaProof.TextOf(request);

    protected override string? TreatmentOf(string fixture, JsonElement error) => MetaProof.Treatment(fixture, error);

    protected override OutboundAct Act(ActKind kind) => MetaProof.Act(base.Act(kind), "17919697626119712");
}
