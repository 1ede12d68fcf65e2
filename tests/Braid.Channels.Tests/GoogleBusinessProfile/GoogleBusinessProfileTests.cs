using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Braid.Channels.GoogleBusinessProfile;
using Braid.Channels.Tests.Asia2;
using Braid.Channels.Tests.Conformance;
using Braid.Simulator;
using Braid.Simulator.GoogleBusinessProfile;

namespace Braid.Channels.Tests.GoogleBusinessProfile;

public sealed class GoogleBusinessProfileConformance : ChannelConformance<GoogleBusinessProfileChannel>
{
    internal const string Push = "push@braid.iam.gserviceaccount.com";

    internal const string SettingsText =
        $$"""
        {"clientId":"1234-braid.apps.googleusercontent.com","clientSecret":"GOCSPX-braid-secret-1","refreshToken":"1//braid-refresh-0001",
         "location":"accounts/106543210987654321098/locations/12345678901234567890","pushServiceAccount":"{{Push}}"}
        """;

    protected override string SettingsJson => SettingsText;

    protected override string OtherSettingsJson =>
        """
        {"clientId":"1234-other.apps.googleusercontent.com","clientSecret":"GOCSPX-other-secret-2","refreshToken":"1//other-refresh-0002",
         "location":"accounts/2/locations/2","pushServiceAccount":"push@other.iam.gserviceaccount.com"}
        """;

    protected override bool SignatureCoversBody => false;

    protected override bool SplitsText => false;

    protected override IReadOnlyDictionary<string, string> Keys => KeySet;

    protected override string SuccessBody => """{"comment":"x","updateTime":"2026-11-18T02:00:00Z"}""";

    protected override string Recipient => "accounts/106543210987654321098/locations/12345678901234567890/reviews/AbFvOq1";

    protected override IKeptTokens Tokens => new GivenTokens();

    protected override IReadOnlyDictionary<string, string> Sign(byte[] body, ChannelSettings settings) => Signed(settings, Now);

    protected override IReadOnlyDictionary<string, string> SignStale(byte[] body, ChannelSettings settings) => Signed(settings, Now.AddHours(-2));

    protected override string? TextOf(ProviderRequest request) =>
        request.Json.ValueKind == JsonValueKind.Object && request.Json.TryGetProperty("comment", out var text) ? text.GetString() : null;

    protected override string? TreatmentOf(string fixture, JsonElement error) => error.GetProperty("_httpStatus").GetInt32() switch
    {
        400 => "permanent_content",
        403 => "configuration",
        404 => "permanent",
        429 => "rate_limit",
        503 => "retryable",
        var status => throw new InvalidOperationException($"{fixture}: say what {status} asks for"),
    };

    internal static IReadOnlyDictionary<string, string> KeySet { get; } = new Dictionary<string, string>
    {
        ["https://www.googleapis.com/oauth2/v3/certs"] = JsonSerializer.Serialize(new
        {
            keys = new[]
            {
                new
                {
                    kty = "RSA", alg = "RS256", use = "sig", kid = "google-1", n = Base64Url.EncodeToString(TestKeys.Google.ExportParameters(false).Modulus),
                    e = Base64Url.EncodeToString(TestKeys.Google.ExportParameters(false).Exponent),
                },
            },
        }),
    };

