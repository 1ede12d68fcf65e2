using Braid.Channels.Matrix;
using Braid.Channels.Tests.OpenNetworks;
using Braid.Simulator;

namespace Braid.Channels.Tests.Matrix;

public sealed class MatrixRoundTripTests() : OpenRoundTrip<MatrixChannel>(SimulatedProvider.Matrix)
{
    protected override string SendMethod => "send";

    [Fact]
    public async Task A_gap_after_a_pause_is_filled_from_the_rooms_history()
    {
        await HearsAsync("one");
        var position = Host.Position;
        await StopAsync();
        for (var i = 0; i < 130; i++) { await Kim.WritesAsync($"missed {i}"); }

        var resumed = new TestListenerHostRun(Channel, Settings, position);
        var texts = await resumed.TextsAsync(130, Ct);

        texts.ShouldBe(Enumerable.Range(0, 130).Select(i => $"missed {i}"));
        await resumed.DisposeAsync();
    }

    [Fact]
    public async Task A_private_room_knows_its_people_by_name()
    {
        var heard = await HearsAsync("Hello");

        heard.Audience.ShouldBe(Audience.Private);
        heard.Sender!.Name.ShouldBe("Kim Minji");
    }

    [Fact]
    public async Task Acts_are_done()
    {
        var heard = await HearsAsync("Hello");
        var sent = (SendResult.Sent)await SendAsync(Answer(heard, "Helo"));
        OutboundAct On(ActKind kind) => new(kind)
        {
            ThreadId = heard.ThreadId!, RecipientId = heard.Sender!.Id, ExternalId = kind is ActKind.Edit or ActKind.Delete ? sent.ExternalId : heard.ExternalId,
            Ours = kind is ActKind.Edit or ActKind.Delete, Text = "Hello", Emoji = "👍", IdempotencyKey = kind.ToString(),
        };
        foreach (var kind in new[] { ActKind.Edit, ActKind.React, ActKind.Unreact, ActKind.MarkRead, ActKind.Typing, ActKind.Delete })
        {
            (await Channel.ActAsync(On(kind), Settings, Context, Ct)).ShouldBeOfType<SendResult.Sent>(kind.ToString());
        }

        (await ReceivesAsync("* Hello")).Raw!["m.new_content"]!["body"]!.GetValue<string>().ShouldBe("Hello");
    }
}
