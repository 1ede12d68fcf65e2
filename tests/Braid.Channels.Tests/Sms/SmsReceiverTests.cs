using System.Text;
using Braid.Channels.Sms;
using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.Sms;

public sealed class SmsReceiverTests
{
    private static readonly SmsChannel Channel = new();

    private static InboundEvent Read(SmsProvider provider, string body, string type = "application/json", Dictionary<string, string>? query = null) => Channel.Read(
        new RawDelivery { Body = Encoding.UTF8.GetBytes(body), ContentType = type, ReceivedAt = DateTimeOffset.UnixEpoch, Query = query ?? [] },
        new SmsSettings { Provider = provider }).ShouldBeOfType<Reading.Events>().Items[0];

    [Fact]
    public void Writing_from_a_number_proves_it_and_a_sender_name_proves_nothing()
    {
        Read(SmsProvider.Twilio, "MessageSid=SM1&From=%2B447700900123&Body=Hi").Sender!.Keys.ShouldBe([new ContactKey(KeyKind.Phone, "+447700900123", "wrote from this number by SMS")]);
        Read(SmsProvider.Plivo, "MessageUUID=1&From=14155550123&Text=Hi").Sender!.Keys[0].Value.ShouldBe("+14155550123");
        Read(SmsProvider.Twilio, "MessageSid=SM1&From=BANK&Body=Hi").Sender!.Keys.ShouldBeEmpty();
        Read(SmsProvider.Twilio, "MessageSid=SM1&From=12345&Body=Hi").Sender!.Keys.ShouldBeEmpty();
    }

    [Fact]
    public void A_report_finds_our_message_by_the_id_in_the_address()
    {
        var report = Read(SmsProvider.Twilio, "MessageSid=SM1&MessageStatus=delivered&To=%2B447700900123", query: new() { ["ref"] = "0198c0de-0000-7000-8000-000000000001" });

        (report.Kind, report.Status, report.Correlation, report.TargetKey).ShouldBe((InboundKind.Status, "delivered", "0198c0de-0000-7000-8000-000000000001", "SM1"));
    }

    [Fact]
    public void A_failed_report_says_why_in_words()
    {
        var report = Read(SmsProvider.Twilio, "MessageSid=SM1&MessageStatus=undelivered&To=%2B447700900123&ErrorCode=30006");

        report.ErrorText.ShouldBe("This is a landline, or its network takes no messages. Try another channel.");
    }

    [Fact]
    public void A_group_MMS_is_one_shared_thread_whoever_writes()
    {
        string Body(string from, string other) =>
            $$$"""{"data":{"event_type":"message.received","payload":{"id":"1","from":{"phone_number":"{{{from}}}"},"to":[{"phone_number":"+17735550100","status":"webhook_delivered"}],"cc":[{"phone_number":"{{{other}}}"}],"text":"Hi"} } }""";

        var one = Read(SmsProvider.Telnyx, Body("+13125550123", "+13125550124"));
        var two = Read(SmsProvider.Telnyx, Body("+13125550124", "+13125550123"));

        one.Audience.ShouldBe(Audience.Shared);
        one.ThreadId.ShouldBe(two.ThreadId);
        one.Others.ShouldHaveSingleItem().Id.ShouldBe("+13125550124");
    }

    [Fact]
    public void Kinds_nobody_knows_are_shown_as_such()
    {
        var message = Read(SmsProvider.Vonage, """{"message_uuid":"1","from":"447700900001","channel":"whatsapp","message_type":"hologram","hologram":{}}""");

        message.Status.ShouldBe("unsupported");
        message.Attachments.ShouldHaveSingleItem().Kind.ShouldBe(AttachmentKind.Unknown);
    }

    [Fact]
    public void Parts_of_the_older_Vonage_API_are_messages_each()
    {
        var part = Read(SmsProvider.Vonage, Encoding.UTF8.GetString(Fixtures.Bytes("sms-vonage", "inbound-sms-api-concat-2.form")), "application/x-www-form-urlencoded");

        (part.Text, part.Extra["part"], part.Extra["parts"]).ShouldBe(("message.", "2", "2"));
    }

    [Fact]
    public void One_broken_result_of_a_batch_takes_none_along()
    {
        var reading = Channel.Read(
            new RawDelivery { Body = """{"results":[{"from":1},{"messageId":"2","from":"385916242493","text":"Hi"},7]}"""u8.ToArray(), ReceivedAt = DateTimeOffset.UnixEpoch },
            new SmsSettings { Provider = SmsProvider.Infobip }).ShouldBeOfType<Reading.Events>();

        reading.Items.ShouldHaveSingleItem().Text.ShouldBe("Hi");
        reading.Skipped.Count.ShouldBe(2);
    }

    [Fact]
    public void Another_Twilio_accounts_message_is_left_alone() =>
        Channel.Read(
            new RawDelivery { Body = "MessageSid=SM1&From=%2B447700900123&Body=Hi&AccountSid=AC2"u8.ToArray(), ReceivedAt = DateTimeOffset.UnixEpoch },
            new SmsSettings { Provider = SmsProvider.Twilio, AccountSid = "AC1" }).ShouldBeOfType<Reading.Ignored>();
}
