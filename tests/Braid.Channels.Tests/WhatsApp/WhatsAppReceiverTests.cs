using System.Text;
using System.Text.Json;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.WhatsApp;

namespace Braid.Channels.Tests.WhatsApp;

public sealed class WhatsAppReceiverTests
{
    private static readonly WhatsAppChannel Channel = new();
    private static readonly ChannelSettings Settings = Channel.ParseSettings(JsonDocument.Parse(WhatsAppConformance.SettingsText).RootElement);

    [Theory]
    [InlineData("braid-verify-token", "subscribe", true)]
    [InlineData("braid-verify-tokem", "subscribe", false)]
    [InlineData("", "subscribe", false)]
    [InlineData("braid-verify-token", "unsubscribe", false)]
    public void The_handshake_answers_the_challenge_to_who_knows_the_token(string token, string mode, bool answered)
    {
        var verdict = Channel.Verify(Get(new() { ["hub.mode"] = mode, ["hub.challenge"] = "1158201444", ["hub.verify_token"] = token }), Settings);

        if (answered)
        {
            var challenge = verdict.ShouldBeOfType<Verdict.Challenge>();
            Encoding.UTF8.GetString(challenge.Answer.Body.Span).ShouldBe("1158201444");
            challenge.Answer.ContentType.ShouldBe("text/plain");
        }
        else
        {
            verdict.ShouldBeOfType<Verdict.Forged>().Status.ShouldBe(403);
        }
    }

    [Fact]
    public void The_recorded_signature_is_checked_over_the_bytes_as_received()
    {
        var vector = Fixtures.Json("whatsapp", "verify-signature-vector.json");
        var body = Encoding.UTF8.GetBytes(vector.GetProperty("rawBody").GetString()!);
        var request = Get([]) with
        {
            Method = "POST", Body = body,
            Headers = new Dictionary<string, string> { ["X-Hub-Signature-256"] = vector.GetProperty("expectedHeaderValue").GetString()! },
        };

        Channel.Verify(request, Settings).ShouldBeOfType<Verdict.Genuine>();
        Channel.Verify(request with { Body = Encoding.UTF8.GetBytes(JsonDocument.Parse(body).RootElement.GetProperty("entry").GetRawText()) }, Settings)
            .ShouldBeOfType<Verdict.Forged>();
    }

    [Fact]
    public void Each_event_names_the_number_it_came_to()
    {
        foreach (var e in Read("inbound-batch-mixed-with-duplicate.json").Items) e.Account.ShouldBe("106540352242922");
    }

    [Fact]
    public void A_person_is_known_by_phone_and_by_user_id_and_the_phone_is_proven()
    {
        var sender = Read("inbound-text-arabic.json").Items[0].Sender!;

        sender.OtherIds.ShouldBe(["SA.20481930571266403118"]);
        sender.Address.ShouldBe("+966512345678");
        sender.Keys.ShouldHaveSingleItem().ShouldBe(new ContactKey(KeyKind.Phone, "+966512345678", "wrote from this number on WhatsApp"));
    }

    [Fact]
    public void Who_hides_the_phone_has_no_proven_key()
    {
        var sender = Read("inbound-text-bsuid-only.json").Items[0].Sender!;

        sender.Keys.ShouldBeEmpty();
        sender.Username.ShouldBe("dewi.lestari");
    }

    [Fact]
    public void A_user_id_in_the_phones_field_is_not_taken_for_a_phone()
    {
        var json = Encoding.UTF8.GetString(Fixtures.Bytes("whatsapp", "inbound-text-bsuid-only.json"))
            .Replace("\"from_user_id\"", "\"from\"", StringComparison.Ordinal);

        var sender = Read(Encoding.UTF8.GetBytes(json)).Items[0].Sender!;

        sender.Id.ShouldBe("ID.99120388471002934756");
        sender.Keys.ShouldBeEmpty();
    }

    [Fact]
    public void One_broken_item_does_not_take_its_neighbours_along()
    {
        var json = Encoding.UTF8.GetString(Fixtures.Bytes("whatsapp", "inbound-batch-mixed-with-duplicate.json"));
        var first = JsonDocument.Parse(json).RootElement.GetProperty("entry")[0].GetProperty("changes")[0].GetProperty("value").GetProperty("messages")[0];
        var broken = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(JsonDocument.Parse(json).RootElement).Replace(JsonSerializer.Serialize(first), "42", StringComparison.Ordinal));

        var reading = Read(broken);

