using System.Text.Json;
using Braid.Channels.Telegram;
using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.Telegram;

public sealed class TelegramListenerTests
{
    private static readonly TelegramChannel Channel = TelegramSenderTests.Channel;
    private static readonly ChannelSettings Settings = Channel.ParseSettings(
        JsonDocument.Parse($$"""{"botToken":"{{TelegramSenderTests.Token}}","receive":"polling"}""").RootElement);

    private static readonly ProviderReply Yes = ProviderReply.Ok("""{"ok":true,"result":true}""");

    [Fact]
    public void Only_polling_inboxes_listen()
    {
        Channel.Listens(Settings).ShouldBeTrue();
        Channel.Listens(TelegramSenderTests.Settings).ShouldBeFalse();
    }

    [Fact]
    public async Task Updates_are_stored_one_by_one_and_then_confirmed()
    {
        var batch = Fixtures.Bytes("telegram", "inbound-getupdates-batch.json");
        var host = new Host(new FakeProvider(Yes, ProviderReply.Ok(System.Text.Encoding.UTF8.GetString(batch)), new ProviderReply(401, """{"ok":false}""")));

        await Should.ThrowAsync<IOException>(() => Channel.ListenAsync(Settings, host, default));

        host.Methods.ShouldBe(["deleteWebhook", "getUpdates", "getUpdates"]);
        host.Stored.Count.ShouldBe(3);
        host.Position.ShouldBe("418800132");
        host.Provider.Requests[1].Json.TryGetProperty("offset", out _).ShouldBeFalse();
        host.Provider.Requests[2].Json.GetProperty("offset").GetInt64().ShouldBe(418800132);
        Channel.Read(host.Stored[2], Settings).ShouldBeOfType<Reading.Events>().Items[0].Kind.ShouldBe(InboundKind.Edit);
        host.Troubles.ShouldBe([null, "Telegram does not accept the bot token. Copy it again from @BotFather."]);
    }

    [Fact]
    public async Task A_tapped_button_is_answered_after_it_was_stored()
    {
        var tap = System.Text.Encoding.UTF8.GetString(Fixtures.Bytes("telegram", "inbound-callback-query.json"));
        var host = new Host(new FakeProvider(Yes, ProviderReply.Ok($$"""{"ok":true,"result":[{{tap}}]}"""), Yes, new ProviderReply(500, "{}")));

        await Should.ThrowAsync<IOException>(() => Channel.ListenAsync(Settings, host, default));

        host.Methods.ShouldBe(["deleteWebhook", "getUpdates", "answerCallbackQuery", "getUpdates"]);
    }

    [Theory]
    [InlineData("Conflict: terminated by other getUpdates request; make sure that only one bot instance is running", "Another program")]
    [InlineData("Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first", "webhook")]
    public async Task A_conflict_is_told_in_words(string description, string words)
    {
        var conflict = new ProviderReply(409, JsonSerializer.Serialize(new { ok = false, error_code = 409, description }));
        var host = new Host(new FakeProvider(Yes, conflict));

        (await Should.ThrowAsync<IOException>(() => Channel.ListenAsync(Settings, host, default))).Message.ShouldContain(words);

        host.Troubles.ShouldHaveSingleItem().ShouldNotBeNull().ShouldContain(words);
    }

    [Fact]
    public async Task A_dead_line_ends_the_run_without_telling_the_token()
    {
        var host = new Host(new BrokenLine(r => new HttpRequestException($"no route to {r.RequestUri}"), takesBody: false));

        var e = await Should.ThrowAsync<IOException>(() => Channel.ListenAsync(Settings, host, default));

        e.ToString().ShouldNotContain(TelegramSenderTests.Token);
        host.Troubles.ShouldHaveSingleItem().ShouldNotBeNull().ShouldNotContain(TelegramSenderTests.Token);
    }

    [Fact]
    public async Task Losing_the_lease_stops_the_listener()
    {
        using var lease = new CancellationTokenSource();
        var host = new Host(new FakeProvider((_, n) =>
        {
            if (n == 3) lease.Cancel();
            return n == 0 ? Yes : ProviderReply.Ok("""{"ok":true,"result":[]}""");
        }));

        await Should.ThrowAsync<OperationCanceledException>(() => Channel.ListenAsync(Settings, host, lease.Token));

        host.Stored.ShouldBeEmpty();
    }

    private sealed class Host(HttpMessageHandler handler) : IListenerHost
    {
        public IKeptTokens Tokens { get; } = new MemoryTokens(TimeProvider.System);
        public FakeProvider Provider => (FakeProvider)handler;
        public IEnumerable<string> Methods => Provider.Requests.Select(r => r.Url.Segments[^1]);
        public List<RawDelivery> Stored { get; } = [];
        public List<string?> Troubles { get; } = [];
        public HttpClient Http { get; } = new(handler, disposeHandler: false);
        public TimeProvider Clock => TimeProvider.System;
        public string? Position { get; private set; }

        public Task StoreAsync(IReadOnlyList<RawDelivery> deliveries, string position, CancellationToken ct)
        {
            Stored.AddRange(deliveries);
            Position = position;
            return Task.CompletedTask;
        }

        public void Report(string? trouble) => Troubles.Add(trouble);
    }
}
