using Braid.Channels.Tests.Conformance;
using System.Globalization;
using Braid.Channels.Email;
using Braid.Testing;

namespace Braid.Channels.Tests.Email;

/// <summary>Started once for all tests of a class, by the first that needs it.</summary>
public sealed class MailServersFixture : IAsyncDisposable
{
    private readonly Lazy<Task<MailServers>> servers = new(() => MailServers.StartAsync(CancellationToken.None));

    public Task<MailServers> GetAsync()
    {
        if (MailServers.Missing is { } missing && !MailServers.MustRun) { Assert.Skip(missing); }
        return servers.Value;
    }

    public async ValueTask DisposeAsync()
    {
        if (servers.IsValueCreated) { await (await servers.Value).DisposeAsync(); }
    }
}

/// <summary>Against a real dovecot. Every test has a mailbox of its own.</summary>
public sealed class EmailListenerTests(MailServersFixture fixture) : IClassFixture<MailServersFixture>, IAsyncLifetime
{
    private readonly string user = "u" + Guid.NewGuid().ToString("N")[..12];
    private MailServers servers = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => servers = await fixture.GetAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private EmailSettings Settings() => EmailTestData.Settings(servers.ImapPort) with { UserName = user };

    private Task DeliverAsync(string text) => servers.DeliverAsync(user, EmailTestData.Bytes($"""
        From: Ana <ana@example.com>
        To: support@northwind.example
        Subject: {text}
        Message-ID: <{text}@example.com>

        {text}
        """), Ct);

    private static List<string> Subjects(TestListenerHost host) => [.. host.Deliveries.Select(d => Mail.Read(d.Body).Subject!)];

