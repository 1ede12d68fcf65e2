using Braid.Channels.Line;
using Braid.Channels.Tests.Asia;
using Braid.Simulator;

namespace Braid.Channels.Tests.Line;

public sealed class LineRoundTripTests
{
    [Fact]
    public async Task In_out_files_acts_and_trouble()
    {
        await using var trip = await RoundTrip.StartAsync(new LineChannel());
        (await trip.Channel.ConnectAsync(trip.Settings, trip.Connecting, trip.Ct)).ShouldAllBe(step => step.Ok);
        var kenta = trip.Provider.Person("Kenta");

        await kenta.WritesAsync("予約を変更したいです");
        var heard = await trip.NextAsync(e => e.Text == "予約を変更したいです");
        heard.ThreadId.ShouldBe(kenta.Id);

        await kenta.SendsAsync(SimulatedFile.Photo());
        var picture = await trip.NextAsync(e => e.Attachments.Count > 0);
        (await trip.OpenAsync(picture.Attachments[0])).ShouldBe(SimulatedFile.Photo().Content);
        await kenta.SendsAsync(SimulatedFile.Voice());
        var voice = await trip.NextAsync(e => e.Attachments.Any(a => a.Kind == AttachmentKind.Audio));
        (await trip.OpenAsync(voice.Attachments[0])).ShouldBe(SimulatedFile.Voice().Content);

        var message = RoundTrip.To(kenta, "承知しました") with { Attachments = [trip.File("map.png", "image/png")], Rich = new() { QuickReplies = [new(RichButtonKind.Reply, "はい", "yes")] } };
        var sent = (await trip.SendAsync(message)).ShouldBeOfType<SendResult.Sent>();
        (await kenta.Received.WaitForAsync(r => r.Text == "承知しました", trip.Ct)).Id.ShouldBe(sent.ExternalId);
        (await kenta.Received.WaitForAsync(r => r.Files.Count > 0, trip.Ct)).Files[0].Content.ShouldBe(RoundTrip.FileBytes("map.png"));

        (await trip.SendAsync(message with { Attempt = 2 })).ShouldBeOfType<SendResult.Sent>().ExternalId.ShouldBe(sent.ExternalId);
        kenta.Received.Items.Count.ShouldBe(2);

        var act = new OutboundAct(ActKind.MarkRead) { ThreadId = kenta.Id, RecipientId = kenta.Id, ExternalId = heard.ExternalId, Extra = heard.Extra, IdempotencyKey = "a" };
        (await trip.Channel.ActAsync(act, trip.Settings, trip.Context, trip.Ct)).ShouldBeOfType<SendResult.Sent>();

        trip.World.Faults.Next(SimulatedProvider.Line, "push", new Fault.TooManyRequests(3));
        (await trip.SendAsync(kenta, "x")).ShouldBeOfType<SendResult.Retry>().After.ShouldBe(TimeSpan.FromSeconds(3));
        (await trip.SendAsync(RoundTrip.To(kenta, "x") with { ThreadId = "Unobody" })).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.Unreachable);
    }

    [Fact]
    public async Task Everything_rich_is_taken()
    {
        await using var trip = await RoundTrip.StartAsync(new LineChannel());
        var kenta = trip.Provider.Person("Kenta");
        var rich = new RichContent
        {
            Header = "Order", Footer = "Bye", Buttons = [new(RichButtonKind.Reply, "Fine", "fine")], List = new("Open", [new(null, [new("s", "Small", "2 kg")])]),
            Cards = [new("Lamp", "49 EUR", "https://example.com/l.png", [new(RichButtonKind.Call, "Call", "+6581234455")])], Location = new(1.29, 103.85),
        };

        (await trip.SendAsync(RoundTrip.To(kenta, "Pick") with { Rich = rich })).ShouldBeOfType<SendResult.Sent>();

        kenta.Received.Items.Count.ShouldBe(4);
    }
}
