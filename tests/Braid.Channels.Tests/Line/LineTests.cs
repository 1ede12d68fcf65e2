using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Line;
using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.Line;

/// <summary>What conformance doesn't see: the requests against approved ones, reply tokens, fetched tokens, files, the connection.</summary>
public sealed class LineTests
{
    private const string Ken = "U8189cf6745fc0d808977bdb0b9f22995";
    private static readonly LineChannel Channel = new();
    private static readonly ChannelSettings Settings = Parse(LineConformance.SettingsText);

    public static TheoryData<string, OutboundMessage> Approved => new()
    {
        { "outbound-push-text.json", To(Ken, "発送が完了しました📦") with { IdempotencyKey = "123e4567e89b42d3a456426614174000" } },
        { "outbound-push-image.json", To("Ca56f94637cc4347f90a25382909b24b9", "") with { Attachments = [File("o.jpg", "image/jpeg", "https://example.com/o.jpg")] } },
        {
            "outbound-push-buttons-template.json",
            To(Ken, "どうされますか？") with
            {
                Rich = new() { Header = "ご注文 A-1042", Buttons = [new(RichButtonKind.Reply, "返品", "return:A-1042"), new(RichButtonKind.Link, "詳細", "https://example.com/orders/A-1042")] },
            }
        },
    };

    [Theory, MemberData(nameof(Approved))]
    public async Task A_request_is_as_approved(string fixture, OutboundMessage message)
    {
        var approved = JsonNode.Parse(Fixtures.Json("line", fixture).GetRawText())!.AsObject();
        var wanted = approved["body"]!;
        var provider = new FakeProvider(Fixtures.Reply("line", "response-sent.json"));

        var sent = (await SendAsync(provider, message)).ShouldBeOfType<SendResult.Sent>();

        sent.ExternalId.ShouldBe("461230966842064897");
        var request = provider.Requests.ShouldHaveSingleItem();
        $"{request.Method} {request.Url}".ShouldBe((string?)approved["_request"]);
        request.Headers["Authorization"].ShouldBe("Bearer line-token-of-a-test-1");
        if (approved["_headers"]!["X-Line-Retry-Key"] is { } key) { request.Headers["X-Line-Retry-Key"].ShouldBe((string?)key); }
        var got = JsonNode.Parse(request.Body)!;
        foreach (var free in new[] { "altText", "previewImageUrl" })
        {
            if (wanted["messages"]![0]![free] is { } value) { got["messages"]![0]![free] = value.DeepClone(); } // worded and sized by us
        }

        JsonNode.DeepEquals(got, wanted).ShouldBeTrue($"{request.Text}\nis not\n{wanted.ToJsonString()}");
    }

    [Fact]
    public async Task Quick_replies_come_back_as_postbacks_and_show_as_said()
    {
        var provider = new FakeProvider(Fixtures.Reply("line", "response-sent.json"));

        await SendAsync(provider, To("U4af4980629bfc0d5a1e2c3b4d5e6f708", "เลือกหัวข้อค่ะ") with { Rich = new() { QuickReplies = [new(RichButtonKind.Reply, "คุยกับเจ้าหน้าที่", "handoff=1")] } });

        var approved = Fixtures.Outbound("line", "outbound-push-quick-reply.json").GetProperty("messages")[0].GetProperty("quickReply").GetProperty("items")[1];
        JsonElement.DeepEquals(provider.Requests[0].Json.GetProperty("messages")[0].GetProperty("quickReply").GetProperty("items")[0], approved).ShouldBeTrue(provider.Requests[0].Text);
    }

    [Fact]
    public async Task A_long_text_beside_buttons_becomes_a_bubble()
    {
        var provider = new FakeProvider(Fixtures.Reply("line", "response-sent.json"));

        await SendAsync(provider, To(Ken, new string('あ', 300)) with { Rich = new() { Header = "配送中", Footer = "またね", Buttons = [new(RichButtonKind.Link, "追跡", "https://example.com/track/1")] } });

        var message = provider.Requests.ShouldHaveSingleItem().Json.GetProperty("messages")[0];
        message.GetProperty("type").GetString().ShouldBe("flex");
        var approved = Fixtures.Outbound("line", "outbound-push-flex.json").GetProperty("messages")[0].GetProperty("contents").GetProperty("footer");
        JsonElement.DeepEquals(message.GetProperty("contents").GetProperty("footer"), approved).ShouldBeTrue(provider.Requests[0].Text);
    }

