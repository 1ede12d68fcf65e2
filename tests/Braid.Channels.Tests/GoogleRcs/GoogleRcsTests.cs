using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.GoogleRcs;
using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.GoogleRcs;

/// <summary>What conformance doesn't see: the requests against approved ones, the handshake, tokens, acts, odd times.</summary>
public sealed class GoogleRcsTests
{
    private const string Phone = "+6281234567890";
    private static readonly GoogleRcsChannel Channel = new();
    private static readonly ChannelSettings Settings = Parse(GoogleRcsConformance.SettingsText);

    public static TheoryData<string, OutboundMessage> Approved => new()
    {
        {
            "outbound-rich-card.json",
            To("") with { Rich = new() { Cards = [new("Kaos hitam", "Rp 199.000", "https://example.com/p/1.jpg", [new(RichButtonKind.Reply, "Konfirmasi", "order:2291:confirm")])] } }
        },
        {
            "outbound-carousel.json",
            To("") with { Rich = new() { Cards = [new("A", null, "https://example.com/a.jpg", [new(RichButtonKind.Reply, "Konfirmasi", "order:2291:confirm")]), new("B", null, "https://example.com/b.jpg", [])] } }
        },
        { "outbound-uploaded-file.json", To("") with { Attachments = [new("invoice.pdf", "application/pdf", 3, _ => Task.FromResult<Stream>(new MemoryStream([1, 2, 3])))] } },
    };

    [Theory, MemberData(nameof(Approved))]
    public async Task A_request_is_as_approved(string fixture, OutboundMessage message)
    {
        var wanted = JsonNode.Parse(Fixtures.Bytes("google-rcs", fixture))!.AsObject();
        (wanted["contentMessage"]!["uploadedRbmFile"] as JsonObject)?.Remove("thumbnailName"); // we make no small pictures
        var provider = new FakeProvider((r, _) => ProviderReply.Ok(Fixtures.Json("google-rcs", r.Url.AbsolutePath.StartsWith("/upload", StringComparison.Ordinal) ? "response-file-upload.json" : "response-send-success.json").GetRawText()));

        (await SendAsync(provider, message with { IdempotencyKey = "b1d7a0c255aa4c6b9a107f3e2c1d0001" })).ShouldBeOfType<SendResult.Sent>().ExternalId.ShouldBe("b1d7a0c2-55aa-4c6b-9a10-7f3e2c1d0001");

        var request = provider.Requests[^1];
        request.Url.ToString().ShouldBe("https://rcsbusinessmessaging.googleapis.com/v1/phones/+6281234567890/agentMessages?messageId=b1d7a0c2-55aa-4c6b-9a10-7f3e2c1d0001&agentId=braid_demo_k2x9_agent%40rbm.goog");
        request.Headers["Authorization"].ShouldBe("Bearer given-token-1");
        JsonNode.DeepEquals(JsonNode.Parse(request.Body), wanted).ShouldBeTrue($"{request.Text}\nis not\n{wanted.ToJsonString()}");
    }

    [Fact]
    public async Task Suggestions_lifetime_and_traffic_are_as_approved()
    {
        var settings = Parse(GoogleRcsConformance.SettingsText[..^1] + ",\"ttlHours\":24,\"messageTrafficType\":\"TRANSACTION\"}");
        var provider = new FakeProvider(ProviderReply.Ok("{}"));
        var message = To("Pesanan #2291 siap. Konfirmasi?") with
        {
            Rich = new()
            {
                Buttons = [new(RichButtonKind.Reply, "Konfirmasi", "order:2291:confirm"), new(RichButtonKind.Call, "Telepon", "+6281110009922"), new(RichButtonKind.Link, "Web", "https://example.com")],
                Location = new(-6.2, 106.8, "Toko"),
            },
        };

        await SendAsync(provider, message, settings);

        var wanted = Fixtures.Json("google-rcs", "outbound-text-suggestions.json");
        var got = provider.Requests.ShouldHaveSingleItem().Json;
        foreach (var name in new[] { "ttl", "messageTrafficType" }) { got.GetProperty(name).GetString().ShouldBe(wanted.GetProperty(name).GetString()); }
        var (ours, approved) = (got.GetProperty("contentMessage").GetProperty("suggestions"), wanted.GetProperty("contentMessage").GetProperty("suggestions"));
        JsonElement.DeepEquals(ours[0], approved[0]).ShouldBeTrue();
        JsonElement.DeepEquals(ours[1].GetProperty("action").GetProperty("dialAction"), approved[2].GetProperty("action").GetProperty("dialAction")).ShouldBeTrue();
        JsonElement.DeepEquals(ours[2].GetProperty("action").GetProperty("openUrlAction"), approved[3].GetProperty("action").GetProperty("openUrlAction")).ShouldBeTrue();
        JsonElement.DeepEquals(ours[3].GetProperty("action").GetProperty("viewLocationAction"), approved[1].GetProperty("action").GetProperty("viewLocationAction")).ShouldBeTrue();
    }