        reading.Items.Select(e => e.Kind).ShouldBe([InboundKind.Message, InboundKind.Status, InboundKind.Message]);
        reading.Skipped.Count.ShouldBe(2);
    }

    [Fact]
    public void A_receipt_carries_what_we_gave_along()
    {
        Read("inbound-status-sent.json").Items[0].Correlation.ShouldBe("braid:msg:8f14e45f");
    }

    [Fact]
    public void A_later_failure_is_explained_to_the_agent()
    {
        var failed = Read("inbound-status-failed-131047-outside-window.json").Items[0];

        failed.ErrorText.ShouldNotBeNull().ShouldContain("template");
    }

    [Fact]
    public void Groups_are_shared_and_what_the_business_typed_elsewhere_is_ours()
    {
        Read("inbound-group-text.json").Items[0].Audience.ShouldBe(Audience.Shared);
        var echo = Read("inbound-smb-message-echo.json").Items[0];
        echo.Outbound.ShouldBeTrue();
        echo.ThreadId.ShouldBe("966512345678");
        echo.Sender!.Keys.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("inbound-errors-at-value-level.json", "too many messages")]
    [InlineData("inbound-user-id-update.json", "ID.55512208655302740001")]
    [InlineData("inbound-template-status-rejected.json", "REJECTED")]
    [InlineData("inbound-user-preferences.json", "stop")]
    public void What_is_no_message_is_ignored_with_a_reason(string fixture, string words) =>
        Channel.Read(Delivery(Fixtures.Bytes("whatsapp", fixture)), Settings).ShouldBeOfType<Reading.Ignored>().Reason.ShouldContain(words);

    [Theory]
    [InlineData("inbound-template-status-paused.json", NewsKind.Warning, "The template flash_sale (th) is PAUSED now: Your WhatsApp message template has been paused for 3 hours because it had issues.")]
    [InlineData("inbound-template-status-approved.json", NewsKind.Info, "The template order_confirmation (id) is APPROVED now.")]
    [InlineData("inbound-template-quality.json", NewsKind.Warning, "The quality of the template welcome_template (en_US) is YELLOW now, it was GREEN.")]
    [InlineData("inbound-template-category.json", NewsKind.Info, "The template welcome_template (en_US) is in the category MARKETING now, which may change its price.")]
    [InlineData("inbound-phone-quality.json", NewsKind.Info, "The number 6281110009922: THROUGHPUT_UPGRADE, limit TIER_UNLIMITED.")]
    [InlineData("inbound-phone-name.json", NewsKind.Info, "The display name Braid Demo Store was APPROVED.")]
    [InlineData("inbound-account-restriction.json", NewsKind.Warning, "The account: ACCOUNT_RESTRICTION, RESTRICTED_BIZ_INITIATED_MESSAGING. See Meta's business support.")]
    [InlineData("inbound-account-ban.json", NewsKind.Warning, "The account: DISABLED_UPDATE, SCHEDULE_FOR_DISABLE, November 25, 2026. See Meta's business support.")]
    [InlineData("inbound-account-alert.json", NewsKind.Info, "Meta says: OBA_APPROVED. Sample description.")]
    [InlineData("inbound-business-capability.json", NewsKind.Info, "The account may now write first to 2000 people a day.")]
    public void News_of_the_account_goes_into_the_inboxs_log(string fixture, NewsKind kind, string text) =>
        Ignored(Fixtures.Bytes("whatsapp", fixture)).News.ShouldHaveSingleItem().ShouldBe(new AccountNews(kind, text));

    [Fact]
    public void A_deleted_account_turns_the_light_red_and_another_accounts_news_is_not_ours()
    {
        var json = Encoding.UTF8.GetString(Fixtures.Bytes("whatsapp", "inbound-account-violation.json")).Replace("ACCOUNT_VIOLATION", "ACCOUNT_DELETED", StringComparison.Ordinal);

        Ignored(Encoding.UTF8.GetBytes(json)).News.ShouldHaveSingleItem().Kind.ShouldBe(NewsKind.Revoked);
        Ignored(Encoding.UTF8.GetBytes(json.Replace("102290129340398", "999", StringComparison.Ordinal))).News.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("inbound-user-id-update.json", "ID.13491208655302741918>ID.55512208655302740001 6281999888777>ID.55512208655302740001")]
    [InlineData("inbound-system-user-changed-number.json", "6281234567890>6281999888777 6281234567890>ID.55512208655302740001")]
    [InlineData("inbound-system-user-changed-user-id.json", "6281234567890>ID.55512208655302740001")]
    public void A_person_with_a_new_id_stays_the_same_person(string fixture, string changes)
    {
        var read = Ignored(Fixtures.Bytes("whatsapp", fixture)).IdentityChanges;

        string.Join(' ', read.Select(c => $"{c.OldId}>{c.NewId}")).ShouldBe(changes);
        read.ShouldAllBe(c => c.Account == "106540352242922");
    }

    private static Reading.Ignored Ignored(byte[] body) => Channel.Read(Delivery(body), Settings).ShouldBeOfType<Reading.Ignored>();

    private static Reading.Events Read(string fixture) => Read(Fixtures.Bytes("whatsapp", fixture));

    private static Reading.Events Read(byte[] body) => Channel.Read(Delivery(body), Settings).ShouldBeOfType<Reading.Events>();

    private static RawDelivery Delivery(byte[] body) => new() { Body = body, ReceivedAt = DateTimeOffset.UnixEpoch };

    private static WebhookRequest Get(Dictionary<string, string> query) => new()
    {
        Method = "GET", Url = new("https://braid.example.com/webhooks/whatsapp/1"), Query = query,
        Headers = new Dictionary<string, string>(), Body = default, ReceivedAt = DateTimeOffset.UnixEpoch,
    };
}
