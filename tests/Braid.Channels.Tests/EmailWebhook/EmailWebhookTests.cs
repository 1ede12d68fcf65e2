using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Braid.Channels.Common;
using Braid.Channels.Email;
using Braid.Channels.EmailWebhook;
using Braid.Channels.Tests.Conformance;
using Microsoft.Extensions.Time.Testing;

namespace Braid.Channels.Tests.EmailWebhook;

public sealed class EmailWebhookTests
{
    private const string Support = "support@northwind-outfitters.example";
    private const string Certificate = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-test.pem";
    private static readonly EmailWebhookChannel Channel = new();
    private static readonly EmailWebhookSettings Postmark = new() { Provider = MailProvider.Postmark, Address = Support, ServerToken = "t" };
    private static readonly EmailWebhookSettings Mailgun = new() { Provider = MailProvider.Mailgun, Address = Support, ApiKey = "k", Domain = "mg.example.com", SigningKey = "mailgun-signing-key" };
    private static readonly EmailWebhookSettings SendGrid = new() { Provider = MailProvider.Sendgrid, Address = Support, ApiKey = "k" };
    private static readonly EmailWebhookSettings Ses = new()
    {
        Provider = MailProvider.Ses, Address = Support, Region = "eu-west-1", AccessKeyId = "AKIDEXAMPLE", SecretAccessKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", TopicArn = "arn:aws:sns:eu-west-1:111111111111:inbound",
    };

    private static WebhookRequest Request(byte[] body, string type = "application/json", long at = 1741079520, Dictionary<string, string>? headers = null) => new()
    {
        Method = "POST", Url = new("https://braid.example.com/webhooks/email-webhook/i/k"), Query = new Dictionary<string, string>(), Body = body, ReceivedAt = DateTimeOffset.FromUnixTimeSeconds(at),
        Headers = new Dictionary<string, string>(headers ?? [], StringComparer.OrdinalIgnoreCase) { ["Content-Type"] = type },
    };

    private static InboundEvent Event(string folder, string fixture, EmailWebhookSettings settings) => Channel.Read(
        new RawDelivery { Body = Fixtures.Bytes(folder, fixture), ReceivedAt = default }, settings).ShouldBeOfType<Reading.Events>().Items.ShouldHaveSingleItem();

    [Theory]
    [InlineData("inbound-mime.form", "application/x-www-form-urlencoded")]
    [InlineData("inbound-parsed.form", "application/x-www-form-urlencoded")]
    [InlineData("inbound-event-failed.json", "application/json")]
    public void Mailguns_signature_is_checked_with_its_time(string fixture, string type)
    {
        var body = Fixtures.Bytes("email-mailgun", fixture);

        Channel.Verify(Request(body, type), Mailgun).ShouldBeOfType<Verdict.Genuine>();
        Channel.Verify(Request(body, type), Mailgun with { SigningKey = "another" }).ShouldBeOfType<Verdict.Forged>();
        // Mailgun repeats for eight hours; two days later somebody else does.
        Channel.Verify(Request(body, type, at: 1741079520 + (8 * 3600)), Mailgun).ShouldBeOfType<Verdict.Genuine>();
        Channel.Verify(Request(body, type, at: 1741079520 + (48 * 3600)), Mailgun).ShouldBeOfType<Verdict.Forged>();
        Channel.Verify(Request("{}"u8.ToArray()), Mailgun).ShouldBeOfType<Verdict.Forged>();
    }

