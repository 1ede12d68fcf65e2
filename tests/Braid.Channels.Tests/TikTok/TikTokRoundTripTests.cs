using Braid.Channels.Tests.Asia2;
using Braid.Simulator;
using Braid.Simulator.TikTok;

namespace Braid.Channels.Tests.TikTok;

public sealed class TikTokRoundTripTests
{
    [Fact]
    public async Task A_customer_writes_is_answered_and_reads_it()
    {
        await using var trip = await RoundTrip.StartAsync("tiktok");
        var nok = (TikTokPerson)trip.Provider.Person("Nok");

        await nok.WritesAsync("สนใจสินค้าในคลิปค่ะ 🛍️ / \"x\"");
        var asked = await trip.NextAsync();
        var sent = (await trip.AnswerAsync(asked, "พร้อมส่งค่ะ")).ShouldBeOfType<SendResult.Sent>();
        var received = await nok.Received.WaitForAsync(_ => true, trip.Ct);
        var echo = await trip.NextAsync();
        await nok.ReadsAsync(received);
        var read = await trip.NextAsync();

        asked.Text.ShouldBe("สนใจสินค้าในคลิปค่ะ 🛍️ / \"x\"");
        received.Text.ShouldBe("พร้อมส่งค่ะ");
        (echo.Outbound, echo.Key, echo.ThreadId).ShouldBe((true, sent.ExternalId, asked.ThreadId));
        (read.Kind, read.ThreadId).ShouldBe((InboundKind.Read, asked.ThreadId));
        (await trip.ActAsync(new(ActKind.Typing) { ThreadId = asked.ThreadId!, RecipientId = nok.Id, IdempotencyKey = "k" })).ShouldBeOfType<SendResult.Sent>();
        nok.Signals.ShouldBe(["TYPING"]);
    }

    [Fact]
    public async Task Pictures_go_both_ways_also_when_the_token_ends_early()
    {
        await using var trip = await RoundTrip.StartAsync("tiktok");
        var nok = trip.Provider.Person("Nok");

        await nok.SendsAsync(SimulatedFile.Photo());
        var asked = await trip.NextAsync();
        (await trip.OpenAsync(asked.Attachments[0])).ShouldBe(SimulatedFile.Photo().Content);
        ((TikTokWorld)trip.Provider).RevokeAccess();
        (await trip.AnswerAsync(asked, "", m => m with { Attachments = [RoundTrip.File(SimulatedFile.Photo(2))] })).ShouldBeOfType<SendResult.Sent>();

        (await nok.Received.WaitForAsync(_ => true, trip.Ct)).Files[0].Content.ShouldBe(SimulatedFile.Photo(2).Content);
    }

    [Fact]
    public async Task A_comment_is_answered_in_public_and_privately_and_hidden()
    {
        await using var trip = await RoundTrip.StartAsync("tiktok");
        var budi = (TikTokPerson)trip.Provider.Person("Budi");

        await budi.CommentsAsync("Link nya dong kak 🙏");
        var comment = await trip.NextAsync();
        (await trip.AnswerAsync(comment, "Cek DM ya")).ShouldBeOfType<SendResult.Sent>();
        (await trip.AnswerAsync(comment, "Ini linknya", m => m with { PrivateReplyTo = comment.ExternalId })).ShouldBeOfType<SendResult.Sent>();
        (await trip.ActAsync(new(ActKind.Hide) { ThreadId = comment.ThreadId!, RecipientId = budi.Id, ExternalId = comment.ExternalId, IdempotencyKey = "k" })).ShouldBeOfType<SendResult.Sent>();

        comment.Audience.ShouldBe(Audience.Public);
        budi.Received.Items.Select(r => (r.Text, r.Public)).ShouldBe([("Cek DM ya", true), ("Ini linknya", false)]);
        ((TikTokWorld)trip.Provider).IsHidden(comment.ExternalId!).ShouldBeTrue();
    }

    [Fact]
    public async Task Connecting_registers_messages_and_comments_and_trouble_is_worded()
    {
        await using var trip = await RoundTrip.StartAsync("tiktok");
        var steps = await trip.Channel.ConnectAsync(trip.Settings, new(trip.Context.Http, TimeProvider.System, trip.WebhookUrl) { Tokens = trip.Tokens }, trip.Ct);
        await trip.Provider.Person("Nok").WritesAsync("hi");
        var asked = await trip.NextAsync();
        trip.World.Faults.Next(SimulatedProvider.TikTok, "business/message/send", new Fault.TooManyRequests());

        steps.ShouldAllBe(s => s.Ok);
        ((TikTokWorld)trip.Provider).Registered.ShouldBe([$"DIRECT_MESSAGE {trip.WebhookUrl}", $"COMMENT {trip.WebhookUrl}"]);
        (await trip.AnswerAsync(asked, "1")).ShouldBeOfType<SendResult.Retry>().WholeInbox.ShouldBeTrue();
        for (var i = 0; i < 10; i++) { (await trip.AnswerAsync(asked, $"{i}")).ShouldBeOfType<SendResult.Sent>(); }
        (await trip.AnswerAsync(asked, "11")).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.WindowClosed);
    }
}