    /// <summary>Runs the listener while the test acts, and stops it promptly.</summary>
    private static async Task WhileListening(EmailSettings settings, TestListenerHost host, Func<Task> act, EmailChannel? channel = null)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var listening = (channel ?? new EmailChannel()).ListenAsync(settings, host, stop.Token);
        try
        {
            var acting = act();
            if (await Task.WhenAny(acting, listening) == listening) { await listening; }
            await acting;
        }
        finally
        {
            await stop.CancelAsync();
            await listening.ContinueWith(_ => { }, TaskScheduler.Default).WaitAsync(TimeSpan.FromSeconds(5));
        }
    }

    [Fact]
    public async Task New_mail_arrives_while_waiting_and_old_mail_stays_where_it_is()
    {
        await DeliverAsync("old");
        var host = new TestListenerHost();
        await WhileListening(Settings(), host, async () =>
        {
            (await host.NextAsync(Ct)).ShouldBeEmpty();
            await DeliverAsync("first");
            (await host.NextAsync(Ct)).ShouldHaveSingleItem();
            await DeliverAsync("second");
            (await host.NextAsync(Ct)).ShouldHaveSingleItem();
        });

        Subjects(host).ShouldBe(["first", "second"]);
        host.Reports.ShouldBe([null]);
        var delivery = host.Deliveries[0];
        delivery.Headers["imap-uid"].ShouldBe("2");
        delivery.Headers["imap-folder"].ShouldBe("INBOX");
        var received = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(delivery.Headers["imap-received"], CultureInfo.InvariantCulture));
        (TimeProvider.System.GetUtcNow() - received).Duration().ShouldBeLessThan(TimeSpan.FromMinutes(5));
        host.Position.ShouldNotBeNull().Split(':')[1].ShouldBe("3");
    }

    [Fact]
    public async Task After_a_pause_it_goes_on_where_it_stood()
    {
        var first = new TestListenerHost();
        await WhileListening(Settings(), first, async () =>
        {
            await first.NextAsync(Ct);
            await DeliverAsync("one");
            await first.NextAsync(Ct);
        });
        for (var i = 0; i < 45; i++) { await DeliverAsync($"missed{i}"); }

        var second = new TestListenerHost(first.Position);
        await WhileListening(Settings(), second, async () =>
        {
            while (second.Deliveries.Count < 45) { await second.NextAsync(Ct); }
        });

        Subjects(second).ShouldBe(Enumerable.Range(0, 45).Select(i => $"missed{i}"));
    }

    [Fact]
    public async Task The_first_time_it_can_take_in_the_last_days()
    {
        await DeliverAsync("yesterday");
        var host = new TestListenerHost();
        await WhileListening(Settings() with { SinceDays = 2 }, host, () => host.NextAsync(Ct));
        Subjects(host).ShouldBe(["yesterday"]);
    }

    [Fact]
    public async Task When_the_server_numbers_anew_nothing_is_lost()
    {
        var first = new TestListenerHost();
        await WhileListening(Settings(), first, async () =>
        {
            await first.NextAsync(Ct);
            await DeliverAsync("one");
            await first.NextAsync(Ct);
        });
        await DeliverAsync("two");
        servers.Renumber(user);

        var second = new TestListenerHost(first.Position);
        await WhileListening(Settings(), second, async () =>
        {
            while (second.Deliveries.Count < 2) { await second.NextAsync(Ct); }
            await DeliverAsync("three");
            while (second.Deliveries.Count < 3) { await second.NextAsync(Ct); }
        });

        // "one" comes again with the same key, which the product recognises.
        Subjects(second).Order().ShouldBe(["one", "three", "two"]);
        second.Position!.Split(':')[0].ShouldNotBe(first.Position!.Split(':')[0]);
    }

    [Fact]
    public async Task A_mail_that_is_too_large_comes_as_its_header()
    {
        var host = new TestListenerHost();
        await WhileListening(Settings() with { MaxMegabytes = 1 }, host, async () =>
        {
            await host.NextAsync(Ct);
            await servers.DeliverAsync(user, EmailTestData.Bytes("From: ana@example.com\r\nSubject: huge\r\nMessage-ID: <h@x>\r\n\r\n" + string.Concat(Enumerable.Repeat(new string('x', 70) + "\r\n", 20_000))), Ct);
            await host.NextAsync(Ct);
            await DeliverAsync("next");
            await host.NextAsync(Ct);
        });

        Subjects(host).ShouldBe(["huge", "next"]);
        host.Deliveries[0].Body.Length.ShouldBeLessThan(5000);
        new EmailChannel().Read(host.Deliveries[0], Settings()).ShouldBeOfType<Reading.Events>().Items.Single().Text.ShouldNotBeNull().ShouldContain("could not be fetched");
    }

    [Fact]
    public async Task A_store_that_fails_leaves_the_position_so_that_the_mail_comes_again()
    {
        var host = new TestListenerHost();
        await WhileListening(Settings(), host, () => host.NextAsync(Ct));
        var position = host.Position;
        await DeliverAsync("again");
        host.Storing = _ => throw new InvalidOperationException("database is down");
        await Should.ThrowAsync<InvalidOperationException>(() => new EmailChannel().ListenAsync(Settings(), host, Ct));
        host.Position.ShouldBe(position);
        host.Reports[^1].ShouldNotBeNull();

        host.Storing = _ => Task.CompletedTask;
        await WhileListening(Settings(), host, () => host.NextAsync(Ct));
        Subjects(host).ShouldBe(["again"]);
    }

    [Fact]
    public async Task Bytes_come_through_unchanged()
    {
        var host = new TestListenerHost();
        byte[] body = [.. EmailTestData.Bytes("From: a@b.example\r\nSubject: raw {12}\r\n\r\n)(\"\\ {5}\r\nA0001 OK\r\n* BYE\r\n"), 0xE4, 0xF6, 0xFC, .. "\r\n"u8];
        await WhileListening(Settings(), host, async () =>
        {
            await host.NextAsync(Ct);
            await servers.DeliverAsync(user, body, Ct);
            await host.NextAsync(Ct);
        });
        host.Deliveries.Single().Body.Span.EndsWith(body).ShouldBeTrue();
    }

    [Fact]
    public async Task Wrong_passwords_are_reported_in_words()
    {
        var host = new TestListenerHost();
        await Should.ThrowAsync<Exception>(() => new EmailChannel().ListenAsync(Settings() with { Password = "wrong" }, host, Ct));
        host.Reports.ShouldHaveSingleItem().ShouldNotBeNull().ShouldContain("refused the sign-in");
    }

    [Fact]
    public async Task Tls_and_STARTTLS_work_with_the_pinned_certificate_only()
    {
        var tls = Settings() with { ImapPort = servers.ImapsPort, ImapSecurity = MailSecurity.Tls, CertificateSha256 = servers.CertificateSha256 };
        var startTls = Settings() with { ImapSecurity = MailSecurity.StartTls, CertificateSha256 = servers.CertificateSha256 };
        foreach (var settings in (EmailSettings[])[tls, startTls])
        {
            var host = new TestListenerHost();
            await WhileListening(settings, host, () => host.NextAsync(Ct));
            host.Reports.ShouldBe([null]);
        }

        var refused = new TestListenerHost();
        await Should.ThrowAsync<System.Security.Authentication.AuthenticationException>(() => new EmailChannel().ListenAsync(tls with { CertificateSha256 = null }, refused, Ct));
        refused.Reports.ShouldHaveSingleItem().ShouldNotBeNull().ShouldContain("encrypted connection failed");
    }

    [Fact]
    public async Task Folders_with_other_letters_can_be_watched()
    {
        var host = new TestListenerHost();
        await WhileListening(Settings() with { Folder = "Entwürfe" }, host, () => host.NextAsync(Ct));
        host.Reports.ShouldBe([null]);
    }

    [Fact]
    public async Task The_check_names_each_link_and_how_to_mend_the_broken_one()
    {
        await using var smtp = new SmtpTestServer();
        var settings = Settings() with { SmtpPort = smtp.Port };
        var context = new ConnectContext(new System.Net.Http.HttpClient(), TimeProvider.System, new Uri("https://braid.example/"));
        var channel = new EmailChannel();

        (await channel.CheckAsync(settings, context, Ct)).ShouldAllBe(s => s.Ok);
        (await channel.CheckAsync(settings, context, Ct)).Select(s => s.Name)
            .ShouldBe(["IMAP server name", "IMAP connection", "IMAP sign-in", "Folder", "SMTP server name", "SMTP connection", "SMTP sign-in"]);

        var wrong = await channel.CheckAsync(settings with { Password = "wrong" }, context, Ct);
        wrong.Single(s => !s.Ok).ShouldSatisfyAllConditions(s => s.Name.ShouldBe("IMAP sign-in"), s => s.Fix.ShouldNotBeNull().ShouldContain("app password"));
        (await channel.CheckAsync(settings with { Folder = "Nowhere" }, context, Ct)).Single(s => !s.Ok).Name.ShouldBe("Folder");
        (await channel.CheckAsync(settings with { ImapHost = "no-such-host.invalid" }, context, Ct)).Single(s => !s.Ok).Fix.ShouldNotBeNull();
        (await channel.CheckAsync(settings with { SmtpPort = 1 }, context, Ct)).Single(s => !s.Ok).Name.ShouldBe("SMTP connection");
    }
}
