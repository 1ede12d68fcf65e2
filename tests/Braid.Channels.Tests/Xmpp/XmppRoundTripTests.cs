using Braid.Channels.Tests.OpenNetworks;
using Braid.Channels.Xmpp;
using Braid.Simulator;

namespace Braid.Channels.Tests.Xmpp;

public sealed class XmppRoundTripTests() : OpenRoundTrip<XmppChannel>(SimulatedProvider.Xmpp)
{
    protected override string SendMethod => "message";

    /// <summary>XMPP servers have no "slow down" for messages; a broken stream is what happens.</summary>
    public override async Task A_provider_that_is_busy_is_asked_again_later()
    {
        var heard = await HearsAsync("Are you there?");
        World.Faults.Next(SimulatedProvider.Xmpp, SendMethod, new Fault.ResetBefore());

        (await SendAsync(Answer(heard, "We are."))).ShouldBeOfType<SendResult.Unknown>();
    }

    [Fact]
    public async Task What_was_missed_is_fetched_from_the_archive()
    {
        await HearsAsync("one");
        var position = Host.Position;
        await StopAsync();
        for (var i = 0; i < 60; i++) { await Kim.WritesAsync($"missed {i}"); }

        await using var resumed = new TestListenerHostRun(Channel, Settings, position);

        (await resumed.TextsAsync(60, Ct)).ShouldBe(Enumerable.Range(0, 60).Select(i => $"missed {i}"));
    }
}
