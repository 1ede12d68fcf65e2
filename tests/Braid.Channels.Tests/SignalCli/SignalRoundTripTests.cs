using Braid.Channels.SignalCli;
using Braid.Channels.Tests.OpenNetworks;
using Braid.Simulator;
using Braid.Simulator.Signal;

namespace Braid.Channels.Tests.SignalCli;

public sealed class SignalRoundTripTests() : OpenRoundTrip<SignalCliChannel>(SimulatedProvider.Signal)
{
    protected override string SendMethod => "send";

    [Fact]
    public async Task A_phone_confirms_delivery()
    {
        var sent = (SendResult.Sent)await SendAsync(Answer(await HearsAsync("Hello?"), "Good morning."));

        (await NextAsync(e => e.Status == "delivered")).TargetKey.ShouldBe(sent.Key);
    }

    [Fact]
    public async Task Messages_wait_while_nobody_listens()
    {
        await HearsAsync("one");
        await StopAsync();
        await ((SignalServer)Provider).WhenAloneAsync(Ct);
        for (var i = 0; i < 5; i++) { await Kim.WritesAsync($"missed {i}"); }

        await using var resumed = new TestListenerHostRun(Channel, Settings, Host.Position);

        (await resumed.TextsAsync(5, Ct)).ShouldBe(Enumerable.Range(0, 5).Select(i => $"missed {i}"));
    }

    [Fact]
    public async Task Acts_are_done()
    {
        var heard = await HearsAsync("Hello");
        foreach (var (kind, method) in new[] { (ActKind.React, "sendReaction"), (ActKind.MarkRead, "sendReceipt"), (ActKind.Typing, "sendTyping") })
        {
            var act = new OutboundAct(kind) { ThreadId = heard.ThreadId!, RecipientId = heard.Sender!.Id, ExternalId = heard.ExternalId, Key = heard.Key, Emoji = "👍", IdempotencyKey = method };
            (await Channel.ActAsync(act, Settings, Context, Ct)).ShouldBeOfType<SendResult.Sent>(method);
            ((SignalServer)Provider).Acts.Items.ShouldContain(a => a.Method == method);
        }
    }
}
