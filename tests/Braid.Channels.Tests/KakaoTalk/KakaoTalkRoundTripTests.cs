using System.Text.Json.Nodes;
using Braid.Channels.Tests.Asia2;
using Braid.Simulator;
using Braid.Simulator.KakaoTalk;

namespace Braid.Channels.Tests.KakaoTalk;

public sealed class KakaoTalkRoundTripTests
{
    [Fact]
    public async Task A_consultation_goes_both_ways_until_the_customer_leaves()
    {
        await using var trip = await RoundTrip.StartAsync("kakaotalk");
        var min = (KakaoTalkPerson)trip.Provider.Person("Min");

        await min.WritesAsync("안녕하세요 😊");
        var asked = await trip.NextAsync();
        (await trip.AnswerAsync(asked, "네!", m => m with { Attachments = [RoundTrip.File(SimulatedFile.Photo(2)), RoundTrip.File(SimulatedFile.Pdf("a.pdf", "x"))] })).ShouldBeOfType<SendResult.Sent>();
        await min.SendsAsync(SimulatedFile.Pdf("영수증.pdf", "x"));
        var file = (await trip.NextAsync()).Attachments[0];
        await min.LeavesAsync();

        asked.Text.ShouldBe("안녕하세요 😊");
        file.Name.ShouldBe("영수증.pdf");
        (await trip.OpenAsync(file)).ShouldBe(SimulatedFile.Pdf("영수증.pdf", "x").Content);
        min.Received.Items.Select(r => r.Text + r.Files.Count).ShouldBe(["네!0", "1", "1"]);
        (await trip.AnswerAsync(asked, "still there?")).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.WindowClosed);
    }

    [Fact]
    public async Task A_chatbot_answers_once_by_its_callback()
    {
        await using var trip = await RoundTrip.StartAsync("kakaotalk");
        var min = (KakaoTalkPerson)trip.Provider.Person("Min");

        var atOnce = await min.AsksChatbotAsync("배송 조회", new JsonObject { ["order"] = "A-1042" });
        var asked = await trip.NextAsync();

        atOnce["useCallback"]!.GetValue<bool>().ShouldBeTrue();
        (asked.Text, asked.Payload).ShouldBe(("배송 조회", """{"order":"A-1042"}"""));
        (await trip.AnswerAsync(asked, "내일 도착합니다")).ShouldBeOfType<SendResult.Sent>();
        (await min.Received.WaitForAsync(_ => true, trip.Ct)).Text.ShouldBe("내일 도착합니다");
        (await trip.AnswerAsync(asked, "again")).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.WindowClosed);
    }

    [Fact]
    public async Task Slow_down_and_lost_answers_are_told_apart()
    {
        await using var trip = await RoundTrip.StartAsync("kakaotalk");
        await trip.Provider.Person("Min").WritesAsync("hi");
        var asked = await trip.NextAsync();
        trip.World.Faults.Next(SimulatedProvider.KakaoTalk, "write", new Fault.TooManyRequests(3));
        trip.World.Faults.Next(SimulatedProvider.KakaoTalk, "write", new Fault.ResetAfter());

        (await trip.AnswerAsync(asked, "1")).ShouldBeOfType<SendResult.Retry>().After.ShouldBe(TimeSpan.FromSeconds(3));
        (await trip.AnswerAsync(asked, "2")).ShouldBeOfType<SendResult.Unknown>();
    }
}
