using System.Text;
using System.Text.Json;
using Braid.Channels.Irc;
using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.Irc;

public sealed class IrcTests
{
    private static readonly IrcChannel Channel = new();
    private static readonly ChannelSettings Settings = Channel.ParseSettings(JsonDocument.Parse("""{"host":"irc.example.net","nick":"braid"}""").RootElement);

    [Theory]
    [InlineData("one\r\ntwo\n\nQUIT :bye", new[] { "one", "two", "QUIT :bye" })]
    [InlineData("a\0b\u0001c", new[] { "abc" })]
    [InlineData(" \n ", new string[0])]
    public void A_text_becomes_lines_that_hold_no_commands(string text, string[] lines) => IrcText.Lines(text).ShouldBe(lines);

    [Fact]
    public void Lines_are_cut_by_bytes_between_what_readers_see_as_characters()
    {
        var text = string.Concat(Enumerable.Repeat("👨‍👩‍👧‍👦é สวัสดี", 60));

        var lines = IrcText.Lines(text);

        lines.Count.ShouldBeGreaterThan(3);
        lines.ShouldAllBe(line => Encoding.UTF8.GetByteCount(line) <= IrcText.LineBytes);
        lines.ShouldAllBe(line => !line.Contains('\uFFFD') && !line.StartsWith('\u200D'));
        string.Concat(lines).Replace(" ", "", StringComparison.Ordinal).ShouldBe(text.Replace(" ", "", StringComparison.Ordinal));
    }

    [Fact]
    public void A_line_is_taken_apart()
    {
        var line = IrcMessage.Parse("@a=b\\:c\\s;d :kim!k@h PRIVMSG #help :hello  :there")!;

        line.Tags["a"].ShouldBe("b;c ");
        line.Nick.ShouldBe("kim");
        line.Parameters.ShouldBe(["#help", "hello  :there"]);
    }

    [Fact]
    public void Lines_are_as_approved_and_refusals_have_their_treatment()
    {
        string[] Recorded(string name) => Encoding.UTF8.GetString(Fixtures.Bytes("irc", name)).Split(["\r\n", "\n"], StringSplitOptions.RemoveEmptyEntries);

        new[] { IrcSender.Privmsg("#help", "確認します"), IrcSender.Privmsg("kenta", "はい") }.ShouldBe(Recorded("outbound-lines.txt")[..2]);
        Recorded("error-lines.txt").Select(line => IrcMessage.Parse(line)!).Where(m => m.Command is "401" or "404" or "ERROR").Select(m => IrcSender.Result(m, "x"))
            .Select(r => r is SendResult.Failed f ? f.Kind.ToString() : r.GetType().Name).ShouldBe(["Unreachable", "Unreachable", "Unknown"]);
    }

    [Fact]
    public void Names_fold_as_servers_fold_them() => IrcReceiver.Same("Kim[A]", "kim{a}").ShouldBeTrue();

    [Fact]
    public void A_nick_proves_nobody_an_account_does()
    {
        var events = ((Reading.Events)Channel.Read(new RawDelivery { Body = Fixtures.Bytes("irc", "inbound-lines.txt"), ReceivedAt = default }, Settings)).Items;

        events[0].Sender!.Verified.ShouldBeTrue();
        events[1].Sender!.Verified.ShouldBeFalse();
        events[2].Audience.ShouldBe(Audience.Private);
        events.Select(e => e.Key).Distinct().Count().ShouldBe(events.Count);
    }

    [Fact]
    public async Task Without_a_connection_nothing_is_lost()
    {
        var retry = (SendResult.Retry)await Channel.SendAsync(
            new OutboundMessage { Id = Guid.NewGuid(), IdempotencyKey = "k", RecipientId = "kim", Text = "Hi" }, Settings, new(new HttpClient(), TimeProvider.System), default);

        retry.ProviderDown.ShouldBeTrue();
        retry.Reason.ShouldBe("not connected yet");
    }

    [Theory]
    [InlineData("kim\r\nQUIT")]
    [InlineData("kim other")]
    [InlineData("")]
    public async Task A_name_that_would_be_a_command_is_refused(string name) =>
        (await Channel.SendAsync(new OutboundMessage { Id = Guid.NewGuid(), IdempotencyKey = "k", RecipientId = name, Text = "Hi" }, Settings, new(new HttpClient(), TimeProvider.System), default))
            .ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.Unreachable);
}