    [Fact]
    public async Task A_quick_answer_uses_the_reply_token_and_quotes_by_token()
    {
        var provider = new FakeProvider(Fixtures.Reply("line", "response-sent.json"));
        var message = Quick("こちらの件ですね") with { ReplyTo = "1", ReplyToExtra = new Dictionary<string, string> { ["quoteToken"] = "q3Plxr4AgKdabcdef" } };

        (await SendAsync(provider, message, WithReplyTokens)).ShouldBeOfType<SendResult.Sent>();

        provider.Requests[0].Url.AbsolutePath.ShouldBe("/v2/bot/message/reply");
        JsonElement.DeepEquals(provider.Requests[0].Json, Fixtures.Outbound("line", "outbound-reply-text-quoting.json")).ShouldBeTrue(provider.Requests[0].Text);
    }

    [Fact]
    public async Task A_reply_token_that_is_used_up_falls_back_to_a_push()
    {
        var provider = new FakeProvider(Fixtures.Reply("line", "error-400-invalid-reply-token.json"), Fixtures.Reply("line", "response-sent.json"));

        (await SendAsync(provider, Quick("x"), WithReplyTokens)).ShouldBeOfType<SendResult.Sent>();

        provider.Requests.Select(r => r.Url.AbsolutePath).ShouldBe(["/v2/bot/message/reply", "/v2/bot/message/push"]);
    }

    [Fact]
    public async Task A_lost_answer_to_a_reply_is_never_repeated()
    {
        var line = new BrokenLine(_ => new IOException("reset"), takesBody: true);

        (await SendAsync(line, Quick("x"), WithReplyTokens)).ShouldBeOfType<SendResult.Failed>().Reason.ShouldContain("Look into the chat");
    }

    [Fact]
    public async Task An_old_message_a_second_attempt_and_a_plain_inbox_are_pushed()
    {
        foreach (var (message, settings) in new[]
        {
            (Quick("x") with { LatestAt = TimeProvider.System.GetUtcNow().AddMinutes(-2) }, WithReplyTokens), (Quick("x") with { Attempt = 2 }, WithReplyTokens), (Quick("x"), Settings),
        })
        {
            var provider = new FakeProvider(Fixtures.Reply("line", "response-sent.json"));
            await SendAsync(provider, message, settings);
            provider.Requests.ShouldHaveSingleItem().Url.AbsolutePath.ShouldBe("/v2/bot/message/push");
        }
    }

    [Fact]
    public async Task Every_attempt_of_a_part_has_the_same_key_and_every_part_its_own()
    {
        var provider = new FakeProvider(Fixtures.Reply("line", "response-sent.json"));
        var message = To(Ken, new string('x', 12_000));

        await SendAsync(provider, message);
        await SendAsync(provider, message with { Attempt = 2 });

        var keys = provider.Requests.Select(r => r.Headers["X-Line-Retry-Key"]).ToList();
        keys[..3].ShouldBe(keys[3..]);
        keys.Distinct().Count().ShouldBe(3);
        keys.TrueForAll(k => Guid.TryParse(k, out _)).ShouldBeTrue();
    }

    [Fact]
    public async Task Without_a_token_of_its_own_the_inbox_fetches_one_and_renews_a_refused_one_once()
    {
        var settings = Parse("""{"channelSecret":"3f1c9a0be7d24c58a6f0d1b2c3e4f567","channelId":"1653918273"}""");
        var provider = new FakeProvider(
            Fixtures.Reply("line", "response-stateless-token.json"), Fixtures.Reply("line", "error-401-token.json"),
            Fixtures.Reply("line", "response-stateless-token.json"), Fixtures.Reply("line", "response-sent.json"));

        (await SendAsync(provider, To(Ken, "x"), settings)).ShouldBeOfType<SendResult.Sent>();

        provider.Requests.Select(r => r.Url.AbsolutePath).ShouldBe(["/oauth2/v3/token", "/v2/bot/message/push", "/oauth2/v3/token", "/v2/bot/message/push"]);
        provider.Requests[0].Text.ShouldBe("grant_type=client_credentials&client_id=1653918273&client_secret=3f1c9a0be7d24c58a6f0d1b2c3e4f567");
        provider.Requests[1].Headers["Authorization"].ShouldBe("Bearer eyJhbGciOiJIUzI1NiJ9.x.y");
    }

    [Fact]
    public async Task A_file_without_public_address_is_declined_in_words()
    {
        var provider = new FakeProvider(Fixtures.Reply("line", "response-sent.json"));

        (await SendAsync(provider, To(Ken, "x") with { Attachments = [File("a.pdf", "application/pdf", "https://example.com/a.pdf") with { Link = null }] }))
            .ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.Content);

