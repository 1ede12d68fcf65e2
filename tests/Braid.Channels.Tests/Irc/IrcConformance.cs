using Braid.Channels.Irc;
using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.Irc;

public sealed class IrcConformance : ChannelConformance<IrcChannel>
{
    protected override string SettingsJson => """{"host":"irc.example.net","nick":"braid","password":"nick-password-0001","serverPassword":"server-password-0001"}""";
    protected override string OtherSettingsJson => """{"host":"irc.example.net","nick":"braid","password":"nick-password-0002","serverPassword":"server-password-0002"}""";
    protected override bool HasWebhook => false;
    protected override bool SendsByHttp => false;
    protected override IReadOnlyDictionary<string, string> SettingsToRead => new Dictionary<string, string> { ["nick"] = "braid" };
}
