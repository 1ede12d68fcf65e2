using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Deliveries;
using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.Deliveries;

public sealed class DeliveryReaderTests
{
    [Fact]
    public void A_line_holds_file_channel_and_events_in_the_words_of_the_conventions()
    {
        var line = DeliveryReader.ReadLine(new("telegram", "inbound-document-caption.json", Fixtures.Bytes("telegram", "inbound-document-caption.json")), Channel("telegram"));

        line.ShouldBe("""
            {"file":"inbound-document-caption.json","channel":"telegram","events":[{"kind":"message","externalId":"323","senderId":"5512345678","senderName":"健太 田中","text":"領収書です","attachments":[{"type":"file","name":"領収書 2026-11.pdf"}],"replyTo":null,"timestampUtc":"2026-11-18T01:11:00Z","status":null,"threadId":"5512345678"}]}
            """.Trim());
    }

    [Fact]
    public void What_gave_no_event_is_told()
    {
        Read("telegram", "inbound-service-new-member.json").GetProperty("ignored").GetString().ShouldBe("service notice new_chat_members");
        Read("telegram", "garbage.json", "{"u8.ToArray()).GetProperty("unreadable").GetString().ShouldNotBeNull();
    }

    [Fact]
    public void Each_item_is_told_once_however_often_the_body_repeats_it() =>
        Read("whatsapp", "inbound-batch-mixed-with-duplicate.json").GetProperty("events").GetArrayLength().ShouldBe(4);

    [Theory]
    [InlineData("brd-7Qm3vX_tok-01", false)]
    [InlineData("brd-7Qm3vX_tok-02", true)]
    public void With_headers_the_signature_is_checked(string token, bool forged)
    {
        var file = new DeliveryFile("telegram", "inbound-text.json", Fixtures.Bytes("telegram", "inbound-text.json"))
        {
            Settings = new Dictionary<string, string> { ["webhookSecret"] = "brd-7Qm3vX_tok-01" },
            Headers = new Dictionary<string, string> { ["x-telegram-bot-api-secret-token"] = token },
        };

        var line = JsonDocument.Parse(DeliveryReader.ReadLine(file, Channel("telegram"))).RootElement;

        line.TryGetProperty("forged", out _).ShouldBe(forged);
        line.GetProperty("events").GetArrayLength().ShouldBe(forged ? 0 : 1);
    }

    [Fact]
    public void Settings_may_be_given_as_text_whatever_their_type()
    {
        var file = new DeliveryFile("telegram", "inbound-text.json", Fixtures.Bytes("telegram", "inbound-text.json"))
        {
            Settings = new Dictionary<string, string> { ["receive"] = "polling", ["nobodyKnows"] = "x" },
        };

        DeliveryReader.Read(file, Channel("telegram"))["events"]!.AsArray().Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("{}", false)]
    [InlineData("""{"subject":"Hello"}""", true)]
    public void A_channel_may_describe_the_delivery_itself(string body, bool described)
    {
        var line = DeliveryReader.Read(new("letter", "a.json", System.Text.Encoding.UTF8.GetBytes(body)), new Letter());

        line.ContainsKey("letter").ShouldBe(described);
    }

    private static IChannel Channel(string id) => ChannelCatalogue.Find(id).ShouldNotBeNull();

    private static JsonElement Read(string channel, string name, byte[]? body = null) =>
        JsonDocument.Parse(DeliveryReader.ReadLine(new(channel, name, body ?? Fixtures.Bytes(channel, name)), Channel(channel))).RootElement;

    private sealed record LetterSettings : ChannelSettings;

    private sealed class Letter : Channel<LetterSettings>, IDescribesDelivery, IReceiver<LetterSettings>, ISender<LetterSettings>
    {
        public override ChannelDescriptor Descriptor { get; } = new()
        {
            Id = "letter", Name = "Letter", Summary = "By post.", SettingsType = typeof(LetterSettings), Capabilities = new(), Limits = new(),
        };

        protected override IReceiver<LetterSettings> Receiver => this;
        protected override ISender<LetterSettings> Sender => this;

        public (string Name, JsonObject Value)? Describe(RawDelivery delivery) =>
            JsonNode.Parse(delivery.Body.Span)!["subject"] is { } subject ? ("letter", new JsonObject { ["subject"] = subject.DeepClone() }) : null;

        public Verdict Verify(WebhookRequest request, LetterSettings settings) => new Verdict.Genuine();
        public Reading Read(RawDelivery delivery, LetterSettings settings) => new Reading.Ignored("a letter");
        public Task<SendResult> SendAsync(OutboundMessage message, LetterSettings settings, ProviderContext context, CancellationToken ct) =>
            throw new NotSupportedException();
    }
}
