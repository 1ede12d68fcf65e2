using System.Text.Json;
using Braid.Channels.Tests.Asia2;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.YouTubeComments;
using Braid.Simulator;
using Braid.Simulator.YouTubeComments;

namespace Braid.Channels.Tests.YouTubeComments;

public sealed class YouTubeCommentsConformance : ChannelConformance<YouTubeCommentsChannel>
{
    internal const string SettingsText =
        """
        {"clientId":"1234-braid.apps.googleusercontent.com","clientSecret":"GOCSPX-braid-secret-1","refreshToken":"1//braid-refresh-0001","channelId":"UCbraidDemoChannel0000001"}
        """;

    protected override string SettingsJson => SettingsText;

    protected override string OtherSettingsJson =>
        """{"clientId":"1234-other.apps.googleusercontent.com","clientSecret":"GOCSPX-other-secret-2","refreshToken":"1//other-refresh-0002","channelId":"UCother"}""";

    protected override bool HasWebhook => false;

    protected override string SuccessBody => """{"kind":"youtube#comment","id":"UgzDE8.A1b3"}""";

    protected override string Recipient => "UgzDE8pLkE2vCq1kN8t4AaABAg";

    protected override IKeptTokens Tokens => new GivenTokens();

    protected override string? TextOf(ProviderRequest request) =>
        request.Json.ValueKind == JsonValueKind.Object && request.Json.TryGetProperty("snippet", out var said) ? said.GetProperty("textOriginal").GetString() : null;

    protected override string? TreatmentOf(string fixture, JsonElement error) =>
        error.GetProperty("body").GetProperty("error").GetProperty("errors")[0].GetProperty("reason").GetString() switch
        {
            "quotaExceeded" => "rate_limit",
            "processingFailure" => "retryable",
            "authError" => "credential_refresh",
            "commentTextTooLong" => "permanent_content",
            "commentsDisabled" or "forbidden" or "parentCommentNotFound" or "videoNotFound" => "permanent",
            var reason => throw new InvalidOperationException($"{fixture}: say what {reason} asks for"),
        };
}

public sealed class YouTubeCommentsTests
{
    private const string Top = "UgzDE8pLkE2vCq1kN8t4AaABAg";
    private static readonly YouTubeCommentsChannel Channel = new();
    private static readonly ChannelSettings Settings = Channel.ParseSettings(JsonDocument.Parse(YouTubeCommentsConformance.SettingsText).RootElement);

    [Fact]
    public async Task An_answer_is_as_approved()
    {
        var provider = new FakeProvider(Fixtures.Reply("youtube-comments", "response-comment-inserted.json"));

        var sent = (await Channel.SendAsync(To("Cek deskripsi ya kak 🙏"), Settings, Context(provider), default)).ShouldBeOfType<SendResult.Sent>();

        sent.ExternalId.ShouldBe(Top + ".A1b3");
        provider.Requests[0].Url.ToString().ShouldBe("https://www.googleapis.com/youtube/v3/comments?part=snippet");
        JsonElement.DeepEquals(provider.Requests[0].Json, Fixtures.Json("youtube-comments", "outbound-reply.json")).ShouldBeTrue();
    }

    [Theory]
    [InlineData(ActKind.Delete, false, "POST", "comments/setModerationStatus?id=c1&moderationStatus=rejected&banAuthor=false")]
    [InlineData(ActKind.Hide, false, "POST", "comments/setModerationStatus?id=c1&moderationStatus=heldForReview&banAuthor=false")]
    [InlineData(ActKind.Unhide, false, "POST", "comments/setModerationStatus?id=c1&moderationStatus=published&banAuthor=false")]
    [InlineData(ActKind.Delete, true, "DELETE", "comments?id=c1")]
    [InlineData(ActKind.Edit, true, "PUT", "comments?part=snippet")]
    public async Task An_act_is_one_call(ActKind kind, bool ours, string method, string path)
    {
        var provider = new FakeProvider(new ProviderReply(204, ""));
        var act = new OutboundAct(kind) { ThreadId = Top, RecipientId = "UC1", ExternalId = "c1", Ours = ours, Text = "Better", IdempotencyKey = "k" };

        (await Channel.ActAsync(act, Settings, Context(provider), default)).ShouldBeOfType<SendResult.Sent>();

        $"{provider.Requests[0].Method} {provider.Requests[0].Url}".ShouldBe($"{method} https://www.googleapis.com/youtube/v3/{path}");
        if (kind == ActKind.Delete && !ours)
        {
            Fixtures.Json("youtube-comments", "outbound-set-moderation-status.json").GetProperty("_request").GetString()!.Replace("{id}", "c1", StringComparison.Ordinal).ShouldBe("POST /youtube/v3/" + path);
        }
    }

