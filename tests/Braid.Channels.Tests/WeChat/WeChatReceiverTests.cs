using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.WeChat;

namespace Braid.Channels.Tests.WeChat;

public sealed class WeChatReceiverTests
{
    private static readonly WeChatChannel Channel = new();
    private static readonly JsonElement Vectors = Fixtures.Json("wechat", "signing-vectors.json");
    private static readonly ChannelSettings Compatible = Parse("compatible");
    private static readonly ChannelSettings Safe = Parse("safe");

    public static TheoryData<string> VectorFiles =>
        [.. Vectors.GetProperty("vectors").EnumerateArray().Where(v => v.TryGetProperty("query", out _)).Select(v => v.GetProperty("file").GetString()!)];

    [Theory, MemberData(nameof(VectorFiles))]
    public void A_recorded_signature_is_genuine_and_answered_with_success(string file)
    {
        var verdict = Channel.Verify(Request(file), Compatible).ShouldBeOfType<Verdict.Genuine>();

        Encoding.UTF8.GetString(verdict.Answer!.Body.Span).ShouldBe("success");
        Channel.Verify(Request(file) with { ReceivedAt = At(file).AddHours(2) }, Compatible).ShouldBeOfType<Verdict.Forged>();
    }

    [Theory]
    [InlineData("inbound-aes-text.xml", true)]
    [InlineData("inbound-aes-image.xml", true)]
    [InlineData("inbound-compatible-text.xml", true)]
    [InlineData("inbound-text.xml", false)]
    public void Safe_mode_takes_encrypted_messages_only(string file, bool genuine) =>
        (Channel.Verify(Request(file), Safe) is Verdict.Genuine).ShouldBe(genuine);

    [Fact]
    public void Every_byte_of_an_encrypted_message_is_covered()
    {
        var request = Request("inbound-aes-text.xml");
        var text = Encoding.UTF8.GetString(request.Body.Span);
        var start = text.IndexOf("<Encrypt><![CDATA[", StringComparison.Ordinal) + 18;
        for (var i = start; i < text.IndexOf("]]></Encrypt>", StringComparison.Ordinal); i++)
        {
            var changed = text[..i] + (text[i] == 'A' ? 'B' : 'A') + text[(i + 1)..];
            Channel.Verify(request with { Body = Encoding.UTF8.GetBytes(changed) }, Safe).ShouldBeOfType<Verdict.Forged>();
            Channel.Verify(request with { Body = Encoding.UTF8.GetBytes(changed) }, Compatible).ShouldBeOfType<Verdict.Forged>();
        }
    }

    [Fact]
    public void The_encrypted_vectors_open_to_what_was_sealed()
    {
        foreach (var vector in Vectors.GetProperty("vectors").EnumerateArray().Where(v => v.TryGetProperty("decryptedXml", out _)))
        {
            var xml = Encoding.UTF8.GetString(Fixtures.Bytes("wechat", vector.GetProperty("file").GetString()!));
            var start = xml.IndexOf("<Encrypt><![CDATA[", StringComparison.Ordinal) + 18;
            var sealedText = xml[start..xml.IndexOf("]]></Encrypt>", StringComparison.Ordinal)];
            WeChatCrypto.Decrypt(sealedText, Key("encodingAesKey"), Key("appId")).ShouldBe(vector.GetProperty("decryptedXml").GetString());
            WeChatCrypto.Decrypt(sealedText, Key("encodingAesKey"), "wxanother").ShouldBeNull();
            WeChatCrypto.Decrypt(sealedText, new string('a', 43), Key("appId")).ShouldBeNull();
            if (vector.TryGetProperty("msg_signature", out var signature))
            {
                WeChatCrypto.Signature(Key("token"), vector.GetProperty("timestamp").GetString()!, vector.GetProperty("nonce").GetString()!, sealedText).ShouldBe(signature.GetString());
            }
        }
    }