    [Theory, InlineData(ActKind.MarkRead, "outbound-event-read.json"), InlineData(ActKind.Typing, "outbound-event-typing.json")]
    public async Task An_event_of_ours_is_as_approved(ActKind kind, string fixture)
    {
        var provider = new FakeProvider(ProviderReply.Ok("{}"));

        await ActAsync(provider, new(kind) { ThreadId = Phone, RecipientId = Phone, ExternalId = "MxTcYxYyXrTKS", IdempotencyKey = "a" });

        provider.Requests[0].Url.AbsolutePath.ShouldBe("/v1/phones/+6281234567890/agentEvents");
        JsonElement.DeepEquals(provider.Requests[0].Json, Fixtures.Json("google-rcs", fixture)).ShouldBeTrue(provider.Requests[0].Text);
    }

    [Fact]
    public async Task What_was_delivered_cannot_be_taken_back()
    {
        var result = await ActAsync(new FakeProvider(Fixtures.Reply("google-rcs", "error-404-not-found.json")), new(ActKind.Delete) { ThreadId = Phone, RecipientId = Phone, ExternalId = "m", Ours = true, IdempotencyKey = "a" });

        result.ShouldBeOfType<SendResult.Failed>().Reason.ShouldContain("can't be taken back");
    }

    [Fact]
    public void The_handshake_gives_the_secret_to_who_knows_the_token()
    {
        var recorded = Fixtures.Json("google-rcs", "verify-handshake.json");
        var body = recorded.GetProperty("request").GetProperty("body").GetRawText();

        var answer = Channel.Verify(Request(body), Settings).ShouldBeOfType<Verdict.Challenge>().Answer;

        Encoding.UTF8.GetString(answer.Body.Span).ShouldBe(recorded.GetProperty("expectedResponse").GetProperty("body").GetString());
        answer.ContentType.ShouldBe("text/plain");
        Channel.Verify(Request(body.Replace("braid-test", "other", StringComparison.Ordinal)), Settings).ShouldBeOfType<Verdict.Forged>().Status.ShouldBe(403);
    }

