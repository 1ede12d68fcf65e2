using Braid.Channels.Instagram;
using Braid.Channels.Messenger;
using Braid.Simulator;
using Braid.Simulator.Meta;

namespace Braid.Channels.Tests.Meta;

/// <summary>Both Meta channels against the pretend Graph API: direct messages, comments, files, receipts, acts, and what goes wrong.</summary>
public sealed class MetaRoundTripTests : IAsyncLifetime
{
    private MetaRoundTrip trip = null!;

    private MetaServer Server => (MetaServer)trip.Provider;
    private MetaPerson Kim => Server.Someone("Kim Reyes");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await trip.DisposeAsync();

    [Theory, InlineData("messenger"), InlineData("instagram")]
    public async Task Words_come_in_and_an_answer_is_seen_and_read(string channel)
    {
        await StartAsync(channel);
        await Kim.WritesAsync("Is the lamp back? 😊");
        var asked = await trip.NextAsync(e => e.Kind == InboundKind.Message);

        asked.Text.ShouldBe("Is the lamp back? 😊");
        asked.Account.ShouldBe(Server.Id);
        asked.Sender!.Id.ShouldBe(Kim.Id);
        var sent = (await trip.SendAsync(MetaRoundTrip.To(asked.ThreadId!, "It is!"))).ShouldBeOfType<SendResult.Sent>();

        var seen = await Kim.Received.WaitForAsync(r => r.Text == "It is!", trip.Ct);
        seen.Id.ShouldBe(sent.ExternalId);
        await Kim.ReadsAsync(seen);
        var read = await trip.NextAsync(e => e.Kind == InboundKind.Read);
        read.ThreadId.ShouldBe(asked.ThreadId);
        trip.Forged.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_page_s_own_words_come_back_as_the_receipt_of_our_message()
    {
        await StartAsync("messenger");
        await Kim.WritesAsync("Hello");
        var message = MetaRoundTrip.To(Kim.Id, "Hi Kim");
        var sent = (await trip.SendAsync(message)).ShouldBeOfType<SendResult.Sent>();

        var echo = await trip.NextAsync(e => e.Status == "sent");
        echo.Correlation.ShouldBe(message.Id.ToString("D"));
        echo.TargetKey.ShouldBe(sent.ExternalId);
        (await trip.NextAsync(e => e.Status == "delivered")).TargetKey.ShouldBe(sent.ExternalId);
    }

    [Theory, InlineData("messenger"), InlineData("instagram")]
    public async Task Files_travel_both_ways(string channel)
    {
        await StartAsync(channel);
        var photo = SimulatedFile.Photo(7);
        await Kim.SendsAsync(photo, "like this");
        var got = await trip.NextAsync(e => e.Attachments.Count > 0);
        got.Text.ShouldBe("like this");
        (await trip.FetchAsync(got.Attachments[0])).ShouldBe(photo.Content);

        var pdf = SimulatedFile.Pdf("offer.pdf", "49 EUR");
        (await trip.SendAsync(MetaRoundTrip.To(Kim.Id, "The offer") with { Attachments = [MetaRoundTrip.File(pdf)] })).ShouldBeOfType<SendResult.Sent>();
        var seen = await Kim.Received.WaitForAsync(r => r.Files.Count > 0, trip.Ct);
        seen.Files[0].Content.ShouldBe(pdf.Content);
        Kim.Received.Items.Count(r => r.Text == "The offer").ShouldBe(1);
    }

    [Theory, InlineData("messenger"), InlineData("instagram")]
    public async Task A_comment_is_public_answered_in_public_once_in_private_hidden_and_deleted(string channel)
    {
        await StartAsync(channel);
        var id = await Kim.CommentsAsync("How much is it?");
        var comment = await trip.NextAsync(e => e.Kind == InboundKind.Comment);
        comment.Audience.ShouldBe(Audience.Public);
        comment.ExternalId.ShouldBe(id);
        comment.Sender!.Id.ShouldBe(Kim.CommenterId);

        var answer = (await trip.SendAsync(MetaRoundTrip.To(comment.ThreadId!, "49 EUR", Kim.CommenterId))).ShouldBeOfType<SendResult.Sent>();
        (await Kim.Received.WaitForAsync(r => r.Public, trip.Ct)).Text.ShouldBe("49 EUR");
        var own = await trip.NextAsync(e => e.ExternalId == answer.ExternalId);
        (own.Outbound, own.ThreadId, own.ReplyTo).ShouldBe((true, comment.ThreadId, id));

        var again = await Kim.CommentsAsync("Thanks", answers: id);
        (await trip.NextAsync(e => e.ExternalId == again)).ThreadId.ShouldBe(comment.ThreadId);

        var quietly = (await trip.SendAsync(MetaRoundTrip.To(comment.ThreadId!, "Here is a coupon", Kim.CommenterId) with { PrivateReplyTo = id })).ShouldBeOfType<SendResult.Sent>();
        quietly.ThreadId.ShouldBe(Kim.Id);
        (await Kim.Received.WaitForAsync(r => !r.Public, trip.Ct)).Text.ShouldBe("Here is a coupon");
        (await trip.SendAsync(MetaRoundTrip.To(comment.ThreadId!, "And one more", Kim.CommenterId) with { PrivateReplyTo = id })).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.Content);

        var act = new OutboundAct(ActKind.Hide) { ThreadId = comment.ThreadId!, RecipientId = Kim.CommenterId, ExternalId = again, IdempotencyKey = "1" };
        (await trip.ActAsync(act)).ShouldBeOfType<SendResult.Sent>();
        (await trip.ActAsync(act with { Kind = ActKind.Unhide })).ShouldBeOfType<SendResult.Sent>();
        (await trip.ActAsync(act with { Kind = ActKind.Delete })).ShouldBeOfType<SendResult.Sent>();
        (await trip.ActAsync(act with { Kind = ActKind.Delete })).ShouldBeOfType<SendResult.Sent>("what is gone is deleted");
    }