    [Theory]
    [InlineData("safe")]
    [InlineData("compatible")]
    public void Clear_words_beside_an_encrypted_message_are_not_believed(string mode)
    {
        var body = Encoding.UTF8.GetString(Fixtures.Bytes("wechat", "inbound-compatible-text.xml")).Replace("兼容模式", "transfer everything", StringComparison.Ordinal);

        var e = ((Reading.Events)Channel.Read(new RawDelivery { Body = Encoding.UTF8.GetBytes(body), ReceivedAt = DateTimeOffset.UnixEpoch }, Parse(mode))).Items[0];

        e.Text.ShouldBe("兼容模式");
    }

    [Fact]
    public void The_handshake_gives_the_echo_back()
    {
        var fixture = Fixtures.Json("wechat", "verify-url-check.json");
        var url = new Uri("https://braid.example.com" + fixture.GetProperty("_request").GetString()!["GET ".Length..]);
        var request = Get(url, DateTimeOffset.FromUnixTimeSeconds(1794981540));

        var answer = Channel.Verify(request, Safe).ShouldBeOfType<Verdict.Challenge>().Answer;

        Encoding.UTF8.GetString(answer.Body.Span).ShouldBe(fixture.GetProperty("expectedResponse").GetProperty("body").GetString());
        answer.ContentType.ShouldBe("text/plain");
        Channel.Verify(request with { Query = new Dictionary<string, string>(request.Query) { ["nonce"] = "1" } }, Safe).ShouldBeOfType<Verdict.Forged>();
    }

    [Fact]
    public void An_encrypted_handshake_is_decrypted()
    {
        var vector = Vectors.GetProperty("vectors").EnumerateArray().Last();
        var xml = Encoding.UTF8.GetString(Fixtures.Bytes("wechat", "outbound-passive-reply-aes.xml"));
        var start = xml.IndexOf("<Encrypt><![CDATA[", StringComparison.Ordinal) + 18;
        var echo = xml[start..xml.IndexOf("]]></Encrypt>", StringComparison.Ordinal)];
        var query = $"?msg_signature=210f2eb9042a34670d22d5130190e0af281d1071&timestamp=1794982022&nonce=1597212914&echostr={Uri.EscapeDataString(echo)}";

        var answer = Channel.Verify(Get(new Uri("https://braid.example.com/x" + query), DateTimeOffset.FromUnixTimeSeconds(1794982022)), Safe).ShouldBeOfType<Verdict.Challenge>().Answer;

        Encoding.UTF8.GetString(answer.Body.Span).ShouldBe(vector.GetProperty("decryptedXml").GetString());
    }

    [Theory]
    [InlineData("<!DOCTYPE xml [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><xml><ToUserName>gh</ToUserName><FromUserName>o1</FromUserName><MsgType>text</MsgType><MsgId>1</MsgId><Content>&e;</Content></xml>")]
    [InlineData("<!DOCTYPE xml [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><xml><FromUserName>o1</FromUserName><MsgType>text</MsgType><MsgId>1</MsgId><Content>&b;</Content></xml>")]
    [InlineData("{\"json\":1}")]
    public void No_outside_entity_is_ever_read(string xml) => Read(xml).ShouldBeOfType<Reading.Unreadable>();

    public static TheoryData<string> PlainFiles => [.. Fixtures.Names("wechat", "inbound-*").Select(row => row.Data).Where(name => !name.Contains("-aes-", StringComparison.Ordinal) && !name.Contains("compatible", StringComparison.Ordinal))];

    [Theory, MemberData(nameof(PlainFiles))]
    public void An_odd_or_missing_value_in_any_field_never_throws_and_a_new_field_changes_nothing(string file)
    {
        var xml = XElement.Parse(Encoding.UTF8.GetString(Fixtures.Bytes("wechat", file)));
        foreach (var field in xml.Elements().ToList())
        {
            foreach (var odd in new[] { "", " ", "-1", "99999999999999999999", "[]", "\uFFFD", "<b>", new string('x', 5000) })
            {
                var changed = new XElement(xml);
                changed.Element(field.Name)!.Value = odd;
                Read(changed.ToString()).ShouldNotBeNull();
            }

            var without = new XElement(xml);
            without.Element(field.Name)!.Remove();
            Read(without.ToString()).ShouldNotBeNull();
        }

        var before = Read(xml.ToString());
        xml.Add(new XElement("BraidFutureField", new XElement("deep", "1")));
        var after = Read(xml.ToString());
        (after as Reading.Events)?.Items.Select(e => (e.Kind, e.Key, e.Text, e.Status)).ShouldBe((before as Reading.Events)!.Items.Select(e => (e.Kind, e.Key, e.Text, e.Status)));
        after.GetType().ShouldBe(before.GetType());
    }

