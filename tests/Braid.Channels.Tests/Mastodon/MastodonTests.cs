using System.Text.Json;
using Braid.Channels.Mastodon;
using Braid.Channels.Tests.Conformance;
using Microsoft.Extensions.Time.Testing;

namespace Braid.Channels.Tests.Mastodon;

public sealed class MastodonTests
{
    private static readonly MastodonChannel Channel = new();
    private static readonly MastodonSettings Settings = (MastodonSettings)Channel.ParseSettings(
        JsonDocument.Parse("""{"apiBaseUrl":"https://mastodon.example","accountName":"@braid@mastodon.example","accessToken":"token-0001","language":"ja"}""").RootElement);

    private static string Status(string id, string visibility, string acct = "kenta@example.social", string author = "108892712797543112") =>
        $$"""{"id":"{{id}}","visibility":"{{visibility}}","account":{"id":"{{author}}","acct":"{{acct}}"},"mentions":[],"media_attachments":[]}""";

    private static OutboundMessage Message(string text) => new()
    {
        Id = Guid.NewGuid(), IdempotencyKey = "01KAGV6X3Q8Z", ThreadId = "108914343542683797", RecipientId = "108892712797543112", Text = text,
    };

    [Fact]
    public async Task A_direct_answer_is_as_approved()
    {
        var provider = new FakeProvider((r, _) => r.Method == HttpMethod.Post ? Fixtures.Reply("mastodon", "response-status.json") : ProviderReply.Ok(Status("108914343542683797", "direct")));

        (await Channel.SendAsync(Message("ございます！") with { ReplyTo = "108914343542683797" }, Settings, new(provider.Client, TimeProvider.System), default)).ShouldBeOfType<SendResult.Sent>();

        var post = provider.Requests[^1];
        post.Url.ToString().ShouldBe("https://mastodon.example/api/v1/statuses");
        post.Headers["Idempotency-Key"].ShouldBe("01KAGV6X3Q8Z");
        JsonElement.DeepEquals(post.Json, Fixtures.Outbound("mastodon", "outbound-post-status.json")).ShouldBeTrue(post.Text);
    }

    [Fact]
    public async Task The_persons_newest_post_is_answered_and_never_wider_than_it_was()
    {
        var provider = new FakeProvider((r, _) => r.Url.AbsolutePath.EndsWith("/context", StringComparison.Ordinal)
            ? ProviderReply.Ok($$"""{"ancestors":[],"descendants":[{{Status("5", "unlisted")}},{{Status("6", "unlisted", "braid", "14715")}},{{Status("7", "private")}}]}""")
            : ProviderReply.Ok(Status("9", "private")));

        (await Channel.SendAsync(Message("Yes"), Settings, new(provider.Client, TimeProvider.System), default)).ShouldBeOfType<SendResult.Sent>();

        var post = provider.Requests[^1].Json;
        post.GetProperty("in_reply_to_id").GetString().ShouldBe("7");
        post.GetProperty("visibility").GetString().ShouldBe("private");
    }

    [Fact]
    public async Task A_private_answer_to_a_comment_is_direct_and_opens_its_own_thread()
    {
        var provider = new FakeProvider(ProviderReply.Ok(Status("70", "public")));

        var sent = (SendResult.Sent)await Channel.SendAsync(Message("In private") with { PrivateReplyTo = "70" }, Settings, new(provider.Client, TimeProvider.System), default);

        provider.Requests[^1].Json.GetProperty("visibility").GetString().ShouldBe("direct");
        sent.ThreadId.ShouldBe(sent.ExternalId);
    }

    [Fact]
    public async Task A_busy_instance_says_when_by_its_own_header()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.Parse("2026-11-18T10:05:00Z", System.Globalization.CultureInfo.InvariantCulture));
        var provider = new FakeProvider((r, _) => r.Method == HttpMethod.Post ? Fixtures.Reply("mastodon", "error-429.json") : ProviderReply.Ok(Status("1", "public")));

        var retry = (SendResult.Retry)await Channel.SendAsync(Message("Hi") with { ReplyTo = "1" }, Settings, new(provider.Client, clock), default);

        retry.After.ShouldBe(TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task An_edit_keeps_mentions_and_pictures()
    {
        var provider = new FakeProvider(ProviderReply.Ok("""{"id":"9","mentions":[{"acct":"kim@far.example"}],"media_attachments":[{"id":"22"}],"spoiler_text":""}"""));
        var act = new OutboundAct(ActKind.Edit) { ThreadId = "1", RecipientId = "2", ExternalId = "9", Ours = true, Text = "Better", IdempotencyKey = "k" };

        (await Channel.ActAsync(act, Settings, new(provider.Client, TimeProvider.System), default)).ShouldBeOfType<SendResult.Sent>();

        provider.Requests[^1].Json.GetProperty("status").GetString().ShouldBe("@kim@far.example Better");
        provider.Requests[^1].Json.GetProperty("media_ids")[0].GetString().ShouldBe("22");
    }

    [Theory]
    [InlineData("<p>one</p><p>two<br />three</p>", "one\n\ntwo\nthree")]
    [InlineData("<p>see <a href=\"https://shop.example.com/a/long/way\"><span class=\"invisible\">https://</span><span class=\"ellipsis\">shop.example.com/a</span></a></p>", "see https://shop.example.com/a/long/way")]
    [InlineData("<p><a href=\"https://x.example/tags/help\" class=\"mention hashtag\">#<span>help</span></a> &lt;b&gt;</p>", "#help <b>")]
    [InlineData("<p> </p>", null)]
    public void A_posts_html_becomes_what_was_typed(string html, string? text) => MastodonText.Of(html, null).ShouldBe(text);
}
