using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.WhatsApp;

namespace Braid.Channels.Tests.WhatsApp;

/// <summary>The requests we send, against approved ones; answers that conformance has no case for.</summary>
public sealed class WhatsAppSenderTests
{
    private static readonly WhatsAppChannel Channel = new();
    private static readonly ChannelSettings Settings = Channel.ParseSettings(JsonDocument.Parse(WhatsAppConformance.SettingsText).RootElement);
    private static readonly Guid Id = Guid.Parse("0198c0de-0000-7000-8000-000000000001");

    public static TheoryData<string, OutboundMessage> Approved => new()
    {
        { "outbound-text.json", To("966512345678", "مرحباً سارة 👋 تفاصيل الطلب: https://example.com/o/2291") },
        { "outbound-text-to-bsuid.json", To("ID.99120388471002934756", "Sudah kami kirim ya kak 🚚") },
        {
            "outbound-text-reply-with-tracking.json",
            To("66812345678", "ราคา 590 บาทค่ะ") with { ReplyTo = "wamid.HBgLNjY4MTIzNDU2NzgVAgASGBRDQTI3RTUzOEYzQjE4M0FBRDE0RQA=" }
        },
        {
            "outbound-template-named-params.json",
            To("6281234567890", "") with { Template = new("order_confirmation", "id", ["Budi", "2291"]) { BodyParameterNames = ["first_name", "order_id"] } }
        },
        { "outbound-image-by-id.json", To("66812345678", "สีฟ้าค่ะ 💙") with { Attachments = [File("blue.png", "image/png")] } },
        {
            "outbound-interactive-list.json",
            To("6281234567890", "Pilih metode pengiriman") with
            {
                Rich = new()
                {
                    Header = "Pengiriman",
                    List = new("Lihat opsi", [new("Reguler", [new("ship_reg", "Reguler", "3-5 hari")]), new("Cepat", [new("ship_express", "Express", "1-2 hari kerja")])]),
                },
            }
        },
        {
            "outbound-interactive-cta-url.json",
            To("966512345678", "تتبع شحنتك") with { Rich = new() { Buttons = [new(RichButtonKind.Link, "تتبع", "https://example.com/t/2291")] } }
        },
        { "outbound-location.json", To("966512345678", "") with { Rich = new() { Location = new(24.7136, 46.6753, "فرع الرياض", "طريق الملك فهد") } } },
        { "outbound-audio-voice.json", To("966512345678", "") with { Attachments = [File("voice.ogg", "audio/ogg; codecs=opus")] } },
    };

    [Theory, MemberData(nameof(Approved))]
    public async Task A_request_is_as_approved(string fixture, OutboundMessage message)
    {
        var approved = JsonNode.Parse(Fixtures.Outbound("whatsapp", fixture).GetRawText())!.AsObject();
        approved["biz_opaque_callback_data"] = Id.ToString();
        var mediaId = new[] { "image", "audio" }.Select(kind => (string?)approved[kind]?["id"]).OfType<string>().FirstOrDefault() ?? "1";
        var provider = new FakeProvider((request, _) => ProviderReply.Ok(
            request.Url.AbsolutePath.EndsWith("/media", StringComparison.Ordinal) ? $$"""{"id":"{{mediaId}}"}""" : """{"messages":[{"id":"wamid.OUT"}]}"""));

        (await SendAsync(provider, message)).ShouldBeOfType<SendResult.Sent>();

        var sent = provider.Requests[^1];
        sent.Url.ToString().ShouldBe("https://graph.facebook.com/v25.0/106540352242922/messages");
        sent.Headers["Authorization"].ShouldBe("Bearer EAAG-token-of-a-system-user-1");
        JsonNode.DeepEquals(JsonNode.Parse(sent.Body), approved).ShouldBeTrue($"{sent.Text}\nis not\n{approved.ToJsonString()}");
    }

    [Fact]
    public async Task Buttons_are_as_approved_but_for_the_picture_above_them()
    {
        var approved = JsonNode.Parse(Fixtures.Outbound("whatsapp", "outbound-interactive-buttons.json").GetRawText())!.AsObject();
        approved["biz_opaque_callback_data"] = Id.ToString();
        approved["interactive"]!.AsObject().Remove("header");
        var provider = new FakeProvider(ProviderReply.Ok("""{"messages":[{"id":"wamid.OUT"}]}"""));

        await SendAsync(provider, To("6281234567890", "Pesanan #2291 siap dikirim. Konfirmasi?") with
        {
            Rich = new() { Footer = "Balas kapan saja", Buttons = [new(RichButtonKind.Reply, "Konfirmasi ✅", "order:2291:confirm"), new(RichButtonKind.Reply, "Batalkan", "order:2291:cancel")] },
        });

        JsonNode.DeepEquals(JsonNode.Parse(provider.Requests[0].Body), approved).ShouldBeTrue(provider.Requests[0].Text);
    }

    [Fact]
    public async Task A_heading_too_long_for_its_place_is_said_in_the_text()
    {
        var provider = new FakeProvider(ProviderReply.Ok("""{"messages":[{"id":"wamid.OUT"}]}"""));

        await SendAsync(provider, To("6281234567890", "Body") with { Rich = new() { Header = new string('h', 61), Buttons = [new(RichButtonKind.Reply, "Yes", "y")] } });

        provider.Requests[0].Json.GetProperty("interactive").GetProperty("body").GetProperty("text").GetString().ShouldBe(new string('h', 61) + "\n\nBody");
    }

