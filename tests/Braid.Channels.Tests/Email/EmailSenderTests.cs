using System.Text;
using Braid.Channels.Email;
using Braid.Testing;

namespace Braid.Channels.Tests.Email;

public sealed class EmailSenderTests
{
    private static readonly CancellationToken Ct = TestContext.Current.CancellationToken;

    private static OutboundMessage Message(string text = "Yes, size 43 fits.", params OutboundAttachment[] files) => new()
    {
        Id = Guid.Parse("01920000-0000-7000-8000-000000000001"),
        IdempotencyKey = "k1",
        RecipientId = "ana@example.com",
        RecipientName = "Ana Lima",
        ThreadId = "m1@example.com",
        Text = text,
        AuthorName = "Maya",
        Attachments = files,
        Mail = new OutboundMail
        {
            Subject = "Re: Größe",
            MessageId = "out.c-7q2k9xw4.1@northwind.example",
            InReplyTo = "m1@example.com",
            References = ["m1@example.com"],
            ThreadToken = "c-7q2k9xw4",
        },
    };

    private static async Task<(SendResult Result, SmtpTestServer Server)> SendAsync(OutboundMessage message, Func<string, string?>? answer = null, Func<EmailSettings, EmailSettings>? change = null)
    {
        var server = new SmtpTestServer { Answer = answer ?? (_ => null) };
        var settings = EmailTestData.Settings(smtpPort: server.Port);
        var result = await new EmailChannel().SendAsync(message, change?.Invoke(settings) ?? settings, EmailTestData.Context(), Ct);
        await server.DisposeAsync();
        return (result, server);
    }

    [Fact]
    public async Task What_we_send_reads_back_as_what_was_meant()
    {
        var file = new byte[100_000];
        new Random(7).NextBytes(file);
        var attachment = new OutboundAttachment("Größentabelle – neu.pdf", "application/pdf", file.Length, _ => Task.FromResult<Stream>(new MemoryStream(file)));

        var (result, server) = await SendAsync(Message(".hidden line\r\n.\r\nPasst Größe 43? " + new string('x', 2000), attachment));

        var sent = result.ShouldBeOfType<SendResult.Sent>();
        sent.ExternalId.ShouldBe("out.c-7q2k9xw4.1@northwind.example");
        sent.ThreadId.ShouldBe("m1@example.com");
        var mail = server.Mails.ShouldHaveSingleItem();
        mail.From.ShouldBe("support@northwind.example");
        mail.To.ShouldBe(["ana@example.com"]);
        mail.Text.Split("\r\n").Max(l => l.Length).ShouldBeLessThanOrEqualTo(998);
        mail.Body.ShouldAllBe(b => b < 128);

        var read = Mail.Read(mail.Body);
        read.From.ShouldHaveSingleItem().Name.ShouldBe("Maya via Northwind");
        read.ReplyTo.ShouldHaveSingleItem().Address.ShouldBe("support+c-7q2k9xw4@northwind.example");
        read.To.ShouldHaveSingleItem().Name.ShouldBe("Ana Lima");
        read.Subject.ShouldBe("Re: Größe");
        read.InReplyTo.ShouldBe("m1@example.com");
        read.References.ShouldBe(["m1@example.com"]);
        read.FullText.TrimEnd().ShouldBe(".hidden line\n.\nPasst Größe 43? " + new string('x', 2000));
        read.Content.Html.ShouldNotBeNull().ShouldContain("Größe 43");
        var part = read.Content.Files.ShouldHaveSingleItem();
        part.Name.ShouldBe("Größentabelle – neu.pdf");
        part.Part.Decode().ShouldBe(file);
    }

    [Fact]
    public async Task Nothing_a_person_wrote_can_begin_a_header()
    {
        var message = Message() with
        {
            RecipientName = "Ana\r\nBcc: thief@example.net",
            AuthorName = "Maya\nX-Evil: 1",
            Attachments = [new OutboundAttachment("a\r\nX-Evil: 2\".pdf", "text/x\r\nX-Evil: 3", 1, _ => Task.FromResult<Stream>(new MemoryStream([1])))],
            Mail = new OutboundMail { Subject = "Hi\r\nX-Evil: 4\r\n\r\nbody", MessageId = "a@b>\r\nX-Evil: 5", References = ["x\r\nX-Evil: 6"], ThreadToken = "t\r\nX-Evil: 7" },
        };

        var (_, server) = await SendAsync(message);

        var mail = server.Mails.ShouldHaveSingleItem();
        mail.Text.Split("\r\n").ShouldAllBe(l => !l.StartsWith("X-Evil", StringComparison.Ordinal) && !l.StartsWith("Bcc", StringComparison.Ordinal));
        mail.To.ShouldBe(["ana@example.com"]);
    }

