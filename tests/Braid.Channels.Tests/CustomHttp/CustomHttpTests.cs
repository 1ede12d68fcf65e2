using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;
using Braid.Channels.CustomHttp;
using Braid.Channels.Tests.Conformance;
using Microsoft.Extensions.Time.Testing;

namespace Braid.Channels.Tests.CustomHttp;

public sealed class CustomHttpTests
{
    private static readonly CustomHttpChannel Channel = new();
    private static readonly CustomHttpSettings Settings = new() { SigningSecret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX", CallbackUrl = "https://app.example.com/braid" };

    private static WebhookRequest Request(byte[] body, Dictionary<string, string> headers) => new()
    {
        Method = "POST", Url = new("https://braid.example.com/webhooks/custom-http/ib_01"), Query = new Dictionary<string, string>(), Body = body,
        Headers = new Dictionary<string, string>(headers, StringComparer.OrdinalIgnoreCase), ReceivedAt = DateTimeOffset.FromUnixTimeSeconds(1795003300),
    };

    private static Verdict.Genuine Genuine(string body) => Channel.Verify(
        Request(Encoding.UTF8.GetBytes(body), new() { ["Authorization"] = "Bearer a-key-of-sixteen-1" }), Settings with { ApiKey = "a-key-of-sixteen-1" }).ShouldBeOfType<Verdict.Genuine>();

    private static Reading Read(string body) => Channel.Read(new RawDelivery { Body = Encoding.UTF8.GetBytes(body), ReceivedAt = default }, Settings);

    private static OutboundMessage Message(string text) => new()
    {
        Id = Guid.Parse("0198c0de-0000-7000-8000-000000000001"), IdempotencyKey = "braid-msg-5", ThreadId = "case-77", RecipientId = "cust-9", Text = text, AuthorName = "佐藤",
    };

    [Fact]
    public void The_signing_vectors_hold()
    {
        var vectors = Fixtures.Json("custom-http", "signing-vectors.json");
        foreach (var vector in vectors.GetProperty("vectors").EnumerateArray())
        {
            var headers = vector.GetProperty("headers").EnumerateObject().ToDictionary(h => h.Name, h => h.Value.GetString()!);
            var request = Request(Fixtures.Bytes("custom-http", vector.GetProperty("file").GetString()!), headers);
            var secret = vector.GetProperty("secret").GetString()!;

            Channel.Verify(request, Settings with { SigningSecret = secret }).ShouldBeOfType<Verdict.Genuine>();
            Channel.Verify(request, Settings with { SecondarySigningSecret = secret }).ShouldBeOfType<Verdict.Genuine>();
            Channel.Verify(request, Settings).ShouldBeOfType<Verdict.Forged>();
        }
    }

    [Fact]
    public void Each_event_of_a_batch_gets_its_result()
    {
        var answer = Genuine(Encoding.UTF8.GetString(Fixtures.Bytes("custom-http", "inbound-batch-with-bad-event.json"))).Answer!;
        var wanted = Fixtures.Json("custom-http", "response-batch.json");

        answer.Status.ShouldBe(wanted.GetProperty("_httpStatus").GetInt32());
        var results = JsonDocument.Parse(answer.Body).RootElement.GetProperty("results").EnumerateArray().ToList();
        results.Select(r => (r.GetProperty("id").GetString(), r.GetProperty("status").GetString()))
            .ShouldBe(wanted.GetProperty("body").GetProperty("results").EnumerateArray().Select(r => (r.GetProperty("id").GetString(), r.GetProperty("status").GetString())));
        results[2].GetProperty("error").GetProperty("code").GetString().ShouldBe("unknown_type");
    }

    [Theory]
    [InlineData("{", 400)]
    [InlineData("[]", 422)]
    [InlineData("""{"id":"1","type":"teleport","conversation":{"id":"c"}}""", 422)]
    [InlineData("""{"id":"1","type":"message","conversation":{"id":"c"},"sender":{"id":"s"},"text":"hi"}""", 202)]
    public void The_answer_tells_the_other_sides_developer_what_is_wrong(string body, int status) => Genuine(body).Answer!.Status.ShouldBe(status);

    [Fact]
    public void Keys_are_stated_and_never_proven()
    {
        var e = Read("""{"id":"1","type":"message","conversation":{"id":"c"},"sender":{"id":"s","email":"Ana@Example.com","phone":"+447700900123"},"text":"hi"}""").ShouldBeOfType<Reading.Events>().Items[0];

        e.Sender!.Keys.Select(k => (k.Kind, k.Value, k.Proven)).ShouldBe([(KeyKind.Email, "ana@example.com", false), (KeyKind.Phone, "+447700900123", false)]);
    }

    [Fact]
    public void Every_kind_of_event_is_read()
    {
        var events = Read("""
            {"events":[
              {"id":"r","type":"reaction","target":"m-1","emoji":"👍","conversation":{"id":"c"},"sender":{"id":"s"}},
              {"id":"d","type":"delete","target":"m-1","conversation":{"id":"c"},"sender":{"id":"s"}},
              {"id":"p","type":"postback","text":"Yes","payload":"yes","replyTo":"m-0","conversation":{"id":"c"},"sender":{"id":"s"}},
              {"id":"n","type":"read","conversation":{"id":"c"},"sender":{"id":"s"},"timestamp":1795003200000},
              {"id":"t","type":"typing","conversation":{"id":"c"},"sender":{"id":"s"}},
              {"id":"o","type":"message","direction":"outbound","conversation":{"id":"c","audience":"shared"},"sender":{"id":"us"},"html":"<p>Hello <b>you</b></p>"},
              {"id":"l","type":"message","conversation":{"id":"c"},"sender":{"id":"s"},"attachments":[{"type":"location","latitude":1.5,"longitude":2,"label":"Here"},{"type":"hologram"}]}
            ]}
            """).ShouldBeOfType<Reading.Events>();

        events.Items.Select(e => (e.Kind, e.ExternalId, e.TargetKey)).ShouldBe(
        [
            (InboundKind.Reaction, "r", "m-1"), (InboundKind.Delete, "m-1", "m-1"), (InboundKind.Postback, "p", "m-0"), (InboundKind.Read, "n", null), (InboundKind.Message, "o", null), (InboundKind.Message, "l", null),
        ]);
        events.Items[0].ShouldSatisfyAllConditions(e => e.Text.ShouldBe("👍"), e => e.Status.ShouldBe("added"), e => e.ReplyTo.ShouldBe("m-1"));
        events.Items[4].ShouldSatisfyAllConditions(e => e.Outbound.ShouldBeTrue(), e => e.Audience.ShouldBe(Audience.Shared), e => e.Text.ShouldBe("Hello you"));
        events.Items[5].ShouldSatisfyAllConditions(e => e.Attachments[0].Facts["latitude"].ShouldBe("1.5"), e => e.Attachments[1].Kind.ShouldBe(AttachmentKind.Unknown), e => e.Status.ShouldBe("unsupported"));
        events.Signals.ShouldHaveSingleItem().SenderId.ShouldBe("s");
    }

    [Fact]
    public async Task The_answer_goes_out_as_approved()
    {
        var provider = new FakeProvider(Fixtures.Reply("custom-http", "response-callback-accepted.json"));
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1795003500));
        var context = new ProviderContext(provider.Client, clock) { WebhookUrl = new("https://braid.example.com/webhooks/custom-http/ib_01") };
        var message = Message("確認いたします🙏") with { Rich = new() { QuickReplies = [new(RichButtonKind.Reply, "はい", "yes")] } };