    [Theory]
    [InlineData(ActKind.React, "outbound-reaction.json")]
    [InlineData(ActKind.Unreact, "outbound-reaction-remove.json")]
    [InlineData(ActKind.Typing, "outbound-mark-read-with-typing.json")]
    public async Task An_act_is_as_approved(ActKind kind, string fixture)
    {
        var approved = JsonNode.Parse(Fixtures.Outbound("whatsapp", fixture).GetRawText())!.AsObject();
        var provider = new FakeProvider(Fixtures.Reply("whatsapp", "response-mark-read.json"));
        var act = new OutboundAct(kind)
        {
            ThreadId = "966512345678", RecipientId = "966512345678", ExternalId = "wamid.HBgMOTY2NTEyMzQ1Njc4FQIAEhgUNjI4QjQ5RDk2RENERTk3QTQzMEQA", Emoji = "👍", IdempotencyKey = "1",
        };

        (await Channel.ActAsync(act, Settings, new(new HttpClient(provider, false), TimeProvider.System), default)).ShouldBeOfType<SendResult.Sent>();

        JsonNode.DeepEquals(JsonNode.Parse(provider.Requests[0].Body), approved).ShouldBeTrue(provider.Requests[0].Text);
    }

    [Fact]
    public async Task The_last_part_alone_bears_our_id()
    {
        var provider = new FakeProvider(ProviderReply.Ok("""{"messages":[{"id":"wamid.OUT"}]}"""));

        await SendAsync(provider, To("6281234567890", new string('a', 9000)));

        provider.Requests.Select(r => r.Json.TryGetProperty("biz_opaque_callback_data", out _)).ShouldBe([false, false, true]);
    }

    [Fact]
    public async Task A_group_is_addressed_as_a_group()
    {
        var provider = new FakeProvider(ProviderReply.Ok("""{"messages":[{"id":"wamid.OUT"}]}"""));

        await SendAsync(provider, To("66812345678", "สวัสดี") with { ThreadId = "Y2FwaV9ncm91cDoxNzA1NTU1MDEzOToxMjAzNjM" });

        provider.Requests[0].Json.GetProperty("recipient_type").GetString().ShouldBe("group");
        provider.Requests[0].Json.GetProperty("to").GetString().ShouldBe("Y2FwaV9ncm91cDoxNzA1NTU1MDEzOToxMjAzNjM");
    }

    [Fact]
    public async Task Writing_first_learns_where_the_customer_will_answer()
    {
        var provider = new FakeProvider(ProviderReply.Ok("""{"contacts":[{"input":"5511987654321","wa_id":"551187654321"}],"messages":[{"id":"wamid.OUT"}]}"""));

        var sent = (await SendAsync(provider, To("+5511987654321", "") with { ThreadId = null, Template = new("hello", "pt_BR", []) })).ShouldBeOfType<SendResult.Sent>();

        sent.ThreadId.ShouldBe("551187654321");
        provider.Requests[0].Json.GetProperty("to").GetString().ShouldBe("5511987654321");
    }

    [Fact]
    public async Task A_held_template_is_sent_with_a_note()
    {
        var sent = (await SendAsync(new FakeProvider(Fixtures.Reply("whatsapp", "response-send-template-held.json")), To("6281234567890", "x"))).ShouldBeOfType<SendResult.Sent>();

        sent.Note.ShouldNotBeNull().ShouldContain("holds");
    }

    [Fact]
    public async Task A_shut_window_offers_a_template()
    {
        var no = new ProviderReply(400, """{"error":{"message":"(#131047) Re-engagement message","code":131047}}""");

        (await SendAsync(new FakeProvider(no), To("6281234567890", "x"))).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.WindowClosed);
    }

    [Fact]
    public async Task A_lost_upload_is_tried_again_because_no_message_left()
    {
        var line = new BrokenLine(_ => new IOException("reset"), takesBody: true);

        (await SendAsync(line, To("6281234567890", "") with { Attachments = [File("a.pdf", "application/pdf")] })).ShouldBeOfType<SendResult.Retry>();
    }

    [Theory]
    [InlineData(131049, FailureKind.Other)]
    [InlineData(131026, FailureKind.Unreachable)]
    [InlineData(132015, FailureKind.Template)]
    [InlineData(131042, FailureKind.Configuration)]
    [InlineData(200, FailureKind.Credentials)]
    [InlineData(299, FailureKind.Credentials)]
    [InlineData(987654, FailureKind.Other)]
    public async Task Codes_decide_not_the_http_status(int code, FailureKind kind)
    {
        var no = new ProviderReply(400, $$$"""{"error":{"message":"words","code":{{{code}}}}}""");

        (await SendAsync(new FakeProvider(no), To("6281234567890", "x"))).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(kind);
    }

    private static OutboundMessage To(string recipient, string text) => new() { Id = Id, IdempotencyKey = "k", ThreadId = recipient, RecipientId = recipient, Text = text };

    private static OutboundAttachment File(string name, string type) => new(name, type, 5, _ => Task.FromResult<Stream>(new MemoryStream("bytes"u8.ToArray())));

    private static Task<SendResult> SendAsync(HttpMessageHandler provider, OutboundMessage message) =>
        Channel.SendAsync(message, Settings, new(new HttpClient(provider, false), TimeProvider.System), default);
}
