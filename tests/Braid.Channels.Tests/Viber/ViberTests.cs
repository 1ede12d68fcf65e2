using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.Viber;

namespace Braid.Channels.Tests.Viber;

/// <summary>What conformance doesn't see: the requests against approved ones, taps, the welcome, old apps, the connection.</summary>
public sealed class ViberTests
{
    private static readonly ViberChannel Channel = new();
    private static readonly ChannelSettings Settings = Channel.ParseSettings(JsonDocument.Parse(ViberConformance.SettingsText).RootElement);

    public static TheoryData<string, OutboundMessage> Approved => new()
    {
        { "outbound-text.json", To("Дякуємо! Перевіряємо 🙏") },
        { "outbound-picture.json", To("Етикетка") with { Attachments = [File("l.jpg", "image/jpeg", 900_000, "https://example.com/l.jpg")] } },
        { "outbound-video.json", To("") with { Attachments = [File("v.mp4", "video/mp4", 2_480_012, "https://example.com/v.mp4")] } },
        { "outbound-file.json", To("") with { Attachments = [File("invoice.pdf", "application/pdf", 99_012, "https://example.com/i.pdf")] } },
        {
            "outbound-keyboard.json",
            To("Оберіть:") with { Rich = new() { Buttons = [new(RichButtonKind.Reply, "Повернення", "return:A-1042"), new(RichButtonKind.Link, "Деталі", "https://example.com")] } }
        },
    };

    [Theory, MemberData(nameof(Approved))]
    public async Task A_request_is_as_approved(string fixture, OutboundMessage message)
    {
        var approved = JsonNode.Parse(Fixtures.Json("viber", fixture).GetRawText())!.AsObject();
        var wanted = approved["body"]!.AsObject();
        foreach (var ours in new[] { "tracking_data", "thumbnail", "duration" }) { wanted.Remove(ours); } // our own words; what we don't know of a file
        if (wanted["keyboard"]?["Buttons"] is JsonArray buttons)
        {
            buttons.RemoveAt(2); // no rich content of ours asks for a phone
            buttons[0]!["ActionBody"] = "Повернення"; // the customer should read the title, not our id
        }

        var provider = new FakeProvider(Fixtures.Reply("viber", "response-send-ok.json"));

        (await SendAsync(provider, message)).ShouldBeOfType<SendResult.Sent>().ExternalId.ShouldBe("5741311803571721087");

        var request = provider.Requests.ShouldHaveSingleItem();
        $"{request.Method} {request.Url}".ShouldBe((string?)approved["_request"]);
        request.Headers["X-Viber-Auth-Token"].ShouldBe("4d2f8a1c9b7e3f60-a1b2c3d4e5f60718-9f8e7d6c5b4a3921");
        var got = JsonNode.Parse(request.Body)!.AsObject();
        got.Remove("tracking_data");
        JsonNode.DeepEquals(got, wanted).ShouldBeTrue($"{request.Text}\nis not\n{wanted.ToJsonString()}");
    }

    [Fact]
    public async Task A_tap_on_a_button_of_ours_comes_back_as_its_payload()
    {
        var provider = new FakeProvider(Fixtures.Reply("viber", "response-send-ok.json"));
        await SendAsync(provider, To("Оберіть:") with { Rich = new() { QuickReplies = [new(RichButtonKind.Reply, "Повернення", "return:A-1042")] } });
        var body = JsonNode.Parse(Fixtures.Bytes("viber", "inbound-button-reply-as-text.json"))!;
        body["message"]!["tracking_data"] = provider.Requests[0].Json.GetProperty("tracking_data").GetString();
        body["message"]!["text"] = "Повернення";

        var tap = Read(body).ShouldHaveSingleItem();

        (tap.Kind, tap.Payload, tap.Text).ShouldBe((InboundKind.Postback, "return:A-1042", "Повернення"));
        body["message"]!["text"] = "щось інше";
        Read(body)[0].Kind.ShouldBe(InboundKind.Message);
    }

