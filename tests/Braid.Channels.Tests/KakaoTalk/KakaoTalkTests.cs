using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.KakaoTalk;
using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.KakaoTalk;

public sealed class KakaoTalkTests
{
    private static readonly KakaoTalkChannel Channel = new();
    private static readonly ChannelSettings Settings = Parse(KakaoTalkConformance.SettingsText);
    private static readonly ChannelSettings Guarded = Parse("""{"webhookHeader":"X-Mine","webhookSecret":"braid-webhook-secret-1"}""");

    [Fact]
    public async Task A_text_is_as_approved()
    {
        var fixture = Fixtures.Json("kakaotalk", "outbound-consult-text.json");
        var provider = new FakeProvider(Fixtures.Reply("kakaotalk", "response-consult-ok.json"));
        var message = To("확인해 드리겠습니다 🙏");

        var sent = (await SendAsync(provider, message)).ShouldBeOfType<SendResult.Sent>();
        var again = (await SendAsync(provider, message with { Attempt = 2 })).ShouldBeOfType<SendResult.Sent>();

        var body = JsonNode.Parse(provider.Requests[0].Body)!.AsObject();
        var serial = body["serial_number"]!.GetValue<string>();
        serial.Length.ShouldBeLessThanOrEqualTo(30);
        sent.ExternalId.ShouldBe(serial);
        again.ExternalId.ShouldBe(serial, "the same number for every attempt");
        var approved = JsonNode.Parse(fixture.GetProperty("body").GetRawText())!.AsObject();
        approved["serial_number"] = serial;
        JsonNode.DeepEquals(body, approved).ShouldBeTrue(provider.Requests[0].Text);
        provider.Requests[0].Url.ToString().ShouldBe("https://dealer.example.com/v1/chat/write");
        provider.Requests[0].Headers["HT-Client-Id"].ShouldBe("client-1");
        provider.Requests[0].Headers["HT-Client-Secret"].ShouldBe("braid-dealer-secret-0001");
    }

    [Fact]
    public void A_skill_gets_its_answer_at_once_and_may_call_back()
    {
        var approved = Fixtures.Json("kakaotalk", "outbound-skill-use-callback.json").GetProperty("body");
        var call = JsonNode.Parse(Fixtures.Bytes("kakaotalk", "inbound-skill-utterance.json"))!;
        var waits = Answer(Fixtures.Bytes("kakaotalk", "inbound-skill-utterance.json"));
        call["userRequest"]!["callbackUrl"] = "https://bot-api.kakao.com/callback/1";

        JsonElement.DeepEquals(Answer(Encoding.UTF8.GetBytes(call.ToJsonString())), approved).ShouldBeTrue();
        waits.GetProperty("template").GetProperty("outputs")[0].GetProperty("simpleText").GetProperty("text").GetString().ShouldBe("잠시만 기다려 주세요");
        Answer(Fixtures.Bytes("kakaotalk", "inbound-consult-text.json")).GetRawText().ShouldBe("""{"code":"0"}""");
        Answer("not json"u8.ToArray()).GetRawText().ShouldBe("""{"code":"0"}""");
    }

    [Fact]
    public async Task The_callback_carries_the_answer_with_its_choices()
    {
        var provider = new FakeProvider(ProviderReply.Ok("{}"));
        var message = To("무엇을 도와드릴까요?") with
        {
            ThreadId = "skill:user1|https://bot-api.kakao.com/callback/1", Rich = new() { QuickReplies = [new(RichButtonKind.Reply, "배송", "track"), new(RichButtonKind.Reply, "상담원", "human")] },
        };

        (await SendAsync(provider, message)).ShouldBeOfType<SendResult.Sent>();

        provider.Requests[0].Url.ToString().ShouldBe("https://bot-api.kakao.com/callback/1");
        var approved = Fixtures.Json("kakaotalk", "outbound-skill-response.json").GetProperty("body");
        var template = provider.Requests[0].Json.GetProperty("template");
        JsonElement.DeepEquals(template.GetProperty("outputs"), approved.GetProperty("template").GetProperty("outputs")).ShouldBeTrue();
        var first = template.GetProperty("quickReplies")[0];
        first.EnumerateObject().Select(p => p.Name).ShouldBe(approved.GetProperty("template").GetProperty("quickReplies")[0].EnumerateObject().Select(p => p.Name).Append("extra"));
        provider.Requests[0].Text.ShouldNotContain("HT-Client");
    }

