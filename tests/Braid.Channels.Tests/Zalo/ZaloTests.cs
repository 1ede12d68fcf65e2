using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.Zalo;

namespace Braid.Channels.Tests.Zalo;

/// <summary>What conformance doesn't see: the requests against approved ones, tokens that work once, the sign-in, taps, anonymous people.</summary>
public sealed class ZaloTests
{
    private static readonly ZaloChannel Channel = new();
    private static readonly ChannelSettings Settings = Channel.ParseSettings(JsonDocument.Parse(ZaloConformance.SettingsText).RootElement);

    public static TheoryData<string, OutboundMessage> Approved => new()
    {
        { "outbound-text.json", To("Dạ shop đã nhận được thông tin ạ 🙏") },
        { "outbound-text-quoting.json", To("Đơn này đúng không ạ?") with { ReplyTo = "eeae3f04dc94f1ca3eea" } },
        { "outbound-image.json", To("Nhãn hoàn hàng") with { Attachments = [File("l.jpg", "image/jpeg")] } },
        { "outbound-file.json", To("") with { Attachments = [File("hd.pdf", "application/pdf")] } },
        {
            "outbound-list-with-buttons.json",
            To("") with
            {
                Rich = new()
                {
                    Cards = [new("Đơn A-1042", "Đang giao", "https://example.com/i.png", [new(RichButtonKind.Reply, "Đổi trả", "return_A1042"), new(RichButtonKind.Call, "Gọi hotline", "+84900000000")])],
                },
            }
        },
    };

    [Theory, MemberData(nameof(Approved))]
    public async Task A_request_is_as_approved(string fixture, OutboundMessage message)
    {
        var approved = JsonNode.Parse(Fixtures.Json("zalo", fixture).GetRawText())!.AsObject();
        var wanted = approved["body"]!.AsObject();
        if (wanted["message"]!["attachment"]?["payload"]?["elements"]?[0] is JsonObject element)
        {
            element.Remove("default_action"); // comes with a link button
            if (element.Remove("url")) { element["attachment_id"] = "UPLOAD_ID"; } // we upload pictures instead of giving an address
        }

        if (wanted["message"]!["attachment"]?["payload"]?["buttons"]?[0] is { } button) { button["payload"] = "#braid:return_A1042"; }
        var provider = new FakeProvider((r, _) => r.Url.AbsolutePath.Contains("upload", StringComparison.Ordinal)
            ? ProviderReply.Ok("""{"error":0,"data":{"token":"UPLOAD_TOKEN","attachment_id":"UPLOAD_ID"}}""") : Fixtures.Reply("zalo", "response-send-ok.json"));

        (await SendAsync(provider, message)).ShouldBeOfType<SendResult.Sent>().ExternalId.ShouldBe("c6792f94f71be346ba09");

        var request = provider.Requests[^1];
        $"{request.Method} {request.Url}".ShouldBe((string?)approved["_request"]);
        request.Headers["access_token"].ShouldBe("given-token-1");
        JsonNode.DeepEquals(JsonNode.Parse(request.Body), wanted).ShouldBeTrue($"{request.Text}\nis not\n{wanted.ToJsonString()}");
    }

    [Fact]
    public async Task A_refused_token_is_renewed_once_with_the_newest_refresh_token()
    {
        var provider = new FakeProvider(
            Fixtures.Reply("zalo", "response-token.json"), Fixtures.Reply("zalo", "error-216.json"), ProviderReply.Ok("""{"access_token":"A2","refresh_token":"R2","expires_in":"90000"}"""),
            Fixtures.Reply("zalo", "response-send-ok.json"));
        var tokens = new MemoryTokens(TimeProvider.System);

        (await SendAsync(provider, To("x"), tokens)).ShouldBeOfType<SendResult.Sent>();

        var approved = Fixtures.Json("zalo", "outbound-refresh-token.json");
        $"{provider.Requests[0].Method} {provider.Requests[0].Url}".ShouldBe(approved.GetProperty("_request").GetString());
        provider.Requests[0].Text.ShouldBe(approved.GetProperty("body").GetString());
        provider.Requests[0].Headers["secret_key"].ShouldBe("zalo-app-secret-one");
        provider.Requests[2].Text.ShouldEndWith("refresh_token=NEW_REFRESH");
        provider.Requests[3].Headers["access_token"].ShouldBe("A2");
        (await tokens.GetAsync("access", (_, _) => throw new InvalidOperationException(), default)).RefreshToken.ShouldBe("R2");
    }

    [Fact]
    public async Task After_a_new_sign_in_the_token_in_the_settings_is_tried_when_the_kept_one_is_refused()
    {
        var tokens = new MemoryTokens(TimeProvider.System);
        var old = new KeptToken("A0", TimeProvider.System.GetUtcNow().AddHours(1)) { RefreshToken = "DEAD" };
        tokens.Forget("access", await tokens.GetAsync("access", (_, _) => Task.FromResult(old), default));
        var provider = new FakeProvider(ProviderReply.Ok("""{"error":-14014}"""), Fixtures.Reply("zalo", "response-token.json"), Fixtures.Reply("zalo", "response-send-ok.json"));

        (await SendAsync(provider, To("x"), tokens)).ShouldBeOfType<SendResult.Sent>();

        provider.Requests.Take(2).Select(r => r.Text.Split('=')[^1]).ShouldBe(["DEAD", "OLD_REFRESH"]);
    }

