using Braid.Channels.Irc;
using Braid.Channels.Tests.OpenNetworks;
using Braid.Simulator;

namespace Braid.Channels.Tests.Irc;

public sealed class IrcRoundTripTests() : OpenRoundTrip<IrcChannel>(SimulatedProvider.Irc)
{
    protected override string SendMethod => "PRIVMSG";
}
