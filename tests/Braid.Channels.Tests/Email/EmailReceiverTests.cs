using System.Globalization;
using System.Net.Http;
using Braid.Channels.Email;

namespace Braid.Channels.Tests.Email;

public sealed class EmailReceiverTests
{
    private const string Plain = """
        Received: from mx.example.com by mx.northwind.example; Wed, 4 Mar 2026 09:12:00 +0000
        From: Ana Lima <Ana@Example.com>
        To: support@northwind.example
        Subject: Größe
        Message-ID: <m1@example.com>
        Date: Mon, 1 Jan 2001 00:00:00 +0000

        Passt Größe 43?

        Am 3.3.2026 um 10:00 schrieb Northwind <support@northwind.example>:
        > Hallo
        """;

    private static Reading Read(string mail, EmailSettings? settings = null) => new EmailChannel().Read(EmailTestData.Delivery(mail), settings ?? EmailTestData.Settings());

    private static string With(string header, string mail = Plain) => header + "\n" + mail;

    private static string FixtureText(string name) => File.ReadAllText(EmailTestData.Fixture(name + ".eml"));

    [Fact]
    public void A_mail_becomes_a_message()
    {
        var message = EmailTestData.Event(Plain);
        message.Kind.ShouldBe(InboundKind.Message);
        message.ExternalId.ShouldBe("m1@example.com");
        message.Key.ShouldBe("mid:m1@example.com");
        message.ThreadId.ShouldBe("m1@example.com");
        message.Text.ShouldBe("Passt Größe 43?");
        message.Audience.ShouldBe(Audience.Private);
        message.Sender.ShouldNotBeNull().ShouldSatisfyAllConditions(
            s => s.Id.ShouldBe("ana@example.com"), s => s.Address.ShouldBe("Ana@Example.com"), s => s.Name.ShouldBe("Ana Lima"),
            s => s.Verified.ShouldBeFalse(), s => s.Keys.ShouldHaveSingleItem().Proof.ShouldBeNull());
        message.Mail.ShouldNotBeNull().FullText.ShouldNotBeNull().ShouldContain("> Hallo");
        message.Mail.Kind.ShouldBe("message");
        message.Mail.Subject.ShouldBe("Größe");
    }

    [Fact]
    public void The_receiving_servers_time_counts_not_the_Date_header()
    {
        EmailTestData.Event(Plain).Timestamp.ShouldBe(EmailTestData.Now);
        var ms = EmailTestData.Now.AddHours(1).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        EmailTestData.Event(Plain, null, ("imap-received", ms)).Timestamp.ShouldBe(EmailTestData.Now.AddHours(1));
    }

    [Theory]
    [InlineData("mx.northwind.example; spf=pass; dmarc=pass (p=reject) header.from=example.com", true)]
    [InlineData("MX.northwind.example 1; dmarc=pass", true)]
    [InlineData("mx.northwind.example; dmarc=fail header.from=example.com", false)]
    [InlineData("mx.northwind.example; dmarc=pass header.from=evil.example", false)]
    [InlineData("mx.northwind.example; spf=pass; dkim=pass", false)]
    [InlineData("mx.northwind.example; x=(dmarc=pass)", false)]
    [InlineData("mx.northwind.example", false)]
    [InlineData("evil.example; dmarc=pass header.from=example.com", false)]
    public void Only_our_own_servers_dmarc_pass_proves_a_sender(string result, bool proven)
    {
        var sender = EmailTestData.Event(With("Authentication-Results: " + result)).Sender!;
        sender.Verified.ShouldBe(proven);
        sender.Keys.Single().Proven.ShouldBe(proven);
    }

    [Fact]
    public void A_result_that_the_sender_wrote_himself_is_not_believed()
    {
        const string forged = "Authentication-Results: mx.northwind.example; dmarc=pass header.from=example.com";
        EmailTestData.Event(With("Authentication-Results: mx.northwind.example; dmarc=fail\n" + forged)).Sender!.Verified.ShouldBeFalse();
        EmailTestData.Event(With("Authentication-Results: mx.northwind.example; spf=none\n" + forged)).Sender!.Verified.ShouldBeFalse();
        EmailTestData.Event(With("Authentication-Results: other.example; dmarc=pass\n" + forged)).Sender!.Verified.ShouldBeFalse();
        EmailTestData.Event(With(forged), EmailTestData.Settings() with { AuthServer = null }).Sender!.Verified.ShouldBeFalse();
        EmailTestData.Event(Plain, EmailTestData.Settings() with { TrustServer = true }).Sender!.Verified.ShouldBeTrue();
    }

