using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.TikTok;

namespace Braid.Channels.Tests.TikTok;

/// <summary>The requests we send, against approved ones; what conformance does not see.</summary>
public sealed class TikTokTests
{
    private const string Conversation = "u5JhpselBAhoPOlnH0tZ9y07kg==";
    private const string Comments = "comment:7246952221107178758:7247303576418566913";
    private static readonly TikTokChannel Channel = new();
    private static readonly ChannelSettings Settings = Channel.ParseSettings(JsonDocument.Parse(TikTokConformance.SettingsText).RootElement);

    public static TheoryData<string, OutboundMessage> Approved => new()
    {
        { "outbound-text.json", To("พร้อมส่งค่ะ 🙏") },
        { "outbound-text-quoted.json", To("ตัวนี้ 590 บาทค่ะ") with { ReplyTo = "u5Buqc6lAg18650UjjG0qeerxv" } },
        { "outbound-image.json", To("") with { Attachments = [File("a.png", "image/png")] } },
        {
            "outbound-template-qa-buttons.json",
            To("Mau dibantu apa?") with { Rich = new() { Buttons = [new(RichButtonKind.Reply, "Cek pesanan", "opt_order"), new(RichButtonKind.Reply, "Bicara admin", "opt_human")] } }
        },
        { "outbound-direct-reply-to-comment.json", To("Hai kak, linknya kami kirim di sini ya") with { ThreadId = Comments, PrivateReplyTo = "7247303576418566913" } },
        { "outbound-comment-reply.json", To("Cek DM ya kak 🙏") with { ThreadId = Comments } },
    };

    [Theory, MemberData(nameof(Approved))]
    public async Task A_request_is_as_approved(string fixture, OutboundMessage message)
    {
        var provider = new FakeProvider((r, _) => Fixtures.Reply("tiktok", r.Url.AbsolutePath.Contains("upload", StringComparison.Ordinal) ? "response-media-upload.json" : "response-send-success.json"));

        (await SendAsync(provider, message, new GivenTokens("act.given"))).ShouldBeOfType<SendResult.Sent>();

        var sent = provider.Requests[^1];
        ShouldBeApproved(fixture, sent);
        sent.Headers["Access-Token"].ShouldBe("act.given");
        sent.Url.AbsolutePath.ShouldEndWith("/");
    }

    [Theory]
    [InlineData("outbound-typing.json", ActKind.Typing, Conversation)]
    [InlineData("outbound-mark-read.json", ActKind.MarkRead, Conversation)]
    [InlineData("outbound-comment-hide.json", ActKind.Hide, Comments)]
    public async Task An_act_is_as_approved(string fixture, ActKind kind, string thread)
    {
        var provider = new FakeProvider(Fixtures.Reply("tiktok", "response-send-sender-action.json"));
        var act = new OutboundAct(kind) { ThreadId = thread, RecipientId = "x", ExternalId = "7247303576418566913", IdempotencyKey = "k" };

        (await Channel.ActAsync(act, Settings, new(provider.Client, TimeProvider.System) { Tokens = new GivenTokens() }, default)).ShouldBeOfType<SendResult.Sent>();

        ShouldBeApproved(fixture, provider.Requests[0]);
    }

    [Theory]
    [InlineData(ActKind.Delete, Conversation, true)]
    [InlineData(ActKind.Delete, Comments, false)]
    [InlineData(ActKind.Hide, Conversation, false)]
    [InlineData(ActKind.Typing, Comments, false)]
    public async Task What_TikTok_cannot_do_is_said_in_words(ActKind kind, string thread, bool ours)
    {
        var act = new OutboundAct(kind) { ThreadId = thread, RecipientId = "x", ExternalId = "1", Ours = ours, IdempotencyKey = "k" };

        (await Channel.ActAsync(act, Settings, new(new FakeProvider(ProviderReply.Ok("{}")).Client, TimeProvider.System), default)).ShouldBeOfType<SendResult.Failed>().Reason.ShouldEndWith(".");
    }

    [Fact]
    public void The_recorded_signature_is_right()
    {
        var vector = Fixtures.Json("tiktok", "verify-signature-vector.json");
        var request = new WebhookRequest
        {
            Method = "POST", Url = new Uri("https://braid.example.com/x"), Query = new Dictionary<string, string>(), Body = Encoding.UTF8.GetBytes(vector.GetProperty("rawBody").GetString()!),
            Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["tiktok-signature"] = vector.GetProperty("expectedHeaderValue").GetString()! },
            ReceivedAt = DateTimeOffset.FromUnixTimeSeconds(1794967201),
        };

