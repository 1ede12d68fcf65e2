using System.Text.Json;
using Braid.Channels.Slack;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.Tests.WorkChat;
using Braid.Simulator;

namespace Braid.Channels.Tests.Slack;

/// <summary>Requests against approved ones; rotation, looking before a repeat, signing in, and what conformance has no case for.</summary>
public sealed class SlackTests
{
    private static readonly SlackChannel Channel = new();
    private static readonly ChannelSettings Settings = Approved.Settings(Channel, SlackConformance.SettingsText);
    private const string Posted = """{"ok":true,"channel":"C0742LSP0H2","ts":"1794964200.000200"}""";

    [Fact]
    public async Task Posts_are_as_approved()
    {
        var provider = new FakeProvider(ProviderReply.Ok(Posted));
        await SendAsync(provider, Approved.To("C0742LSP0H2", "確認します :pray:"));
        await SendAsync(provider, Approved.To("C0742LSP0H2:1794963600.123400", "追跡番号は 1Z999 です"));
        await SendAsync(provider, Approved.To("C0742LSP0H2", "どうされますか？") with
        {
            Rich = new() { Buttons = [new(RichButtonKind.Reply, "返品する", "return:A-1042"), new(RichButtonKind.Link, "詳細", "https://example.com")] },
        });

        Approved.ShouldMatch(provider.Requests[0], "slack", "outbound-post-message.json", "metadata");
        Approved.ShouldMatch(provider.Requests[1], "slack", "outbound-post-message-thread.json", "metadata", "unfurl_links", "unfurl_media");
        Approved.ShouldMatch(provider.Requests[2], "slack", "outbound-post-message-buttons.json", "metadata", "unfurl_links", "unfurl_media", "action_id", "block_id", "emoji");
        provider.Requests[0].Url.ToString().ShouldBe("https://slack.com/api/chat.postMessage");
        provider.Requests[0].Headers["Authorization"].ShouldBe("Bearer xoxb-4155-token-of-the-first");
    }

    [Fact]
    public async Task An_upload_takes_three_steps_and_the_token_stays_with_the_api()
    {
        var provider = new FakeProvider((request, _) => ProviderReply.Ok(request.Url.Host == "files.slack.com" ? "OK - 5" : Fixtures.Json("slack", "response-upload-url.json").GetProperty("body").GetRawText()));

        (await SendAsync(provider, Approved.To("C0742LSP0H2:1794963600.123400", "こちらをご利用ください") with { Attachments = [Approved.File("返送ラベル", "application/pdf")] })).ShouldBeOfType<SendResult.Sent>();

        provider.Requests[0].Url.PathAndQuery.ShouldStartWith("/api/files.getUploadURLExternal?filename=");
        provider.Requests[1].Url.Host.ShouldBe("files.slack.com");
        provider.Requests[1].Headers.Keys.ShouldNotContain("Authorization");
        Approved.ShouldMatch(provider.Requests[2], "slack", "outbound-complete-upload.json");
    }

    [Fact]
    public async Task Edits_and_deletions_are_as_approved()
    {
        var provider = new FakeProvider(ProviderReply.Ok(Posted));
        var act = new OutboundAct(ActKind.Edit) { ThreadId = "C0742LSP0H2", RecipientId = "U1", ExternalId = "1794964200.000200", Ours = true, Text = "返品を受け付けました", IdempotencyKey = "k" };
        await Channel.ActAsync(act, Settings, new(provider.Client, TimeProvider.System), default);
        await Channel.ActAsync(act with { Kind = ActKind.Delete }, Settings, new(provider.Client, TimeProvider.System), default);

        Approved.ShouldMatch(provider.Requests[0], "slack", "outbound-update.json");
        Approved.ShouldMatch(provider.Requests[1], "slack", "outbound-delete.json");
    }

    [Fact]
    public async Task Every_parameter_is_in_Slacks_own_description()
    {
        // Of 2021: metadata came later, and files.* as we use it too.
        using var spec = JsonDocument.Parse(await File.ReadAllBytesAsync(ReferenceData.Require("channels", "specs", "slack", "slack_web_openapi_v2_without_examples.json")));
        var provider = new FakeProvider(ProviderReply.Ok(Posted));
        await SendAsync(provider, Approved.To("C1:1.2", "Pick") with { Rich = new() { Buttons = [new(RichButtonKind.Reply, "A", "a")] } });
        var act = new OutboundAct(ActKind.Edit) { ThreadId = "C1", RecipientId = "U1", ExternalId = "1.2", Ours = true, Text = "x", Emoji = "👍", IdempotencyKey = "k" };
        foreach (var kind in new[] { ActKind.Edit, ActKind.Delete, ActKind.React, ActKind.Unreact }) { await Channel.ActAsync(act with { Kind = kind }, Settings, new(provider.Client, TimeProvider.System), default); }

        foreach (var request in provider.Requests)
        {
            var method = request.Url.AbsolutePath["/api".Length..];
            var known = spec.RootElement.GetProperty("paths").GetProperty(method).GetProperty("post").GetProperty("parameters").EnumerateArray().Select(p => p.GetProperty("name").GetString()!).Append("metadata").ToList();
            request.Json.EnumerateObject().Select(p => p.Name).ShouldBeSubsetOf(known, method);
        }
    }

