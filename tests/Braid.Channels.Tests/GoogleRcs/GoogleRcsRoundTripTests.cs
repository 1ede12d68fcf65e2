using Braid.Channels.GoogleRcs;
using Braid.Channels.Tests.Asia;
using Braid.Simulator;
using Braid.Simulator.GoogleRcs;

namespace Braid.Channels.Tests.GoogleRcs;

public sealed class GoogleRcsRoundTripTests
{
    [Fact]
    public async Task In_out_receipts_files_cards_and_trouble()
    {
        await using var trip = await RoundTrip.StartAsync(new GoogleRcsChannel());
        (await trip.Channel.CheckAsync(trip.Settings, trip.Connecting, trip.Ct)).ShouldAllBe(step => step.Ok);
        var google = (RcsProvider)trip.Provider;
        var budi = google.Person("Budi");

        await budi.WritesAsync("Halo, promo masih ada? 🎉");
        var heard = await trip.NextAsync(e => e.Text == "Halo, promo masih ada? 🎉");
        (heard.ThreadId, heard.Sender!.Keys[0].Value).ShouldBe((budi.Id, budi.Id));
        await budi.SendsAsync(SimulatedFile.Photo());
        var picture = await trip.NextAsync(e => e.Attachments.Count > 0);
        (await trip.OpenAsync(picture.Attachments[0])).ShouldBe(SimulatedFile.Photo().Content);

        var message = RoundTrip.To(budi, "Siap?") with
        {
            Attachments = [trip.File("invoice.pdf", "application/pdf")],
            Rich = new()
            {
                Buttons = [new(RichButtonKind.Reply, "Konfirmasi", "yes"), new(RichButtonKind.Call, "Telepon", "+6281110009922")], Location = new(-6.2, 106.8, "Toko"),
                Cards = [new("Kaos", "Rp 199.000", "https://example.com/p.jpg", [new(RichButtonKind.Link, "Web", "https://example.com")])], List = new("Buka", [new(null, [new("s", "Kecil", "2 kg")])]),
            },
        };
        var sent = (await trip.SendAsync(message)).ShouldBeOfType<SendResult.Sent>();
        (await budi.Received.WaitForAsync(r => r.Files.Count > 0, trip.Ct)).Files[0].Content.ShouldBe(RoundTrip.FileBytes("invoice.pdf"));
        var seen = await budi.Received.WaitForAsync(r => r.Id == sent.ExternalId, trip.Ct);
        await trip.NextAsync(e => e.Status == "delivered" && e.TargetKey == sent.ExternalId);
        await budi.ReadsAsync(seen);
        await trip.NextAsync(e => e.Status == "read" && e.TargetKey == sent.ExternalId);
        await google.TapsAsync(google.Person("Budi"), "yes", "Konfirmasi");
        (await trip.NextAsync(e => e.Kind == InboundKind.Postback)).Payload.ShouldBe("yes");

        var before = budi.Received.Items.Count;
        (await trip.SendAsync(message with { Attempt = 2 })).ShouldBeOfType<SendResult.Sent>().ExternalId.ShouldBe(sent.ExternalId);
        budi.Received.Items.Count.ShouldBe(before);

        var read = new OutboundAct(ActKind.MarkRead) { ThreadId = budi.Id, RecipientId = budi.Id, ExternalId = heard.ExternalId, IdempotencyKey = "r" };
        (await trip.Channel.ActAsync(read, trip.Settings, trip.Context, trip.Ct)).ShouldBeOfType<SendResult.Sent>();
        (await google.AgentEvents.WaitForAsync(_ => true, trip.Ct))["messageId"]!.GetValue<string>().ShouldBe(heard.ExternalId);

        google.WithoutRcs.Add(budi.Id);
        (await trip.SendAsync(budi, "x")).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.Unreachable);
        trip.World.Faults.Next(SimulatedProvider.GoogleRcs, "agentMessages", new Fault.TooManyRequests(4));
        (await trip.SendAsync(budi, "x")).ShouldBeOfType<SendResult.Retry>().After.ShouldBe(TimeSpan.FromSeconds(4));
    }
}
