using System.Text;
using System.Text.Json;
using Braid.Channels.Tests.Asia;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.WebForm;
using Braid.Simulator;

namespace Braid.Channels.Tests.WebForm;

public sealed class WebFormConformance : ChannelConformance<WebFormChannel>
{
    protected override string SettingsJson => """{"formName":"Contact form","replyUrl":"https://www.example.com/replies","replySecret":"whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"}""";

    protected override string OtherSettingsJson => """{"replyUrl":"https://www.example.com/replies","replySecret":"whsec_BBECAwQFBgcICQoLDA0ODxAREhMUFRYX"}""";

    protected override bool FilesByLink => true;

    /// <summary>Every field of a form is shown.</summary>
    protected override bool HoldsOwnFields(string fixture) => true;

    protected override string? TextOf(ProviderRequest request) => request.Json.GetProperty("message").GetProperty("text").GetString();
}

public sealed class WebFormTests
{
    private static readonly WebFormChannel Channel = new();
    private static readonly WebFormSettings Settings = new();

    private static RawDelivery Delivery(string body, string type = "application/x-www-form-urlencoded", long at = 1795003200) =>
        new() { Body = Encoding.UTF8.GetBytes(body), ContentType = type, ReceivedAt = DateTimeOffset.FromUnixTimeSeconds(at) };

    private static InboundEvent Event(RawDelivery delivery) => Channel.Read(delivery, Settings).ShouldBeOfType<Reading.Events>().Items.ShouldHaveSingleItem();

    private static HttpReply Answer(string body, string type, WebFormSettings? settings = null) => Channel.Verify(
        new WebhookRequest
        {
            Method = "POST", Url = new("https://braid.example.com/webhooks/web-form/i/k"), Query = new Dictionary<string, string>(), Body = Encoding.UTF8.GetBytes(body),
            Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Content-Type"] = type }, ReceivedAt = default,
        },
        settings ?? Settings).ShouldBeOfType<Verdict.Genuine>().Answer!;

    [Fact]
    public void What_is_typed_is_never_a_proof()
    {
        var e = Event(Delivery("name=Ana&email=Ana%40Example.com&phone=%2B44+7700+900123&message=Hi"));

        e.Sender!.ShouldSatisfyAllConditions(
            s => s.Verified.ShouldBeFalse(), s => s.Keys.ShouldAllBe(k => !k.Proven), s => s.Keys.Select(k => k.Value).ShouldBe(["ana@example.com", "+447700900123"]));
    }

    [Fact]
    public void A_form_without_name_or_address_is_nobodys() => Event(Delivery("message=Hi")).Sender!.Anonymous.ShouldBeTrue();

    [Fact]
    public void A_second_press_of_the_button_is_the_same_message_and_tomorrows_is_another()
    {
        Event(Delivery("message=Hi", at: 1795003205)).Key.ShouldBe(Event(Delivery("message=Hi", at: 1795003200)).Key);
        Event(Delivery("message=Hi", at: 1795089600)).Key.ShouldNotBe(Event(Delivery("message=Hi")).Key);
    }

    [Fact]
    public void A_robot_is_left_out_with_a_reason() =>
        Channel.Read(Delivery("message=Buy&company_website=x"), Settings).ShouldBeOfType<Reading.Ignored>().Reason.ShouldContain("company_website");

    [Fact]
    public void Browsers_see_a_page_and_scripts_get_JSON()
    {
        var page = Answer("message=Hi", "application/x-www-form-urlencoded", Settings with { ThankYouText = "Thanks <3", ThankYouUrl = "https://a.example/x?a=\"b" });
        page.Status.ShouldBe(200);
        Encoding.UTF8.GetString(page.Body.Span).ShouldSatisfyAllConditions(t => t.ShouldContain("Thanks &lt;3"), t => t.ShouldContain("url=https://a.example/x?a=&quot;b"));
        Answer("""{"message":"Hi"}""", "application/json").Status.ShouldBe(202);
        Answer("[]", "application/json").Status.ShouldBe(422);
    }

