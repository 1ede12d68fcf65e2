using System.Text.Json;
using System.Web;
using Braid.Channels.Reddit;
using Braid.Channels.Tests.Asia2;
using Braid.Channels.Tests.Conformance;
using Braid.Simulator;
using Braid.Simulator.Reddit;

namespace Braid.Channels.Tests.Reddit;

public sealed class RedditConformance : ChannelConformance<RedditChannel>
{
    internal const string SettingsText =
        """{"clientId":"braid-app-1","clientSecret":"braid-reddit-secret-1","refreshToken":"braid-refresh-0001","username":"tarn_support","subreddit":"BraidDemo"}""";

    protected override string SettingsJson => SettingsText;

    protected override string OtherSettingsJson =>
        """{"clientId":"braid-app-2","clientSecret":"braid-reddit-secret-2","refreshToken":"braid-refresh-0002","username":"other_support"}""";

    protected override bool HasWebhook => false;

    protected override string SuccessBody => """{"json":{"errors":[],"data":{"things":[{"kind":"t1","data":{"name":"t1_m1dddd"}}]}}}""";

    protected override string Recipient => "t3_1abcd2";

    protected override IKeptTokens Tokens => new GivenTokens();

    protected override string? TextOf(ProviderRequest request) => HttpUtility.ParseQueryString(request.Text)["text"];

    protected override string? TreatmentOf(string fixture, JsonElement error) => fixture switch
    {
        "error-403.json" => "permanent",
        _ => "rate_limit",
    };
}

public sealed class RedditTests
{
    private static readonly RedditChannel Channel = new();
    private static readonly ChannelSettings Settings = Channel.ParseSettings(JsonDocument.Parse(RedditConformance.SettingsText).RootElement);

    [Fact]
    public async Task An_answer_is_as_approved()
    {
        var provider = new FakeProvider(Fixtures.Reply("reddit", "response-comment-reply.json"));

        var sent = (await SendAsync(provider, "Ada kak, 10% sampai Minggu")).ShouldBeOfType<SendResult.Sent>();

        sent.ExternalId.ShouldBe("t1_m1dddd");
        provider.Requests[0].Url.ToString().ShouldBe("https://oauth.reddit.com/api/comment");
        provider.Requests[0].Headers["User-Agent"].ShouldContain("/u/tarn_support");
        var form = HttpUtility.ParseQueryString(provider.Requests[0].Text);
        foreach (var field in Fixtures.Json("reddit", "outbound-comment-reply.json").EnumerateObject().Where(f => f.Name[0] != '_')) { form[field.Name].ShouldBe(field.Value.GetString()); }
    }

    [Theory]
    [InlineData("error-ratelimit-in-200.json", 534.1)]
    [InlineData("error-429.json", 120)]
    public async Task Reddits_own_pauses_are_kept(string fixture, double seconds) =>
        (await SendAsync(new FakeProvider(Fixtures.Reply("reddit", fixture)), "x")).ShouldBeOfType<SendResult.Retry>().After.ShouldBe(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData("THREAD_LOCKED", FailureKind.Other)]
    [InlineData("DELETED_COMMENT", FailureKind.Other)]
    [InlineData("TOO_LONG", FailureKind.Content)]
    [InlineData("SOMETHING_NEW", FailureKind.Other)]
    public async Task Errors_in_a_yes_are_seen(string name, FailureKind kind) =>
        (await SendAsync(new FakeProvider(ProviderReply.Ok($$$"""{"json":{"errors":[["{{{name}}}","words","text"]]}}""")), "x")).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(kind);

    [Fact]
    public void An_answer_in_the_inbox_finds_its_post()
    {
        var e = ((Reading.Events)Channel.Read(new RawDelivery
        {
            Body = """{"kind":"t1","data":{"name":"t1_x","author":"nok","author_fullname":"t2_n","body":"hi","created_utc":1794981600.5,"parent_id":"t1_y","was_comment":true,"context":"/r/BraidDemo/comments/1abcd2/title/x/?context=3"}}"""u8.ToArray(),
            ReceivedAt = DateTimeOffset.UnixEpoch,
        }, Settings)).Items[0];

        (e.Post, e.ThreadId, e.Audience).ShouldBe(("t3_1abcd2", "t1_y", Audience.Public));
    }

