using System.Text.Json;
using Braid.Channels.Bluesky;
using Braid.Channels.Tests.Conformance;
using Microsoft.Extensions.Time.Testing;

namespace Braid.Channels.Tests.Bluesky;

public sealed class BlueskyTests
{
    private static readonly BlueskyChannel Channel = new();
    private static readonly ChannelSettings Settings = Channel.ParseSettings(
        JsonDocument.Parse("""{"identifier":"braid.example.com","appPassword":"abcd-efgh-ijkl-0001","apiBaseUrl":"https://pds.example","language":"ja"}""").RootElement);

    private static readonly FakeTimeProvider Clock = new(DateTimeOffset.Parse("2026-11-18T11:02:00Z", System.Globalization.CultureInfo.InvariantCulture));

    private static OutboundMessage Message(string thread) => new()
    {
        Id = Guid.CreateVersion7(Clock.GetUtcNow()), IdempotencyKey = "k1", ThreadId = thread, RecipientId = "did:plc:ewvi7nxzyoun6zhxrhs64oiz", Text = "確認します",
    };

    private static FakeProvider Server(Func<string, ProviderReply?>? more = null) => new((request, _) => request.Url.AbsolutePath.Split('.')[^1] switch
    {
        var name when more?.Invoke(name) is { } reply => reply,
        "createSession" or "refreshSession" => ProviderReply.Ok(BlueskyConformance.Session),
        "getPostThread" => ProviderReply.Ok(BlueskyConformance.Post),
        "sendMessage" => ProviderReply.Ok("""{"id":"3kmsg9"}"""),
        _ => ProviderReply.Ok(Fixtures.Json("bluesky", "response-create-record.json").GetProperty("body").GetRawText()),
    });

    private static Task<SendResult> SendAsync(FakeProvider provider, OutboundMessage message, IKeptTokens? tokens = null) =>
        Channel.SendAsync(message, Settings, new ProviderContext(provider.Client, Clock) { Tokens = tokens ?? new MemoryTokens(Clock) }, default);

    [Fact]
    public async Task A_reply_is_as_approved()
    {
        var provider = Server();

        (await SendAsync(provider, Message(BlueskyConformance.Thread))).ShouldBeOfType<SendResult.Sent>();

        var asked = provider.Requests[^1];
        asked.Url.ToString().ShouldBe("https://pds.example/xrpc/com.atproto.repo.createRecord");
        var approved = JsonSerializer.SerializeToNode(Fixtures.Outbound("bluesky", "outbound-create-record-reply.json"))!;
        var key = asked.Json.GetProperty("rkey").GetString()!;
        key.ShouldMatch("^[2-7a-j][2-7a-z]{12}$");
        approved["rkey"] = key; // Ours is a real TID, made from the message.
        JsonElement.DeepEquals(asked.Json, JsonSerializer.SerializeToElement(approved)).ShouldBeTrue(asked.Text);
    }

    [Fact]
    public async Task A_chat_message_is_as_approved_and_goes_through_the_chat_proxy()
    {
        var provider = Server();

        (await SendAsync(provider, Message("3kconvo1"))).ShouldBe(new SendResult.Sent("3kmsg9", "3kconvo1:3kmsg9"), new SentComparer());

        provider.Requests[^1].Headers["atproto-proxy"].ShouldBe("did:web:api.bsky.chat#bsky_chat");
        JsonElement.DeepEquals(provider.Requests[^1].Json, Fixtures.Outbound("bluesky", "outbound-chat-send.json")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_record_has_the_fields_of_the_lexicon()
    {
        var lexicon = JsonDocument.Parse(await File.ReadAllTextAsync(ReferenceData.Require("channels", "specs", "bluesky", "lexicons", "app", "bsky", "feed", "post.json"), TestContext.Current.CancellationToken)).RootElement;
        var described = lexicon.GetProperty("defs").GetProperty("main").GetProperty("record");
        var provider = Server();
        await SendAsync(provider, Message(BlueskyConformance.Thread) with { Text = "See https://shop.example.com/a." });
        var record = provider.Requests[^1].Json.GetProperty("record");

        foreach (var field in record.EnumerateObject().Where(p => p.Name != "$type")) { described.GetProperty("properties").TryGetProperty(field.Name, out _).ShouldBeTrue(field.Name); }
        foreach (var field in described.GetProperty("required").EnumerateArray()) { record.TryGetProperty(field.GetString()!, out _).ShouldBeTrue(); }
        record.GetProperty("facets")[0].GetProperty("index").GetProperty("byteEnd").GetInt32().ShouldBe(4 + "https://shop.example.com/a".Length);
    }

    [Fact]
    public async Task A_repeated_post_is_found_not_doubled()
    {
        var provider = Server();
        var message = Message(BlueskyConformance.Thread);
        await SendAsync(provider, message);
        var key = provider.Requests[^1].Json.GetProperty("rkey").GetString();

        (await SendAsync(provider, message with { Attempt = 2 })).ShouldBeOfType<SendResult.Sent>();

        provider.Requests[^1].Url.AbsolutePath.ShouldEndWith("getRecord");
        provider.Requests[^1].Url.Query.ShouldContain($"rkey={key}");
    }

    [Fact]
    public async Task An_expired_session_is_renewed_by_its_refresh_token_and_the_call_made_again()
    {
        var sends = 0;
        var provider = Server(name => name == "createRecord" && sends++ == 0 ? new ProviderReply(400, """{"error":"ExpiredToken","message":"Token has expired"}""") : null);

        (await SendAsync(provider, Message(BlueskyConformance.Thread))).ShouldBeOfType<SendResult.Sent>();

        var refresh = provider.Requests.Single(r => r.Url.AbsolutePath.EndsWith("refreshSession", StringComparison.Ordinal));
        refresh.Headers["Authorization"].ShouldBe("Bearer refresh-1");
        provider.Requests.Count(r => r.Url.AbsolutePath.EndsWith("createSession", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Files_in_a_chat_and_files_that_are_no_pictures_are_declined()
    {
        var file = new OutboundAttachment("a.pdf", "application/pdf", 10, _ => Task.FromResult<Stream>(new MemoryStream([1])));
        foreach (var thread in new[] { "3kconvo1", BlueskyConformance.Thread })
        {
            ((SendResult.Failed)await SendAsync(Server(), Message(thread) with { Attachments = [file] })).Kind.ShouldBe(FailureKind.Content);
        }
    }

    private sealed class SentComparer : IEqualityComparer<SendResult>
    {
        public bool Equals(SendResult? x, SendResult? y) => x is SendResult.Sent a && y is SendResult.Sent b && a.ExternalId == b.ExternalId && a.Key == b.Key;

        public int GetHashCode(SendResult obj) => 0;
    }
}