    [Theory, InlineData("messenger"), InlineData("instagram")]
    public async Task Buttons_quick_replies_and_cards_are_shown_and_taps_come_back(string channel)
    {
        await StartAsync(channel);
        await Kim.WritesAsync("Hi");
        var message = MetaRoundTrip.To(Kim.Id, "What can we do?") with
        {
            Rich = new()
            {
                Buttons = [new(RichButtonKind.Reply, "Track it", "track"), new(RichButtonKind.Link, "Shop", "https://shop.example.com")],
                Cards = [new("Red lamp", "49 EUR", "https://shop.example.com/red.png", [new(RichButtonKind.Reply, "Buy", "buy-red")])],
                QuickReplies = [new(RichButtonKind.Reply, "Talk to us", "human")],
            },
        };
        (await trip.SendAsync(message)).ShouldBeOfType<SendResult.Sent>().OtherKeys.Count.ShouldBe(2);

        var seen = await Kim.Received.WaitForAsync(3, _ => true, trip.Ct);
        seen.Select(r => r.Text).ShouldBe(["What can we do?", "Red lamp", "👇"]);
        await Kim.TapsAsync(seen[0], "Track it");
        (await trip.NextAsync(e => e.Kind == InboundKind.Postback)).Payload.ShouldBe("track");
        await Kim.TapsAsync(seen[1], "Buy");
        (await trip.NextAsync(e => e.Kind == InboundKind.Postback)).Payload.ShouldBe("buy-red");
        await Kim.TapsAsync(seen[2], "Talk to us");
        var quick = await trip.NextAsync(e => e.Kind == InboundKind.Postback);
        (quick.Payload, quick.Text).ShouldBe(("human", "Talk to us"));
    }

    [Theory, InlineData("messenger"), InlineData("instagram")]
    public async Task Typing_seen_and_reactions_reach_the_person_and_hers_reach_us(string channel)
    {
        await StartAsync(channel);
        await Kim.WritesAsync("Hi");
        var said = await trip.NextAsync(e => e.Kind == InboundKind.Message);
        var act = new OutboundAct(ActKind.Typing) { ThreadId = Kim.Id, RecipientId = Kim.Id, IdempotencyKey = "1" };
        (await trip.ActAsync(act)).ShouldBeOfType<SendResult.Sent>();
        (await trip.ActAsync(act with { Kind = ActKind.MarkRead, ExternalId = said.ExternalId })).ShouldBeOfType<SendResult.Sent>();
        (await trip.ActAsync(act with { Kind = ActKind.React, ExternalId = said.ExternalId, Emoji = "❤️" })).ShouldBeOfType<SendResult.Sent>();
        (await trip.ActAsync(act with { Kind = ActKind.React, ExternalId = said.ExternalId, Emoji = "🦒" })).ShouldBeOfType<SendResult.Failed>();
        Kim.Actions.Items.ShouldBe(["typing_on", "mark_seen", "react:love"]);

        await Kim.ReactsAsync(said.ExternalId!, "🔥");
        (await trip.NextAsync(e => e.Kind == InboundKind.Reaction)).TargetKey.ShouldBe(said.Key);
        await Kim.EditsAsync(said.ExternalId!, "Hi there");
        (await trip.NextAsync(e => e.Kind == InboundKind.Edit)).Text.ShouldBe("Hi there");
        await Kim.TakesBackAsync(said.ExternalId!);
        (await trip.NextAsync(e => e.Kind == InboundKind.Delete)).TargetKey.ShouldBe(said.Key);
    }

