using System.Text;
using System.Text.Json;
using Braid.Channels.Telegram;
using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.Telegram;

public sealed class TelegramReceiverTests
{
    private static readonly TelegramChannel Channel = TelegramSenderTests.Channel;
    private static readonly ChannelSettings Settings = TelegramSenderTests.Settings;

    [Theory]
    [InlineData("inbound-text.json", "5512345678:301", Audience.Private)]
    [InlineData("inbound-forum-topic-not-a-reply.json", "-1002199887766:9012", Audience.Shared)]
    [InlineData("inbound-business-message.json", "bc_Xk29fQ7LmZ:5698765432:771", Audience.Private)]
    public void Keys_hold_the_chat_because_message_ids_are_unique_only_there(string fixture, string key, Audience audience)
    {
        var e = Read(Fixtures.Bytes("telegram", fixture)).Items[0];

        e.Key.ShouldBe(key);
        e.Audience.ShouldBe(audience);
    }

    [Fact]
    public void A_reply_and_a_reaction_name_the_key_of_their_message()
    {
        Read(Fixtures.Bytes("telegram", "inbound-group-reply-quote.json")).Items[0].TargetKey.ShouldBe("-1002045678901:5118");
        Read(Fixtures.Bytes("telegram", "inbound-message-reaction-added.json")).Items[0].TargetKey.ShouldBe("5512345678:303");
    }

    [Fact]
    public void A_changed_reaction_is_one_taken_back_and_one_given()
    {
        var events = Read("""
            {"update_id":1,"message_reaction":{"chat":{"id":5,"type":"private"},"message_id":7,"user":{"id":5,"first_name":"Kim"},"date":1794964500,
             "old_reaction":[{"type":"emoji","emoji":"👍"},{"type":"emoji","emoji":"🔥"}],"new_reaction":[{"type":"emoji","emoji":"🔥"},{"type":"emoji","emoji":"❤"}]}}
            """).Items;

        events.Select(e => (e.Text, e.Status)).ShouldBe([("👍", "removed"), ("❤", "added")]);
    }

    [Fact]
    public void A_channel_post_is_public()
    {
        var post = Read("""{"update_id":1,"channel_post":{"message_id":3,"date":1794964500,"chat":{"id":-100123,"type":"channel","title":"News"},"sender_chat":{"id":-100123,"title":"News"},"text":"Hi"}}""").Items[0];

        post.Audience.ShouldBe(Audience.Public);
        post.Sender!.Name.ShouldBe("News");
    }

    [Theory]
    [InlineData("""{"update_id":1,"message":{"message_id":3,"date":1794964500,"chat":{"id":5,"type":"private"},"from":{"id":7011223344,"is_bot":true,"first_name":"We"},"text":"Hi"}}""")]
    [InlineData("""{"update_id":1,"business_message":{"message_id":3,"date":1794964500,"chat":{"id":5,"type":"private"},"from":{"id":9,"first_name":"Owner"},"sender_business_bot":{"id":7011223344,"is_bot":true,"first_name":"We"},"business_connection_id":"b","text":"Hi"}}""")]
    public void What_the_bot_wrote_itself_is_dropped(string json) =>
        Ignored(Encoding.UTF8.GetBytes(json)).ShouldContain("our own");

    [Theory]
    [InlineData("@braid_support_bot where is it?", 0, 18, "where is it?")]
    [InlineData("Hey @Braid_Support_Bot!", 4, 18, "Hey !")]
    [InlineData("@other_bot where is it?", 0, 10, "@other_bot where is it?")]
    [InlineData("@braid_support_bot", 0, 18, null)]
    public void The_mention_of_our_bot_is_left_out(string text, int offset, int length, string? expected)
    {
        var settings = Channel.ParseSettings(JsonDocument.Parse(
            $$"""{"botToken":"{{TelegramSenderTests.Token}}","webhookSecret":"x","botUsername":"braid_support_bot"}""").RootElement);
        var json = JsonSerializer.SerializeToUtf8Bytes(new
        {
            update_id = 1,
            message = new
            {
                message_id = 3, date = 1794964500, chat = new { id = -5, type = "group" }, from = new { id = 7, first_name = "Kim" },
                text, entities = new[] { new { type = "mention", offset, length } },
            },
        });

        ((Reading.Events)Channel.Read(Delivery(json), settings)).Items[0].Text.ShouldBe(expected);
    }

