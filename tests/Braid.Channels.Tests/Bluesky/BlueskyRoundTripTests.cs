using Braid.Channels.Bluesky;
using Braid.Channels.Tests.OpenNetworks;
using Braid.Simulator;
using Braid.Simulator.Bluesky;

namespace Braid.Channels.Tests.Bluesky;


public sealed class BlueskyRoundTripTests() : OpenRoundTrip<BlueskyChannel>(SimulatedProvider.Bluesky)
{
    protected override string SendMethod => "createRecord";

    [Fact]
    public async Task A_private_answer_opens_a_chat_and_goes_on_there()
    {
        var comment = await HearsAsync("My order is late");
        comment.Audience.ShouldBe(Audience.Public);

        var sent = (SendResult.Sent)await SendAsync(Answer(comment, "Which order is it?") with { PrivateReplyTo = comment.ExternalId });
        (await ReceivesAsync("Which order is it?")).Public.ShouldBeFalse();
        await Kim.WritesAsync("1042");
        var answer = await NextAsync(e => e.Text == "1042");

        answer.Kind.ShouldBe(InboundKind.Message);
        answer.Audience.ShouldBe(Audience.Private);
        answer.Sender!.Name.ShouldBe("Kim Minji");
        answer.ThreadId.ShouldBe(sent.ThreadId);
    }

    [Fact]
    public async Task A_session_that_ended_early_is_renewed()
    {
        var heard = await HearsAsync("Hello");
        ((BlueskyServer)Provider).ExpireSessions();

        (await SendAsync(Answer(heard, "Good morning."))).ShouldBeOfType<SendResult.Sent>();
    }
}
