using Braid.Channels.CustomHttp;
using Braid.Channels.Tests.Asia;
using Braid.Simulator;

namespace Braid.Channels.Tests.CustomHttp;

/// <summary>The adapter against the simulated system, over real HTTP.</summary>
public sealed class CustomHttpRoundTripTests : IAsyncLifetime
{
    private RoundTrip trip = null!;

    public async ValueTask InitializeAsync() => trip = await RoundTrip.StartAsync(new CustomHttpChannel());

    public ValueTask DisposeAsync() => trip.DisposeAsync();

    [Fact]
    public async Task Words_files_and_reports_go_both_ways()
    {
        var maya = trip.Provider.Person("Maya");
        await maya.WritesAsync("Grüße / 荷物 🎁");
        var said = await trip.NextAsync(e => e.Kind == InboundKind.Message);
        said.ShouldSatisfyAllConditions(e => e.Text.ShouldBe("Grüße / 荷物 🎁"), e => e.Sender!.Id.ShouldBe(maya.Id), e => e.Sender!.Name.ShouldBe("Maya"));

        await maya.SendsAsync(SimulatedFile.Photo(), "see");
        var shown = await trip.NextAsync(e => e.Attachments.Count > 0);
        (await trip.OpenAsync(shown.Attachments[0])).ShouldBe(SimulatedFile.Photo().Content);

        var sent = (await trip.SendAsync(maya, "Hello Maya")).ShouldBeOfType<SendResult.Sent>();
        (await maya.Received.WaitForAsync(r => r.Id == sent.ExternalId, trip.Ct)).Text.ShouldBe("Hello Maya");
        (await trip.NextAsync(e => e is { Kind: InboundKind.Status, Status: "delivered" })).TargetKey.ShouldBe(sent.ExternalId);
        await maya.ReadsAsync(maya.Received.Items[0]);
        (await trip.NextAsync(e => e is { Kind: InboundKind.Status, Status: "read" })).TargetKey.ShouldBe(sent.ExternalId);

        foreach (var link in new[] { true, false })
        {
            var file = trip.File("invoice.pdf", "application/pdf");
            sent = (await trip.SendAsync(RoundTrip.To(maya, "Your invoice") with { Attachments = [link ? file : file with { Link = null }] })).ShouldBeOfType<SendResult.Sent>();
            var got = await maya.Received.WaitForAsync(r => r.Id == sent.ExternalId, trip.Ct);
            got.Text.ShouldBe("Your invoice");
            got.Files.ShouldHaveSingleItem().Content.ShouldBe(RoundTrip.FileBytes("invoice.pdf"));
        }
    }

    [Fact]
    public async Task What_goes_wrong_is_told_apart_and_a_repeat_does_no_harm()
    {
        var maya = trip.Provider.Person("Maya");
        var message = RoundTrip.To(maya, "Once");
        trip.World.Faults.Next(SimulatedProvider.Custom, "callback", new Fault.TooManyRequests(7));
        (await trip.SendAsync(message)).ShouldBeOfType<SendResult.Retry>().After.ShouldBe(TimeSpan.FromSeconds(7));
        trip.World.Faults.Next(SimulatedProvider.Custom, "callback", new Fault.ResetAfter());
        (await trip.SendAsync(message)).ShouldBeOfType<SendResult.Unknown>();
        (await trip.SendAsync(message with { Attempt = 2 })).ShouldBeOfType<SendResult.Sent>();
        maya.Received.Items.Count.ShouldBe(1);

        var wrong = ((CustomHttpSettings)trip.Settings) with { CallbackSecret = "a wrong secret of sixteen" };
        (await trip.Channel.SendAsync(RoundTrip.To(maya, "x"), wrong, trip.Context, trip.Ct)).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.Credentials);
        (await trip.Channel.SendAsync(RoundTrip.To(maya, "x") with { RecipientId = "nobody" }, trip.Settings, trip.Context, trip.Ct)).ShouldBeOfType<SendResult.Failed>().Reason.ShouldBe("Your system refused this: Nobody has this id.");

        (await trip.Channel.CheckAsync(trip.Settings, trip.Connecting, trip.Ct)).ShouldAllBe(s => s.Ok);
        (await trip.Channel.CheckAsync(wrong, trip.Connecting, trip.Ct)).ShouldContain(s => !s.Ok);
    }

    [Fact]
    public async Task Acts_reach_the_other_system()
    {
        var maya = trip.Provider.Person("Maya");
        var sent = (await trip.SendAsync(maya, "Tomorow")).ShouldBeOfType<SendResult.Sent>();
        var act = new OutboundAct(ActKind.Edit) { ThreadId = maya.Id, RecipientId = maya.Id, ExternalId = sent.ExternalId, Key = sent.ExternalId, Ours = true, Text = "Tomorrow", IdempotencyKey = "act-1" };

        (await trip.Channel.ActAsync(act, trip.Settings, trip.Context, trip.Ct)).ShouldBeOfType<SendResult.Sent>();

        var update = await maya.Received.WaitForAsync(r => r.Text == "message.update", trip.Ct);
        update.Raw!["message"]!["text"]!.GetValue<string>().ShouldBe("Tomorrow");
    }
}