        var sent = (await Channel.SendAsync(message, Settings, context, default)).ShouldBeOfType<SendResult.Sent>();

        sent.ShouldSatisfyAllConditions(s => s.ExternalId.ShouldBe("ext-991"), s => s.OtherKeys.ShouldBe(["braid-msg-5"]));
        var request = provider.Requests.ShouldHaveSingleItem();
        var approved = JsonNode.Parse(Fixtures.Json("custom-http", "outbound-message-create.json").GetProperty("body").GetRawText())!;
        // The fixture's moment is not in this message's id.
        approved["createdAt"] = JsonNode.Parse(request.Body)!["createdAt"]!.DeepClone();
        JsonNode.DeepEquals(JsonNode.Parse(request.Body), approved).ShouldBeTrue(request.Text);
        request.Headers.ShouldSatisfyAllConditions(
            h => h["webhook-id"].ShouldBe("braid-msg-5"), h => h["Idempotency-Key"].ShouldBe("braid-msg-5"), h => h["webhook-timestamp"].ShouldBe("1795003500"),
            h => h["webhook-signature"].ShouldBe("v1," + StandardWebhooks.Sign(Settings.SigningSecret!, "braid-msg-5", "1795003500", request.Body)));
    }

    [Theory]
    [InlineData(409, typeof(SendResult.Sent))]
    [InlineData(408, typeof(SendResult.Retry))]
    [InlineData(425, typeof(SendResult.Retry))]
    [InlineData(503, typeof(SendResult.Retry))]
    [InlineData(302, typeof(SendResult.Failed))]
    [InlineData(410, typeof(SendResult.Failed))]
    [InlineData(422, typeof(SendResult.Failed))]
    public async Task The_status_decides(int status, Type outcome) =>
        (await Channel.SendAsync(Message("hi"), Settings, new ProviderContext(new FakeProvider(new ProviderReply(status, "{}")).Client, TimeProvider.System), default)).ShouldBeOfType(outcome);

    [Fact]
    public async Task A_file_inside_the_body_comes_out_again()
    {
        var body = Encoding.UTF8.GetBytes("""{"events":[{"id":"0","type":"typing","conversation":{"id":"c"}},{"id":"m:1","type":"message","conversation":{"id":"c"},"sender":{"id":"s"},"attachments":[{"type":"file","content":"aGVsbG8=","name":"a.txt","contentType":"text/plain"}]}]}""");
        var delivery = new RawDelivery { Body = body, ReceivedAt = default };
        var file = Channel.Read(delivery, Settings).ShouldBeOfType<Reading.Events>().Items[0].Attachments.ShouldHaveSingleItem();
        var context = new ProviderContext(new HttpClient(), TimeProvider.System);

        await using var media = await Channel.OpenMediaAsync(new(file.MediaRef!, delivery), Settings, context, default);

        (await new StreamReader(media.Stream).ReadToEndAsync()).ShouldBe("hello");
        await Should.ThrowAsync<MediaUnavailableException>(() => Channel.OpenMediaAsync(new(file.MediaRef!, null), Settings, context, default));
    }

    [Fact]
    public async Task Without_callback_an_answer_says_what_is_missing()
    {
        var inboundOnly = Settings with { CallbackUrl = null };

        (await Channel.SendAsync(Message("hi"), inboundOnly, new ProviderContext(new HttpClient(), TimeProvider.System), default)).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.Configuration);
        Should.Throw<SettingsException>(() => Channel.ParseSettings(JsonDocument.Parse("{}").RootElement)).Problems.Keys.ShouldContain("signingSecret");
        Should.Throw<SettingsException>(() => Channel.ParseSettings(JsonDocument.Parse("""{"apiKey":"a key of sixteen chars","callbackUrl":"https://a.example"}""").RootElement)).Problems.Keys.ShouldContain("callbackSecret");
    }
}
