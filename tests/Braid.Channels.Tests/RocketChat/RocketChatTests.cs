using Braid.Channels.RocketChat;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.Tests.WorkChat;
using Braid.Simulator;

namespace Braid.Channels.Tests.RocketChat;

public sealed class RocketChatTests
{
    private static readonly RocketChatChannel Channel = new();
    private static readonly ChannelSettings Settings = Approved.Settings(Channel, RocketChatConformance.SettingsText);

    [Fact]
    public async Task A_message_is_as_approved()
    {
        var provider = new FakeProvider(Fixtures.Reply("rocketchat", "response-post-message.json"));

        (await SendAsync(provider, Approved.To("GENERAL", "確認します"))).ShouldBeOfType<SendResult.Sent>();
        await SendAsync(provider, Approved.To("GENERAL", "確認します") with { ReplyTo = "aBcD3fGhIjKlMnOpQ" });

        Approved.ShouldMatch(provider.Requests[0], "rocketchat", "outbound-send-message-own-id.json", "_id");
        provider.Requests[0].Url.ToString().ShouldBe("https://chat.example.com/api/v1/chat.sendMessage");
        (provider.Requests[0].Headers["X-Auth-Token"], provider.Requests[0].Headers["X-User-Id"]).ShouldBe(("token-of-the-first-bot", "botUserId"));
        provider.Requests[1].Json.GetProperty("message").GetProperty("tmid").GetString().ShouldBe("aBcD3fGhIjKlMnOpQ");
    }

    [Fact]
    public async Task A_taken_id_means_that_the_attempt_before_arrived()
    {
        var provider = new FakeProvider(new ProviderReply(400, """{"success":false,"error":"E11000 duplicate key error"}"""));

        (await SendAsync(provider, Approved.To("GENERAL", "x"))).ShouldBeOfType<SendResult.Sent>().ExternalId.ShouldStartWith("braid");
    }

    [Fact]
    public async Task Slow_down_waits_as_long_as_the_words_say()
    {
        var provider = new FakeProvider(Fixtures.Reply("rocketchat", "error-429.json"));

        (await SendAsync(provider, Approved.To("GENERAL", "x"))).ShouldBeOfType<SendResult.Retry>().After.ShouldBe(TimeSpan.FromSeconds(46));
    }

    [Theory]
    [InlineData("""{"_id":"m1","rid":"r1","msg":"hi","ts":{"$date":1794974520000},"u":{"_id":"u1","username":"kim"}}""", InboundKind.Message)]
    [InlineData("""{"_id":"m1","rid":"r1","msg":"hi!","ts":{"$date":1794974520000},"editedAt":{"$date":1794974530000},"u":{"_id":"u1","username":"kim"}}""", InboundKind.Edit)]
    [InlineData("""{"_id":"m1","rid":"r1","msg":"","t":"rm","ts":{"$date":1794974520000},"u":{"_id":"u1","username":"kim"}}""", InboundKind.Delete)]
    public void The_socket_tells_messages_edits_and_deletions(string message, InboundKind kind)
    {
        var body = System.Text.Encoding.UTF8.GetBytes($$$"""{"msg":"changed","collection":"stream-room-messages","fields":{"args":[{{{message}}},{"roomType":"d"}]}}""");

        var read = ((Reading.Events)Channel.Read(new RawDelivery { Body = body, ReceivedAt = DateTimeOffset.UnixEpoch }, Settings)).Items.ShouldHaveSingleItem();

        (read.Kind, read.ExternalId, read.ThreadId, read.Audience).ShouldBe((kind, "m1", "r1", Audience.Private));
    }

    private static Task<SendResult> SendAsync(FakeProvider provider, OutboundMessage message) => Channel.SendAsync(message, Settings, new(provider.Client, TimeProvider.System), default);
}

public sealed class RocketChatRoundTripTests : RoundTrip<RocketChatChannel>
{
    protected override SimulatedProvider Kind => SimulatedProvider.RocketChat;
    protected override (string Name, string Wrong) WrongCredential => ("authToken", "wrong");
    protected override string SendMethod => "chat.sendMessage";

    [Fact]
    public async Task What_was_said_while_the_socket_was_down_comes_from_history()
    {
        var kim = Provider.Person("Kim Tanaka");
        await kim.WritesAsync("one");
        (await NextAsync()).Text.ShouldBe("one");
        World.Faults.Next(Kind, "socket", new Fault.ResetBefore());

        await kim.WritesAsync("two");

        InboundEvent next;
        do { next = await NextAsync(); } while (next.Text == "one"); // Overlap: the product drops it by its key.
        next.Text.ShouldBe("two");
    }
}
