using Braid.Channels.Tests.Asia;
using Braid.Channels.Zalo;
using Braid.Simulator;
using Braid.Simulator.Zalo;

namespace Braid.Channels.Tests.Zalo;

public sealed class ZaloRoundTripTests
{
    [Fact]
    public async Task In_out_receipts_files_tokens_and_trouble()
    {
        await using var trip = await RoundTrip.StartAsync(new ZaloChannel());
        (await trip.Channel.CheckAsync(trip.Settings, trip.Connecting, trip.Ct)).ShouldAllBe(step => step.Ok);
        var an = trip.Provider.Person("Nguyễn Văn An");
        (await trip.SendAsync(an, "x")).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.WindowClosed);

        await an.WritesAsync("Đơn hàng tới đâu rồi ạ? 😊");
        (await trip.NextAsync(e => e.Text == "Đơn hàng tới đâu rồi ạ? 😊")).ThreadId.ShouldBe(an.Id);
        await an.SendsAsync(SimulatedFile.Pdf("hd.pdf", "x"));
        var file = await trip.NextAsync(e => e.Attachments.Count > 0);
        (await trip.OpenAsync(file.Attachments[0])).ShouldBe(SimulatedFile.Pdf("hd.pdf", "x").Content);

        var sent = (await trip.SendAsync(RoundTrip.To(an, "Nhãn") with { Attachments = [trip.File("l.png", "image/png")] })).ShouldBeOfType<SendResult.Sent>();
        var seen = await an.Received.WaitForAsync(r => r.Id == sent.ExternalId, trip.Ct);
        seen.Text.ShouldBe("Nhãn");
        seen.Files[0].Content.ShouldBe(RoundTrip.FileBytes("l.png"));
        (await trip.NextAsync(e => e.Outbound)).ExternalId.ShouldBe(sent.ExternalId);
        await trip.NextAsync(e => e.Status == "delivered" && e.TargetKey == sent.ExternalId);
        await an.ReadsAsync(seen);
        await trip.NextAsync(e => e.Status == "read" && e.TargetKey == sent.ExternalId);

        ((ZaloProvider)trip.Provider).ForgetAccess();
        (await trip.SendAsync(RoundTrip.To(an, "Chọn") with { Rich = new() { Buttons = [new(RichButtonKind.Reply, "Đổi trả", "r")] } })).ShouldBeOfType<SendResult.Sent>();

        trip.World.Faults.Next(SimulatedProvider.Zalo, "message", new Fault.TooManyRequests());
        (await trip.SendAsync(an, "x")).ShouldBeOfType<SendResult.Retry>().WholeInbox.ShouldBeTrue();
    }
}
