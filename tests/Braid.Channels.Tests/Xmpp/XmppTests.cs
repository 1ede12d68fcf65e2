using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.Xmpp;

namespace Braid.Channels.Tests.Xmpp;

public sealed class XmppTests
{
    private const string Ours = "0198c0de-0000-7000-8000-000000000001";
    private static readonly XmppChannel Channel = new();
    private static readonly ChannelSettings Settings = Channel.ParseSettings(JsonDocument.Parse("""{"jid":"support@braid.example.org","password":"x"}""").RootElement);

    [Fact]
    public void A_message_is_as_approved()
    {
        var approved = XElement.Parse(Encoding.UTF8.GetString(Fixtures.Bytes("xmpp", "outbound-chat.xml")).Replace("<message ", "<message xmlns='jabber:client' ", StringComparison.Ordinal));

        var ours = XmppStanzas.Chat("support@braid.example.org", "tanaka@example.jp", group: false, "out-1", "確認いたします🙏");

        Plain(XElement.Parse(XmppXml.Text(ours))).ShouldBe(Plain(approved));
    }

    /// <summary>Without what XML leaves open: the order of attributes, where a namespace is declared.</summary>
    private static string Plain(XElement e) =>
        $"{e.Name}[{string.Join(' ', e.Attributes().Where(a => !a.IsNamespaceDeclaration).Select(a => $"{a.Name}={a.Value}").Order())}]{(e.HasElements ? string.Concat(e.Elements().Select(Plain)) : e.Value)}";

    [Fact]
    public void The_components_handshake_is_the_recorded_one()
    {
        var vector = Fixtures.Json("xmpp", "signing-vectors.json");

        XmppOpening.Handshake(vector.GetProperty("streamId").GetString()!, vector.GetProperty("secret").GetString()!).ShouldBe(vector.GetProperty("handshake").GetString());
    }

    // The examples of RFC 5802 and RFC 7677.
    [Theory]
    [InlineData("SCRAM-SHA-1", "fyko+d2lbbFgONRv9qkxdawL", "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096", "v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=", "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=")]
    [InlineData("SCRAM-SHA-256", "rOprNGfwEbeRWgbNEkqO", "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")]
    public void Scram_proves_both_sides(string mechanism, string nonce, string challenge, string proof, string success)
    {
        var client = new ScramClient(mechanism, "user", "pencil", nonce);

        client.Final(challenge).ShouldEndWith(",p=" + proof);
        client.IsProven(success).ShouldBeTrue();
        client.IsProven("v=AAAA").ShouldBeFalse();
        new ScramClient(mechanism, "user", "pencil", "other").Final(challenge).ShouldBeNull();
    }

    [Fact]
    public void A_copy_counts_only_from_our_own_server()
    {
        const string inner = "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' from='kim@a.example/x' to='support@braid.example.org' id='1'><body>hi</body></message></forwarded>";

        Read($"<message from='support@braid.example.org'><received xmlns='urn:xmpp:carbons:2'>{inner}</received></message>").ShouldBeOfType<Reading.Events>().Items[0].Text.ShouldBe("hi");
        Read($"<message from='evil@a.example'><received xmlns='urn:xmpp:carbons:2'>{inner}</received></message>").ShouldBeOfType<Reading.Ignored>();
        Read($"<message from='evil@a.example'><result xmlns='urn:xmpp:mam:2' id='9'>{inner}</result></message>").ShouldBeOfType<Reading.Ignored>();
    }

    [Fact]
    public void What_our_account_wrote_elsewhere_is_outbound_and_what_Braid_wrote_is_dropped()
    {
        string Copy(string id) => $"<message from='support@braid.example.org'><sent xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' from='support@braid.example.org/phone' to='kim@a.example' type='chat' id='{id}'><body>hello</body></message></forwarded></sent></message>";

        var sent = ((Reading.Events)Read(Copy("p1"))).Items[0];
        sent.Outbound.ShouldBeTrue();
        sent.ThreadId.ShouldBe("kim@a.example");
        Read(Copy(Ours)).ShouldBeOfType<Reading.Ignored>();
    }

    [Fact]
    public void A_correction_finds_its_message_and_a_receipt_ours()
    {
        var first = ((Reading.Events)Channel.Read(Delivery(Fixtures.Bytes("xmpp", "inbound-chat.xml")), Settings)).Items[0];
        var edit = ((Reading.Events)Channel.Read(Delivery(Fixtures.Bytes("xmpp", "inbound-correction.xml")), Settings)).Items[0];
        edit.TargetKey.ShouldBe(first.Key);

        var receipt = ((Reading.Events)Read($"<message from='kim@a.example/x'><received xmlns='urn:xmpp:receipts' id='{Ours}-2'/></message>")).Items[0];
        receipt.Correlation.ShouldBe(Ours);
        receipt.TargetKey.ShouldBe(Ours + "-2");
    }

    [Fact]
    public void A_reply_loses_its_quote_and_an_encrypted_message_says_so()
    {
        var reply = ((Reading.Events)Read("<message from='kim@a.example' id='2'><body>&gt; 🙏?\nYes</body><reply xmlns='urn:xmpp:reply:0' id='1'/><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='5'/></fallback></message>")).Items[0];
        reply.Text.ShouldBe("Yes");
        reply.ReplyTo.ShouldBe("1");

        var locked = ((Reading.Events)Read("<message from='kim@a.example' id='3'><encrypted xmlns='eu.siacs.conversations.axolotl'/><body>I sent you an OMEMO encrypted message</body></message>")).Items[0];
        locked.Status.ShouldBe("unsupported");
        locked.Text.ShouldBeNull();
    }

    [Fact]
    public void A_document_type_is_refused() =>
        Read("<!DOCTYPE m [<!ENTITY a 'b'>]><message from='kim@a.example' id='3'><body>&a;</body></message>").ShouldBeOfType<Reading.Unreadable>();

    [Fact]
    public async Task Without_a_stream_nothing_is_lost() =>
        (await Channel.SendAsync(new OutboundMessage { Id = Guid.NewGuid(), IdempotencyKey = "k", RecipientId = "kim@a.example", Text = "Hi" }, Settings, new(new HttpClient(), TimeProvider.System), default))
            .ShouldBeOfType<SendResult.Retry>().ProviderDown.ShouldBeTrue();

    private static Reading Read(string xml) => Channel.Read(Delivery(Encoding.UTF8.GetBytes(xml)), Settings);

    private static RawDelivery Delivery(byte[] body) => new() { Body = body, ReceivedAt = default };
}