    [Fact]
    public async Task A_repeat_first_looks_whether_the_message_is_there()
    {
        var provider = new FakeProvider(ProviderReply.Ok("""{"ok":true,"messages":[{"ts":"1794964200.000200","metadata":{"event_type":"braid_message","event_payload":{"id":"0198c0de-0000-7000-8000-000000000001","part":"0"}}}]}"""));

        var sent = (await SendAsync(provider, Approved.To("C0742LSP0H2", "Once") with { Attempt = 2 })).ShouldBeOfType<SendResult.Sent>();

        sent.Key.ShouldBe("C0742LSP0H2:1794964200.000200");
        provider.Requests.ShouldHaveSingleItem().Url.AbsolutePath.ShouldBe("/api/conversations.history");
    }

    [Fact]
    public async Task A_repeat_to_a_person_looks_into_the_direct_message()
    {
        var provider = new FakeProvider((request, _) => ProviderReply.Ok(request.Url.AbsolutePath == "/api/conversations.open"
            ? """{"ok":true,"channel":{"id":"D024BE91L0A"}}""" : """{"ok":true,"messages":[{"ts":"1.2","metadata":{"event_payload":{"id":"0198c0de-0000-7000-8000-000000000001","part":"0"}}}]}"""));

        var sent = (await SendAsync(provider, Approved.To("U2147483697", "Once") with { ThreadId = null, Attempt = 2 })).ShouldBeOfType<SendResult.Sent>();

        (sent.ThreadId, sent.Key).ShouldBe(("D024BE91L0A", "D024BE91L0A:1.2"));
        provider.Requests.ShouldNotContain(r => r.Url.AbsolutePath == "/api/chat.postMessage");
    }

    [Fact]
    public async Task Writing_first_learns_the_direct_message()
    {
        var provider = new FakeProvider(ProviderReply.Ok("""{"ok":true,"channel":"D024BE91L0A","ts":"1.2"}"""));

        var sent = (await SendAsync(provider, Approved.To("U2147483697", "Hello") with { ThreadId = null })).ShouldBeOfType<SendResult.Sent>();

        (sent.ThreadId, sent.Key).ShouldBe(("D024BE91L0A", "D024BE91L0A:1.2"));
    }

    [Fact]
    public async Task Rotating_tokens_are_renewed_once_with_the_newest_refresh_token()
    {
        var settings = Approved.Settings(Channel, """{"signingSecret":"s3cret-s3cret","clientId":"1.2","clientSecret":"cs-cs-cs","refreshToken":"xoxe-1-first"}""");
        var provider = new FakeProvider((request, n) => ProviderReply.Ok(request.Url.AbsolutePath.EndsWith("oauth.v2.access", StringComparison.Ordinal)
            ? $$"""{"ok":true,"access_token":"xoxe.xoxb-{{n}}","refresh_token":"xoxe-1-next-{{n}}","expires_in":43200}""" : Posted));
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var context = new ProviderContext(provider.Client, clock);

        await Channel.SendAsync(Approved.To("C1", "a"), settings, context, default);
        await Channel.SendAsync(Approved.To("C1", "b"), settings, context, default);
        clock.Advance(TimeSpan.FromHours(12));
        await Channel.SendAsync(Approved.To("C1", "c"), settings, context, default);

        var renewals = provider.Requests.Where(r => r.Url.AbsolutePath.EndsWith("oauth.v2.access", StringComparison.Ordinal)).ToList();
        renewals.Count.ShouldBe(2);
        renewals[0].Text.ShouldContain("refresh_token=xoxe-1-first");
        renewals[1].Text.ShouldContain("refresh_token=xoxe-1-next-0");
        provider.Requests[1].Headers["Authorization"].ShouldBe("Bearer xoxe.xoxb-0");
    }