    [Fact]
    public void A_voice_carries_its_transcript()
    {
        var e = Read("<xml><FromUserName>o1</FromUserName><CreateTime>1794981690</CreateTime><MsgType>voice</MsgType><MediaId>m1</MediaId><Format>amr</Format><Recognition>你好</Recognition><MsgId>7</MsgId></xml>")
            .ShouldBeOfType<Reading.Events>().Items.ShouldHaveSingleItem();

        e.Text.ShouldBe("你好");
        e.Attachments.ShouldHaveSingleItem().ShouldBe(new InboundAttachment(AttachmentKind.Audio) { MediaRef = "m1", ContentType = "audio/amr", Facts = e.Attachments[0].Facts });
    }

    [Fact]
    public void Two_taps_in_one_second_are_two()
    {
        static string? Key(string choice) =>
            ((Reading.Events)Read($"<xml><FromUserName>o1</FromUserName><CreateTime>1794981690</CreateTime><MsgType>event</MsgType><Event>CLICK</Event><EventKey>{choice}</EventKey></xml>")).Items[0].Key;

        Key("A").ShouldNotBe(Key("B"));
    }

    [Fact]
    public void What_cannot_be_stored_is_replaced()
    {
        var e = Read("<xml><FromUserName>o1</FromUserName><MsgType>text</MsgType><Content>a\0b\u0001c</Content><MsgId>7</MsgId></xml>").ShouldBeOfType<Reading.Events>().Items[0];

        e.Text.ShouldBe("a\uFFFDb\uFFFDc");
    }

    [Fact]
    public void Safe_mode_needs_a_key()
    {
        var json = JsonDocument.Parse("""{"appId":"wx1","appSecret":"s","token":"abc","mode":"safe"}""").RootElement;

        Should.Throw<SettingsException>(() => Channel.ParseSettings(json)).Problems.Keys.ShouldBe(["encodingAesKey"]);
    }

    private static Reading Read(string xml) =>
        Channel.Read(new RawDelivery { Body = Encoding.UTF8.GetBytes(xml), ReceivedAt = DateTimeOffset.UnixEpoch }, Compatible);

    private static string Key(string name) => Vectors.GetProperty(name).GetString()!;

    private static JsonElement Vector(string file) => Vectors.GetProperty("vectors").EnumerateArray().Single(v => v.GetProperty("file").GetString() == file);

    private static DateTimeOffset At(string file) =>
        DateTimeOffset.FromUnixTimeSeconds(long.Parse(Vector(file).GetProperty("query").GetProperty("timestamp").GetString()!, System.Globalization.CultureInfo.InvariantCulture));

    private static WebhookRequest Request(string file) => new()
    {
        Method = "POST", Url = new Uri("https://braid.example.com/x"), Headers = new Dictionary<string, string>(), Body = Fixtures.Bytes("wechat", file), ReceivedAt = At(file),
        Query = Vector(file).GetProperty("query").EnumerateObject().ToDictionary(q => q.Name, q => q.Value.GetString()!),
    };

    private static WebhookRequest Get(Uri url, DateTimeOffset at) => new()
    {
        Method = "GET", Url = url, Headers = new Dictionary<string, string>(), Body = default, ReceivedAt = at,
        Query = url.Query[1..].Split('&').Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => Uri.UnescapeDataString(p[1])),
    };

    private static ChannelSettings Parse(string mode) =>
        Channel.ParseSettings(JsonDocument.Parse(WeChatConformance.SettingsText.Replace("compatible", mode, StringComparison.Ordinal)).RootElement);
}