    [Theory]
    [InlineData("inbound-my-chat-member-blocked.json", "the customer blocked the bot")]
    [InlineData("inbound-group-migrated.json", "the group -4567890123 became -1002045678901")]
    [InlineData("inbound-service-new-member.json", "service notice new_chat_members")]
    [InlineData("inbound-unknown-update-type.json", "future_feature: no content for us")]
    public void What_is_no_message_is_ignored_with_a_reason(string fixture, string reason) =>
        Ignored(Fixtures.Bytes("telegram", fixture)).ShouldBe(reason);

    [Fact]
    public void A_contact_card_proves_nothing()
    {
        var key = Read(Fixtures.Bytes("telegram", "inbound-contact.json")).Items[0].Sender!.Keys.ShouldHaveSingleItem();

        key.ShouldBe(new ContactKey(KeyKind.Phone, "+8613800138000", null));
        key.Proven.ShouldBeFalse();
    }

    [Theory]
    [InlineData("inbound-album-1of3.json", "AgACAgUAAAMCBQADGQEAAc0Kb2fQx7yVd0uXnT9r1mC3bQ", "image/jpeg", 144020)]
    [InlineData("inbound-voice.json", "AwACAgUAAAMCBQADGQEAAv1Kb2fQx7yVd0uXnT9r1mC3bQ", "audio/ogg", 28102)]
    [InlineData("inbound-sticker-animated.json", "CAACAgUAAAMCBQADGQEAAs1Kb2fQx7yVd0uXnT9r1mC3bQ", "application/x-tgsticker", 21345)]
    public void A_file_can_be_fetched_later(string fixture, string fileId, string type, long size)
    {
        var file = Read(Fixtures.Bytes("telegram", fixture)).Items[0].Attachments.ShouldHaveSingleItem();

        (file.MediaRef, file.ContentType, file.Size).ShouldBe((fileId, type, size));
    }

    [Fact]
    public void A_tapped_button_is_answered_with_the_webhooks_own_reply()
    {
        var request = new WebhookRequest
        {
            Method = "POST", Url = new("https://braid.example.com/"), Query = new Dictionary<string, string>(), ReceivedAt = DateTimeOffset.UnixEpoch,
            Headers = new Dictionary<string, string> { ["X-Telegram-Bot-Api-Secret-Token"] = "brd-7Qm3vX_tok-01" },
            Body = Fixtures.Bytes("telegram", "inbound-callback-query.json"),
        };

        var answer = Channel.Verify(request, Settings).ShouldBeOfType<Verdict.Genuine>().Answer.ShouldNotBeNull();

        var call = JsonDocument.Parse(answer.Body).RootElement;
        call.GetProperty("method").GetString().ShouldBe("answerCallbackQuery");
        call.GetProperty("callback_query_id").GetString().ShouldBe("23677123456789012345");
        Channel.Verify(request with { Body = Fixtures.Bytes("telegram", "inbound-text.json") }, Settings).ShouldBe(new Verdict.Genuine());
    }

    private static string Ignored(byte[] body) => Channel.Read(Delivery(body), Settings).ShouldBeOfType<Reading.Ignored>().Reason;

    private static Reading.Events Read(string json) => Read(Encoding.UTF8.GetBytes(json));

    private static Reading.Events Read(byte[] body) => Channel.Read(Delivery(body), Settings).ShouldBeOfType<Reading.Events>();

    private static RawDelivery Delivery(byte[] body) => new() { Body = body, ReceivedAt = DateTimeOffset.UnixEpoch };
}
