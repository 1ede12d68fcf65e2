using System.Globalization;

namespace Braid.Simulator.Tests.Mail;

public sealed class ImapServerTests : WorldTest
{
    private const string Support = "support@tarnandember.example";

    private async Task<ScriptedClient> SignedInAsync(bool select = true)
    {
        World.Mail.Mailbox(Support, "a \"quoted\" pass");
        var imap = await ScriptedClient.ConnectAsync(World.Mail.ImapPort, Ct);
        (await imap.SayAsync(null, "* OK"))[0].ShouldContain("IMAP4rev1");
        // The password comes as a literal: the server must ask for it.
        await imap.SayAsync($"A1 LOGIN {Support} {{15}}", "+ ");
        (await imap.SayAsync("a \"quoted\" pass", "A1 "))[^1].ShouldStartWith("A1 OK");
        if (select)
        {
            await imap.SayAsync("A2 SELECT INBOX", "A2 OK");
        }

        return imap;
    }

    [Fact]
    public async Task A_wrong_password_is_refused_with_the_code()
    {
        World.Mail.Mailbox(Support, "right");
        using var imap = await ScriptedClient.ConnectAsync(World.Mail.ImapPort, Ct);
        await imap.SayAsync(null, "* OK");
        (await imap.SayAsync($"A1 LOGIN {Support} wrong", "A1 "))[^1].ShouldStartWith("A1 NO [AUTHENTICATIONFAILED]");
        (await imap.SayAsync("A2 SELECT INBOX", "A2 "))[^1].ShouldStartWith("A2 BAD");
    }

    [Fact]
    public async Task A_mail_is_found_by_uid_and_fetched_byte_for_byte()
    {
        using var imap = await SignedInAsync(select: false);
        var ana = World.Mail.Person("Ana Lima", "ana@customers.example");
        var mail = await ana.WritesAsync(Support, "Größe 43?", "Passt Größe 43?", ct: Ct);
        var selected = await imap.SayAsync("A2 SELECT INBOX", "A2 OK");
        var found = await imap.SayAsync("A3 UID SEARCH UID 1:*", "A3 OK");
        var head = await imap.SayAsync("A4 UID FETCH 1 (UID INTERNALDATE RFC822.SIZE FLAGS BODY.PEEK[])", "* 1 FETCH");
        var size = int.Parse(head[^1].Split('{')[1].TrimEnd('}'), CultureInfo.InvariantCulture);
        var body = await imap.BytesAsync(size);
        await imap.SayAsync(null, "A4 OK");

        selected.ShouldContain("* 1 EXISTS");
        found.ShouldContain("* SEARCH 1");
        head[^1].ShouldContain("FLAGS ()");
        body.ShouldBe(System.Text.Encoding.UTF8.GetString(mail.Build()));
        body.ShouldContain("dmarc=pass");
    }

    [Fact]
    public async Task The_star_of_an_empty_range_finds_the_last_mail()
    {
        using var imap = await SignedInAsync();
        await World.Mail.Person(null, "ana@customers.example").WritesAsync(Support, "one", "one", ct: Ct);
        await imap.SayAsync("A3 NOOP", "A3 OK");
        (await imap.SayAsync("A4 UID SEARCH UID 2:*", "A4 OK")).ShouldContain("* SEARCH 1");
        (await imap.SayAsync("A5 UID SEARCH UID 2:9", "A5 OK")).ShouldContain("* SEARCH");
    }

    [Fact]
    public async Task Idle_tells_of_a_new_mail_at_once()
    {
        using var imap = await SignedInAsync();
        await imap.SayAsync("A3 IDLE", "+ ");
        await World.Mail.Person("Ana", "ana@customers.example").WritesAsync(Support, "hello", "hello", ct: Ct);
        await imap.SayAsync(null, "* 1 EXISTS");
        (await imap.SayAsync("DONE", "A3 "))[^1].ShouldBe("A3 OK Idle terminated");
    }

    [Fact]
    public async Task Flags_parts_and_moves_work()
    {
        using var imap = await SignedInAsync();
        await World.Mail.Person("Ana", "ana@customers.example").WritesAsync(Support, "hello", "hello", ct: Ct);
        await imap.SayAsync("A3 NOOP", "A3 OK");
        (await imap.SayAsync("A4 UID STORE 1 +FLAGS (\\Seen $BraidSeen)", "A4 OK")).ShouldContain("* 1 FETCH (UID 1 FLAGS (\\Seen $BraidSeen))");
        (await imap.SayAsync("A5 UID FETCH 1 BODY.PEEK[]<0.4>", "* 1 FETCH"))[^1].ShouldEndWith("BODY[]<0> {4}");
        (await imap.BytesAsync(4)).ShouldBe("Auth");
        await imap.SayAsync(null, "A5 OK");
        (await imap.SayAsync("A6 UID MOVE 1 Archive", "A6 OK")).ShouldContain("* 1 EXPUNGE");
        (await imap.SayAsync("A7 STATUS Archive (MESSAGES)", "A7 OK")).ShouldContain("* STATUS \"Archive\" (MESSAGES 1)");
        World.Mail.Mailbox(Support).Count.ShouldBe(0);
    }
}