    [Fact]
    public async Task Signing_in_gives_token_workspace_and_bot()
    {
        var begin = Channel.BeginLogin(Settings, new(new Uri("https://braid.example.com/login"), "state-1", "challenge"));
        begin.ToString().ShouldStartWith("https://slack.com/oauth/v2/authorize?client_id=415.991&scope=");
        begin.Query.ShouldContain("state=state-1");

        var provider = new FakeProvider(ProviderReply.Ok("""{"ok":true,"access_token":"xoxb-1-2","bot_user_id":"U0BRAIDBT1","team":{"id":"T061EG9R6","name":"Example"}}"""));
        var answer = new LoginAnswer(new Uri("https://braid.example.com/login"), "verifier", new Dictionary<string, string> { ["code"] = "c-1" });
        var done = (await Channel.FinishLoginAsync(answer, Settings, new(provider.Client, TimeProvider.System), default)).ShouldBeOfType<LoginOutcome.Connected>();

        done.Settings.ToJsonString().ShouldBe("""{"botToken":"xoxb-1-2","teamId":"T061EG9R6","displayName":"Example","botUserId":"U0BRAIDBT1"}""");
        provider.Requests[0].Text.ShouldContain("code=c-1");
        var refused = new FakeProvider(ProviderReply.Ok("""{"ok":false,"error":"bad_client_secret"}"""));
        (await Channel.FinishLoginAsync(answer, Settings, new(refused.Client, TimeProvider.System), default)).ShouldBeOfType<LoginOutcome.Refused>();
    }

    [Fact]
    public async Task A_sign_in_page_instead_of_a_file_is_noticed()
    {
        var provider = new FakeProvider((request, _) => ProviderReply.Ok("""{"ok":true,"file":{"id":"F1","mimetype":"image/png","url_private_download":"https://files.slack.com/x.png"}}"""));
        var html = new HtmlForFiles(provider);

        var refused = await Should.ThrowAsync<MediaUnavailableException>(() => Channel.OpenMediaAsync(new("F1", null), Settings, new(new HttpClient(html), TimeProvider.System), default));

        refused.Message.ShouldContain("files:read");
    }

    [Theory]
    [InlineData("see <https://x.example|the page> &amp; <#C1|shop> <!here>", "see the page (https://x.example) & #shop @here")]
    [InlineData("<@U9> <@U8|kim> <!subteam^S1|@support> <mailto:a@b.c|a@b.c> <http://b.c|b.c>", "@U9 @kim @support a@b.c b.c")]
    [InlineData("a &lt; b &amp;lt; c", "a < b &lt; c")]
    public void Markup_becomes_what_readers_see(string text, string seen)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new { type = "event_callback", team_id = "T1", @event = new { type = "message", user = "U1", channel = "C1", ts = "1.2", text } });

        var reading = (Reading.Events)Channel.Read(new RawDelivery { Body = body, ContentType = "application/json", ReceivedAt = DateTimeOffset.UnixEpoch }, Settings);

        reading.Items[0].Text.ShouldBe(seen);
        (reading.Items[0].Account, reading.Items[0].Key, reading.Items[0].Audience).ShouldBe(("T1", "C1:1.2", Audience.Shared));
    }

    private static Task<SendResult> SendAsync(HttpMessageHandler provider, OutboundMessage message) =>
        Channel.SendAsync(message, Settings, new(new HttpClient(provider, false), TimeProvider.System), default);

    private sealed class HtmlForFiles(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            request.RequestUri!.Host == "files.slack.com"
                ? new HttpResponseMessage { Content = new StringContent("<html>", System.Text.Encoding.UTF8, "text/html") }
                : await base.SendAsync(request, cancellationToken);
    }
}

public sealed class SlackRoundTripTests : RoundTrip<SlackChannel>
{
    protected override SimulatedProvider Kind => SimulatedProvider.Slack;
    protected override (string Name, string Wrong) WrongCredential => ("botToken", "xoxb-wrong");
    protected override string SendMethod => "chat.postMessage";

    [Fact]
    public async Task Socket_Mode_tells_the_same_and_is_acknowledged()
    {
        var json = Provider.Settings;
        json.Remove("signingSecret");
        json["appToken"] = "xapp-1-" + (string?)json["teamId"];
        var settings = Channel.ParseSettings(JsonSerializer.SerializeToElement(json));
        var host = new TestListenerHost();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var listening = Channel.ListenAsync(settings, host, stop.Token);
        await host.NextAsync(Ct);

        await Provider.Person("Kim Tanaka").WritesAsync("over the socket");

        var delivery = (await host.NextAsync(Ct)).ShouldHaveSingleItem();
        ((Reading.Events)Channel.Read(delivery, settings)).Items[0].Text.ShouldBe("over the socket");
        Channel.Listens(settings).ShouldBeTrue();
        Channel.Verify(new WebhookRequest { Method = "POST", Url = WebhookUrl, Headers = new Dictionary<string, string>(), Query = new Dictionary<string, string>(), Body = delivery.Body, ReceivedAt = delivery.ReceivedAt }, settings)
            .ShouldBeOfType<Verdict.Forged>();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => listening);
    }
}
