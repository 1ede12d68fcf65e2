using Braid.Channels.Tests.Asia;
using Braid.Channels.XDm;
using Braid.Simulator;
using Braid.Simulator.XDm;

namespace Braid.Channels.Tests.XDm;

public sealed class XDmRoundTripTests
{
    [Fact]
    public async Task In_out_marks_files_comments_and_trouble()
    {
        await using var trip = await RoundTrip.StartAsync(new XDmChannel());
        (await trip.Channel.ConnectAsync(trip.Settings, trip.Connecting, trip.Ct)).ShouldAllBe(step => step.Ok);
        (await trip.Channel.CheckAsync(trip.Settings, trip.Connecting, trip.Ct)).ShouldAllBe(step => step.Ok);
        var sara = trip.Provider.Person("سارة");
        (await trip.SendAsync(sara, "x")).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.Unreachable);

        await sara.WritesAsync("مرحبا، وين طلبي؟ 📦");
        var heard = await trip.NextAsync(e => e.Text == "مرحبا، وين طلبي؟ 📦");
        heard.Sender!.Name.ShouldBe("سارة");

        await sara.SendsAsync(SimulatedFile.Photo(), "شوف");
        var picture = await trip.NextAsync(e => e.Attachments.Count > 0);
        picture.Text.ShouldBe("شوف");
        (await trip.OpenAsync(picture.Attachments[0])).ShouldBe(SimulatedFile.Photo().Content);

        var message = RoundTrip.To(sara, "تفضلي") with { ThreadId = heard.ThreadId, Attachments = [trip.File("map.png", "image/png")] };
        var sent = (await trip.SendAsync(message)).ShouldBeOfType<SendResult.Sent>();
        var seen = await sara.Received.WaitForAsync(r => r.Id == sent.ExternalId, trip.Ct);
        seen.Files[0].Content.ShouldBe(RoundTrip.FileBytes("map.png"));
        (await trip.NextAsync(e => e.Outbound)).ExternalId.ShouldBe(sent.ExternalId);
        await sara.ReadsAsync(seen);
        (await trip.NextAsync(e => e.Kind == InboundKind.Read)).TargetKey.ShouldBe(sent.ExternalId);

        var x = (XProvider)trip.Provider;
        await x.RepliesInPublicAsync(x.Person("سارة"), "متى؟", "2080761390344937796");
        var comment = await trip.NextAsync(e => e.Kind == InboundKind.Comment);
        var answer = RoundTrip.To(sara, "قريباً") with { ThreadId = comment.ThreadId, ReplyTo = comment.ExternalId };
        (await trip.SendAsync(answer)).ShouldBeOfType<SendResult.Sent>();
        (await sara.Received.WaitForAsync(r => r.Text == "قريباً", trip.Ct)).Public.ShouldBeTrue();
        var hide = new OutboundAct(ActKind.Hide) { ThreadId = comment.ThreadId!, RecipientId = sara.Id, ExternalId = comment.ExternalId, IdempotencyKey = "h" };
        (await trip.Channel.ActAsync(hide, trip.Settings, trip.Context, trip.Ct)).ShouldBeOfType<SendResult.Sent>();
        x.Hidden.ShouldContain(comment.ExternalId!);

        trip.World.Faults.Next(SimulatedProvider.X, "messages", new Fault.TooManyRequests(7));
        (await trip.SendAsync(sara, "x")).ShouldBeOfType<SendResult.Retry>().After.ShouldBe(TimeSpan.FromSeconds(7));
    }
}
