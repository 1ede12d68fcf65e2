using System.Text.Json;
using Braid.Channels.Teams;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.Tests.WorkChat;
using Braid.Simulator;

namespace Braid.Channels.Tests.Teams;

/// <summary>Requests against approved ones and Microsoft's own description; tokens.</summary>
public sealed class TeamsTests
{
    private static readonly TeamsChannel Channel = new();
    private static readonly ChannelSettings Settings = Approved.Settings(Channel, TeamsConformance.SettingsText);
    private const string Person = "29:1XJKJMvc5GBtc2JwZq0oj8tHZmzrQgFmB39ATiQWA85gQtHieVkKilBZ9XHoq9j7Zaqt7CZ-NJWi7me2kHTL3Bw";

    [Fact]
    public async Task Sends_are_as_approved()
    {
        var provider = new FakeProvider(Fixtures.Reply("teams", "response-sent.json"));
        var personal = Approved.To("a:1pL6i0oY3C0K8oAj8", "確認いたします🙇") with { RecipientId = Person };
        await SendAsync(provider, personal);
        await SendAsync(provider, Approved.To("19:253b1f341670408fb6fe51050b6e5ceb@thread.tacv2;messageid=1794970860000", "เลขพัสดุ 1Z999"));
        await SendAsync(provider, personal with
        {
            Text = "どうされますか？",
            Rich = new() { Buttons = [new(RichButtonKind.Reply, "返品する", """{"action":"return","order":"A-1042"}"""), new(RichButtonKind.Link, "詳細", "https://example.com")] },
        });
        await SendAsync(provider, personal with { Text = "選んでください", Rich = new() { QuickReplies = [new(RichButtonKind.Reply, "配送", "ship"), new(RichButtonKind.Reply, "返品", "return")] } });

        string[] fixtures = ["outbound-send-text.json", "outbound-reply-in-channel-thread.json", "outbound-adaptive-card-buttons.json", "outbound-suggested-actions.json"];
        for (var i = 0; i < fixtures.Length; i++)
        {
            Approved.ShouldMatch(provider.Requests[i], "teams", fixtures[i]);
            $"POST {provider.Requests[i].Url.OriginalString}".ShouldBe(Fixtures.Json("teams", fixtures[i]).GetProperty("_request").GetString());
        }
    }

    [Fact]
    public async Task Writing_first_opens_a_conversation()
    {
        var provider = new FakeProvider(Fixtures.Reply("teams", "response-conversation-created.json"), Fixtures.Reply("teams", "response-sent.json"));

        var sent = (await SendAsync(provider, Approved.To(Person, "Hello") with { ThreadId = null })).ShouldBeOfType<SendResult.Sent>();

        (sent.ThreadId, sent.Key).ShouldBe(("a:1pL6i0oY3C0K8oAj8", "a:1pL6i0oY3C0K8oAj8:1763789013001"));
        Approved.ShouldMatch(provider.Requests[0], "teams", "outbound-proactive-create-conversation.json");
    }

    [Fact]
    public async Task Acts_are_as_approved()
    {
        var provider = new FakeProvider(ProviderReply.Ok("{}"));
        var act = new OutboundAct(ActKind.Edit) { ThreadId = "a:1pL6i0oY3C0K8oAj8", RecipientId = Person, ExternalId = "1763789013001", Ours = true, Text = "返品を受け付けました", IdempotencyKey = "k" };
        foreach (var kind in new[] { ActKind.Edit, ActKind.Typing, ActKind.Delete })
        {
            (await Channel.ActAsync(act with { Kind = kind }, Settings, Context(provider), default)).ShouldBeOfType<SendResult.Sent>();
        }

        Approved.ShouldMatch(provider.Requests[0], "teams", "outbound-update-activity.json");
        Approved.ShouldMatch(provider.Requests[1], "teams", "outbound-typing.json");
        $"DELETE {provider.Requests[2].Url.OriginalString}".ShouldBe(Fixtures.Json("teams", "outbound-delete-activity.json").GetProperty("_request").GetString());
    }