    [Theory, InlineData("messenger"), InlineData("instagram")]
    public async Task What_goes_wrong_is_told_apart(string channel)
    {
        await StartAsync(channel);
        (await trip.SendAsync(MetaRoundTrip.To("12345", "x"))).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.Unreachable);
        await Kim.WroteAsync("Hello?", TimeProvider.System.GetUtcNow().AddDays(-2));
        (await trip.SendAsync(MetaRoundTrip.To(Kim.Id, "x"))).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.WindowClosed);
        await Kim.WritesAsync("Hello?");

        var provider = channel == "messenger" ? SimulatedProvider.Messenger : SimulatedProvider.Instagram;
        trip.World.Faults.Add(new(provider, "messages", new Fault.TooManyRequests(9)) { Times = 1 });
        var retry = (await trip.SendAsync(MetaRoundTrip.To(Kim.Id, "x"))).ShouldBeOfType<SendResult.Retry>();
        (retry.After, retry.WholeInbox).ShouldBe((TimeSpan.FromSeconds(9), true));
        trip.World.Faults.Add(new(provider, "messages", new Fault.ResetAfter()) { Times = 1 });
        (await trip.SendAsync(MetaRoundTrip.To(Kim.Id, "perhaps"))).ShouldBeOfType<SendResult.Unknown>();
        Kim.Gone = true;
        (await trip.SendAsync(MetaRoundTrip.To(Kim.Id, "x"))).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.Unreachable);
    }

    /// <summary>Not one field that the recorded bodies do not have: else the simulator would prove something about itself only.</summary>
    [Theory, InlineData("messenger"), InlineData("instagram")]
    public async Task What_the_simulator_posts_has_the_shape_of_what_was_recorded(string channel)
    {
        await StartAsync(channel);
        await Kim.WritesAsync("Hi");
        var said = await trip.NextAsync(e => e.Kind == InboundKind.Message);
        await Kim.SendsAsync(SimulatedFile.Photo());
        await Kim.CommentsAsync("Nice", answers: await Kim.CommentsAsync("How much?"));
        await Kim.ReactsAsync(said.ExternalId!, "🔥");
        await Kim.EditsAsync(said.ExternalId!, "Hi!");
        await trip.SendAsync(MetaRoundTrip.To(Kim.Id, "Hello") with { Rich = new() { QuickReplies = [new(RichButtonKind.Reply, "Order", "order")] } });
        var seen = await Kim.Received.WaitForAsync(r => r.Text == "Hello", trip.Ct);
        await Kim.TapsAsync(seen, "Order");
        await Kim.ReadsAsync(seen);
        await trip.NextAsync(e => e.Kind == InboundKind.Read);

        var folder = Path.Combine(AppContext.BaseDirectory, "fixtures", channel);
        var recorded = Directory.EnumerateFiles(folder, "inbound-*.json").SelectMany(file => Shape(System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(file)).RootElement, "")).ToHashSet();
        trip.Bodies.Count.ShouldBeGreaterThan(8);
        foreach (var body in trip.Bodies) Shape(System.Text.Json.JsonDocument.Parse(body).RootElement, "").Except(recorded).ShouldBeEmpty();
    }

    private static IEnumerable<string> Shape(System.Text.Json.JsonElement json, string path) => json.ValueKind switch
    {
        System.Text.Json.JsonValueKind.Object => json.EnumerateObject().SelectMany(p => Shape(p.Value, $"{path}.{p.Name}")),
        System.Text.Json.JsonValueKind.Array => json.EnumerateArray().SelectMany(item => Shape(item, path + "[]")),
        var kind => [$"{path}: {kind}"],
    };

    private async Task StartAsync(string channel)
    {
        trip = await MetaRoundTrip.StartAsync(channel == "messenger" ? new MessengerChannel() : new InstagramChannel());
        await trip.ConnectAsync();
    }
}