    [Fact]
    public void The_welcome_travels_in_the_answer()
    {
        var body = Fixtures.Bytes("viber", "inbound-conversation-started.json");
        var genuine = Channel.Verify(Request(body, Vector("inbound-conversation-started.json")), Settings).ShouldBeOfType<Verdict.Genuine>();

        JsonElement.DeepEquals(JsonDocument.Parse(genuine.Answer!.Body).RootElement, Fixtures.Outbound("viber", "outbound-welcome-in-response.json")).ShouldBeTrue();
    }

    [Fact]
    public async Task An_old_app_gets_the_buttons_as_text()
    {
        var provider = new FakeProvider(Fixtures.Reply("viber", "error-13-apiversionnotsupported.json"), Fixtures.Reply("viber", "response-send-ok.json"));

        var sent = (await SendAsync(provider, To("Pick:") with { Rich = new() { Buttons = [new(RichButtonKind.Reply, "Track it", "track")] } })).ShouldBeOfType<SendResult.Sent>();

        sent.Note.ShouldNotBeNull();
        provider.Requests[1].Json.GetProperty("text").GetString().ShouldBe("Pick:\n\n1. Track it");
        provider.Requests[1].Json.TryGetProperty("keyboard", out _).ShouldBeFalse();
    }

    [Fact]
    public void The_word_for_no_name_is_no_name()
    {
        var body = JsonNode.Parse(Fixtures.Bytes("viber", "inbound-text.json"))!;
        body["sender"]!["name"] = "Subscriber";

        Read(body)[0].Sender!.Name.ShouldBeNull();
    }

    [Fact]
    public async Task Connecting_registers_the_address_and_explains_an_address_that_viber_cannot_reach()
    {
        var provider = new FakeProvider(ProviderReply.Ok("""{"status":0,"status_message":"ok","name":"Acme"}"""), Fixtures.Reply("viber", "error-1-invalidurl.json"));

        var steps = await Channel.ConnectAsync(Settings, new(provider.Client, TimeProvider.System, new Uri("https://braid.example.com/hooks/viber/7c")), default);

        JsonElement.DeepEquals(provider.Requests[1].Json, Fixtures.Outbound("viber", "outbound-set-webhook.json")).ShouldBeTrue();
        steps.Select(s => s.Ok).ShouldBe([true, false]);
    }

    [Fact]
    public void Recorded_signatures_are_right()
    {
        foreach (var vector in Fixtures.Json("viber", "signing-vectors.json").GetProperty("vectors").EnumerateArray())
        {
            var file = vector.GetProperty("file").GetString()!;
            Channel.Verify(Request(Fixtures.Bytes("viber", file), Vector(file)), Settings).ShouldBeOfType<Verdict.Genuine>(file);
        }
    }

    private static string Vector(string file) => Fixtures.Json("viber", "signing-vectors.json").GetProperty("vectors").EnumerateArray()
        .First(v => v.GetProperty("file").GetString() == file).GetProperty("headers").GetProperty("X-Viber-Content-Signature").GetString()!;

    private static WebhookRequest Request(byte[] body, string signature) => new()
    {
        Method = "POST", Url = new("https://braid.example.com/w"), Query = new Dictionary<string, string>(), ReceivedAt = DateTimeOffset.UnixEpoch, Body = body,
        Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["x-viber-content-signature"] = signature },
    };

    private static IReadOnlyList<InboundEvent> Read(JsonNode body) => Channel.Read(
        new RawDelivery { Body = JsonSerializer.SerializeToUtf8Bytes(body), ReceivedAt = DateTimeOffset.UnixEpoch }, Settings).ShouldBeOfType<Reading.Events>().Items;

    private static OutboundMessage To(string text) => new()
    {
        Id = Guid.NewGuid(), IdempotencyKey = "key-1", ThreadId = "xy5/5y6O81+/kbWHpLhBoA==", RecipientId = "xy5/5y6O81+/kbWHpLhBoA==", Text = text,
    };

    private static OutboundAttachment File(string name, string type, long size, string link) => new(name, type, size, _ => throw new IOException()) { Link = new Uri(link) };

    private static Task<SendResult> SendAsync(HttpMessageHandler provider, OutboundMessage message) =>
        Channel.SendAsync(message, Settings, new ProviderContext(new HttpClient(provider, disposeHandler: false), TimeProvider.System), default);
}
