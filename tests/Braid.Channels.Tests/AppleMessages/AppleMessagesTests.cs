using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.AppleMessages;
using Braid.Channels.Tests.Conformance;
using Microsoft.Extensions.Time.Testing;

namespace Braid.Channels.Tests.AppleMessages;

/// <summary>What conformance doesn't see: the requests against approved ones, tokens, gzip, encrypted files, what a device can show.</summary>
public sealed class AppleMessagesTests
{
    private static readonly AppleMessagesChannel Channel = new();
    private static readonly ChannelSettings Settings = Channel.ParseSettings(JsonDocument.Parse(AppleMessagesConformance.SettingsText).RootElement);
    private static readonly string Customer = Fixtures.Json("apple-messages", "outbound-text.json").GetProperty("destinationId").GetString()!;
    private static readonly RichContent Quick = new() { QuickReplies = [new(RichButtonKind.Reply, "Ya", "yes"), new(RichButtonKind.Reply, "Tidak", "no")] };

    public static TheoryData<string, OutboundMessage> Approved => new()
    {
        { "outbound-text.json", To("Garansi resmi 1 tahun ya kak 👍") },
        { "outbound-quick-reply.json", To("Lanjut?") with { Rich = Quick } },
        { "outbound-list-picker.json", To("Pilih metode") with { Rich = new() { List = new("Pengiriman", [new("Cepat", [new("ship_express", "Express", "1-2 hari")])]) } } },
    };

    [Theory, MemberData(nameof(Approved))]
    public async Task A_request_is_as_approved(string fixture, OutboundMessage message)
    {
        var wanted = JsonNode.Parse(Fixtures.Bytes("apple-messages", fixture))!.AsObject();
        var provider = new FakeProvider(ProviderReply.Ok(""));

        var sent = (await SendAsync(provider, message with { IdempotencyKey = (string)wanted["id"]! })).ShouldBeOfType<SendResult.Sent>();

        sent.ExternalId.ShouldBe((string?)wanted["id"]);
        var request = provider.Requests.ShouldHaveSingleItem();
        $"{request.Method} {request.Url}".ShouldBe("POST https://mspgw.push.apple.com/v1/message");
        (request.Headers["id"], request.Headers["source-id"], request.Headers["destination-id"]).ShouldBe((sent.ExternalId, "c0a1b2c3-1111-4222-8333-444455556666", Customer));
        var got = JsonNode.Parse(request.Body)!.AsObject();
        if (wanted["interactiveData"]?["data"] is JsonObject data) { data["requestIdentifier"] = got["interactiveData"]!["data"]!["requestIdentifier"]!.DeepClone(); }
        JsonNode.DeepEquals(got, wanted).ShouldBeTrue($"{request.Text}\nis not\n{wanted.ToJsonString()}");
    }

    [Fact]
    public async Task A_device_that_shows_no_quick_replies_gets_a_list_and_one_that_shows_neither_gets_text()
    {
        var message = To("Lanjut?") with { Rich = Quick };
        foreach (var (can, mark) in new[] { ("LIST,TIME", "listPicker"), ("TIME", "1. Ya") })
        {
            var provider = new FakeProvider(ProviderReply.Ok(""));
            await SendAsync(provider, message with { LatestExtra = new Dictionary<string, string> { ["capabilities"] = can } });
            provider.Requests.ShouldHaveSingleItem().Text.ShouldContain(mark);
        }
    }