    [Fact]
    public async Task Comments_and_messages_are_read_answered_in_public_and_privately_changed_and_removed()
    {
        await using var trip = await RoundTrip.StartAsync("reddit");
        var (budi, nok) = ((Redditor)trip.Provider.Person("Budi"), (Redditor)trip.Provider.Person("Nok"));
        var comment = budi.Comments("Ada diskon? 🤔");
        var asked = await trip.NextAsync();
        var sent = (await trip.AnswerAsync(asked, "Ada, 10%")).ShouldBeOfType<SendResult.Sent>();
        var ours = await trip.NextAsync();
        (await trip.AnswerAsync(asked, "Kode: LAMP", m => m with { PrivateReplyTo = asked.ExternalId })).ShouldBeOfType<SendResult.Sent>();
        nok.Messages("สนใจค่ะ");
        var message = await trip.NextAsync();
        (await trip.AnswerAsync(message, "ยินดีค่ะ")).ShouldBeOfType<SendResult.Sent>();
        budi.ChangesMind(comment, "Sudah dapat");
        var edit = await trip.NextAsync();
        (await trip.ActAsync(new(ActKind.Edit) { ThreadId = asked.ThreadId!, RecipientId = budi.Id, ExternalId = sent.ExternalId, Ours = true, Text = "Ada, 15%", IdempotencyKey = "k" })).ShouldBeOfType<SendResult.Sent>();
        (await trip.ActAsync(new(ActKind.Delete) { ThreadId = asked.ThreadId!, RecipientId = budi.Id, ExternalId = comment, IdempotencyKey = "k" })).ShouldBeOfType<SendResult.Sent>();

        (asked.Audience, asked.Post, asked.ThreadId, asked.Sender!.Id).ShouldBe((Audience.Public, "t3_1abcd2", comment, budi.Id));
        (ours.Outbound, ours.Key).ShouldBe((true, sent.ExternalId));
        (message.Kind, message.Audience, message.Text).ShouldBe((InboundKind.Message, Audience.Private, "สนใจค่ะ"));
        (edit.Kind, edit.TargetKey, edit.Text).ShouldBe((InboundKind.Edit, comment, "Sudah dapat"));
        budi.Received.Items.Select(r => (r.Text, r.Public)).ShouldBe([("Ada, 10%", true), ("Kode: LAMP", false)]);
        nok.Received.Items.ShouldHaveSingleItem().Public.ShouldBeFalse();
        ((RedditWorld)trip.Provider).Thing(sent.ExternalId)!["body"]!.GetValue<string>().ShouldBe("Ada, 15%");
        ((RedditWorld)trip.Provider).Thing(comment)!["body"]!.GetValue<string>().ShouldBe("[removed]");
        trip.World.Faults.Next(SimulatedProvider.Reddit, "comment", new Fault.TooManyRequests(9));
        (await trip.AnswerAsync(asked, "x")).ShouldBeOfType<SendResult.Retry>().After.ShouldBe(TimeSpan.FromSeconds(9.1));
    }

    [Fact]
    public async Task A_deep_answer_finds_the_top_of_its_tree()
    {
        await using var trip = await RoundTrip.StartAsync("reddit");
        var (budi, nok) = ((Redditor)trip.Provider.Person("Budi"), (Redditor)trip.Provider.Person("Nok"));
        var top = budi.Comments("top");
        var middle = nok.Comments("middle", top);
        await trip.NextAsync();
        await trip.NextAsync();
        budi.Comments("deep", middle);

        var deep = await trip.NextAsync();

        (deep.ThreadId, deep.ReplyTo, deep.Text).ShouldBe((top, middle, "deep"));
    }

    private static Task<SendResult> SendAsync(FakeProvider provider, string text) => Channel.SendAsync(
        new OutboundMessage { Id = Guid.Empty, IdempotencyKey = "k", ThreadId = "t3_1abcd2", ReplyTo = "t1_m1aaaa", RecipientId = "t2_x", Text = text }, Settings,
        new(provider.Client, TimeProvider.System) { Tokens = new GivenTokens() }, default);
}
