using Braid.Channels.Mattermost;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.Tests.WorkChat;
using Braid.Simulator;

namespace Braid.Channels.Tests.Mattermost;

public sealed class MattermostTests
{
    private static readonly MattermostChannel Channel = new();
    private static readonly ChannelSettings Settings = Approved.Settings(Channel, MattermostConformance.SettingsText);

    [Fact]
    public async Task A_post_is_as_approved()
    {
        var provider = new FakeProvider(new ProviderReply(404, "{}"), Fixtures.Reply("mattermost", "response-post-created.json"));

        (await SendAsync(provider, Approved.To("hawos4dqtby53pd64o4a4cmeoo", "確認します") with
        {
            ReplyTo = "axdygg1957njfe5pu38saikdho", Rich = new() { Buttons = [new(RichButtonKind.Reply, "返品", "return")] },
        })).ShouldBeOfType<SendResult.Sent>();

        // The approved one puts a text beside the button; ours stands in the message. Context and ids are each side's own.
        Approved.ShouldMatch(provider.Requests[1], "mattermost", "outbound-create-post.json", "braid", "id", "context", "text");
    }

    [Fact]
    public async Task A_quoted_answer_leads_to_its_threads_first_post()
    {
        var provider = new FakeProvider(ProviderReply.Ok("""{"id":"p2","root_id":"p1"}"""), Fixtures.Reply("mattermost", "response-post-created.json"));

        await SendAsync(provider, Approved.To("c1", "x") with { ReplyTo = "p2" });

        provider.Requests[1].Json.GetProperty("root_id").GetString().ShouldBe("p1");
    }

    [Fact]
    public async Task Buttons_without_an_address_are_text()
    {
        var plain = Approved.Settings(Channel, """{"apiBaseUrl":"https://mm.example.com","botToken":"t"}""");
        var provider = new FakeProvider(Fixtures.Reply("mattermost", "response-post-created.json"));

        await Channel.SendAsync(Approved.To("c1", "Pick") with { Rich = new() { Buttons = [new(RichButtonKind.Reply, "Yes", "yes")] } }, plain, new(provider.Client, TimeProvider.System), default);

        provider.Requests[0].Json.GetProperty("message").GetString().ShouldBe("Pick\n\n1. Yes");
    }

    [Fact]
    public async Task A_repeat_first_looks_whether_the_post_is_there()
    {
        var provider = new FakeProvider(ProviderReply.Ok("""{"posts":{"p9":{"id":"p9","props":{"braid":"0198c0de-0000-7000-8000-000000000001:0"}}}}"""));

        (await SendAsync(provider, Approved.To("c1", "x") with { Attempt = 2 })).ShouldBeOfType<SendResult.Sent>().ExternalId.ShouldBe("p9");

        provider.Requests.ShouldHaveSingleItem();
    }

    private static Task<SendResult> SendAsync(FakeProvider provider, OutboundMessage message) => Channel.SendAsync(message, Settings, new(provider.Client, TimeProvider.System), default);
}

public sealed class MattermostRoundTripTests : RoundTrip<MattermostChannel>
{
    protected override SimulatedProvider Kind => SimulatedProvider.Mattermost;
    protected override (string Name, string Wrong) WrongCredential => ("botToken", "wrong");
    protected override string SendMethod => "posts";

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