    [Fact]
    public async Task A_file_is_encrypted_on_its_way_and_named_as_approved()
    {
        var provider = new FakeProvider((r, _) => ProviderReply.Ok(
            r.Url.AbsolutePath.EndsWith("/preUpload", StringComparison.Ordinal) ? Fixtures.Json("apple-messages", "response-pre-upload.json").GetRawText()
            : r.Url.AbsolutePath == "/put" ? Fixtures.Json("apple-messages", "response-upload-single-file.json").GetRawText() : ""));
        var content = Encoding.UTF8.GetBytes("the very bytes, longer than one block of the cipher");

        await SendAsync(provider, To("") with { Attachments = [new("invoice.pdf", "application/pdf", content.Length, _ => Task.FromResult<Stream>(new MemoryStream(content)))] });

        provider.Requests[0].Headers["size"].ShouldBe($"{content.Length}");
        provider.Requests[1].Headers.ContainsKey("Authorization").ShouldBeFalse();
        var wanted = Fixtures.Json("apple-messages", "outbound-attachment.json");
        var got = provider.Requests[2].Json;
        got.GetProperty("body").GetString().ShouldBe(wanted.GetProperty("body").GetString());
        var file = got.GetProperty("attachments")[0];
        foreach (var name in new[] { "name", "mimeType", "url", "owner", "signature-base64" }) { file.GetProperty(name).GetString().ShouldBe(wanted.GetProperty("attachments")[0].GetProperty(name).GetString()); }
        var key = file.GetProperty("key").GetString()!;
        key.Length.ShouldBe(66);
        key.ShouldStartWith("00");
        provider.Requests[1].Body.ShouldNotBe(content);
        using var plain = new MemoryStream();
        await AppleFile.Cipher(new MemoryStream(provider.Requests[1].Body), AppleFile.Key(key)!).CopyToAsync(plain);
        plain.ToArray().ShouldBe(content);
    }

    [Fact]
    public async Task A_file_is_asked_for_with_its_signature_in_hexadecimal()
    {
        var message = Read(Fixtures.Bytes("apple-messages", "inbound-text-attachment.json"))[0];
        var provider = new FakeProvider((r, _) => ProviderReply.Ok(r.Url.AbsolutePath.EndsWith("/preDownload", StringComparison.Ordinal) ? Fixtures.Json("apple-messages", "response-pre-download.json").GetRawText() : "cipher"));

        await using var media = await Channel.OpenMediaAsync(new(message.Attachments[0].MediaRef!, null), Settings, new(provider.Client, TimeProvider.System), default);

        (provider.Requests[0].Headers["url"], provider.Requests[0].Headers["owner"]).ShouldBe(("https://p56-content.icloud.com/MA1.C01USN00", "M1.5b3975651c3cab92d044"));
        provider.Requests[0].Headers["signature"].ShouldBe(Convert.ToHexString(Convert.FromBase64String("AaDxSQog0CEcmXtEvDV+GXLeq4rj")));
        provider.Requests[1].Url.ToString().ShouldBe("https://p56-content.icloud.com/get?x=1");
        (media.Name, media.ContentType).ShouldBe(("IMG_0001.HEIC", "image/heic"));
    }

    [Fact]
    public void A_compressed_body_reads_as_the_plain_one_and_a_bomb_is_not_unpacked()
    {
        var plain = Encoding.UTF8.GetBytes(Fixtures.Json("apple-messages", "inbound-text.json").GetProperty("body").GetRawText());

        Read(Packed(plain))[0].Text.ShouldBe("Halo, saya mau tanya garansi AirPods 🎧");
        Channel.Read(new RawDelivery { Body = Packed(new byte[20_000_000]), ReceivedAt = DateTimeOffset.UnixEpoch }, Settings).ShouldBeOfType<Reading.Unreadable>();
        Channel.Read(new RawDelivery { Body = Packed(plain).AsMemory(0, 40), ReceivedAt = DateTimeOffset.UnixEpoch }, Settings).ShouldBeOfType<Reading.Unreadable>();
    }

    [Fact]
    public void Typing_is_a_signal_and_the_device_says_what_it_can_show()
    {
        var typing = Channel.Read(new RawDelivery { Body = Fixtures.Bytes("apple-messages", "inbound-typing-start.json"), ReceivedAt = DateTimeOffset.UnixEpoch }, Settings);

        typing.ShouldBeOfType<Reading.Ignored>().Signals.ShouldHaveSingleItem().Kind.ShouldBe(SignalKind.Typing);
        var text = Read(Fixtures.Bytes("apple-messages", "inbound-text.json"))[0];
        (text.Extra["capabilities"], text.Extra["intent"], text.Sender!.Language).ShouldBe(("QUICK,LIST,TIME,AUTH,AUTH2,FORM", "warranty", "id_ID"));
    }

