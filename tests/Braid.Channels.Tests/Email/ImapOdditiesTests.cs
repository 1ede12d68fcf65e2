using Braid.Channels.Tests.Conformance;
using System.Text;
using Braid.Channels.Email;
using Braid.Channels.Email.Imap;

namespace Braid.Channels.Tests.Email;

/// <summary>What servers other than the one we test with are known to send, played by a scripted stream.</summary>
public sealed class ImapOdditiesTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Answers each command line by the script: the part before `=>` must occur in the command; `$` stands for its tag.</summary>
    private static async Task<(TestListenerHost Host, List<string> Commands, Exception? End)> PlayAsync(EmailSettings settings, string? position, params (string Command, string Answer)[] script)
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var commands = new List<string>();
        var serving = ServeAsync();
        var host = new TestListenerHost(position);
        var end = await Record.ExceptionAsync(() => new EmailChannel().ListenAsync(settings with { ImapPort = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port }, host, Ct));
        await serving;
        return (host, commands, end);

        async Task ServeAsync()
        {
            using var client = await listener.AcceptTcpClientAsync(Ct);
            await using var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.Latin1);
            await Say("* OK hello\r\n");
            var tag = "";
            foreach (var (command, answer) in script)
            {
                var line = await reader.ReadLineAsync(Ct);
                if (line is null) { return; }
                commands.Add(line);
                if (line.StartsWith('A') && line.Contains(' ', StringComparison.Ordinal)) { tag = line.Split(' ')[0]; }
                if (!line.Contains(command, StringComparison.Ordinal)) { await Say($"{tag} BAD expected {command}\r\n"); return; }
                await Say(answer.Replace("$", tag, StringComparison.Ordinal));
            }

            async Task Say(string text) => await stream.WriteAsync(Encoding.Latin1.GetBytes(text), Ct);
        }
    }

    private static readonly (string, string)[] SignIn =
    [
        ("CAPABILITY", "* CAPABILITY IMAP4rev1\r\n$ OK\r\n"),
        ("LOGIN {7}", "+ go\r\n"),
        ("support {2}", "+ go\r\n"),
        ("pw", "$ OK\r\n"),
        ("CAPABILITY", "* CAPABILITY IMAP4rev1 ID IDLE\r\n$ OK\r\n"),
        ("ID (", "$ BAD what?\r\n"),
    ];

    private const string Mail = "From: a@b.example\r\nSubject: odd\r\n\r\nx\r\n";

    [Fact]
    public async Task Strange_answers_are_understood()
    {
        var (host, commands, end) = await PlayAsync(EmailTestData.Settings(), "7:4399",
        [
            .. SignIn,
            ("EXAMINE", "\0\0* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 0] ok\r\n* OK [HIGHESTMODSEQ -1] ok\r\n$ OK [READ-ONLY]\r\n"),
            // The "*" of the range is the last mail even when it lies below.
            ("UID SEARCH UID 4400:*", "* SEARCH 4392 4400\r\n$ OK\r\n"),
            ("UID FETCH 4400 (UID", "* 5 FETCH (FLAGS (\\Seen))\r\n* 5 FETCH (RFC822.SIZE 41 UID 4400 INTERNALDATE \" 4-Mar-2026 09:12:00 +0000\" X (a (b) \"c \\\" )\" NIL))\r\n$ OK\r\n"),
            // Without the mail at first: asked once more.
            ("UID FETCH 4400 (BODY.PEEK[])", "* 5 FETCH (UID 4400 FLAGS ())\r\n$ OK\r\n"),
            ("UID FETCH 4400 (BODY.PEEK[])", $"* 5 FETCH (BODY[] {{{Mail.Length}}}\r\n{Mail} UID 4400)\r\n$ OK\r\n"),
            ("IDLE", "+ idling\r\n* 18 EXISTS\r\n"),
            ("DONE", "$ OK\r\n"),
            // Nothing found, told by no SEARCH line at all.
            ("UID SEARCH UID 4401:*", "$ OK\r\n"),
            ("IDLE", "* BYE shutting down\r\n"),
        ]);

        host.Deliveries.ShouldHaveSingleItem().BodyText.ShouldBe(Mail);
        host.Position.ShouldBe("7:4400:1772615520");
        host.Deliveries[0].Headers["imap-received"].ShouldBe("1772615520000");
        commands[^1].ShouldContain("IDLE");
        end.ShouldNotBeNull().Message.ShouldContain("shutting down");
        host.Reports[^1].ShouldNotBeNull().ShouldContain("shutting down");
    }

    [Fact]
    public async Task A_connection_lost_inside_a_mail_stores_nothing()
    {
        var (host, _, end) = await PlayAsync(EmailTestData.Settings(), "7:4399",
        [
            .. SignIn,
            ("EXAMINE", "* OK [UIDVALIDITY 7] ok\r\n$ OK\r\n"),
            ("UID SEARCH", "* SEARCH 4400\r\n$ OK\r\n"),
            ("UID FETCH", "* 5 FETCH (UID 4400 RFC822.SIZE 99999)\r\n$ OK\r\n"),
            ("BODY.PEEK[]", "* 5 FETCH (UID 4400 BODY[] {99999}\r\nFrom: a"),
        ]);

        host.Deliveries.ShouldBeEmpty();
        host.Position.ShouldBe("7:4399");
        end.ShouldNotBeNull().Message.ShouldContain("middle of a mail");
    }

    [Fact]
    public async Task A_mail_that_breaks_the_connection_each_time_comes_as_its_header_at_last()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync();
        var channel = new EmailChannel();
        var host = new TestListenerHost("7:9");
        var settings = EmailTestData.Settings(((System.Net.IPEndPoint)listener.LocalEndpoint).Port);
        for (var i = 0; i < 4; i++) { await Should.ThrowAsync<Exception>(() => channel.ListenAsync(settings, host, Ct)); }
        await serving;

        host.Deliveries.ShouldHaveSingleItem().Headers["truncated"].ShouldContain("broke off");
        host.Position.ShouldNotBeNull().ShouldStartWith("7:10:");

        async Task ServeAsync()
        {
            for (var i = 0; i < 4; i++)
            {
                using var client = await listener.AcceptTcpClientAsync(Ct);
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.Latin1);
                await Say("* OK\r\n");
                while (await reader.ReadLineAsync(Ct) is { } line)
                {
                    var tag = line.Split(' ')[0];
                    if (line.Contains("BODY.PEEK[]", StringComparison.Ordinal) || line.Contains("IDLE", StringComparison.Ordinal)) { break; }
                    await Say(line switch
                    {
                        _ when line.Contains("CAPABILITY", StringComparison.Ordinal) => $"* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN IDLE\r\n{tag} OK\r\n",
                        _ when line.Contains("EXAMINE", StringComparison.Ordinal) => $"* OK [UIDVALIDITY 7] ok\r\n{tag} OK\r\n",
                        _ when line.Contains("SEARCH", StringComparison.Ordinal) => $"* SEARCH 10\r\n{tag} OK\r\n",
                        _ when line.Contains("BODY.PEEK[HEADER]", StringComparison.Ordinal) => $"* 1 FETCH (UID 10 BODY[HEADER] {{21}}\r\nFrom: a@b.example\r\n\r\n)\r\n{tag} OK\r\n",
                        _ when line.Contains("FETCH", StringComparison.Ordinal) => $"* 1 FETCH (UID 10 RFC822.SIZE 100)\r\n{tag} OK\r\n",
                        _ => $"{tag} OK\r\n",
                    });
                }

                async Task Say(string text) => await stream.WriteAsync(Encoding.Latin1.GetBytes(text), Ct);
            }
        }
    }

    [Theory]
    [InlineData("INBOX", "INBOX")]
    [InlineData("Entwürfe", "Entw&APw-rfe")]
    [InlineData("A & B", "A &- B")]
    [InlineData("日本語", "&ZeVnLIqe-")]
    public void Folder_names_travel_in_modified_utf7(string name, string wire)
    {
        Braid.Channels.Email.Mime.Utf7.EncodeFolder(name).ShouldBe(wire);
        Braid.Channels.Email.Mime.Utf7.DecodeFolder(Encoding.ASCII.GetBytes(wire)).ShouldBe(name);
    }

    [Theory]
    [InlineData("7:42:100", 7, 42, 100)]
    [InlineData("7:42", 7, 42, 0)]
    public void Positions_read_back(string text, long validity, long uid, long seconds) => MailboxPosition.Parse(text).ShouldBe(new MailboxPosition(validity, uid, seconds));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("x:y")]
    public void Other_positions_begin_anew(string? text) => MailboxPosition.Parse(text).ShouldBeNull();
}
