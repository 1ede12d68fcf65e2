using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.XDm;
using Microsoft.Extensions.Time.Testing;

namespace Braid.Channels.Tests.XDm;

/// <summary>What conformance doesn't see: signed requests, the challenge, public answers, uploads, limits, the connection.</summary>
public sealed class XDmTests
{
    private const string Sara = "3001969357";
    private static readonly XDmChannel Channel = new();
    private static readonly ChannelSettings Settings = Parse(XDmConformance.SettingsText);

    [Fact]
    public async Task A_direct_message_is_as_approved_and_learns_its_conversation()
    {
        var provider = new FakeProvider(Fixtures.Reply("x-dm", "response-dm-created.json"));

        var sent = (await SendAsync(provider, To("Sedang kami cek ya 🙏") with { ThreadId = null })).ShouldBeOfType<SendResult.Sent>();

        (sent.ExternalId, sent.ThreadId).ShouldBe(("2080765901528535100", "3001969357-4337869213"));
        var request = provider.Requests.ShouldHaveSingleItem();
        request.Url.ToString().ShouldBe("https://api.x.com/2/dm_conversations/with/3001969357/messages");
        JsonElement.DeepEquals(request.Json, Fixtures.Json("x-dm", "outbound-dm-text.json")).ShouldBeTrue(request.Text);
        request.Headers["Authorization"].ShouldStartWith("OAuth oauth_consumer_key=\"key-1\", oauth_nonce=");
    }

    [Fact]
    public async Task A_public_answer_is_as_approved()
    {
        var provider = new FakeProvider(ProviderReply.Ok("""{"data":{"id":"2090000000000000009"}}"""));

        await SendAsync(provider, To("@rani_id minggu depan ya ✨") with { ThreadId = "2080761390344937796", ReplyTo = "2090000000000000001" });

        provider.Requests[0].Url.AbsolutePath.ShouldBe("/2/tweets");
        JsonElement.DeepEquals(provider.Requests[0].Json, Fixtures.Json("x-dm", "outbound-post-reply.json")).ShouldBeTrue(provider.Requests[0].Text);
    }

    [Fact]
    public async Task A_long_public_answer_is_split_by_what_x_counts()
    {
        var provider = new FakeProvider(ProviderReply.Ok("""{"data":{"id":"2090000000000000009"}}"""));

        await SendAsync(provider, To(new string('あ', 200)) with { ThreadId = "2080761390344937796" });
        await SendAsync(provider, To(new string('a', 280)) with { ThreadId = "2080761390344937796" });

        provider.Requests.Select(r => r.Json.GetProperty("text").GetString()!.Length).ShouldBe([140, 60, 280]);
    }

    [Fact]
    public async Task A_comment_answered_privately_opens_a_direct_message()
    {
        var provider = new FakeProvider(Fixtures.Reply("x-dm", "response-dm-created.json"));

        var sent = (await SendAsync(provider, To("Hi") with { ThreadId = "2080761390344937796", PrivateReplyTo = "2090000000000000001" })).ShouldBeOfType<SendResult.Sent>();

        provider.Requests[0].Url.AbsolutePath.ShouldBe("/2/dm_conversations/with/3001969357/messages");
        sent.ThreadId.ShouldBe("3001969357-4337869213");
    }

    [Fact]
    public async Task A_file_is_uploaded_in_pieces_and_sent_by_its_id()
    {
        var content = new byte[5 * 1024 * 1024 - 7];
        Random.Shared.NextBytes(content);
        var provider = new FakeProvider((r, _) => r.Url.AbsolutePath.Contains("/messages", StringComparison.Ordinal)
            ? Fixtures.Reply("x-dm", "response-dm-created.json") : ProviderReply.Ok("""{"data":{"id":"1583157113245011970"}}"""));

        await SendAsync(provider, To("Berikut fotonya") with { Attachments = [new("f.jpg", "image/jpeg", content.Length, _ => Task.FromResult<Stream>(new MemoryStream(content)))] });

        provider.Requests.Select(r => r.Url.AbsolutePath.Split('/')[^1]).ShouldBe(["initialize", "append", "append", "finalize", "messages"]);
        provider.Requests[0].Json.GetProperty("media_category").GetString().ShouldBe("dm_image");
        JsonElement.DeepEquals(provider.Requests[^1].Json, Fixtures.Json("x-dm", "outbound-dm-media.json")).ShouldBeTrue(provider.Requests[^1].Text);
    }