    [Fact]
    public void An_answer_finds_its_thread_by_references_and_by_our_token()
    {
        var reply = EmailTestData.Event(With("References: <root@x> <out.c-7q2k9xw4.1@northwind.example>\nIn-Reply-To: <out.c-7q2k9xw4.1@northwind.example>"));
        reply.ThreadId.ShouldBe("root@x");
        reply.ReplyTo.ShouldBe("out.c-7q2k9xw4.1@northwind.example");
        reply.Mail!.ThreadToken.ShouldBe("c-7q2k9xw4");

        var bare = EmailTestData.Event(Plain.Replace("support@", "Support+C-7Q2K9XW4@", StringComparison.Ordinal));
        bare.Mail!.ThreadToken.ShouldBe("c-7q2k9xw4");
        bare.ThreadId.ShouldBe("c-7q2k9xw4");
        bare.Audience.ShouldBe(Audience.Private);

        EmailTestData.Event(With("References: <out.c-7q2k9xw4.1@evil.example>")).Mail!.ThreadToken.ShouldBeNull();
        EmailTestData.Event(With("Cc: other+c-7q2k9xw4@northwind.example")).Mail!.ThreadToken.ShouldBeNull();
        EmailTestData.Event(With("Delivered-To: help+c-7q2k9xw4@northwind.example")).Mail!.ThreadToken.ShouldBe("c-7q2k9xw4");
    }

    [Fact]
    public void Other_people_in_copy_make_it_shared()
    {
        var shared = EmailTestData.Event(With("Cc: Bo <bo@example.com>, help@northwind.example, ANA@example.com, Bo <BO@example.com>"));
        shared.Audience.ShouldBe(Audience.Shared);
        shared.Others.ShouldBe([new Person("bo@example.com", "Bo", "bo@example.com")]);
    }

    [Fact]
    public void Our_own_mail_is_left_out()
    {
        Read(Plain.Replace("Ana@Example.com", "Help@northwind.example", StringComparison.Ordinal)).ShouldBeOfType<Reading.Ignored>();
        Read(With("X-Braid-Loop: " + OwnAddresses.LoopMark(EmailTestData.Settings().Address))).ShouldBeOfType<Reading.Ignored>();
        // Another company's Braid writes to us as any customer does.
        Read(With("X-Braid-Loop: " + OwnAddresses.LoopMark("a@b.example"))).ShouldBeOfType<Reading.Events>();
    }

    [Fact]
    public void A_mail_without_id_has_a_stable_one()
    {
        var mail = Plain.Replace("Message-ID: <m1@example.com>\n", "", StringComparison.Ordinal);
        var first = EmailTestData.Event(mail);
        first.ExternalId.ShouldNotBeNull().ShouldStartWith("sha256:");
        EmailTestData.Event(mail).Key.ShouldBe(first.Key);
        EmailTestData.Event(mail + "!").Key.ShouldNotBe(first.Key);
    }

    [Theory]
    [InlineData("bounce", "out.c-7q2k9xw4.1@northwind.example")]
    [InlineData("bounce-qmail", "out.c-7q2k9xw4.2@northwind.example")]
    public void A_permanent_bounce_fails_the_mail_it_is_about(string fixture, string original)
    {
        var status = EmailTestData.Event(FixtureText(fixture));
        status.Kind.ShouldBe(InboundKind.Status);
        status.Status.ShouldBe("failed");
        status.TargetKey.ShouldBe(original);
        status.ExternalId.ShouldBe(original);
        status.ErrorCode.ShouldBe("5.1.1");
        status.ErrorText.ShouldNotBeNull().ShouldContain("gone@example.com");
        status.ErrorText.ShouldContain("does not exist");
        status.Extra["recipient"].ShouldBe("gone@example.com");
    }

    [Fact]
    public void What_can_not_be_tied_to_a_mail_of_ours_is_shown()
    {
        EmailTestData.Event(FixtureText("delayed")).Mail!.Kind.ShouldBe("delayed");
        var unnamed = EmailTestData.Event(FixtureText("bounce").Replace("Message-ID: <out.c-7q2k9xw4.1@northwind.example>", "X-Nothing: 1", StringComparison.Ordinal));
        unnamed.Kind.ShouldBe(InboundKind.Message);
        unnamed.Mail!.Kind.ShouldBe("bounce");
        EmailTestData.Event(FixtureText("auto-reply")).Mail!.Kind.ShouldBe("autoReply");
        EmailTestData.Event(FixtureText("complaint")).Mail!.Kind.ShouldBe("complaint");
        EmailTestData.Event(With("List-Id: <news.example.com>")).Mail!.Kind.ShouldBe("list");
    }