    internal static string Token(string email, string audience, DateTimeOffset at, bool verified = true, string issuer = "https://accounts.google.com", RSA? key = null)
    {
        static string Part(object json) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(json));
        var text = Part(new { alg = "RS256", kid = "google-1", typ = "JWT" }) + "." + Part(new
        {
            iss = issuer, aud = audience, email, email_verified = verified, sub = "1", iat = at.ToUnixTimeSeconds(), exp = at.AddHours(1).ToUnixTimeSeconds(),
        });
        return text + "." + Base64Url.EncodeToString((key ?? TestKeys.Google).SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    private static Dictionary<string, string> Signed(ChannelSettings settings, DateTimeOffset at) => new()
    {
        ["Authorization"] = "Bearer " + Token(((GoogleBusinessProfileSettings)settings).PushServiceAccount!, "https://braid.example.com/webhooks/google-business-profile/inbox", at),
    };
}

public sealed class GoogleBusinessProfileTests
{
    private const string Review = "accounts/106543210987654321098/locations/12345678901234567890/reviews/AbFvOq1RLD_LA7vUorrTkrtxnZGOpUqcG8yAm49bjeQrHp";
    private const string Address = "https://braid.example.com/webhooks/google-business-profile/inbox";
    private static readonly GoogleBusinessProfileChannel Channel = new();
    private static readonly ChannelSettings Settings = Channel.ParseSettings(JsonDocument.Parse(GoogleBusinessProfileConformance.SettingsText).RootElement);
    private static readonly DateTimeOffset Now = new(2026, 11, 18, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Only_our_own_subscriptions_token_is_taken()
    {
        const string push = GoogleBusinessProfileConformance.Push;
        using var stranger = RSA.Create(2048);

        Verify(GoogleBusinessProfileConformance.Token(push, Address, Now)).ShouldBeOfType<Verdict.Genuine>();
        Verify(GoogleBusinessProfileConformance.Token(push, Address + "/other", Now)).ShouldBeOfType<Verdict.Forged>();
        Verify(GoogleBusinessProfileConformance.Token("someone@evil.iam.gserviceaccount.com", Address, Now)).ShouldBeOfType<Verdict.Forged>();
        Verify(GoogleBusinessProfileConformance.Token(push, Address, Now, verified: false)).ShouldBeOfType<Verdict.Forged>();
        Verify(GoogleBusinessProfileConformance.Token(push, Address, Now, issuer: "https://evil.example.com")).ShouldBeOfType<Verdict.Forged>();
        Verify(GoogleBusinessProfileConformance.Token(push, Address, Now, key: stranger)).ShouldBeOfType<Verdict.Forged>();
        Verify(GoogleBusinessProfileConformance.Token(push, Address, Now), withKeys: false).ShouldBeOfType<Verdict.Forged>();
    }

    [Theory]
    [InlineData("inbound-pubsub-new-review.json")]
    [InlineData("inbound-pubsub-updated-review.json")]
    public void A_notification_names_its_review_whatever_its_fields_are_called(string fixture)
    {
        var body = Fixtures.Json("google-business-profile", fixture).GetProperty("body").GetRawText();

        Read(body).ShouldBeOfType<Reading.Ignored>().Reason.ShouldContain("/reviews/AbFvOq");

        foreach (var data in new[] { "[]", "null", "1", "{\"review\":{\"name\":1}}", "{\"notificationType\":[]}", "not json" })
        {
            Read($$$"""{"message":{"data":"{{{Convert.ToBase64String(Encoding.UTF8.GetBytes(data))}}}"}}""").ShouldBeOfType<Reading.Ignored>();
        }

        Read("""{"message":{"data":"no base64!"}}""").ShouldBeOfType<Reading.Ignored>();

        static Reading Read(string json) => Channel.Read(new RawDelivery { Body = Encoding.UTF8.GetBytes(json), ReceivedAt = Now }, Settings);
    }

    [Fact]
    public void A_review_is_a_public_thread_of_its_own()
    {
        var events = ((Reading.Events)Channel.Read(new RawDelivery { Body = Fixtures.Bytes("google-business-profile", "inbound-reviews-list.json"), ReceivedAt = Now }, Settings)).Items;

        events.Select(e => e.ThreadId).Distinct().Count().ShouldBe(3);
        events.ShouldAllBe(e => e.Audience == Audience.Public && e.Post == "accounts/106543210987654321098/locations/12345678901234567890");
        events.ShouldAllBe(e => e.Sender!.Anonymous && e.Sender.Keys.Count == 0);
    }

    [Fact]
    public async Task Answering_and_connecting_are_as_approved()
    {
        var provider = new FakeProvider(Fixtures.Reply("google-business-profile", "response-reply.json"));
        var settings = Channel.ParseSettings(JsonDocument.Parse(GoogleBusinessProfileConformance.SettingsText.Replace("\"clientId\"", "\"pubsubTopic\":\"projects/braid/topics/gbp\",\"clientId\"", StringComparison.Ordinal)).RootElement);
        var context = new ProviderContext(provider.Client, TimeProvider.System) { Tokens = new GivenTokens("ya29.x") };

        (await Channel.SendAsync(To("Terima kasih kak Dewi 🙏"), settings, context, default)).ShouldBeOfType<SendResult.Sent>();
        (await Channel.ActAsync(new(ActKind.Delete) { ThreadId = Review, RecipientId = Review, ExternalId = "1", Ours = true, IdempotencyKey = "k" }, settings, context, default)).ShouldBeOfType<SendResult.Sent>();
        var steps = await Channel.ConnectAsync(settings, new(provider.Client, TimeProvider.System, new Uri(Address)) { Tokens = new GivenTokens("ya29.x") }, default);

        provider.Requests.Select(r => $"{r.Method} {r.Url}").ShouldBe(
        [
            $"PUT https://mybusiness.googleapis.com/v4/{Review}/reply", $"DELETE https://mybusiness.googleapis.com/v4/{Review}/reply",
            "GET https://mybusiness.googleapis.com/v4/accounts/106543210987654321098/locations/12345678901234567890/reviews?pageSize=1",
            "PATCH https://mybusinessnotifications.googleapis.com/v1/accounts/106543210987654321098/notificationSetting?updateMask=pubsubTopic,notificationTypes",
        ]);
        JsonElement.DeepEquals(provider.Requests[0].Json, Fixtures.Json("google-business-profile", "outbound-update-reply.json")).ShouldBeTrue();
        JsonElement.DeepEquals(provider.Requests[3].Json, Fixtures.Json("google-business-profile", "outbound-notification-setting.json")).ShouldBeTrue();
        steps.ShouldAllBe(s => s.Ok);
    }

    [Fact]
    public async Task An_answer_is_limited_in_bytes()
    {
        var provider = new FakeProvider(ProviderReply.Ok("{}"));

        (await Channel.SendAsync(To(new string('ะ', 1400)), Settings, new(provider.Client, TimeProvider.System), default)).ShouldBeOfType<SendResult.Failed>().Reason.ShouldContain("bytes");

        provider.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Signing_in_gives_a_lasting_token()
    {
        var provider = new FakeProvider(ProviderReply.Ok("""{"access_token":"ya29.x","expires_in":3599,"refresh_token":"1//new"}"""));
        var redirect = new Uri("https://braid.example.com/login");

        var begin = Channel.BeginLogin(Settings, new(redirect, "state-1", "challenge-1"));
        var outcome = await Channel.FinishLoginAsync(new(redirect, "verifier-1", new Dictionary<string, string> { ["code"] = "4/abc" }), Settings, new(provider.Client, TimeProvider.System), default);

        begin.Host.ShouldBe("accounts.google.com");
        begin.Query.ShouldContain("code_challenge=challenge-1");
        begin.Query.ShouldContain("access_type=offline");
        provider.Requests[0].Text.ShouldContain("code_verifier=verifier-1");
        outcome.ShouldBeOfType<LoginOutcome.Connected>().Settings.ToJsonString().ShouldBe("""{"refreshToken":"1//new"}""");
    }

    [Fact]
    public async Task A_review_is_notified_found_answered_changed_and_the_answer_taken_back()
    {
        await using var trip = await RoundTrip.StartAsync("google-business-profile");
        var world = (GoogleBusinessWorld)trip.Provider;
        var (dewi, som, nok) = ((PlaceReviewer)trip.Provider.Person("Dewi"), (PlaceReviewer)trip.Provider.Person("Somchai"), (PlaceReviewer)trip.Provider.Person("Nok"));
        await dewi.WritesAsync("Ramah sekali 👍");
        await som.RatesAsync(1);
        await nok.WritesAsync("ดี");

        var read = new[] { await trip.NextAsync(), await trip.NextAsync(), await trip.NextAsync() };
        (await trip.AnswerAsync(read[0], "Terima kasih")).ShouldBeOfType<SendResult.Sent>();
        world.AnswerTo(dewi).ShouldBe("Terima kasih");
        (await trip.ActAsync(new(ActKind.Delete) { ThreadId = read[0].ThreadId!, RecipientId = dewi.Id, ExternalId = "1", Ours = true, IdempotencyKey = "k" })).ShouldBeOfType<SendResult.Sent>();
        world.AnswerTo(dewi).ShouldBeNull();
        world.Desk.RevokeAccess();
        dewi.Stars = 2;
        await dewi.WritesAsync("Not any more");
        var edit = await trip.NextAsync();
        await trip.PollAsync();

        read.Select(e => (e.Text, e.Rating)).ShouldBe([("Ramah sekali 👍", 4), (null, 1), ("ดี", 4)]);
        (edit.Kind, edit.TargetKey, edit.Text, edit.Rating).ShouldBe((InboundKind.Edit, read[0].Key, "Not any more", 2));
        trip.Verdicts.ShouldAllBe(v => v is Verdict.Genuine);
        trip.Ignored.ShouldContain(reason => reason.StartsWith("UPDATED_REVIEW " + dewi.Id, StringComparison.Ordinal));
        trip.World.Faults.Next(SimulatedProvider.GoogleBusiness, "reply", new Fault.TooManyRequests(7));
        (await trip.AnswerAsync(read[0], "x")).ShouldBeOfType<SendResult.Retry>().After.ShouldBe(TimeSpan.FromSeconds(7));
    }

    private static Verdict Verify(string token, bool withKeys = true)
    {
        var request = new WebhookRequest
        {
            Method = "POST", Url = new Uri(Address), Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Authorization"] = "Bearer " + token },
            Query = new Dictionary<string, string>(), Body = "{}"u8.ToArray(), ReceivedAt = Now, Keys = withKeys ? GoogleBusinessProfileConformance.KeySet : new Dictionary<string, string>(),
        };
        Channel.KeysFor(request, Settings).ShouldBe([new Uri("https://www.googleapis.com/oauth2/v3/certs")]);
        return Channel.Verify(request, Settings);
    }

    private static OutboundMessage To(string text) => new() { Id = Guid.Empty, IdempotencyKey = "k", ThreadId = Review, RecipientId = Review, Text = text };
}