    [Theory]
    [InlineData("skill:user1", FailureKind.WindowClosed)]
    [InlineData("skill:user1|https://evil.example.com/x", FailureKind.Content)]
    [InlineData("skill:user1|http://bot-api.kakao.com/x", FailureKind.Content)]
    public async Task Only_Kakaos_own_callbacks_are_answered(string thread, FailureKind kind)
    {
        var provider = new FakeProvider(ProviderReply.Ok("{}"));

        (await SendAsync(provider, To("hi") with { ThreadId = thread })).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(kind);

        provider.Requests.ShouldBeEmpty();
    }

    [Fact]
    public void With_a_secret_set_nothing_comes_without_it()
    {
        Verify(Guarded, []).ShouldBeOfType<Verdict.Forged>();
        Verify(Guarded, new() { ["X-Mine"] = "braid-webhook-secret-2" }).ShouldBeOfType<Verdict.Forged>();
        Verify(Guarded, new() { ["X-Mine"] = "braid-webhook-secret-1" }).ShouldBeOfType<Verdict.Genuine>();
    }

    [Fact]
    public void Our_own_choice_comes_back_as_its_id_and_pictures_of_a_plugin_are_found()
    {
        var call = JsonNode.Parse(Fixtures.Bytes("kakaotalk", "inbound-skill-quick-reply.json"))!;
        call["action"]!["clientExtra"] = new JsonObject { ["payload"] = "track" };
        call["action"]!["params"] = new JsonObject { ["photo"] = """{"imageQuantity":"2","secureUrls":"List(https://secure.kakaocdn.net/a, https://secure.kakaocdn.net/b)"}""" };

        var e = ((Reading.Events)Channel.Read(new RawDelivery { Body = Encoding.UTF8.GetBytes(call.ToJsonString()), ReceivedAt = DateTimeOffset.UnixEpoch }, Settings)).Items[0];

        e.Payload.ShouldBe("track");
        e.Attachments.Select(a => a.MediaRef).ShouldBe(["https://secure.kakaocdn.net/a", "https://secure.kakaocdn.net/b"]);
    }

    [Fact]
    public void Messages_without_a_number_are_told_apart()
    {
        string? Key(string text) => ((Reading.Events)Channel.Read(
            new RawDelivery { Body = Encoding.UTF8.GetBytes($$"""{"user_key":"u","type":"text","time":1794963600219,"contents":"{{text}}"}"""), ReceivedAt = DateTimeOffset.UnixEpoch }, Settings)).Items[0].Key;

        Key("a").ShouldNotBe(Key("b"));
        Key("a").ShouldBe(Key("a"));
    }

    private static Verdict Verify(ChannelSettings settings, Dictionary<string, string> headers, byte[]? body = null) => Channel.Verify(
        new WebhookRequest
        {
            Method = "POST", Url = new Uri("https://braid.example.com/x"), Headers = new Dictionary<string, string>(headers, StringComparer.OrdinalIgnoreCase),
            Query = new Dictionary<string, string>(), Body = body ?? "{}"u8.ToArray(), ReceivedAt = DateTimeOffset.UnixEpoch,
        }, settings);

    private static JsonElement Answer(byte[] body) => JsonDocument.Parse(((Verdict.Genuine)Verify(Settings, [], body)).Answer!.Body).RootElement;

    private static OutboundMessage To(string text) => new() { Id = Guid.Empty, IdempotencyKey = "k", ThreadId = "Xj1bW5wlE5SR", RecipientId = "Xj1bW5wlE5SR", Text = text };

    private static Task<SendResult> SendAsync(FakeProvider provider, OutboundMessage message) => Channel.SendAsync(message, Settings, new(provider.Client, TimeProvider.System), default);

    private static ChannelSettings Parse(string json) => Channel.ParseSettings(JsonDocument.Parse(json).RootElement);
}