    [Fact]
    public async Task Without_a_sign_in_the_agent_learns_what_is_missing()
    {
        var settings = Channel.ParseSettings(JsonDocument.Parse("""{"appId":"1","appSecret":"s","oaSecretKey":"k"}""").RootElement);
        var provider = new FakeProvider(ProviderReply.Ok("{}"));

        var result = await Channel.SendAsync(To("x"), settings, new ProviderContext(provider.Client, TimeProvider.System), default);

        result.ShouldBeOfType<SendResult.Failed>().Reason.ShouldContain("Sign in");
        provider.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Signing_in_uses_pkce_and_fills_the_settings()
    {
        var back = new Uri("https://braid.example.com/login/back");
        var begin = Channel.BeginLogin(Settings, new(back, "state-1", "challenge-1"));
        begin.AbsoluteUri.ShouldBe("https://oauth.zaloapp.com/v4/oa/permission?app_id=2553928453557884079&redirect_uri=https%3A%2F%2Fbraid.example.com%2Flogin%2Fback&state=state-1&code_challenge=challenge-1");
        var provider = new FakeProvider(Fixtures.Reply("zalo", "response-token.json"));
        var answer = new LoginAnswer(back, "verifier-1", new Dictionary<string, string> { ["code"] = "c1", ["oa_id"] = "3662" });

        var connected = (await Channel.FinishLoginAsync(answer, Settings, new(provider.Client, TimeProvider.System), default)).ShouldBeOfType<LoginOutcome.Connected>();

        provider.Requests[0].Text.ShouldBe("app_id=2553928453557884079&code=c1&grant_type=authorization_code&code_verifier=verifier-1");
        connected.Settings.ToJsonString().ShouldBe("""{"refreshToken":"NEW_REFRESH","oaId":"3662"}""");
        (await Channel.FinishLoginAsync(answer, Settings, new(new FakeProvider(ProviderReply.Ok("""{"error":-14003}""")).Client, TimeProvider.System), default)).ShouldBeOfType<LoginOutcome.Refused>();
    }

    [Fact]
    public void A_tap_on_a_button_of_ours_is_a_postback()
    {
        var body = JsonNode.Parse(Fixtures.Bytes("zalo", "inbound-button-as-text.json"))!;
        body["message"]!["text"] = "#braid:return_A1042";

        var tap = Read(body);

        (tap.Kind, tap.Payload, tap.Text).ShouldBe((InboundKind.Postback, "return_A1042", null));
    }

    [Fact]
    public async Task An_anonymous_person_is_answered_in_their_conversation()
    {
        var body = JsonNode.Parse(Fixtures.Bytes("zalo", "inbound-text.json"))!;
        body["event_name"] = "anonymous_send_text";
        body["message"]!["conversation_id"] = "conv:9";
        var provider = new FakeProvider(Fixtures.Reply("zalo", "response-send-ok.json"));

        await SendAsync(provider, To("x") with { ThreadId = Read(body).ThreadId });

        provider.Requests[0].Url.AbsolutePath.ShouldBe("/v2.0/oa/message");
        provider.Requests[0].Json.GetProperty("recipient").GetRawText().ShouldBe("""{"conversation_id":"conv:9","anonymous_id":"6142494823017755321"}""");
    }

    [Fact]
    public async Task A_file_zalo_does_not_take_becomes_a_link_or_is_declined()
    {
        var film = new OutboundAttachment("a.mp4", "video/mp4", 1000, _ => throw new IOException());
        var provider = new FakeProvider(Fixtures.Reply("zalo", "response-send-ok.json"));

        (await SendAsync(provider, To("") with { Attachments = [film] })).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.Content);
        (await SendAsync(provider, To("") with { Attachments = [film with { Link = new("https://files.example.com/a") }] })).ShouldBeOfType<SendResult.Sent>();

        provider.Requests.ShouldHaveSingleItem().Json.GetProperty("message").GetProperty("text").GetString().ShouldBe("a.mp4\nhttps://files.example.com/a");
    }

    [Fact]
    public void Recorded_signatures_are_right_with_and_without_their_prefix()
    {
        foreach (var vector in Fixtures.Json("zalo", "signing-vectors.json").GetProperty("vectors").EnumerateArray())
        {
            var (file, mac) = (vector.GetProperty("file").GetString()!, vector.GetProperty("headers").GetProperty("X-ZEvent-Signature").GetString()!);
            foreach (var given in new[] { mac, mac[4..], "mac=" + mac[4..].ToUpperInvariant() })
            {
                var request = new WebhookRequest
                {
                    Method = "POST", Url = new("https://braid.example.com/w"), Query = new Dictionary<string, string>(), ReceivedAt = DateTimeOffset.UnixEpoch,
                    Body = Fixtures.Bytes("zalo", file), Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["x-zevent-signature"] = given },
                };
                Channel.Verify(request, Settings).ShouldBeOfType<Verdict.Genuine>(file);
            }
        }
    }

    private static InboundEvent Read(JsonNode body) => Channel.Read(
        new RawDelivery { Body = JsonSerializer.SerializeToUtf8Bytes(body), ReceivedAt = DateTimeOffset.UnixEpoch }, Settings).ShouldBeOfType<Reading.Events>().Items.ShouldHaveSingleItem();

    private static OutboundMessage To(string text) => new()
    {
        Id = Guid.NewGuid(), IdempotencyKey = "key-1", ThreadId = "6142494823017755321", RecipientId = "6142494823017755321", Text = text,
    };

    private static OutboundAttachment File(string name, string type) => new(name, type, 3, _ => Task.FromResult<Stream>(new MemoryStream([1, 2, 3])));

    private static Task<SendResult> SendAsync(HttpMessageHandler provider, OutboundMessage message, IKeptTokens? tokens = null) =>
        Channel.SendAsync(message, Settings, new ProviderContext(new HttpClient(provider, disposeHandler: false), TimeProvider.System) { Tokens = tokens ?? new GivenTokens() }, default);
}