    [Fact]
    public async Task Mails_of_rules_ask_other_robots_to_keep_quiet()
    {
        var (_, server) = await SendAsync(Message() with { Mail = Message().Mail! with { Automatic = true } });
        var headers = Mail.Read(server.Mails.Single().Body).Headers;
        headers.First("Auto-Submitted").ShouldBe("auto-replied");
        headers.First("X-Auto-Response-Suppress").ShouldBe("All");
        headers.First("X-Braid-Loop").ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("RCPT", "550 5.1.1 no such user", "Failed", FailureKind.Unreachable)]
    [InlineData("RCPT", "550 5.7.1 spam", "Failed", FailureKind.Other)]
    [InlineData("RCPT", "450 4.2.1 greylisted", "Retry", null)]
    [InlineData("RCPT", "552 5.2.2 mailbox full", "Retry", null)]
    [InlineData("MAIL", "553 5.7.1 not your address", "Failed", FailureKind.Other)]
    [InlineData("MAIL", "550 sender rejected", "Failed", FailureKind.Configuration)]
    [InlineData("MAIL", "421 4.7.28 too many", "Retry", null)]
    [InlineData("AUTH", "535 5.7.8 wrong", "Failed", FailureKind.Credentials)]
    [InlineData("AUTH", "454 4.7.0 later", "Retry", null)]
    [InlineData("DATA", "451 4.3.0 later", "Retry", null)]
    [InlineData(".", "554 5.7.1 refused", "Failed", FailureKind.Other)]
    [InlineData(".", "552 5.3.4 too large", "Failed", FailureKind.Content)]
    [InlineData(".", "451 4.3.0 later", "Retry", null)]
    [InlineData(".", "", "Unknown", null)]
    [InlineData("DATA", "", "Retry", null)]
    [InlineData("RCPT", "", "Retry", null)]
    [InlineData("greeting", "", "Retry", null)]
    [InlineData("greeting", "554 no", "Failed", FailureKind.Other)]
    public async Task Every_answer_has_its_meaning(string command, string answer, string outcome, FailureKind? kind)
    {
        var (result, server) = await SendAsync(Message(), line => line == command || line.StartsWith(command + " ", StringComparison.Ordinal) ? answer : null);
        result.GetType().Name.ShouldBe(outcome, result.ToString());
        if (kind is not null) { result.ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(kind.Value); }
        server.Mails.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_refused_copy_is_told_and_the_mail_goes_on()
    {
        var message = Message() with { Mail = Message().Mail! with { Cc = [new Person("b@example.com", "B", "b@example.com"), new Person("gone@example.com", null, "gone@example.com")] } };
        var (result, server) = await SendAsync(message, line => line.Contains("gone@", StringComparison.Ordinal) ? "550 5.1.1 gone" : null);
        result.ShouldBeOfType<SendResult.Sent>().Note.ShouldNotBeNull().ShouldContain("gone@example.com");
        server.Mails.Single().To.ShouldBe(["ana@example.com", "b@example.com"]);
    }

    [Fact]
    public async Task Encryption_is_never_given_up()
    {
        var (result, server) = await SendAsync(Message(), change: s => s with { SmtpSecurity = MailSecurity.StartTls });
        result.ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.Configuration);
        server.Commands.ShouldAllBe(c => !c.StartsWith("AUTH", StringComparison.Ordinal) && !c.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_tried_again()
    {
        var port = new SmtpTestServer();
        var settings = EmailTestData.Settings(smtpPort: port.Port);
        await port.DisposeAsync();
        (await new EmailChannel().SendAsync(Message(), settings, EmailTestData.Context(), Ct)).ShouldBeOfType<SendResult.Retry>().ProviderDown.ShouldBeTrue();
    }

    [Theory]
    [InlineData("not an address")]
    [InlineData("a@b.example>\r\nRCPT TO:<c@d.example")]
    [InlineData("<a@b.example>")]
    [InlineData("@b.example")]
    public async Task Addresses_that_are_none_never_reach_the_wire(string address)
    {
        var (result, server) = await SendAsync(Message() with { RecipientId = address });
        result.ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.Unreachable);
        server.Commands.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_can_not_be_read_fails_the_mail_not_the_server()
    {
        var (result, server) = await SendAsync(Message(files: new OutboundAttachment("a.pdf", "application/pdf", 5, _ => throw new FileNotFoundException("gone"))));
        result.ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.Content);
        server.Mails.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_mail_over_the_servers_limit_is_not_even_begun()
    {
        var (result, server) = await SendAsync(Message(files: new OutboundAttachment("a.pdf", "application/pdf", 40_000_000, _ => throw new InvalidOperationException("must not be opened"))));
        result.ShouldBeOfType<SendResult.Failed>().Code.ShouldBe("5.3.4");
        server.Commands.ShouldAllBe(c => !c.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Domains_in_other_scripts_travel_in_ascii()
    {
        var (_, server) = await SendAsync(Message() with { RecipientId = "ana@größe.example" });
        server.Mails.Single().To.ShouldBe(["ana@xn--gre-6ka8i.example"]);
    }

    [Fact]
    public async Task Postfix_takes_what_we_send()
    {
        if (SmtpSink.Missing is { } missing && !MailServers.MustRun) { Assert.Skip(missing); }
        await using var sink = await SmtpSink.StartAsync(Ct);
        var result = await new EmailChannel().SendAsync(Message(".one\n..two\nPasst Größe 43?"), EmailTestData.Settings(smtpPort: sink.Port), EmailTestData.Context(), Ct);
        result.ShouldBeOfType<SendResult.Sent>();
        var taken = sink.Mails().ShouldHaveSingleItem();
        taken.ShouldContain("support@northwind.example");
        taken.ShouldContain("\n.one");
        taken.ShouldContain("\n..two");
    }

    [Fact]
    public async Task Signs_in_by_LOGIN_where_there_is_no_PLAIN()
    {
        await using var server = new SmtpTestServer
        {
            Extensions = "250-test\r\n250 AUTH LOGIN",
            Answer = line => line == Convert.ToBase64String(Encoding.UTF8.GetBytes("support")) ? "334 UGFzc3dvcmQ6" : line == Convert.ToBase64String(Encoding.UTF8.GetBytes("pw")) ? "235 ok" : null,
        };
        (await new EmailChannel().SendAsync(Message(), EmailTestData.Settings(smtpPort: server.Port), EmailTestData.Context(), Ct)).ShouldBeOfType<SendResult.Sent>();
    }
}