    [Fact]
    public async Task A_token_is_fetched_once_and_again_when_it_is_refused()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var refuse = false;
        var provider = new FakeProvider((request, n) => request.Url.Host == "login.microsoftonline.com"
            ? ProviderReply.Ok($$"""{"access_token":"t{{n}}","expires_in":3599}""")
            : refuse && !(refuse = false) ? new ProviderReply(401, """{"message":"denied"}""") : ProviderReply.Ok("""{"id":"1"}"""));
        var context = new ProviderContext(provider.Client, clock);
        await Channel.SendAsync(Approved.To("a:1", "a"), Settings, context, default);
        await Channel.SendAsync(Approved.To("a:1", "b"), Settings, context, default);
        refuse = true;

        (await Channel.SendAsync(Approved.To("a:1", "c"), Settings, context, default)).ShouldBeOfType<SendResult.Sent>();

        var logins = provider.Requests.Where(r => r.Url.Host == "login.microsoftonline.com").ToList();
        logins.Count.ShouldBe(2);
        logins[0].Url.AbsolutePath.ShouldBe("/72f8d1aa-3b0e-4c11-9f10-0a1b2c3d4e5f/oauth2/v2.0/token");
        logins[0].Text.ShouldBe(Fixtures.Outbound("teams", "outbound-token.json").GetString()!.Replace("SECRET", "secret-value-of-the-first-bot", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_we_send_is_in_Microsofts_own_description()
    {
        using var spec = JsonDocument.Parse(await File.ReadAllBytesAsync(ReferenceData.Require("channels", "specs", "botframework", "botframework-channel.json")));
        var known = spec.RootElement.GetProperty("definitions").GetProperty("Activity").GetProperty("properties").EnumerateObject().Select(p => p.Name).ToHashSet();
        var provider = new FakeProvider(Fixtures.Reply("teams", "response-sent.json"));
        await SendAsync(provider, Approved.To("a:1", "Pick") with
        {
            Rich = new() { Header = "H", Footer = "F", List = new("Choose", [new(null, [new("s", "Small")])]), Cards = [new("A", null, null, []), new("B", null, null, [])], QuickReplies = [new(RichButtonKind.Reply, "Yes", "y")] },
        });

        provider.Requests[0].Json.EnumerateObject().Select(p => p.Name).ShouldBeSubsetOf(known);
    }

    [Fact]
    public void A_tap_on_our_card_returns_what_the_business_defined()
    {
        var body = """{"type":"message","id":"1","from":{"id":"29:1"},"conversation":{"id":"a:1","conversationType":"personal"},"value":{"braid":"return:A-1042","title":"Return it"}}"""u8.ToArray();

        var tap = ((Reading.Events)Channel.Read(new RawDelivery { Body = body, ReceivedAt = DateTimeOffset.UnixEpoch }, Settings)).Items[0];

        (tap.Kind, tap.Payload, tap.Text, tap.Audience).ShouldBe((InboundKind.Postback, "return:A-1042", "Return it", Audience.Private));
    }

    [Fact]
    public async Task A_file_bots_cannot_send_is_declined_before_anything_is_sent()
    {
        var provider = new FakeProvider(ProviderReply.Ok("{}"));

        (await SendAsync(provider, Approved.To("a:1", "x") with { Attachments = [Approved.File("a.zip", "application/zip")] })).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.Content);

        provider.Requests.ShouldBeEmpty();
    }

    private static ProviderContext Context(FakeProvider provider) => new(provider.Client, TimeProvider.System) { Tokens = new TokensAtHand("t") };

    private static Task<SendResult> SendAsync(FakeProvider provider, OutboundMessage message) => Channel.SendAsync(message, Settings, Context(provider), default);
}

public sealed class TeamsRoundTripTests : RoundTrip<TeamsChannel>
{
    protected override SimulatedProvider Kind => SimulatedProvider.Teams;
    protected override (string Name, string Wrong) WrongCredential => ("clientSecret", "wrong");
    protected override string SendMethod => "activities";
}
