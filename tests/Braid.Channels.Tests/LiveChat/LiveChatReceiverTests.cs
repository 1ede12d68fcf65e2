using System.Text;
using Braid.Channels.LiveChat;

namespace Braid.Channels.Tests.LiveChat;

public sealed class LiveChatReceiverTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly LiveChatVisitor Stranger = new("0123456789abcdef0123456789abcdef");
    private static readonly LiveChatUser Maya = new("42") { Name = "Maya", Email = "maya@example.org", EmailVerified = true, Phone = "+6581234455" };
    private readonly LiveChatChannel channel = new();

    [Fact]
    public void A_message_of_a_stranger_belongs_to_the_browser()
    {
        var message = Only(Said(Stranger) with { Text = "Hello\0 there", Locale = "de", Page = "https://shop.example/packs" });

        message.Kind.ShouldBe(InboundKind.Message);
        message.ExternalId.ShouldBe("c-1");
        message.Key.ShouldBe(Stranger.VisitorId + ":c-1");
        message.ThreadId.ShouldBe(Stranger.VisitorId);
        message.Audience.ShouldBe(Audience.Private);
        message.Text.ShouldBe("Hello\uFFFD there");
        message.Timestamp.ShouldBe(At);
        message.Extra["page"].ShouldBe("https://shop.example/packs");
        message.Sender!.Id.ShouldBe(Stranger.VisitorId);
        message.Sender.Verified.ShouldBeTrue();
        message.Sender.Keys.ShouldBeEmpty();
        message.Sender.OtherIds.ShouldBeEmpty();
        message.Sender.Language.ShouldBe("de");
    }

    [Fact]
    public void A_signed_user_is_the_same_on_every_device_and_proves_what_the_site_verified()
    {
        var sender = Only(Said(Stranger with { User = Maya }) with { Text = "Hi" }).Sender!;

        sender.Id.ShouldBe("user:42");
        sender.OtherIds.ShouldBe([Stranger.VisitorId]);
        sender.Name.ShouldBe("Maya");
        sender.Keys.Select(k => (k.Kind, k.Value, k.Proven)).ShouldBe(
        [
            (KeyKind.SignedUser, "42", true), (KeyKind.Email, "maya@example.org", true), (KeyKind.Phone, "+6581234455", false),
        ]);
    }

    [Fact]
    public void What_a_visitor_types_is_stated_and_proves_nothing()
    {
        var sender = Only(Said(Stranger) with
        {
            Text = "Hi", PreChat = new LiveChatForm { Name = " Kim ", Email = "Kim@Example.org", Phone = "+62 812 3456 789" },
        }).Sender!;

        sender.Name.ShouldBe("Kim");
        sender.Keys.ShouldBe([new ContactKey(KeyKind.Email, "kim@example.org", null), new ContactKey(KeyKind.Phone, "+628123456789", null)]);
    }

    [Fact]
    public void A_typed_address_does_not_take_away_the_proof_of_the_signed_one()
    {
        var sender = Only(Said(Stranger with { User = Maya }) with { Text = "Hi", PreChat = new LiveChatForm { Email = "MAYA@example.org" } }).Sender!;
        sender.Keys.Single(k => k.Kind == KeyKind.Email).Proven.ShouldBeTrue();
    }

    [Fact]
    public void A_typed_address_that_differs_stands_beside_it_unproven()
    {
        var keys = Only(Said(Stranger with { User = Maya }) with { Text = "Hi", PreChat = new LiveChatForm { Email = "boss@example.org" } }).Sender!.Keys;
        keys.Where(k => k.Kind == KeyKind.Email).Select(k => (k.Value, k.Proven)).ShouldBe([("maya@example.org", true), ("boss@example.org", false)]);
    }

    [Fact]
    public void Leaving_an_email_is_a_message_that_says_where_to_answer()
    {
        var message = Only(Said(Stranger) with { Kind = "email", Text = "My buckle snapped", Email = " Kim@example.org" });

        message.Kind.ShouldBe(InboundKind.Message);
        message.Text.ShouldBe("My buckle snapped");
        message.Extra["answerTo"].ShouldBe("kim@example.org");
        message.Sender!.Keys.ShouldBe([new ContactKey(KeyKind.Email, "kim@example.org", null)]);
    }

    [Theory]
    [InlineData("image/png", AttachmentKind.Image)]
    [InlineData("image/svg+xml", AttachmentKind.File)]
    [InlineData("VIDEO/mp4", AttachmentKind.Video)]
    [InlineData("audio/ogg", AttachmentKind.Audio)]
    [InlineData("application/pdf", AttachmentKind.File)]
    [InlineData(null, AttachmentKind.File)]
    public void Files_carry_the_products_own_id(string? contentType, AttachmentKind kind)
    {
        var message = Only(Said(Stranger) with { Files = [new LiveChatFile("f-1", "a.bin", contentType, 7)] });

        message.Text.ShouldBeNull();
        var file = message.Attachments.ShouldHaveSingleItem();
        (file.Kind, file.MediaRef, file.Name, file.Size).ShouldBe((kind, "f-1", "a.bin", 7));
    }

    [Fact]
    public void Seen_reads_up_to_our_message()
    {
        var seen = Only(Said(Stranger) with { Kind = "seen", MessageId = "7f0c" });

        seen.Kind.ShouldBe(InboundKind.Read);
        seen.TargetKey.ShouldBe("7f0c");
        seen.ThreadId.ShouldBe(Stranger.VisitorId);
        seen.Sender!.Id.ShouldBe(Stranger.VisitorId);
    }

    [Fact]
    public void Two_visitors_with_one_client_id_wrote_two_messages()
    {
        var other = new LiveChatVisitor("fedcba9876543210fedcba9876543210");
        Only(Said(Stranger) with { Text = "a" }).Key.ShouldNotBe(Only(Said(other) with { Text = "a" }).Key);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"kind":"message","clientId":"c","text":"no visitor"}""")]
    [InlineData("""{"kind":"message","visitorId":"v","text":"no client id"}""")]
    [InlineData("""{"kind":"seen","visitorId":"v"}""")]
    [InlineData("""{"visitorId":"v","clientId":"c","text":"no kind"}""")]
    [InlineData("""{"kind":"message","visitorId":"v","clientId":"c","text":{"a":1}}""")]
    [InlineData("""{"kind":"message","visitorId":"v","clientId":"c","text":"\ud800"}""")]
    [InlineData("""{"kind":"message","visitorId":"v","clientId":"c","text":"x","at":"yesterday"}""")]
    public void A_body_we_cannot_read_is_parked_and_never_throws(string body) =>
        Read(body).ShouldBeOfType<Reading.Unreadable>().Reason.ShouldNotBeEmpty();

    [Theory]
    [InlineData("""{"kind":"wave","visitorId":"v","clientId":"c"}""")]
    [InlineData("""{"kind":"message","visitorId":"v","clientId":"c","text":"  \n"}""")]
    [InlineData("""{"kind":"message","visitorId":"v","clientId":"c"}""")]
    public void What_says_nothing_is_ignored_with_a_reason(string body) =>
        Read(body).ShouldBeOfType<Reading.Ignored>().Reason.ShouldNotBeEmpty();

    [Fact]
    public void Unknown_fields_and_a_missing_thread_do_no_harm()
    {
        var message = Read("""{"kind":"message","visitorId":"v","clientId":"c","text":"x","mood":"good","identity":{"userId":""}}""")
            .ShouldBeOfType<Reading.Events>().Items.ShouldHaveSingleItem();
        (message.ThreadId, message.Sender!.Id, message.Timestamp).ShouldBe(("v", "v", At.AddSeconds(1)));
    }

    [Fact]
    public void A_webhook_is_always_forged() => channel.Verify(
        new WebhookRequest
        {
            Method = "POST", Url = new Uri("https://braid.example/webhooks/livechat/1"), Headers = new Dictionary<string, string>(),
            Query = new Dictionary<string, string>(), Body = Encoding.UTF8.GetBytes("{}"), ReceivedAt = At,
        },
        new LiveChatSettings()).ShouldBeOfType<Verdict.Forged>().Status.ShouldBe(403);

    private static LiveChatDelivery Said(LiveChatVisitor visitor) => LiveChatDelivery.From("message", visitor, At) with { ClientId = "c-1" };

    private InboundEvent Only(LiveChatDelivery said) =>
        channel.Read(said.ToRaw(At.AddSeconds(1)), new LiveChatSettings()).ShouldBeOfType<Reading.Events>().Items.ShouldHaveSingleItem();

    private Reading Read(string body) => channel.Read(
        new RawDelivery { Body = Encoding.UTF8.GetBytes(body), ReceivedAt = At.AddSeconds(1) }, new LiveChatSettings());
}
