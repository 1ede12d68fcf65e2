using Braid.Channels.Tests.Asia;
using Braid.Channels.Viber;
using Braid.Simulator;

namespace Braid.Channels.Tests.Viber;

public sealed class ViberRoundTripTests
{
    [Fact]
    public async Task In_out_receipts_files_and_trouble()
    {
        await using var trip = await RoundTrip.StartAsync(new ViberChannel());
        (await trip.Channel.ConnectAsync(trip.Settings, trip.Connecting, trip.Ct)).ShouldAllBe(step => step.Ok);
        var olena = trip.Provider.Person("Олена");
        (await trip.SendAsync(olena, "x")).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.Unreachable);

        await olena.WritesAsync("Де моє замовлення? 📦");
        var heard = await trip.NextAsync(e => e.Text == "Де моє замовлення? 📦");
        (heard.Sender!.Name, heard.ThreadId).ShouldBe(("Олена", olena.Id));

        await olena.SendsAsync(SimulatedFile.Photo(), "label");
        var picture = await trip.NextAsync(e => e.Text == "label");
        (await trip.OpenAsync(picture.Attachments[0])).ShouldBe(SimulatedFile.Photo().Content);

        var rich = new RichContent
        {
            Buttons = [new(RichButtonKind.Reply, "Fine", "fine")], Location = new(50.45, 30.52, "Kyiv"),
            Cards = [new("Lamp", "49", "https://example.com/l.png", [new(RichButtonKind.Link, "Buy", "https://example.com")])],
        };
        var sent = (await trip.SendAsync(RoundTrip.To(olena, "Ось") with { Attachments = [trip.File("invoice.pdf", "application/pdf")], Rich = rich })).ShouldBeOfType<SendResult.Sent>();
        sent.OtherKeys.Count.ShouldBe(4);
        (await olena.Received.WaitForAsync(r => r.Files.Count > 0, trip.Ct)).Files[0].Content.ShouldBe(RoundTrip.FileBytes("invoice.pdf"));

        var first = await olena.Received.WaitForAsync(r => r.Text == "Ось", trip.Ct);
        first.Id.ShouldBe(sent.ExternalId);
        await trip.NextAsync(e => e.Status == "delivered" && e.TargetKey == sent.ExternalId);
        await olena.ReadsAsync(first);
        await trip.NextAsync(e => e.Status == "read" && e.TargetKey == sent.ExternalId);

        await olena.WritesAsync("Fine");
        (await trip.NextAsync(e => e.Kind == InboundKind.Postback)).Payload.ShouldBe("fine");

        trip.World.Faults.Next(SimulatedProvider.Viber, "send_message", new Fault.TooManyRequests());
        (await trip.SendAsync(olena, "x")).ShouldBeOfType<SendResult.Retry>().WholeInbox.ShouldBeTrue();
    }
}
