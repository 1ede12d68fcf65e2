using Braid.Channels.AppleMessages;
using Braid.Channels.Tests.Asia;
using Braid.Simulator;
using Braid.Simulator.AppleMessages;

namespace Braid.Channels.Tests.AppleMessages;

public sealed class AppleMessagesRoundTripTests
{
    [Fact]
    public async Task In_out_files_choices_and_trouble()
    {
        await using var trip = await RoundTrip.StartAsync(new AppleMessagesChannel());
        (await trip.Channel.CheckAsync(trip.Settings, trip.Connecting, trip.Ct)).ShouldAllBe(step => step.Ok);
        var apple = (AppleProvider)trip.Provider;
        var budi = apple.Person("Budi");
        (await trip.SendAsync(budi, "x")).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.WindowClosed);

        await budi.WritesAsync("Halo, garansi AirPods? 🎧");
        (await trip.NextAsync(e => e.Text == "Halo, garansi AirPods? 🎧")).ThreadId.ShouldBe(budi.Id);
        await apple.TypesAsync(budi, begins: true);
        await trip.Signals.WaitForAsync(s => s.Kind == SignalKind.Typing, trip.Ct);

        await budi.SendsAsync(SimulatedFile.Photo(), "struk");
        var picture = await trip.NextAsync(e => e.Text == "struk");
        (await trip.OpenAsync(picture.Attachments[0])).ShouldBe(SimulatedFile.Photo().Content);

        var message = RoundTrip.To(budi, "Lanjut?") with
        {
            Attachments = [trip.File("invoice.pdf", "application/pdf")],
            Rich = new() { QuickReplies = [new(RichButtonKind.Reply, "Ya", "yes"), new(RichButtonKind.Reply, "Tidak", "no")] },
        };
        (await trip.SendAsync(message)).ShouldBeOfType<SendResult.Sent>();
        (await budi.Received.WaitForAsync(r => r.Files.Count > 0, trip.Ct)).Files[0].Content.ShouldBe(RoundTrip.FileBytes("invoice.pdf"));
        var choice = await budi.Received.WaitForAsync(r => r.Text == "Lanjut?", trip.Ct);
        await apple.PicksAsync(budi, choice, 1);
        var tap = await trip.NextAsync(e => e.Kind == InboundKind.Postback);
        (tap.Payload, tap.Text).ShouldBe(("no", "Tidak"));

        (await trip.SendAsync(message with { Attempt = 2 })).ShouldBeOfType<SendResult.Sent>();
        (apple.Repeats, budi.Received.Items.Count).ShouldBe((2, 2));

        trip.World.Faults.Next(SimulatedProvider.AppleMessages, "message", new Fault.ServerError(503));
        (await trip.SendAsync(budi, "x")).ShouldBeOfType<SendResult.Retry>().ProviderDown.ShouldBeTrue();
    }
}