    [Fact]
    public void Comments_of_one_tree_are_one_public_thread()
    {
        var events = ((Reading.Events)Channel.Read(new RawDelivery { Body = Fixtures.Bytes("youtube-comments", "inbound-comment-threads-list.json"), ReceivedAt = DateTimeOffset.UnixEpoch }, Settings)).Items;

        events.Take(3).ShouldAllBe(e => e.ThreadId == Top && e.Post == "dQw4w9WgXcQ" && e.Audience == Audience.Public);
        events[3].ThreadId.ShouldBe("UgxEdited1AaABAg");
    }

    [Fact]
    public async Task A_used_up_quota_waits_for_midnight_in_California()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new DateTimeOffset(2026, 11, 18, 12, 0, 0, TimeSpan.Zero));
        var provider = new FakeProvider(Fixtures.Reply("youtube-comments", "error-403-quotaExceeded.json"));

        var retry = (await Channel.SendAsync(To("hi"), Settings, new(provider.Client, clock) { Tokens = new GivenTokens() }, default)).ShouldBeOfType<SendResult.Retry>();

        retry.After.ShouldBe(new TimeSpan(20, 2, 0));
        retry.WholeInbox.ShouldBeTrue();
    }

    [Fact]
    public async Task Comments_late_replies_and_edits_are_read_and_answers_reach_their_author()
    {
        await using var trip = await RoundTrip.StartAsync("youtube-comments");
        var (budi, sara) = ((YouTubeViewer)trip.Provider.Person("Budi"), (YouTubeViewer)trip.Provider.Person("Sara"));
        await budi.WritesAsync("Link di mana? 😭");
        var asked = await trip.NextAsync();
        var sent = (await trip.AnswerAsync(asked, "Cek deskripsi")).ShouldBeOfType<SendResult.Sent>();
        var ours = await trip.NextAsync();
        sara.Replies(asked.ExternalId!, "أنا أيضاً");
        var reply = await trip.NextAsync();
        budi.ChangesMind("Ketemu!");
        var edit = await trip.NextAsync();
        (await trip.ActAsync(new(ActKind.Delete) { ThreadId = asked.ThreadId!, RecipientId = sara.Id, ExternalId = reply.ExternalId, IdempotencyKey = "k" })).ShouldBeOfType<SendResult.Sent>();
        (await trip.ActAsync(new(ActKind.Delete) { ThreadId = asked.ThreadId!, RecipientId = budi.Id, ExternalId = sent.ExternalId, Ours = true, IdempotencyKey = "k" })).ShouldBeOfType<SendResult.Sent>();

        (ours.Outbound, ours.Key).ShouldBe((true, sent.ExternalId));
        (reply.ThreadId, reply.ReplyTo, reply.Text).ShouldBe((asked.ThreadId, asked.ExternalId, "أنا أيضاً"));
        (edit.Kind, edit.TargetKey, edit.Text).ShouldBe((InboundKind.Edit, asked.Key, "Ketemu!"));
        budi.Received.Items.Select(r => r.Text).ShouldBe(["Cek deskripsi"]);
        ((YouTubeWorld)trip.Provider).StatusOf(reply.ExternalId!).ShouldBe("rejected");
        ((YouTubeWorld)trip.Provider).StatusOf(sent.ExternalId).ShouldBe("deleted");
    }

    [Fact]
    public async Task Looking_stops_before_the_quota_is_used_up()
    {
        var now = TimeProvider.System.GetUtcNow();
        var provider = new FakeProvider(ProviderReply.Ok("""{"items":[]}"""));
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var host = new QuotaHost(provider.Client, (YouTubePosition.Of(null, now) with { Units = 79 }).ToString(), stop);
        var settings = (YouTubeCommentsSettings)Settings with { DailyUnits = 100 };

        await Should.ThrowAsync<OperationCanceledException>(() => Channel.ListenAsync(settings, host, stop.Token));

        host.Trouble.ShouldNotBeNull().ShouldContain("quota");
        host.Position!.Split('|')[2].ShouldBe("80");
        provider.Requests.ShouldHaveSingleItem().Url.Query.ShouldNotContain("heldForReview");
        YouTubePosition.Of(host.Position, now.AddDays(1)).Units.ShouldBe(0, "a new day");
    }

    private static ProviderContext Context(FakeProvider provider) => new(provider.Client, TimeProvider.System) { Tokens = new GivenTokens() };

    private static OutboundMessage To(string text) => new() { Id = Guid.Empty, IdempotencyKey = "k", ThreadId = Top, RecipientId = "UC1", Text = text };

    private sealed class QuotaHost(HttpClient http, string position, CancellationTokenSource stop) : IListenerHost
    {
        public HttpClient Http => http;
        public TimeProvider Clock => TimeProvider.System;
        public IKeptTokens Tokens { get; } = new GivenTokens();
        public string? Position { get; private set; } = position;
        public string? Trouble { get; private set; }

        public Task StoreAsync(IReadOnlyList<RawDelivery> deliveries, string position, CancellationToken ct)
        {
            Position = position;
            return Task.CompletedTask;
        }

        public void Report(string? trouble)
        {
            Trouble = trouble;
            stop.Cancel();
        }
    }
}
