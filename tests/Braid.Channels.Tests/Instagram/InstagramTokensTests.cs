using System.Text.Json;
using Braid.Channels.Instagram;
using Braid.Channels.Tests.Conformance;
using Microsoft.Extensions.Time.Testing;

namespace Braid.Channels.Tests.Instagram;

/// <summary>With Instagram login the token is renewed before it dies, and used until then.</summary>
public sealed class InstagramTokensTests
{
    private static readonly InstagramChannel Channel = new();
    private static readonly ChannelSettings Settings = Channel.ParseSettings(JsonDocument.Parse(
        """{"instagramAccountId":"17841405793187218","accessToken":"IGAA-first","appSecret":"s","verifyToken":"v"}""").RootElement);

    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 18, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task A_token_is_renewed_at_half_time_and_the_newest_is_used()
    {
        var renewals = 0;
        var provider = new FakeProvider((request, _) => ProviderReply.Ok(request.Url.AbsolutePath == "/refresh_access_token"
            ? $$"""{"access_token":"IGAA-{{++renewals}}","token_type":"bearer","expires_in":5184000}"""
            : """{"recipient_id":"1","message_id":"m"}"""));
        var context = new ProviderContext(provider.Client, clock) { Tokens = new MemoryTokens(clock) };

        await SendAsync(context);
        await SendAsync(context);
        clock.Advance(TimeSpan.FromDays(31));
        await SendAsync(context);

        renewals.ShouldBe(2);
        provider.Requests.Where(r => r.Method == HttpMethod.Post).Select(r => r.Headers["Authorization"]).ShouldBe(["Bearer IGAA-1", "Bearer IGAA-1", "Bearer IGAA-2"]);
        provider.Requests[0].Url.ToString().ShouldBe("https://graph.instagram.com/refresh_access_token?grant_type=ig_refresh_token&access_token=IGAA-first");
        provider.Requests.Last(r => r.Method == HttpMethod.Get).Url.Query.ShouldEndWith("=IGAA-1");
        provider.Requests[1].Url.ToString().ShouldBe("https://graph.instagram.com/v25.0/17841405793187218/messages");
    }

    [Fact]
    public async Task A_token_too_young_to_be_renewed_is_used_as_it_is()
    {
        var provider = new FakeProvider((request, _) => request.Method == HttpMethod.Get
            ? new ProviderReply(400, """{"error":{"code":190,"message":"Cannot refresh a token younger than 24 hours"}}""")
            : ProviderReply.Ok("""{"recipient_id":"1","message_id":"m"}"""));

        (await SendAsync(new(provider.Client, clock))).ShouldBeOfType<SendResult.Sent>();

        provider.Requests[1].Headers["Authorization"].ShouldBe("Bearer IGAA-first");
    }

    [Fact]
    public async Task A_dead_token_stops_the_inbox_and_says_what_to_do()
    {
        var provider = new FakeProvider(Fixtures.Reply("instagram", "error-190-token.json"));

        var failed = (await SendAsync(new(provider.Client, clock))).ShouldBeOfType<SendResult.Failed>();

        failed.Kind.ShouldBe(FailureKind.Credentials);
        failed.Reason.ShouldNotContain("IGAA");
        (await Channel.CheckAsync(Settings, new(provider.Client, clock, new("https://braid.example.com/x")), default)).ShouldHaveSingleItem().Ok.ShouldBeFalse();
    }

    private static Task<SendResult> SendAsync(ProviderContext context) => Channel.SendAsync(
        new() { Id = Guid.NewGuid(), IdempotencyKey = "k", ThreadId = "1", RecipientId = "1", Text = "Hello" }, Settings, context, default);
}