    [Fact]
    public void A_read_receipt_marks_our_mail_as_read()
    {
        var status = EmailTestData.Event(FixtureText("read-receipt"));
        (status.Kind, status.Status, status.TargetKey).ShouldBe((InboundKind.Status, "read", "out.c-7q2k9xw4.1@northwind.example"));
    }

    [Fact]
    public async Task Files_open_from_the_mail_they_came_in()
    {
        var channel = new EmailChannel();
        var delivery = EmailTestData.Delivery(File.ReadAllBytes(EmailTestData.Fixture("inline-cid.eml")));
        var file = channel.Read(delivery, EmailTestData.Settings()).ShouldBeOfType<Reading.Events>().Items.Single().Attachments.ShouldHaveSingleItem();
        (file.Kind, file.Name, file.ContentId, file.MediaRef, file.Size).ShouldBe((AttachmentKind.Image, "logo.png", "logo@x", "part:2", 6));

        await using var content = await channel.OpenMediaAsync(new MediaRequest(file.MediaRef!, delivery), EmailTestData.Settings(), EmailTestData.Context(), TestContext.Current.CancellationToken);
        using var copy = new MemoryStream();
        await content.Stream.CopyToAsync(copy, TestContext.Current.CancellationToken);
        copy.ToArray().ShouldBe(Convert.FromBase64String("iVBORw0K"));

        await Should.ThrowAsync<MediaUnavailableException>(() => channel.OpenMediaAsync(new MediaRequest("part:9", delivery), EmailTestData.Settings(), EmailTestData.Context(), default));
        await Should.ThrowAsync<MediaUnavailableException>(() => channel.OpenMediaAsync(new MediaRequest("part:2", null), EmailTestData.Settings(), EmailTestData.Context(), default));
    }

    [Fact]
    public void Nul_never_reaches_the_database() =>
        EmailTestData.Event(With("Subject: a\0b", Plain.Replace("Subject: Größe\n", "", StringComparison.Ordinal)).Replace("43", "4\0003", StringComparison.Ordinal))
            .ShouldSatisfyAllConditions(e => e.Text!.ShouldNotContain('\0'), e => e.Mail!.Subject.ShouldBe("a\uFFFDb"));

    [Fact]
    public void Nothing_readable_is_parked_not_thrown()
    {
        Read("").ShouldBeOfType<Reading.Unreadable>();
        Read("Subject: x\n\nno sender").ShouldBeOfType<Reading.Unreadable>();
        new EmailChannel().Verify(new WebhookRequest
        {
            Method = "POST", Url = new Uri("https://x.example/"), Headers = new Dictionary<string, string>(), Query = new Dictionary<string, string>(), Body = default, ReceivedAt = EmailTestData.Now,
        }, EmailTestData.Settings()).ShouldBeOfType<Verdict.Forged>().Status.ShouldBe(403);
    }

    [Fact]
    public void Settings_read_from_json_and_name_what_is_wrong()
    {
        var channel = new EmailChannel();
        var settings = channel.ParseSettings(EmailTestData.Json("""{"address":"a@b.example","imapHost":"i","smtpHost":"s","imapSecurity":"startTls","password":"p","aliases":["c@d.example"]}"""));
        settings.Address.ShouldBe("a@b.example");
        settings.ShouldBeOfType<EmailSettings>().ImapSecurity.ShouldBe(MailSecurity.StartTls);
        var wrong = Should.Throw<SettingsException>(() => channel.ParseSettings(EmailTestData.Json("""{"address":"nobody","imapHost":"imap://x","aliases":["y"]}""")));
        wrong.Problems.Keys.Order().ShouldBe(["address", "aliases", "imapHost", "password", "smtpHost"], ignoreOrder: true);
        SettingsReader.SecretNames(typeof(EmailSettings)).ShouldBe(["password", "oauthClientSecret", "oauthRefreshToken"]);
        SettingsReader.Schema(typeof(EmailSettings))["properties"]!["address"].ShouldNotBeNull();
    }
}