    [Fact]
    public async Task Recorded_tokens_are_right_and_their_imitations_are_not()
    {
        var vector = Fixtures.Json("apple-messages", "verify-jwt-vector.json");
        var inbound = vector.GetProperty("inbound").GetProperty("authorization").GetString()!;
        var at = new DateTimeOffset(2026, 11, 18, 0, 0, 30, TimeSpan.Zero);
        Verify(inbound, at).ShouldBeOfType<Verdict.Genuine>();
        Verify(inbound, at.AddHours(2)).ShouldBeOfType<Verdict.Forged>();
        Verify(vector.GetProperty("outbound").GetProperty("authorization").GetString()!, at).ShouldBeOfType<Verdict.Forged>(); // no audience
        Verify("Bearer eyJhbGciOiJub25lIn0." + inbound.Split('.')[1] + ".", at).ShouldBeOfType<Verdict.Forged>();
        var undecoded = System.Buffers.Text.Base64Url.EncodeToString(System.Security.Cryptography.HMACSHA256.HashData(
            Encoding.ASCII.GetBytes(vector.GetProperty("secretBase64").GetString()!), Encoding.ASCII.GetBytes(inbound[7..inbound.LastIndexOf('.')])));
        Verify(inbound[..(inbound.LastIndexOf('.') + 1)] + undecoded, at).ShouldBeOfType<Verdict.Forged>();
        Verify(inbound, at, "another-business").ShouldBeOfType<Verdict.Forged>();

        var provider = new FakeProvider(ProviderReply.Ok(""));
        await Channel.SendAsync(To("x"), Settings, new(provider.Client, new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_794_960_000))), default);
        provider.Requests[0].Headers["Authorization"].ShouldBe(vector.GetProperty("outbound").GetProperty("authorization").GetString());
    }

    [Fact]
    public async Task Typing_is_as_approved()
    {
        var wanted = JsonNode.Parse(Fixtures.Bytes("apple-messages", "outbound-typing-start.json"))!.AsObject();
        var provider = new FakeProvider(ProviderReply.Ok(""));

        await Channel.ActAsync(new(ActKind.Typing) { ThreadId = Customer, RecipientId = Customer, IdempotencyKey = (string)wanted["id"]! }, Settings, new(provider.Client, TimeProvider.System), default);

        JsonNode.DeepEquals(JsonNode.Parse(provider.Requests[0].Body), wanted).ShouldBeTrue(provider.Requests[0].Text);
    }

    [Fact]
    public void A_secret_that_is_no_base64_is_explained()
    {
        var wrong = Should.Throw<SettingsException>(() => Channel.ParseSettings(JsonDocument.Parse("""{"mspId":"m","apiSecret":"not base64!","businessId":"b"}""").RootElement));

        wrong.Problems.Keys.ShouldContain("apiSecret");
    }

    private static Verdict Verify(string authorization, DateTimeOffset at, string business = "c0a1b2c3-1111-4222-8333-444455556666") => Channel.Verify(new WebhookRequest
    {
        Method = "POST", Url = new("https://braid.example.com/w/message"), Query = new Dictionary<string, string>(), ReceivedAt = at, Body = default,
        Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Authorization"] = authorization, ["destination-id"] = business },
    }, Settings);

    private static byte[] Packed(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) { gzip.Write(plain); }
        return packed.ToArray();
    }

    private static IReadOnlyList<InboundEvent> Read(byte[] body) => Channel.Read(new RawDelivery { Body = body, ReceivedAt = DateTimeOffset.UnixEpoch }, Settings).ShouldBeOfType<Reading.Events>().Items;

    private static OutboundMessage To(string text) => new() { Id = Guid.NewGuid(), IdempotencyKey = "key-1", ThreadId = Customer, RecipientId = Customer, Text = text };

    private static Task<SendResult> SendAsync(HttpMessageHandler provider, OutboundMessage message) =>
        Channel.SendAsync(message, Settings, new ProviderContext(new HttpClient(provider, disposeHandler: false), TimeProvider.System), default);
}
