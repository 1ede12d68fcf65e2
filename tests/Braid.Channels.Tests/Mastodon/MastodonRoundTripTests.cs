using Braid.Channels.Mastodon;
using Braid.Channels.Tests.OpenNetworks;
using Braid.Simulator;

namespace Braid.Channels.Tests.Mastodon;

public sealed class MastodonRoundTripTests() : OpenRoundTrip<MastodonChannel>(SimulatedProvider.Mastodon)
{
    protected override string SendMethod => "post-statuses";

    [Fact]
    public async Task A_talk_that_became_private_stays_apart_from_the_public_one()
    {
        var comment = await HearsAsync("My order 1042 is late");
        comment.Kind.ShouldBe(InboundKind.Comment);
        comment.Audience.ShouldBe(Audience.Public);

        var sent = (SendResult.Sent)await SendAsync(Answer(comment, "We write to you in private.") with { PrivateReplyTo = comment.ExternalId });
        await ReceivesAsync("We write to you in private.");
        var answer = await HearsAsync("My address is 1 Pier Road");

        answer.Kind.ShouldBe(InboundKind.Message);
        answer.Audience.ShouldBe(Audience.Private);
        answer.ThreadId.ShouldBe(sent.ThreadId);
        answer.ThreadId.ShouldNotBe(comment.ThreadId);
    }

    [Fact]
    public async Task Mentions_missed_in_a_pause_are_fetched_in_order()
    {
        await HearsAsync("one");
        var position = Host.Position;
        await StopAsync();
        for (var i = 0; i < 50; i++) { await Kim.WritesAsync($"missed {i}"); }

        await using var resumed = new TestListenerHostRun(Channel, Settings, position);

        (await resumed.TextsAsync(50, Ct)).ShouldBe(Enumerable.Range(0, 50).Select(i => $"missed {i}"));
    }
}
