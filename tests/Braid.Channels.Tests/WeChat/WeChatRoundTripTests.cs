using Braid.Channels.Tests.Asia2;
using Braid.Simulator;
using Braid.Simulator.WeChat;

namespace Braid.Channels.Tests.WeChat;

public sealed class WeChatRoundTripTests
{
    [Fact]
    public async Task A_follower_writes_and_is_answered()
    {
        await using var trip = await RoundTrip.StartAsync("wechat");
        var kim = trip.Provider.Person("Kim");

        await kim.WritesAsync("你好 🙂 <b> & ]]>");
        var asked = await trip.NextAsync();
        (await trip.AnswerAsync(asked, "已发货🚚")).ShouldBeOfType<SendResult.Sent>();

        asked.Text.ShouldBe("你好 🙂 <b> & ]]>");
        asked.Sender!.Id.ShouldBe(kim.Id);
        (await kim.Received.WaitForAsync(_ => true, trip.Ct)).Text.ShouldBe("已发货🚚");
        trip.Verdicts[0].ShouldBeOfType<Verdict.Challenge>();
    }

    [Fact]
    public async Task Pictures_go_both_ways_and_a_menu_tap_comes_back()
    {
        await using var trip = await RoundTrip.StartAsync("wechat");
        var kim = (WeChatPerson)trip.Provider.Person("Kim");
        var photo = SimulatedFile.Photo();

        await kim.SendsAsync(photo);
        var asked = await trip.NextAsync();
        (await trip.OpenAsync(asked.Attachments[0])).ShouldBe(photo.Content);
        (await trip.AnswerAsync(asked, "", m => m with { Attachments = [RoundTrip.File(SimulatedFile.Photo(2))] })).ShouldBeOfType<SendResult.Sent>();
        (await kim.Received.WaitForAsync(_ => true, trip.Ct)).Files[0].Content.ShouldBe(SimulatedFile.Photo(2).Content);

        await kim.SendsAsync(new SimulatedFile("clip.mp4", "video/mp4", [1, 2, 3]));
        (await trip.OpenAsync((await trip.NextAsync()).Attachments[0])).ShouldBe(new byte[] { 1, 2, 3 });

        await kim.ClicksAsync("MENU_HUMAN");
        (await trip.NextAsync()).Payload.ShouldBe("MENU_HUMAN");
    }

    [Fact]
    public async Task A_template_is_reported_as_delivered()
    {
        await using var trip = await RoundTrip.StartAsync("wechat");
        await trip.Provider.Person("Kim").WritesAsync("hi");
        var asked = await trip.NextAsync();

        var sent = (await trip.AnswerAsync(asked, "", m => m with { Template = new("T1", "zh_CN", ["x"]) { BodyParameterNames = ["first"] } })).ShouldBeOfType<SendResult.Sent>();

        var receipt = await trip.NextAsync();
        (receipt.Kind, receipt.TargetKey, receipt.Status).ShouldBe((InboundKind.Status, sent.Key ?? sent.ExternalId, "delivered"));
    }

    [Fact]
    public async Task Limits_and_lost_tokens_are_met_as_the_provider_words_them()
    {
        await using var trip = await RoundTrip.StartAsync("wechat");
        var kim = trip.Provider.Person("Kim");
        await kim.WritesAsync("hi");
        var asked = await trip.NextAsync();

        ((WeChatWorld)trip.Provider).ReplaceToken();
        (await trip.AnswerAsync(asked, "1")).ShouldBeOfType<SendResult.Sent>();
        ((WeChatWorld)trip.Provider).ReplaceToken();
        (await trip.AnswerAsync(asked, "2")).ShouldBeOfType<SendResult.Sent>();
        trip.World.Faults.Next(SimulatedProvider.WeChat, "send", new Fault.TooManyRequests());
        (await trip.AnswerAsync(asked, "3")).ShouldBeOfType<SendResult.Retry>().WholeInbox.ShouldBeTrue();
        trip.World.Faults.Next(SimulatedProvider.WeChat, "send", new Fault.ResetAfter());
        (await trip.AnswerAsync(asked, "3")).ShouldBeOfType<SendResult.Unknown>();
        for (var i = 4; i <= 5; i++) { (await trip.AnswerAsync(asked, $"{i}")).ShouldBeOfType<SendResult.Sent>(); }
        (await trip.AnswerAsync(asked, "6")).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.WindowClosed);
        kim.Received.Items.Select(r => r.Text).ShouldBe(["1", "2", "3", "4", "5"]);
    }
}
