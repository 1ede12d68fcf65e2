using System.Text;
using Braid.Simulator.Mail;
using Braid.Testing;

namespace Braid.EndToEnd.Stories;

/// <summary>
/// Sara writes on one channel after the other. Because each way proves who she is, the team sees one person and one conversation; what
/// proves nothing stays apart.
/// </summary>
public sealed class OneCustomerManyChannelsTests
{
    private const string Address = "sara@customers.example";

    public static IEnumerable<TheoryDataRow<string>> Engines =>
    [
        new("Sqlite"),
        new("Postgres") { Skip = TestBraid.Has(TestEngine.Postgres) ? null : "PostgreSQL is not installed" },
    ];

    [Theory, MemberData(nameof(Engines))]
    public async Task Whatever_channel_she_proves_herself_on_it_is_one_person_and_one_conversation(string engine)
    {
        Assert.SkipWhen(MailServers.Missing is not null && !MailServers.MustRun, MailServers.Missing ?? "");
        var ct = TestContext.Current.CancellationToken;
        await using var dovecot = await MailServers.StartAsync(ct);
        await using var post = await PostOffice.OpenAsync(ct);
        await using var shop = await Shop.StartAsync(Enum.Parse<TestEngine>(engine));
        var desk = shop.Desk;
        shop.World.Mail.Route = new MailRoute("127.0.0.1", dovecot.LmtpPort);
        await shop.WhatsAppAsync();
        await shop.MailAsync(dovecot.ImapPort, post.Port(shop.World), MailServers.Password);

        // WhatsApp: a phone is proven by writing from it.
        var phone = shop.World.WhatsApp.Person("966512300041", "Sara");
        await (await phone.WritesAsync("My kettle arrived without its lid")).Acknowledged;
        var conversation = await desk.ConversationSayingAsync("My kettle arrived without its lid");
        var (id, customer) = (conversation.Id(), conversation.GetProperty("customer").Id());
        await desk.PostAsync($"/customers/{customer}/keys", new { kind = "email", value = Address });

        // Mail: the inbox's own server says dmarc=pass, so the address the agent entered is hers.
        var mailer = shop.World.Mail.Person("Sara Haddad", Address);
        await mailer.WritesAsync(Shop.Mailbox, "Lid for a kettle", "A picture of the box is on its way.", ct: ct);
        var braided = await desk.SeesAsync($"/conversations/{id}", c => c.List("threads").Count == 2, "the mail in the conversation");
        braided.List("channels").Select(c => c.Text("channel")).ShouldBe(["email", "whatsapp"], "the newest first");
        braided.Is("senderUnverified").ShouldBeFalse();
        (await desk.GetAsync("/customers")).List().ShouldHaveSingleItem();

        // Answers leave where the agent wants, and the receipts come back.
        var byPhone = await desk.AnswersAsync(id, "whatsapp", "A new lid leaves today, Sara.");
        var shown = await phone.Received.WaitForAsync(r => r.Kind == "text", ct);
        shown.Text.ShouldBe("A new lid leaves today, Sara.");
        await desk.StatusAsync(id, byPhone.Id(), "delivered");
        await phone.ReadsAsync(shown);
        await desk.StatusAsync(id, byPhone.Id(), "read");

        var byMail = await desk.AnswersAsync(id, "email", "Thank you for the picture.");
        await desk.StatusAsync(id, byMail.Id(), "sent");
        var mail = post.Mail(shop.World, "Thank you for the picture.");
        mail.Recipients.ShouldBe([Address]);
        mail.Subject.ShouldBe("Re: Lid for a kettle");
        Encoding.Latin1.GetString(mail.Raw).ShouldNotContain("without its lid", Case.Insensitive, "what was said on WhatsApp is not quoted in a mail");

        // She answers that mail. Her program keeps no thread but the address it answers to.
        await mailer.RepliesAsync(mail, "Wonderful, thanks!", ct: ct);
        var answer = await desk.MessageAsync(id, m => m.Text("text")?.Contains("Wonderful", StringComparison.Ordinal) == true, "her answer by mail");
        answer.Text("text").ShouldBe("Wonderful, thanks!", "what she quotes is folded away");
        (await desk.GetAsync($"/conversations/{id}")).List("threads").Count.ShouldBe(2, "an answer goes on with its thread");

        await AStrangerWritesInHerNameAsync(desk, post, shop, mailer, customer, id);
    }

    /// <summary>The same sender without the proof: on her profile, apart, marked, and answered at the address we know.</summary>
    private static async Task AStrangerWritesInHerNameAsync(Desk desk, PostOffice post, Shop shop, MailPerson mailer, string customer, string id)
    {
        var ct = TestContext.Current.CancellationToken;
        var forged = mailer.Composes(Shop.Mailbox, "Lid for a kettle", "Please send it to my new address instead.").DisprovenBy(shop.World.Mail.ServerName);
        await mailer.SendsAsync(forged with { Headers = [("Reply-To", "thief@elsewhere.example")], Cc = [new MailParty(null, "friend@elsewhere.example")] }, ct: ct);
        var apart = await desk.ConversationSayingAsync("Please send it to my new address instead.");
        apart.Id().ShouldNotBe(id);
        apart.Is("senderUnverified").ShouldBeTrue();
        apart.GetProperty("customer").Id().ShouldBe(customer);
        (await desk.GetAsync("/customers")).List().ShouldHaveSingleItem();

        var reply = await desk.AnswersAsync(apart.Id(), "email", "Did you ask us to change the address?");
        await desk.StatusAsync(apart.Id(), reply.Id(), "sent");
        var mail = post.Mail(shop.World, "Did you ask us to change the address?");
        mail.Recipients.ShouldBe([Address], "neither Reply-To nor Cc of an unproven mail is believed");
        Encoding.Latin1.GetString(mail.Raw).ShouldNotContain("elsewhere.example");
        (await desk.GetAsync($"/conversations/{id}/messages")).List().Select(m => m.Text("text")).ShouldNotContain("Please send it to my new address instead.");
    }
}