    [Fact]
    public void A_look_at_the_address_stores_nothing() => Channel.Verify(
        new WebhookRequest { Method = "GET", Url = new("https://b.example/"), Query = new Dictionary<string, string>(), Headers = new Dictionary<string, string>(), Body = default, ReceivedAt = default },
        Settings).ShouldBeOfType<Verdict.Challenge>();

    [Fact]
    public async Task A_file_lies_in_the_form()
    {
        var delivery = new RawDelivery { Body = Fixtures.Bytes("web-form", "inbound-file.multipart"), ContentType = "multipart/form-data; boundary=----FormBoundaryX7", ReceivedAt = default };
        var file = Event(delivery).Attachments.ShouldHaveSingleItem();

        await using var media = await Channel.OpenMediaAsync(new(file.MediaRef!, delivery), Settings, new ProviderContext(new HttpClient(), TimeProvider.System), default);

        (media.Name, media.ContentType, media.Size).ShouldBe(("Fuß.png", "image/png", 8L));
    }

    [Fact]
    public async Task Without_reply_URL_the_agent_is_sent_to_another_channel()
    {
        var message = new OutboundMessage { Id = Guid.NewGuid(), IdempotencyKey = "k", ThreadId = "t", RecipientId = "ana@example.com", Text = "Hi" };

        (await Channel.SendAsync(message, Settings, new ProviderContext(new HttpClient(), TimeProvider.System), default)).ShouldBeOfType<SendResult.Failed>().Reason.ShouldContain("another channel");
        Should.Throw<SettingsException>(() => Channel.ParseSettings(JsonDocument.Parse("""{"replyUrl":"https://a.example"}""").RootElement)).Problems.Keys.ShouldContain("replySecret");
    }

    [Fact]
    public async Task Forms_come_in_and_answers_reach_the_site()
    {
        await using var trip = await RoundTrip.StartAsync(Channel);
        var maya = trip.Provider.Person("Maya");
        await maya.WritesAsync("Is it 50% & free? 🎁");
        var said = await trip.NextAsync(e => e.Kind == InboundKind.Message);
        said.ShouldSatisfyAllConditions(e => e.Text.ShouldBe("Is it 50% & free? 🎁"), e => e.Sender!.Id.ShouldBe(maya.Id), e => e.Sender!.Name.ShouldBe("Maya"));
        await maya.SendsAsync(SimulatedFile.Photo(name: "Küche.png"), "see");
        (await trip.NextAsync(e => e.Attachments.Count > 0)).ShouldSatisfyAllConditions(e => e.ThreadId.ShouldBe(said.ThreadId), e => e.Attachments[0].Size.ShouldBe(SimulatedFile.Photo().Content.Length));

        var answer = RoundTrip.To(maya, "Yes") with { ThreadId = said.ThreadId, Attachments = [trip.File("invoice.pdf", "application/pdf")] };
        var sent = (await trip.SendAsync(answer)).ShouldBeOfType<SendResult.Sent>();
        (await maya.Received.WaitForAsync(r => r.Id == sent.ExternalId, trip.Ct)).ShouldSatisfyAllConditions(r => r.Text.ShouldBe("Yes"), r => r.Files.ShouldHaveSingleItem());
        (await trip.SendAsync(answer)).ShouldBeOfType<SendResult.Sent>();
        maya.Received.Items.Count.ShouldBe(1);
        trip.World.Faults.Next(SimulatedProvider.WebForm, "replies", new Fault.ServerError());
        (await trip.SendAsync(maya, "Again")).ShouldBeOfType<SendResult.Retry>();
        (await trip.Channel.CheckAsync(trip.Settings, trip.Connecting, trip.Ct)).ShouldAllBe(s => s.Ok);
    }
}