    [Fact]
    public void Recorded_signatures_are_right_and_cover_the_data()
    {
        foreach (var fixture in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "fixtures", "google-rcs"), "inbound-*").Select(Path.GetFileName))
        {
            var recorded = Fixtures.Json("google-rcs", fixture!);
            var signature = recorded.GetProperty("_headers").GetProperty("X-Goog-Signature").GetString()!;
            var body = recorded.GetProperty("body").GetRawText();
            Channel.Verify(Request(body, signature), Settings).ShouldBeOfType<Verdict.Genuine>(fixture);

            var changed = JsonNode.Parse(body)!;
            changed["message"]!["data"] = Convert.ToBase64String("{}"u8);
            Channel.Verify(Request(changed.ToJsonString(), signature), Settings).ShouldBeOfType<Verdict.Forged>(fixture);
        }

        var vector = Fixtures.Json("google-rcs", "verify-signature-vector.json");
        var envelope = new JsonObject { ["message"] = new JsonObject { ["data"] = vector.GetProperty("messageData").GetString() } }.ToJsonString();
        Channel.Verify(Request(envelope, vector.GetProperty("expectedHeaderValue").GetString()!), Settings).ShouldBeOfType<Verdict.Genuine>();
    }

    [Fact]
    public void Writing_proves_the_number_and_a_live_body_reads_as_the_recorded_one()
    {
        var live = Encoding.UTF8.GetBytes(Fixtures.Json("google-rcs", "inbound-text.json").GetProperty("body").GetRawText());

        var message = Read(live).ShouldBeOfType<Reading.Events>().Items[0];

        message.Text.ShouldBe("Halo, promo masih ada? 🎉");
        message.Sender!.Keys.ShouldHaveSingleItem().ShouldSatisfyAllConditions(k => k.Value.ShouldBe(Phone), k => k.Proven.ShouldBeTrue());
        message.Account.ShouldBe("braid_demo_k2x9_agent@rbm.goog");
    }

    [Fact]
    public void A_receipt_without_time_has_that_of_its_envelope_and_nanoseconds_are_read()
    {
        var at = Status("""{"senderPhoneNumber":"+6281234567890","eventType":"READ","eventId":"e","messageId":"m"}""");
        at.ShouldBe(new DateTimeOffset(2026, 11, 18, 18, 0, 0, 880, TimeSpan.Zero));
        Status("""{"senderPhoneNumber":"+6281234567890","eventType":"READ","eventId":"e","messageId":"m","sendTime":"2026-11-18T18:00:00.123456789Z"}""")!.Value.Millisecond.ShouldBe(123);

        static DateTimeOffset? Status(string data)
        {
            var body = new JsonObject { ["message"] = new JsonObject { ["data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(data)), ["publishTime"] = "2026-11-18T18:00:00.88Z" } };
            return Read(JsonSerializer.SerializeToUtf8Bytes(body)).ShouldBeOfType<Reading.Events>().Items[0].Timestamp;
        }
    }

    [Fact]
    public void News_of_the_agent_and_typing_are_told()
    {
        Read(Fixtures.Bytes("google-rcs", "inbound-agent-launch-event.json")).ShouldBeOfType<Reading.Ignored>().News.ShouldHaveSingleItem().Kind.ShouldBe(NewsKind.Warning);
        Read(Fixtures.Bytes("google-rcs", "inbound-event-is-typing.json")).ShouldBeOfType<Reading.Ignored>().Signals.ShouldHaveSingleItem().ThreadId.ShouldBe(Phone);
    }

    [Fact]
    public void A_key_that_is_no_key_file_is_explained()
    {
        Should.Throw<SettingsException>(() => Parse("""{"agentId":"a","clientToken":"t","serviceAccountKey":"AIza..."}""")).Problems.Keys.ShouldContain("serviceAccountKey");
    }

    private static Reading Read(byte[] body) => Channel.Read(new RawDelivery { Body = body, ReceivedAt = DateTimeOffset.UnixEpoch }, Settings);

    private static WebhookRequest Request(string body, string? signature = null) => new()
    {
        Method = "POST", Url = new("https://braid.example.com/w"), Query = new Dictionary<string, string>(), ReceivedAt = DateTimeOffset.UnixEpoch, Body = Encoding.UTF8.GetBytes(body),
        Headers = signature is null ? new Dictionary<string, string>() : new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["x-goog-signature"] = signature },
    };

    private static ChannelSettings Parse(string json) => Channel.ParseSettings(JsonDocument.Parse(json).RootElement);

    private static OutboundMessage To(string text) => new() { Id = Guid.NewGuid(), IdempotencyKey = "key-1", ThreadId = Phone, RecipientId = Phone, Text = text };

    private static ProviderContext Context(HttpMessageHandler provider) => new(new HttpClient(provider, disposeHandler: false), TimeProvider.System) { Tokens = new GivenTokens() };

    private static Task<SendResult> ActAsync(HttpMessageHandler provider, OutboundAct act) => Channel.ActAsync(act, Settings, Context(provider), default);

    private static Task<SendResult> SendAsync(HttpMessageHandler provider, OutboundMessage message, ChannelSettings? settings = null) =>
        Channel.SendAsync(message, settings ?? Settings, Context(provider), default);
}
