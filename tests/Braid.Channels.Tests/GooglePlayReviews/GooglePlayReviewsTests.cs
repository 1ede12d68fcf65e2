using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Web;
using Braid.Channels.GooglePlayReviews;
using Braid.Channels.Tests.Asia2;
using Braid.Channels.Tests.Conformance;
using Braid.Simulator;
using Braid.Simulator.GooglePlayReviews;

namespace Braid.Channels.Tests.GooglePlayReviews;

public sealed class GooglePlayReviewsConformance : ChannelConformance<GooglePlayReviewsChannel>
{
    internal static readonly string SettingsText = $$"""{"packageName":"com.example.lamps","serviceAccountKey":{{TestKeys.KeyFile}}}""";

    protected override string SettingsJson => SettingsText;

    protected override string OtherSettingsJson => SettingsText;

    protected override bool HasWebhook => false;

    protected override bool SplitsText => false;

    protected override string SuccessBody => """{"result":{"replyText":"x","lastEdited":{"seconds":"1794967200"}}}""";

    protected override string Recipient => "gp:AOqpTOHRz1";

    protected override IKeptTokens Tokens => new GivenTokens();

    /// <summary>Only a memory can tell a changed review: the listener notes it beside the body.</summary>
    protected override IReadOnlyDictionary<string, string> QueryOf(string fixture) =>
        fixture == "inbound-review-edited.json" ? new Dictionary<string, string> { ["known"] = "1" } : base.QueryOf(fixture);

    protected override string? TextOf(ProviderRequest request) =>
        request.Json.ValueKind == JsonValueKind.Object && request.Json.TryGetProperty("replyText", out var text) ? text.GetString() : null;

    protected override string? TreatmentOf(string fixture, JsonElement error) => error.GetProperty("_httpStatus").GetInt32() switch
    {
        400 => "permanent_content",
        401 => "credential_refresh",
        403 => "configuration",
        404 => "permanent",
        429 => "rate_limit",
        var status => throw new InvalidOperationException($"{fixture}: say what {status} asks for"),
    };
}

public sealed class GooglePlayReviewsTests
{
    private static readonly GooglePlayReviewsChannel Channel = new();
    private static readonly ChannelSettings Settings = Channel.ParseSettings(JsonDocument.Parse(GooglePlayReviewsConformance.SettingsText).RootElement);

    [Fact]
    public async Task An_answer_is_as_approved_and_goes_with_a_signed_claims_token()
    {
        var provider = new FakeProvider(ProviderReply.Ok("""{"access_token":"ya29.one","expires_in":3599}"""), Fixtures.Reply("google-play-reviews", "response-reply.json"));

        (await SendAsync(provider, "Terima kasih, sudah kami perbaiki di versi 2.5.12 🙏")).ShouldBeOfType<SendResult.Sent>();

        var form = HttpUtility.ParseQueryString(provider.Requests[0].Text);
        form["grant_type"].ShouldBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
        var parts = form["assertion"]!.Split('.');
        TestKeys.Account.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).ShouldBeTrue();
        var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1])).RootElement;
        claims.GetProperty("iss").GetString().ShouldBe("reviews@braid.iam.gserviceaccount.com");
        claims.GetProperty("scope").GetString().ShouldBe("https://www.googleapis.com/auth/androidpublisher");
        var sent = provider.Requests[1];
        sent.Url.AbsoluteUri.ShouldBe("https://androidpublisher.googleapis.com/androidpublisher/v3/applications/com.example.lamps/reviews/gp%3AAOqpTOHRz1:reply");
        sent.Headers["Authorization"].ShouldBe("Bearer ya29.one");
        JsonElement.DeepEquals(sent.Json, Fixtures.Json("google-play-reviews", "outbound-reply.json")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_refused_key_stops_the_inbox_with_words()
    {
        var provider = new FakeProvider(new ProviderReply(400, """{"error":"invalid_grant"}"""));

        (await SendAsync(provider, "hi")).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.Credentials);
    }

    [Fact]
    public void A_key_file_that_is_none_is_explained() =>
        Should.Throw<SettingsException>(() => Channel.ParseSettings(JsonDocument.Parse("""{"packageName":"com.example.lamps","serviceAccountKey":"AIza-key"}""").RootElement))
            .Problems.Keys.ShouldBe(["serviceAccountKey"]);

    [Fact]
    public void Nobody_can_push() => Channel.Verify(
        new WebhookRequest { Method = "POST", Url = new Uri("https://x.example/"), Headers = new Dictionary<string, string>(), Query = new Dictionary<string, string>(), Body = "{}"u8.ToArray(), ReceivedAt = DateTimeOffset.UnixEpoch },
        Settings).ShouldBeOfType<Verdict.Forged>();

    [Fact]
    public async Task Reviews_are_read_once_over_pages_changes_are_edits_and_answers_reach_their_author()
    {
        await using var trip = await RoundTrip.StartAsync("google-play-reviews");
        var (ana, budi, cem) = (trip.Provider.Person("Ana"), (PlayReviewer)trip.Provider.Person("Budi"), trip.Provider.Person("Cem"));
        await ana.WritesAsync("Good");
        await budi.WritesAsync("Crashes 😡");
        await cem.WritesAsync("Nice");

        var read = new[] { await trip.NextAsync(), await trip.NextAsync(), await trip.NextAsync() };
        (await trip.AnswerAsync(read[1], "We fixed it")).ShouldBeOfType<SendResult.Sent>();
        budi.Stars = 5;
        await budi.WritesAsync("Works now");
        var edit = await trip.NextAsync();
        ((GooglePlayWorld)trip.Provider).Desk.RevokeAccess();
        var act = new OutboundAct(ActKind.Edit) { ThreadId = edit.ThreadId!, RecipientId = budi.Id, ExternalId = "x", Ours = true, Text = "Thank you!", IdempotencyKey = "k" };
        (await trip.ActAsync(act)).ShouldBeOfType<SendResult.Sent>();
        await trip.PollAsync();

        read.Select(e => e.Text).ShouldBe(["Good", "Crashes 😡", "Nice"]);
        read.ShouldAllBe(e => e.Kind == InboundKind.Comment && e.Audience == Audience.Public);
        (edit.Kind, edit.TargetKey, edit.Text, edit.Rating).ShouldBe((InboundKind.Edit, read[1].Key, "Works now", 5));
        budi.Received.Items.Select(r => (r.Text, r.Public)).ShouldBe([("We fixed it", true), ("Thank you!", true)]);
    }

    [Fact]
    public async Task Trouble_while_looking_is_reported_in_words()
    {
        await using var trip = await RoundTrip.StartAsync("google-play-reviews");
        trip.World.Faults.Next(SimulatedProvider.GooglePlay, "reviews", new Fault.ServerError(503));

        await Should.ThrowAsync<IOException>(trip.PollAsync);

        trip.Reports.ShouldHaveSingleItem().ShouldBe("Google Play is in trouble (503).");
    }

    private static Task<SendResult> SendAsync(FakeProvider provider, string text) => Channel.SendAsync(
        new OutboundMessage { Id = Guid.Empty, IdempotencyKey = "k", ThreadId = "gp:AOqpTOHRz1", RecipientId = "gp:AOqpTOHRz1", Text = text }, Settings, new(provider.Client, TimeProvider.System), default);
}