    [Fact]
    public async Task A_film_is_waited_for()
    {
        var clock = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromSeconds(1) };
        var looks = 0;
        var provider = new FakeProvider((r, _) => r.Url.AbsolutePath.EndsWith("/messages", StringComparison.Ordinal) ? Fixtures.Reply("x-dm", "response-dm-created.json")
            : r.Url.AbsolutePath.EndsWith("finalize", StringComparison.Ordinal) ? ProviderReply.Ok("""{"data":{"id":"7","processing_info":{"state":"pending","check_after_secs":1}}}""")
            : r.Url.Query.Contains("STATUS", StringComparison.Ordinal) && ++looks > 0 ? ProviderReply.Ok("""{"data":{"id":"7","processing_info":{"state":"succeeded"}}}""")
            : ProviderReply.Ok("""{"data":{"id":"7"}}"""));
        var film = new OutboundAttachment("a.mp4", "video/mp4", 3, _ => Task.FromResult<Stream>(new MemoryStream([1, 2, 3])));

        var sending = Channel.SendAsync(To("") with { Attachments = [film] }, Settings, new ProviderContext(provider.Client, clock), default);
        while (!sending.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        (await sending).ShouldBeOfType<SendResult.Sent>();
        looks.ShouldBe(1);
    }

    [Fact]
    public async Task The_limit_is_waited_for_until_x_says()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_795_014_900 - 90));

        var retry = (await Channel.SendAsync(To("x"), Settings, new ProviderContext(new FakeProvider(Fixtures.Reply("x-dm", "error-429-rate.json")).Client, clock), default)).ShouldBeOfType<SendResult.Retry>();

        (retry.After, retry.WholeInbox).ShouldBe((TimeSpan.FromSeconds(90), true));
    }

    [Fact]
    public async Task Quick_replies_need_a_plan_with_the_old_version()
    {
        var message = To("Pick") with { Rich = new() { QuickReplies = [new(RichButtonKind.Reply, "Refund", "REFUND")] } };
        var provider = new FakeProvider((r, _) => r.Url.AbsolutePath.StartsWith("/1.1", StringComparison.Ordinal) ? ProviderReply.Ok("""{"event":{"id":"9"}}""") : Fixtures.Reply("x-dm", "response-dm-created.json"));

        await SendAsync(provider, message);
        (await Channel.SendAsync(message, Parse(XDmConformance.SettingsText.TrimEnd()[..^1] + ",\"quickReplies\":true}"), new(provider.Client, TimeProvider.System), default)).ShouldBeOfType<SendResult.Sent>().ExternalId.ShouldBe("9");

        provider.Requests[0].Json.GetProperty("text").GetString().ShouldBe("Pick\n\n1. Refund");
        provider.Requests[1].Json.GetProperty("event").GetProperty("message_create").GetProperty("message_data").GetProperty("quick_reply").GetRawText()
            .ShouldBe("""{"type":"options","options":[{"label":"Refund","metadata":"REFUND"}]}""");
    }

    [Fact]
    public void The_signature_of_requests_follows_the_standard()
    {
        // Computed apart from this code.
        var header = new OAuth1("key-1", "secret one", "4337869213-token", "secret/two").Header(
            HttpMethod.Get, new Uri("https://api.x.com/2/media/upload?command=STATUS&q=a%20b%26%C3%BC%2B"), DateTimeOffset.FromUnixTimeSeconds(1_795_014_000), "nonce-1");

        header.ShouldContain("oauth_signature=\"yREvzzbogt7VZ6GZtHBae5aEcbI%3D\"");
    }

    [Fact]
    public void The_challenge_is_answered_and_nothing_else_is_signed()
    {
        var vector = Fixtures.Json("x-dm", "verify-crc-vector.json");
        var token = vector.GetProperty("request").GetProperty("query").GetProperty("crc_token").GetString()!;

        var answer = Channel.Verify(Get(token), Settings).ShouldBeOfType<Verdict.Challenge>().Answer;

        JsonElement.DeepEquals(JsonDocument.Parse(answer.Body).RootElement, vector.GetProperty("expectedResponse").GetProperty("body")).ShouldBeTrue();
        answer.ContentType.ShouldBe("application/json");
        foreach (var body in new[] { """{"for_user_id":"1"}""", "", new string('a', 300), "a b" }) { Channel.Verify(Get(body), Settings).ShouldBeOfType<Verdict.Forged>(); }
    }

    [Fact]
    public void The_recorded_signature_is_right()
    {
        var vector = Fixtures.Json("x-dm", "verify-signature-vector.json");
        var request = Get("") with
        {
            Method = "POST", Body = Encoding.UTF8.GetBytes(vector.GetProperty("rawBody").GetString()!),
            Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { [vector.GetProperty("header").GetString()!] = vector.GetProperty("expectedHeaderValue").GetString()! },
        };

        Channel.Verify(request, Settings).ShouldBeOfType<Verdict.Genuine>();
    }

    [Fact]
    public void Typing_is_a_signal_and_a_taken_back_permission_turns_the_light_red()
    {
        Read("inbound-aaa-typing.json").ShouldBeOfType<Reading.Ignored>().Signals.ShouldHaveSingleItem().ThreadId.ShouldBe("3001969357-4337869213");
        Read("inbound-aaa-user-revoke.json").ShouldBeOfType<Reading.Ignored>().News.ShouldHaveSingleItem().Kind.ShouldBe(NewsKind.Revoked);
    }

    [Fact]
    public void Comments_are_public_and_can_be_looked_at()
    {
        var mention = Read("inbound-xaa-post-mention.json").ShouldBeOfType<Reading.Events>().Items[0];

        (mention.Audience, mention.Permalink, mention.Account).ShouldBe((Audience.Public, "https://x.com/rani_id/status/2090000000000000002", "4337869213"));
    }

    [Fact]
    public void The_older_form_of_posts_is_read_too()
    {
        var body = """
            {"for_user_id":"4337869213","tweet_create_events":[{"created_at":"Wed Nov 18 16:00:00 +0000 2026","id_str":"11","text":"short","truncated":true,"extended_tweet":{"full_text":"a &lt;b&gt; &amp; c"},
             "in_reply_to_status_id_str":"10","user":{"id_str":"22","name":"Rani","screen_name":"rani_id"}},{"id_str":"12","retweeted_status":{},"user":{"id_str":"22"}}],"favorite_events":[{}]}
            """;

        var reading = Channel.Read(new RawDelivery { Body = Encoding.UTF8.GetBytes(body), ReceivedAt = DateTimeOffset.UnixEpoch }, Settings).ShouldBeOfType<Reading.Events>();

        var post = reading.Items.ShouldHaveSingleItem();
        (post.Text, post.ReplyTo, post.ThreadId, post.Timestamp).ShouldBe(("a <b> & c", "10", "10", new DateTimeOffset(2026, 11, 18, 16, 0, 0, TimeSpan.Zero)));
        reading.Skipped.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Files_are_fetched_signed_from_x_and_unsigned_from_elsewhere()
    {
        foreach (var (url, signed) in new[] { ("https://ton.twitter.com/1.1/ton/data/dm/1/2/x.jpg", true), ("https://twitter.com.example.org/x.jpg", false) })
        {
            var provider = new FakeProvider(ProviderReply.Ok("x"));
            await using var media = await Channel.OpenMediaAsync(new(url, null), Settings, new(provider.Client, TimeProvider.System), default);
            provider.Requests[0].Headers.ContainsKey("Authorization").ShouldBe(signed);
        }
    }

    [Fact]
    public async Task Connecting_registers_the_webhook_and_subscribes()
    {
        var provider = new FakeProvider((r, _) => (r.Method.Method, r.Url.AbsolutePath) switch
        {
            ("GET", "/2/users/me") => ProviderReply.Ok("""{"data":{"id":"4337869213","username":"braiddemo"}}"""),
            ("POST", "/oauth2/token") => ProviderReply.Ok("""{"token_type":"bearer","access_token":"AAAA"}"""),
            ("GET", "/2/webhooks") => ProviderReply.Ok("""{"data":[]}"""),
            ("POST", "/2/webhooks") => ProviderReply.Ok(Fixtures.Json("x-dm", "response-webhook-created.json").GetRawText()),
            _ => new ProviderReply(409, "{}"),
        });

        var steps = await Channel.ConnectAsync(Settings, new(provider.Client, TimeProvider.System, new Uri("https://hooks.example.com/x")), default);

        steps.Select(s => s.Ok).ShouldBe([true, true, true]);
        JsonElement.DeepEquals(provider.Requests.First(r => r.Url.AbsolutePath == "/2/webhooks" && r.Method == HttpMethod.Post).Json, Fixtures.Json("x-dm", "outbound-create-webhook.json")).ShouldBeTrue();
        JsonElement.DeepEquals(provider.Requests.First(r => r.Url.AbsolutePath == "/2/activity/subscriptions").Json, Fixtures.Json("x-dm", "outbound-create-activity-subscription.json")).ShouldBeTrue();
    }

    private static WebhookRequest Get(string token) => new()
    {
        Method = "GET", Url = new("https://braid.example.com/w"), Query = new Dictionary<string, string> { ["crc_token"] = token }, ReceivedAt = DateTimeOffset.UnixEpoch,
        Body = default, Headers = new Dictionary<string, string>(),
    };

    private static Reading Read(string fixture) => Channel.Read(new RawDelivery { Body = Fixtures.Bytes("x-dm", fixture), ReceivedAt = DateTimeOffset.UnixEpoch }, Settings);

    private static ChannelSettings Parse(string json) => Channel.ParseSettings(JsonDocument.Parse(json).RootElement);

    private static OutboundMessage To(string text) => new() { Id = Guid.NewGuid(), IdempotencyKey = "key-1", ThreadId = "3001969357-4337869213", RecipientId = Sara, Text = text };

    private static Task<SendResult> SendAsync(HttpMessageHandler provider, OutboundMessage message) =>
        Channel.SendAsync(message, Settings, new ProviderContext(new HttpClient(provider, disposeHandler: false), TimeProvider.System), default);
}
