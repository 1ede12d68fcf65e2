using Braid.Channels.Tests.Conformance;
using Braid.Channels.Xmpp;

namespace Braid.Channels.Tests.Xmpp;

public sealed class XmppConformance : ChannelConformance<XmppChannel>
{
    protected override string SettingsJson => """{"jid":"support@braid.example.org","password":"xmpp-password-0001"}""";
    protected override string OtherSettingsJson => """{"jid":"support@braid.example.org","password":"xmpp-password-0002"}""";
    protected override bool HasWebhook => false;
    protected override bool SendsByHttp => false;
    protected override IReadOnlyDictionary<string, string> SettingsToRead => new Dictionary<string, string> { ["jid"] = "support@braid.example.org" };
}