        Channel.Verify(request, Settings).ShouldBeOfType<Verdict.Genuine>();
        Channel.Verify(request with { ReceivedAt = request.ReceivedAt.AddMinutes(-6) }, Settings).ShouldBeOfType<Verdict.Forged>();
    }

    [Theory]
    [InlineData("inbound-text.json")]
    [InlineData("inbound-reaction.json")]
    [InlineData("inbound-comment-insert.json")]
    [InlineData("inbound-high-intent-comment.json")]
    [InlineData("inbound-mark-read.json")]
    [InlineData("inbound-template-button-tap.json")]
    public void An_odd_value_inside_the_content_never_throws(string fixture)
    {
        var envelope = JsonNode.Parse(Fixtures.Bytes("tiktok", fixture))!;
        foreach (var content in Mutations.Odd(envelope["content"]!.GetValue<string>()))
        {
            envelope["content"] = content;
            Channel.Read(new RawDelivery { Body = Encoding.UTF8.GetBytes(envelope.ToJsonString()), ReceivedAt = DateTimeOffset.UnixEpoch }, Settings).ShouldNotBeNull();
        }
    }

    [Fact]
    public void A_withheld_message_is_told_in_the_inboxs_log()
    {
        var ignored = Read("inbound-eu-stripped.json").ShouldBeOfType<Reading.Ignored>();

        ignored.News.ShouldHaveSingleItem().Kind.ShouldBe(NewsKind.Warning);
    }

    [Fact]
    public void A_comment_tree_is_one_public_thread()
    {
        var comment = ((Reading.Events)Read("inbound-comment-insert.json")).Items[0];
        var reply = ((Reading.Events)Read("inbound-comment-reply-deleted.json")).Items[0];

        (comment.ThreadId, comment.Post, comment.Audience).ShouldBe((Comments, "7246952221107178758", Audience.Public));
        reply.ThreadId.ShouldBe(Comments);
        reply.TargetKey.ShouldBe("7247303576418566999");
    }

    [Fact]
    public async Task Refresh_tokens_are_used_once()
    {
        var tokens = new MemoryTokens(TimeProvider.System);
        var used = new List<string?>();
        var provider = new FakeProvider((r, n) =>
        {
            if (!r.Url.AbsolutePath.Contains("refresh_token", StringComparison.Ordinal)) { return n is 1 or 4 ? Fixtures.Reply("tiktok", "error-40105.json") : Fixtures.Reply("tiktok", "response-send-success.json"); }
            used.Add(r.Json.GetProperty("refresh_token").GetString());
            return ProviderReply.Ok($$$"""{"code":0,"data":{"access_token":"act.{{{used.Count}}}","expires_in":86400,"refresh_token":"rft.{{{used.Count}}}"}}""");
        });

        for (var i = 0; i < 2; i++) { (await SendAsync(provider, To("hi"), tokens)).ShouldBeOfType<SendResult.Sent>(); }

        used.ShouldBe(["rft.braid-refresh-0001", "rft.1", "rft.2"]);
    }

    [Fact]
    public async Task Signing_in_gives_the_account_and_its_token()
    {
        var provider = new FakeProvider(Fixtures.Reply("tiktok", "response-token.json"));
        var redirect = new Uri("https://braid.example.com/login");
        var begin = Channel.BeginLogin(Settings, new(redirect, "state-1", "challenge"));

        var outcome = await Channel.FinishLoginAsync(new(redirect, "verifier", new Dictionary<string, string> { ["code"] = "c1" }), Settings, new(provider.Client, TimeProvider.System), default);

        begin.Query.ShouldContain("client_key=7623241219121414161");
        begin.Query.ShouldContain("state=state-1");
        outcome.ShouldBeOfType<LoginOutcome.Connected>().Settings.ToJsonString().ShouldBe("""{"businessId":"-000m4JH_b1JiHPxoOSKii9FmQCeIA2fZ7Jw","refreshToken":"rft.test"}""");
        (await Channel.FinishLoginAsync(new(redirect, "v", new Dictionary<string, string>()), Settings, new(provider.Client, TimeProvider.System), default)).ShouldBeOfType<LoginOutcome.Refused>();
    }

    [Fact]
    public async Task A_card_that_does_not_fit_becomes_text()
    {
        var provider = new FakeProvider(Fixtures.Reply("tiktok", "response-send-success.json"));
        var long40 = new string('x', 41);

        await SendAsync(provider, To(long40) with { Rich = new() { Buttons = [new(RichButtonKind.Reply, "Yes", "y")] } }, new GivenTokens());

        provider.Requests[0].Json.GetProperty("text").GetProperty("body").GetString().ShouldBe(long40 + "\n\n1. Yes");
    }

    [Fact]
    public async Task A_long_comment_is_declined()
    {
        var provider = new FakeProvider(ProviderReply.Ok("{}"));

        (await SendAsync(provider, To(new string('x', 151)) with { ThreadId = Comments }, new GivenTokens())).ShouldBeOfType<SendResult.Failed>().Reason.ShouldContain("150");

        provider.Requests.ShouldBeEmpty();
    }

    private static void ShouldBeApproved(string fixture, ProviderRequest sent)
    {
        var json = JsonNode.Parse(Fixtures.Bytes("tiktok", fixture))!.AsObject();
        if (json["_request"] is { } request) { $"{sent.Method} {sent.Url.AbsolutePath}".ShouldBe(request.GetValue<string>()); }
        json.Remove("_request");
        JsonNode.DeepEquals(JsonNode.Parse(sent.Body), json).ShouldBeTrue(sent.Text);
    }

    private static Reading Read(string fixture) => Channel.Read(new RawDelivery { Body = Fixtures.Bytes("tiktok", fixture), ReceivedAt = DateTimeOffset.UnixEpoch }, Settings);

    private static OutboundMessage To(string text) => new() { Id = Guid.Empty, IdempotencyKey = "k", ThreadId = Conversation, RecipientId = "+ZMM", Text = text };

    private static OutboundAttachment File(string name, string type) => new(name, type, 5, _ => Task.FromResult<Stream>(new MemoryStream("bytes"u8.ToArray())));

    private static Task<SendResult> SendAsync(FakeProvider provider, OutboundMessage message, IKeptTokens tokens) =>
        Channel.SendAsync(message, Settings, new(provider.Client, TimeProvider.System) { Tokens = tokens }, default);
}