        provider.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_film_that_is_still_being_converted_is_asked_for_later()
    {
        var provider = new FakeProvider(Fixtures.Reply("line", "response-transcoding-processing.json"));

        var wait = await Should.ThrowAsync<MediaUnavailableException>(() => Channel.OpenMediaAsync(new("converted:468789577898262577", null), Settings, new(provider.Client, TimeProvider.System), default));

        wait.Permanent.ShouldBeFalse();
        provider.Requests[0].Url.ToString().ShouldBe("https://api-data.line.me/v2/bot/message/468789577898262577/content/transcoding");
    }

    [Fact]
    public async Task Somebody_elses_picture_is_fetched_without_our_token()
    {
        var provider = new FakeProvider(ProviderReply.Ok("picture"));

        await using var media = await Channel.OpenMediaAsync(new("https://example.com/original.jpg", null), Settings, new(provider.Client, TimeProvider.System), default);

        provider.Requests[0].Headers.ContainsKey("Authorization").ShouldBeFalse();
    }

    [Fact]
    public async Task Connecting_registers_the_address()
    {
        var provider = new FakeProvider((r, _) => ProviderReply.Ok(r.Url.AbsolutePath.EndsWith("/endpoint", StringComparison.Ordinal)
            ? """{"endpoint":"https://braid.example.com/hooks/line/7c","active":false}""" : """{"displayName":"Acme","basicId":"@acme"}"""));

        var steps = await Channel.ConnectAsync(Settings, new(provider.Client, TimeProvider.System, new Uri("https://braid.example.com/hooks/line/7c")), default);

        JsonElement.DeepEquals(provider.Requests[1].Json, Fixtures.Outbound("line", "outbound-set-webhook-endpoint.json")).ShouldBeTrue();
        steps[^1].Ok.ShouldBeFalse();
        steps[^1].Fix!.ShouldContain("Use webhook");
    }

    [Theory, InlineData(ActKind.Typing, "outbound-loading-start.json"), InlineData(ActKind.MarkRead, "outbound-mark-as-read.json")]
    public async Task An_act_is_as_approved(ActKind kind, string fixture)
    {
        var provider = new FakeProvider(ProviderReply.Ok("{}"));
        var act = new OutboundAct(kind) { ThreadId = Ken, RecipientId = Ken, IdempotencyKey = "a", Extra = new Dictionary<string, string> { ["markAsReadToken"] = "30yhdy232aa11" } };

        (await Channel.ActAsync(act, Settings, new(provider.Client, TimeProvider.System), default)).ShouldBeOfType<SendResult.Sent>();

        JsonElement.DeepEquals(provider.Requests[0].Json, Fixtures.Outbound("line", fixture)).ShouldBeTrue(provider.Requests[0].Text);
    }

    [Fact]
    public void Recorded_signatures_are_right()
    {
        var vectors = Fixtures.Json("line", "signing-vectors.json").GetProperty("vectors");
        foreach (var vector in vectors.EnumerateArray())
        {
            var request = new WebhookRequest
            {
                Method = "POST", Url = new("https://braid.example.com/w"), Query = new Dictionary<string, string>(), ReceivedAt = DateTimeOffset.UnixEpoch,
                Body = Fixtures.Bytes("line", vector.GetProperty("file").GetString()!),
                Headers = vector.GetProperty("headers").EnumerateObject().ToDictionary(h => h.Name, h => h.Value.GetString()!, StringComparer.OrdinalIgnoreCase),
            };
            Channel.Verify(request, Settings).ShouldBeOfType<Verdict.Genuine>(vector.GetProperty("file").GetString());
        }
    }

    private static ChannelSettings WithReplyTokens => Parse(LineConformance.SettingsText[..^1] + ",\"useReplyTokens\":true}");

    private static OutboundMessage Quick(string text) => To(Ken, text) with
    {
        LatestAt = TimeProvider.System.GetUtcNow().AddSeconds(-5), LatestExtra = new Dictionary<string, string> { ["replyToken"] = "0f3779fba3b349968c5d07db31eab56f" },
    };

    private static OutboundMessage To(string to, string text) => new() { Id = Guid.NewGuid(), IdempotencyKey = "key-1", ThreadId = to, RecipientId = to, Text = text };

    private static OutboundAttachment File(string name, string type, string link) => new(name, type, 1000, _ => throw new IOException()) { Link = new Uri(link) };

    private static ChannelSettings Parse(string json) => Channel.ParseSettings(JsonDocument.Parse(json).RootElement);

    private static Task<SendResult> SendAsync(HttpMessageHandler provider, OutboundMessage message, ChannelSettings? settings = null) =>
        Channel.SendAsync(message, settings ?? Settings, new ProviderContext(new HttpClient(provider, disposeHandler: false), TimeProvider.System), default);
}
