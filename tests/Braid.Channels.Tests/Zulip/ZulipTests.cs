using System.Text;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.Tests.WorkChat;
using Braid.Channels.Zulip;
using Braid.Simulator;

namespace Braid.Channels.Tests.Zulip;

public sealed class ZulipTests
{
    private static readonly ZulipChannel Channel = new();
    private static readonly ChannelSettings Settings = Approved.Settings(Channel, ZulipConformance.SettingsText);

    [Theory]
    [InlineData("outbound-send-message-stream.json", "7:配送", "確認します")]
    [InlineData("outbound-send-message-direct.json", "5,9", "確認")]
    public async Task Sends_are_as_approved(string fixture, string thread, string text)
    {
        var provider = new FakeProvider(Fixtures.Reply("zulip", "response-sent.json"));

        (await SendAsync(provider, Approved.To(thread, text) with { RecipientId = "5" })).ShouldBeOfType<SendResult.Sent>().ExternalId.ShouldBe("42");

        provider.Requests[0].Text.ShouldBe(Fixtures.Outbound("zulip", fixture).GetString());
        provider.Requests[0].Url.ToString().ShouldBe("https://org.zulipchat.com/api/v1/messages");
        provider.Requests[0].Headers["Authorization"].ShouldBe("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("braid-bot@org.zulipchat.com:api-key-of-the-first-bot")));
    }

    [Fact]
    public async Task Files_are_uploaded_and_linked_below_the_text()
    {
        var provider = new FakeProvider(ProviderReply.Ok("""{"result":"success","id":42,"url":"/user_uploads/2/ab/label.pdf"}"""));

        await SendAsync(provider, Approved.To("7:orders", "Your label") with { Attachments = [Approved.File("label.pdf", "application/pdf")] });

        ZulipConformance.Field(provider.Requests[1], "content").ShouldBe("Your label\n[label.pdf](/user_uploads/2/ab/label.pdf)");
    }

    [Fact]
    public async Task Pauses_have_fractions()
    {
        var provider = new FakeProvider(Fixtures.Reply("zulip", "error-429.json"));

        (await SendAsync(provider, Approved.To("7:orders", "x"))).ShouldBeOfType<SendResult.Retry>().After.ShouldNotBeNull().TotalSeconds.ShouldBe(28.7, 0.1);
    }

    [Fact]
    public async Task Only_uploads_are_fetched_with_the_key()
    {
        var provider = new FakeProvider(ProviderReply.Ok("bytes"));

        await Should.ThrowAsync<MediaUnavailableException>(() => Channel.OpenMediaAsync(new("/api/v1/users/me", null), Settings, new(provider.Client, TimeProvider.System), default));
        await Should.ThrowAsync<MediaUnavailableException>(() => Channel.OpenMediaAsync(new("/user_uploads/../api/v1/users/me", null), Settings, new(provider.Client, TimeProvider.System), default));

        provider.Requests.ShouldBeEmpty();
    }

    private static Task<SendResult> SendAsync(FakeProvider provider, OutboundMessage message) => Channel.SendAsync(message, Settings, new(provider.Client, TimeProvider.System), default);
}

public sealed class ZulipRoundTripTests : RoundTrip<ZulipChannel>
{
    protected override SimulatedProvider Kind => SimulatedProvider.Zulip;
    protected override (string Name, string Wrong) WrongCredential => ("apiKey", "wrong");
    protected override string SendMethod => "messages";

    [Fact]
    public async Task A_lost_queue_is_made_good_from_history()
    {
        var kim = Provider.Person("Kim Tanaka");
        await kim.WritesAsync("one");
        (await NextAsync()).Text.ShouldBe("one");
        World.Faults.Next(Kind, "queue", new Fault.ResetBefore());

        await kim.WritesAsync("two");

        (await NextAsync()).Text.ShouldBe("two");
    }
}