    [Theory]
    [InlineData("inbound-notification.json")]
    [InlineData("inbound-subscription-confirmation.json")]
    public void Amazons_signature_is_checked_with_its_certificate(string fixture)
    {
        var pem = Encoding.ASCII.GetString(Fixtures.Bytes("email-ses", "sns-test-certificate.pem"));
        var body = Fixtures.Bytes("email-ses", fixture);
        var request = Request(body) with { Keys = new Dictionary<string, string> { [Certificate] = pem } };

        Channel.KeysFor(request, Ses).ShouldBe([new Uri(Certificate)]);
        Channel.Verify(request, Ses).ShouldBeOfType<Verdict.Genuine>();
        Channel.Verify(request, Ses with { TopicArn = "arn:aws:sns:eu-west-1:222222222222:inbound" }).ShouldBeOfType<Verdict.Forged>();
        Channel.Verify(Request(body), Ses).ShouldBeOfType<Verdict.Forged>().Status.ShouldBe(503);
        var changed = Encoding.UTF8.GetString(body).Replace("2025-03-04T09:", "2025-03-04T10:", StringComparison.Ordinal);
        Channel.Verify(request with { Body = Encoding.UTF8.GetBytes(changed) }, Ses).ShouldBeOfType<Verdict.Forged>();
    }

