using System.Text.Json;
using Braid.Channels.Matrix;
using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.Matrix;

/// <summary>The requests we send, against approved ones and the specification.</summary>
public sealed class MatrixSenderTests
{
    private const string Room = "!jEsUZKDJdhlrceRyVU:example.org";
    private static readonly MatrixChannel Channel = new();
    private static readonly ChannelSettings AppService = Parse("""{"apiBaseUrl":"https://matrix.example.org","userId":"@_braid_agent:example.org","accessToken":"as-token-0001","appService":true}""");
    private static readonly ChannelSettings WithPassword = Parse("""{"apiBaseUrl":"https://matrix.example.org","userId":"@a:example.org","password":"pass-word-0001"}""");

    private static ChannelSettings Parse(string json) => Channel.ParseSettings(JsonDocument.Parse(json).RootElement);

    [Fact]
    public async Task A_reply_is_as_approved()
    {
        var sent = await SentAsync(new OutboundMessage
        {
            Id = Guid.NewGuid(), IdempotencyKey = "01KAGV6X3Q8Z", ThreadId = Room, RecipientId = "@tanaka:example.org", Text = "確認します",
            ReplyTo = "$a4ayc_80_OGda4BO_1o_V0etpOqiLx1JwB5S3beHW0s",
        });

        ShouldBeAsked(sent, "outbound-send-text.json");
        JsonElement.DeepEquals(sent.Json, Fixtures.Outbound("matrix", "outbound-send-text.json")).ShouldBeTrue(sent.Text);
    }

    [Fact]
    public async Task A_redaction_goes_to_the_approved_address()
    {
        var provider = new FakeProvider(ProviderReply.Ok("""{"event_id":"$x"}"""));
        var act = new OutboundAct(ActKind.Delete) { ThreadId = Room, RecipientId = Room, ExternalId = "$sent1:example.org", Ours = true, IdempotencyKey = "txn2" };

        (await Channel.ActAsync(act, Parse("""{"apiBaseUrl":"https://matrix.example.org","userId":"@a:b","accessToken":"t"}"""), new(provider.Client, TimeProvider.System), default))
            .ShouldBeOfType<SendResult.Sent>();

        ShouldBeAsked(provider.Requests[0], "outbound-redact.json");
    }

    [Theory]
    [InlineData("room_send.yaml", "/rooms/{roomId}/send/{eventType}/{txnId}")]
    [InlineData("redaction.yaml", "/rooms/{roomId}/redact/{eventId}/{txnId}")]
    [InlineData("content-repo.yaml", "/media/v3/upload")]
    [InlineData("authed-content-repo.yaml", "/media/download/{serverName}/{mediaId}")]
    [InlineData("sync.yaml", "/sync")]
    [InlineData("message_pagination.yaml", "/rooms/{roomId}/messages")]
    [InlineData("login.yaml", "/login")]
    public void Paths_are_those_of_the_specification(string file, string path)
    {
        File.ReadAllText(ReferenceData.Require("channels", "specs", "matrix", "data", "api", "client-server", file)).Replace("\"", "", StringComparison.Ordinal).ShouldContain(path + ":");
    }

    [Fact]
    public async Task The_same_message_has_the_same_transaction_ids_at_every_attempt()
    {
        var message = new OutboundMessage { Id = Guid.NewGuid(), IdempotencyKey = "k1", ThreadId = Room, RecipientId = Room, Text = new string('a', 15_000) };
        var first = await AllAsync(message);
        var second = await AllAsync(message with { Attempt = 2 });

        first.Count.ShouldBe(2);
        second.Select(r => r.Url).ShouldBe(first.Select(r => r.Url));
        first.Select(r => r.Url).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task A_password_signs_in_once_and_again_when_the_session_ended()
    {
        var provider = new FakeProvider((request, n) => request.Url.AbsolutePath.EndsWith("login", StringComparison.Ordinal)
            ? ProviderReply.Ok($$"""{"access_token":"session-{{n}}"}""")
            : n == 1 ? new ProviderReply(401, """{"errcode":"M_UNKNOWN_TOKEN"}""") : ProviderReply.Ok("""{"event_id":"$e"}"""));
        var context = new ProviderContext(provider.Client, TimeProvider.System);
        var message = new OutboundMessage { Id = Guid.NewGuid(), IdempotencyKey = "k1", ThreadId = Room, RecipientId = Room, Text = "Hi" };

        (await Channel.SendAsync(message, WithPassword, context, default)).ShouldBeOfType<SendResult.Retry>();
        (await Channel.SendAsync(message, WithPassword, context, default)).ShouldBeOfType<SendResult.Sent>();
        (await Channel.SendAsync(message, WithPassword, context, default)).ShouldBeOfType<SendResult.Sent>();

        provider.Requests.Count(r => r.Url.AbsolutePath.EndsWith("login", StringComparison.Ordinal)).ShouldBe(2);
        provider.Requests[^1].Headers["Authorization"].ShouldBe("Bearer session-2");
    }

    [Fact]
    public async Task A_wrong_password_stops_the_inbox_in_words()
    {
        var provider = new FakeProvider(new ProviderReply(403, """{"errcode":"M_FORBIDDEN"}"""));

        var failed = (await Channel.SendAsync(
            new OutboundMessage { Id = Guid.NewGuid(), IdempotencyKey = "k1", ThreadId = Room, RecipientId = Room, Text = "Hi" }, WithPassword, new(provider.Client, TimeProvider.System), default))
            .ShouldBeOfType<SendResult.Failed>();

        failed.Kind.ShouldBe(FailureKind.Credentials);
        failed.Reason.ShouldContain("Check both");
    }

    [Fact]
    public async Task Writing_first_opens_one_room_even_when_its_answer_was_lost()
    {
        var provider = new FakeProvider((request, _) => request.Url.AbsolutePath switch
        {
            var p when p.EndsWith("createRoom", StringComparison.Ordinal) => new ProviderReply(400, """{"errcode":"M_ROOM_IN_USE"}"""),
            var p when p.Contains("directory/room", StringComparison.Ordinal) => ProviderReply.Ok("""{"room_id":"!made:example.org"}"""),
            _ => ProviderReply.Ok("""{"event_id":"$e"}"""),
        });

        var sent = (await Channel.SendAsync(
            new OutboundMessage { Id = Guid.NewGuid(), IdempotencyKey = "k1", RecipientId = "@new:example.org", Text = "Hi" }, AppService, new(provider.Client, TimeProvider.System), default))
            .ShouldBeOfType<SendResult.Sent>();

        sent.ThreadId.ShouldBe("!made:example.org");
    }

    private static void ShouldBeAsked(ProviderRequest sent, string fixture)
    {
        var asked = Fixtures.Json("matrix", fixture).GetProperty("_request").GetString()!.Split(' ');
        sent.Method.Method.ShouldBe(asked[0]);
        Uri.UnescapeDataString(sent.Url.AbsoluteUri).ShouldBe(Uri.UnescapeDataString(asked[1]));
    }

    private static async Task<ProviderRequest> SentAsync(OutboundMessage message) => (await AllAsync(message)).ShouldHaveSingleItem();

    private static async Task<List<ProviderRequest>> AllAsync(OutboundMessage message)
    {
        var provider = new FakeProvider(Fixtures.Reply("matrix", "response-sent.json"));
        (await Channel.SendAsync(message, AppService, new(provider.Client, TimeProvider.System), default)).ShouldBeOfType<SendResult.Sent>();
        return provider.Requests;
    }
}
