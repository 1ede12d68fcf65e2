using System.Text;
using System.Text.Json;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.Tests.Instagram;
using Braid.Channels.Tests.Messenger;

namespace Braid.Channels.Tests.Meta;

/// <summary>What the approved readings do not show: threads, audiences, echoes, oddities.</summary>
public sealed class MetaReceiverTests
{
    [Theory, InlineData("messenger"), InlineData("instagram")]
    public void The_recorded_handshake_and_signature_are_understood(string channel) => MetaProof.ShouldVerifyAsRecorded(Channel(channel), Settings(channel));

    [Fact]
    public void Either_of_two_secrets_proves_an_instagram_message()
    {
        var body = Encoding.UTF8.GetBytes("{}");
        foreach (var (secret, genuine) in new[] { ("braid-test-app-secret", true), ("braid-instagram-secret-1", true), ("braid-instagram-secret-2", false) })
        {
            var verdict = Channel("instagram").Verify(MetaProof.Request("instagram", "POST", body, MetaProof.Sign(body, secret)), Settings("instagram"));
            (verdict is Verdict.Genuine).ShouldBe(genuine, secret);
        }
    }

    [Fact]
    public void A_comment_and_its_answers_are_one_public_thread()
    {
        var top = One("instagram", "inbound-comment.json");
        var answer = One("instagram", "inbound-comment-reply.json");
        var own = One("instagram", "inbound-own-comment-reply.json");

        top.ThreadId.ShouldBe("comment:17919697626119712");
        new[] { answer.ThreadId, own.ThreadId }.ShouldAllBe(thread => thread == top.ThreadId);
        new[] { top, answer, own }.ShouldAllBe(e => e.Audience == Audience.Public && e.Account == "17841405793187218");
        (top.Outbound, own.Outbound).ShouldBe((false, true));
        One("messenger", "inbound-feed-comment-reply-photo.json").ThreadId.ShouldBe(One("messenger", "inbound-feed-comment-add.json").ThreadId);
        One("messenger", "inbound-feed-comment-add.json").Permalink.ShouldStartWith("https://www.facebook.com/");
    }

    [Fact]
    public void Who_is_not_named_is_anonymous_but_not_lost()
    {
        var comment = One("messenger", "inbound-feed-comment-missing-from.json");

        comment.Sender!.Anonymous.ShouldBeTrue();
        comment.Sender.Id.ShouldNotBe(comment.ThreadId);
    }

    [Fact]
    public void What_the_page_sent_through_us_comes_back_as_a_receipt()
    {
        const string ours = "0198c0de-0000-7000-8000-000000000001";
        var json = Encoding.UTF8.GetString(Fixtures.Bytes("messenger", "inbound-echo.json")).Replace("braid:msg:77", ours, StringComparison.Ordinal);

        var receipt = Read("messenger", json).Items.ShouldHaveSingleItem();

        (receipt.Kind, receipt.Status, receipt.Correlation, receipt.ThreadId).ShouldBe((InboundKind.Status, "sent", ours, "6841203957712043"));
    }

    [Fact]
    public void The_echo_of_an_earlier_part_settles_nothing()
    {
        var json = Encoding.UTF8.GetString(Fixtures.Bytes("messenger", "inbound-echo.json")).Replace("braid:msg:77", "0198c0de-0000-7000-8000-000000000001:1", StringComparison.Ordinal);

        var receipt = Read("messenger", json).Items.ShouldHaveSingleItem();

        (receipt.Kind, receipt.Status, receipt.Correlation).ShouldBe((InboundKind.Status, "sent", null));
    }

    [Fact]
    public void A_tap_without_id_has_a_key_of_its_own_and_the_same_again()
    {
        var json = Encoding.UTF8.GetString(Fixtures.Bytes("messenger", "inbound-postback-without-mid.json"));

        Read("messenger", json).Items[0].Key.ShouldBe("6841203957712043:1795003590011:MENU");
    }

    [Fact]
    public void A_dashboards_test_in_a_change_is_read_like_the_real_thing()
    {
        const string json =
            """
            {"object":"instagram","entry":[{"id":"17841405793187218","time":1795000000,"changes":[{"field":"messages","value":
             {"sender":{"id":"12334"},"recipient":{"id":"23245"},"timestamp":"1527459824","message":{"mid":"random_mid","text":"random_text"}}}]}]}
            """;

        var e = Read("instagram", json).Items.ShouldHaveSingleItem();

        (e.Text, e.Timestamp).ShouldBe(("random_text", DateTimeOffset.FromUnixTimeSeconds(1527459824)));
    }

    [Fact]
    public void A_linked_pages_id_means_the_account()
    {
        var json = Encoding.UTF8.GetString(Fixtures.Bytes("instagram", "inbound-comment.json")).Replace("17841405793187218", "104938472615038", StringComparison.Ordinal);

        Read("instagram", json).Items[0].Account.ShouldBe("17841405793187218");
    }

    [Fact]
    public void One_broken_item_does_not_take_its_neighbours_along()
    {
        const string json =
            """
            {"object":"page","entry":[7,{"id":"1","messaging":[null,5,{"sender":{"id":"2"}},{"sender":{"id":"2"},"recipient":{"id":"1"},"timestamp":1795000000000,"hologram":{"x":1}},
             {"sender":{"id":9007199254740993123},"recipient":{"id":"1"},"timestamp":1795000000000,"message":{"mid":"m_1","attachments":[{"type":"hologram"}]}}]}]}
            """;

        var reading = Read("messenger", json);

        var e = reading.Items.ShouldHaveSingleItem();
        (e.ThreadId, e.Status, e.Attachments[0].Kind).ShouldBe(("9007199254740993123", "unsupported", AttachmentKind.Unknown));
        reading.Skipped.ShouldContain(s => s.Contains("hologram", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("messenger", "inbound-handover-pass-thread.json", "pass_thread_control")]
    [InlineData("messenger", "inbound-referral-existing-thread.json", "ADS promo")]
    [InlineData("messenger", "inbound-feed-comment-hide.json", "hide")]
    public void What_is_no_message_is_ignored_with_a_reason(string channel, string fixture, string words) =>
        Channel(channel).Read(Delivery(Fixtures.Bytes(channel, fixture)), Settings(channel)).ShouldBeOfType<Reading.Ignored>().Reason.ShouldContain(words);

    [Fact]
    public void Another_product_s_webhook_is_ignored() =>
        Channel("messenger").Read(Delivery(Fixtures.Bytes("instagram", "inbound-text.json")), Settings("messenger")).ShouldBeOfType<Reading.Ignored>();

    private static InboundEvent One(string channel, string fixture) => Read(channel, Encoding.UTF8.GetString(Fixtures.Bytes(channel, fixture))).Items.ShouldHaveSingleItem();

    private static Reading.Events Read(string channel, string json) =>
        Channel(channel).Read(Delivery(Encoding.UTF8.GetBytes(json)), Settings(channel)).ShouldBeOfType<Reading.Events>();

    private static IChannel Channel(string id) => ChannelCatalogue.Find(id)!;

    private static ChannelSettings Settings(string channel) => Channel(channel).ParseSettings(
        JsonDocument.Parse(channel == "messenger" ? MessengerConformance.SettingsText : InstagramConformance.SettingsText).RootElement);

    private static RawDelivery Delivery(byte[] body) => new() { Body = body, ReceivedAt = DateTimeOffset.UnixEpoch };
}