    [Theory]
    [InlineData("https://sns.eu-west-1.amazonaws.com.evil.example/x.pem")]
    [InlineData("https://evil.example/sns.eu-west-1.amazonaws.com/x.pem")]
    [InlineData("http://sns.eu-west-1.amazonaws.com/x.pem")]
    [InlineData("https://s3.eu-west-1.amazonaws.com/bucket/x.pem")]
    [InlineData("https://sns.eu-west-1.amazonaws.com:8443/x.pem")]
    [InlineData("https://x@sns.eu-west-1.amazonaws.com/x.pem")]
    public void A_certificate_from_elsewhere_is_not_even_fetched(string address)
    {
        var body = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Fixtures.Bytes("email-ses", "inbound-notification.json")).Replace(Certificate, address, StringComparison.Ordinal));

        Channel.KeysFor(Request(body), Ses).ShouldBeEmpty();
        Channel.Verify(Request(body), Ses).ShouldBeOfType<Verdict.Forged>();
    }

    [Fact]
    public void Amazons_handshake_is_shown_to_an_admin()
    {
        var reading = Channel.Read(new RawDelivery { Body = Fixtures.Bytes("email-ses", "inbound-subscription-confirmation.json"), ReceivedAt = default }, Ses).ShouldBeOfType<Reading.Ignored>();

        reading.News.ShouldHaveSingleItem().Text.ShouldContain("https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription");
    }

    [Fact]
    public void SendGrids_signature_is_checked_over_time_and_bytes()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var settings = SendGrid with { VerificationKey = Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()) };
        var body = Fixtures.Bytes("email-sendgrid", "inbound-raw.multipart");
        Dictionary<string, string> Signed(string time) => new()
        {
            ["X-Twilio-Email-Event-Webhook-Timestamp"] = time,
            ["X-Twilio-Email-Event-Webhook-Signature"] = Convert.ToBase64String(key.SignData(Signatures.Join(time, body), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)),
        };

        Channel.Verify(Request(body, headers: Signed("1741079520")), settings).ShouldBeOfType<Verdict.Genuine>();
        Channel.Verify(Request([.. body, 1], headers: Signed("1741079520")), settings).ShouldBeOfType<Verdict.Forged>();
        Channel.Verify(Request(body, headers: Signed("1740000000")), settings).ShouldBeOfType<Verdict.Forged>();
        Channel.Verify(Request(body), settings).ShouldBeOfType<Verdict.Forged>();
        Channel.Verify(Request(body, headers: new() { ["X-Twilio-Email-Event-Webhook-Timestamp"] = "1741079520", ["X-Twilio-Email-Event-Webhook-Signature"] = "AAAA" }), settings).ShouldBeOfType<Verdict.Forged>();
        Should.Throw<SettingsException>(() => Channel.ParseSettings(JsonDocument.Parse($$"""{"provider":"sendgrid","address":"a@b.example","apiKey":"k","verificationKey":"nonsense"}""").RootElement)).Problems.Keys.ShouldContain("verificationKey");
    }

    [Fact]
    public void The_same_mail_says_the_same_through_every_service()
    {
        foreach (var (folder, fixture, settings) in new[]
        {
            ("email-postmark", "inbound-raw.json", Postmark), ("email-postmark", "inbound-parsed.json", Postmark), ("email-mailgun", "inbound-mime.form", Mailgun), ("email-mailgun", "inbound-parsed.form", Mailgun),
            ("email-sendgrid", "inbound-raw.multipart", SendGrid), ("email-sendgrid", "inbound-parsed-latin1.multipart", SendGrid), ("email-ses", "inbound-notification.json", Ses),
        })
        {
            var e = Event(folder, fixture, settings);
            (e.Key, e.Mail!.Subject, e.Text, e.Mail.ThreadToken, e.Mail.Kind).ShouldBe(("mid:m1@example.com", "Größe", "Passt Größe 43?", "c-7q2k9xw4", "message"), $"{folder}/{fixture}");
        }
    }

    [Fact]
    public void Only_the_services_own_word_proves_a_sender()
    {
        Event("email-ses", "inbound-notification.json", Ses).Sender!.Keys[0].Proof.ShouldBe("dmarc=pass, found by Amazon SES");
        Event("email-sendgrid", "inbound-raw.multipart", SendGrid).Sender!.Keys[0].Proven.ShouldBeTrue();
        Event("email-sendgrid", "inbound-parsed-latin1.multipart", SendGrid).Sender!.Verified.ShouldBeFalse();
        Event("email-postmark", "inbound-raw.json", Postmark).Sender!.Verified.ShouldBeFalse();

        var forged = Encoding.UTF8.GetString(Fixtures.Bytes("email-sendgrid", "inbound-raw.multipart")).Replace("{@example.com : pass}", "{@other.example : pass, @example.com : fail}", StringComparison.Ordinal);
        Channel.Read(new RawDelivery { Body = Encoding.UTF8.GetBytes(forged), ReceivedAt = default }, SendGrid).ShouldBeOfType<Reading.Events>().Items[0].Sender!.Verified.ShouldBeFalse();
    }

    [Fact]
    public async Task A_file_of_a_parsed_mail_comes_out()
    {
        var delivery = new RawDelivery { Body = Fixtures.Bytes("email-postmark", "inbound-parsed.json"), ReceivedAt = default };
        var file = Channel.Read(delivery, Postmark).ShouldBeOfType<Reading.Events>().Items[0].Attachments.ShouldHaveSingleItem();

        await using var media = await Channel.OpenMediaAsync(new(file.MediaRef!, delivery), Postmark, new ProviderContext(new HttpClient(), TimeProvider.System), default);

        (media.Name, media.ContentType, media.Size).ShouldBe(("foto.png", "image/png", 8L));
    }

    [Fact]
    public async Task Postmark_keeps_our_Message_ID_and_brings_our_id_back()
    {
        var provider = new FakeProvider(ProviderReply.Ok("""{"ErrorCode":0,"MessageID":"b7bc2f4a"}"""));
        var message = new OutboundMessage
        {
            Id = Guid.Parse("0198c0de-0000-7000-8000-000000000001"), IdempotencyKey = "k", ThreadId = "m0@example.com", RecipientId = "ana@example.com", RecipientName = "Ana \"A\" Lima", Text = "Ja", AuthorName = "Kim",
            Mail = new OutboundMail { Subject = "Re: Größe", MessageId = "out.7q2k9xw4.1@x.example", InReplyTo = "m1@example.com", References = ["m0@example.com", "m1@example.com"], ThreadToken = "7q2k9xw4", Cc = [new("bo@example.com", "Bo", "bo@example.com")], Automatic = true },
        };

        var sent = (await Channel.SendAsync(message, Postmark with { FromName = "Northwind" }, new ProviderContext(provider.Client, TimeProvider.System), default)).ShouldBeOfType<SendResult.Sent>();

        sent.ShouldSatisfyAllConditions(s => s.ExternalId.ShouldBe("out.7q2k9xw4.1@x.example"), s => s.OtherKeys.ShouldBe(["b7bc2f4a"]), s => s.ThreadId.ShouldBe("m0@example.com"));
        var body = provider.Requests.ShouldHaveSingleItem().Json;
        string Of(string name) => body.GetProperty(name).GetString()!;
        (Of("From"), Of("To"), Of("Cc"), Of("ReplyTo"), Of("Subject")).ShouldBe((
            $"\"Kim via Northwind\" <{Support}>", "\"Ana \\\"A\\\" Lima\" <ana@example.com>", "\"Bo\" <bo@example.com>", "\"Northwind\" <support+7q2k9xw4@northwind-outfitters.example>", "Re: Größe"));
        var headers = body.GetProperty("Headers").EnumerateArray().ToDictionary(h => h.GetProperty("Name").GetString()!, h => h.GetProperty("Value").GetString()!);
        headers.ShouldSatisfyAllConditions(
            h => h["Message-ID"].ShouldBe("<out.7q2k9xw4.1@x.example>"), h => h["In-Reply-To"].ShouldBe("<m1@example.com>"), h => h["References"].ShouldBe("<m0@example.com> <m1@example.com>"),
            h => h["X-PM-KeepID"].ShouldBe("true"), h => h["Auto-Submitted"].ShouldBe("auto-replied"), h => h["X-Braid-Loop"].ShouldBe(OwnAddresses.LoopMark(Support)));
        body.GetProperty("Metadata").GetProperty("messageId").GetString().ShouldBe("0198c0de-0000-7000-8000-000000000001");
    }

    [Fact]
    public async Task SES_takes_the_mail_signed_and_names_its_own_id()
    {
        var provider = new FakeProvider(ProviderReply.Ok("""{"MessageId":"0102"}"""));
        var message = new OutboundMessage { Id = Guid.NewGuid(), IdempotencyKey = "k", RecipientId = "ana@example.com", Text = "Hi", Mail = new OutboundMail { Subject = "S", MessageId = "out.1@x.example" } };

        var sent = (await Channel.SendAsync(message, Ses with { ConfigurationSet = "c" }, new ProviderContext(provider.Client, new FakeTimeProvider(new(2026, 3, 4, 9, 12, 0, TimeSpan.Zero))), default)).ShouldBeOfType<SendResult.Sent>();

        sent.OtherKeys.ShouldBe(["0102@eu-west-1.amazonses.com", "0102"]);
        var request = provider.Requests.ShouldHaveSingleItem();
        request.Url.ShouldBe(new Uri("https://email.eu-west-1.amazonaws.com/v2/email/outbound-emails"));
        request.Headers["Authorization"].ShouldStartWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260304/eu-west-1/ses/aws4_request, SignedHeaders=host;x-amz-date, Signature=");
    }

    /// <summary>Amazon's own published example ("get-vanilla" of the Signature Version 4 test suite).</summary>
    [Fact]
    public void Amazons_signature_of_ours_is_the_published_one()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://example.amazonaws.com/");
        AwsSignature.Sign(request, [], "us-east-1", "service", "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", new(2015, 8, 30, 12, 36, 0, TimeSpan.Zero));

        request.Headers.GetValues("Authorization").Single().ShouldEndWith("Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
    }

    [Theory]
    [InlineData("postmark", "serverToken")]
    [InlineData("mailgun", "signingKey")]
    [InlineData("sendgrid", "apiKey")]
    [InlineData("ses", "topicArn")]
    public void Each_service_says_what_it_needs(string provider, string field) =>
        Should.Throw<SettingsException>(() => Channel.ParseSettings(JsonDocument.Parse($$"""{"provider":"{{provider}}","address":"a@b.example"}""").RootElement)).Problems.Keys.ShouldContain(field);
}
