using System.Text.Json;
using Braid.Channels.Messenger;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.Tests.Meta;

namespace Braid.Channels.Tests.Messenger;

public sealed class MessengerConformance : ChannelConformance<MessengerChannel>
{
    internal const string SettingsText =
        """{"pageId":"104938472615038","pageAccessToken":"EAAG-token-of-the-page-1","appSecret":"braid-test-app-secret","verifyToken":"braid-verify-token","appId":"1290347783020056"}""";

    protected override string SettingsJson => SettingsText;

    protected override string OtherSettingsJson =>
        """{"pageId":"104938472615039","pageAccessToken":"EAAG-token-of-the-page-2","appSecret":"braid-other-app-secret","verifyToken":"braid-other-token"}""";

    /// <summary>One body answers an upload, a message and a comment alike.</summary>
    protected override string SuccessBody => """{"attachment_id":"1857777774821032","recipient_id":"6841203957712043","message_id":"m_OUT1","id":"122105551234567890_987650009"}""";

    protected override string Recipient => "6841203957712043";

    protected override IReadOnlyList<string> PublicSettings => ["verifyToken"];

    protected override IReadOnlyDictionary<string, string> Sign(byte[] body, ChannelSettings settings) => MetaProof.Sign(body, ((MessengerSettings)settings).AppSecret);

    protected override string? TextOf(ProviderRequest request) => MetaProof.TextOf(request);

    protected override string? TreatmentOf(string fixture, JsonElement error) => MetaProof.Treatment(fixture, error);

    protected override OutboundAct Act(ActKind kind) => MetaProof.Act(base.Act(kind), "122105551234567890_987650001");

    /// <summary>A report that only says "up to here" names no message.</summary>
    protected override bool NamesNoTarget(string fixture) => fixture == "inbound-delivery-watermark-only.json";
}
