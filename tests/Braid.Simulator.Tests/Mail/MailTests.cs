using System.Text;
using Braid.Simulator.Mail;

namespace Braid.Simulator.Tests.Mail;

public sealed class MailTests : WorldTest
{
    private MailRoute Sink => new("127.0.0.1", World.Mail.SmtpPort, Lmtp: false);

    private static MailComposer Mail(string subject = "Re: Größe", string text = "Ja, 43 passt.\n.\nGruß") => new()
    {
        From = new MailParty("Tarn & Ember", "support@tarnandember.example"), To = [new MailParty("Ana Lima", "ana@customers.example")],
        Subject = subject, Text = text, MessageId = "out.1@tarnandember.example", InReplyTo = "m1@customers.example",
        References = ["m0@customers.example", "m1@customers.example"], Date = DateTimeOffset.FromUnixTimeSeconds(1_795_000_000),
        Attachments = [SimulatedFile.Pdf("Rückgabe schein.pdf", "Return label")],
    };

    [Fact]
    public async Task A_mail_that_is_sent_arrives_as_it_was_written()
    {
        var ana = World.Mail.Person("Ana Lima", "ana@customers.example");
        await MailWire.DeliverAsync(Sink, "support@tarnandember.example", ["ana@customers.example"], Mail().Build(), Ct);
        var seen = await ana.Received.WaitForAsync(_ => true, Ct);

        seen.Subject.ShouldBe("Re: Größe");
        seen.Text.ShouldBe("Ja, 43 passt.\n.\nGruß");
        seen.From.ShouldBe("\"Tarn & Ember\" <support@tarnandember.example>");
        (seen.MessageId, seen.InReplyTo).ShouldBe(("out.1@tarnandember.example", "m1@customers.example"));
        seen.References.ShouldBe(["m0@customers.example", "m1@customers.example"]);
        seen.Attachments.Single().Name.ShouldBe("Rückgabe schein.pdf");
        seen.Attachments.Single().Content.ShouldBe(SimulatedFile.Pdf("x", "Return label").Content);
    }

    [Fact]
    public async Task Lines_are_short_and_ascii()
    {
        var text = Encoding.UTF8.GetString(Mail(new string('ü', 200), new string('ß', 900)).Build());
        text.All(char.IsAscii).ShouldBeTrue();
        text.Split("\r\n").Max(l => l.Length).ShouldBeLessThanOrEqualTo(120);
        var seen = new MailReceived("", [], Encoding.UTF8.GetBytes(text), default);
        (seen.Subject, seen.Text).ShouldBe((new string('ü', 200), new string('ß', 900)));
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Refusals_come_with_their_codes_and_nothing_is_delivered()
    {
        var ana = World.Mail.Person("Ana Lima", "ana@customers.example");
        World.Mail.Unknown.Add("gone@customers.example");
        await RefusedAsync("gone@customers.example", "550 5.1.1");
        World.Faults.Next(SimulatedProvider.Smtp, "DATA", new Fault.ServerError());
        await RefusedAsync("ana@customers.example", "451 4.3.0");
        World.Faults.Next(SimulatedProvider.Smtp, "MAIL", new Fault.Refusal(554, "5.7.1 Policy"));
        await RefusedAsync("ana@customers.example", "554 5.7.1");
        ana.Received.Items.ShouldBeEmpty();

        async Task RefusedAsync(string to, string reply) =>
            (await Should.ThrowAsync<MailRefusedException>(() => MailWire.DeliverAsync(Sink, "s@x.example", [to], Mail().Build(), Ct))).Message.ShouldStartWith(reply);
    }

    [Fact]
    public async Task A_cut_between_the_dot_and_the_250_has_delivered_the_mail()
    {
        World.Faults.Next(SimulatedProvider.Smtp, "DATA", new Fault.ResetAfter());
        await Should.ThrowAsync<Exception>(() => MailWire.DeliverAsync(Sink, "s@x.example", ["ana@customers.example"], Mail().Build(), Ct));
        World.Mail.Sent.Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Signing_in_checks_the_password()
    {
        World.Mail.Mailbox("support@tarnandember.example", "right");
        using var smtp = await ScriptedClient.ConnectAsync(World.Mail.SmtpPort, Ct);
        await smtp.SayAsync(null, "220 ");
        (await smtp.SayAsync("EHLO braid", "250 "))[^1].ShouldContain("AUTH PLAIN");
        await smtp.SayAsync("AUTH PLAIN " + Plain("wrong"), "535 5.7.8");
        await smtp.SayAsync("AUTH PLAIN " + Plain("right"), "235 ");

        static string Plain(string password) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0support@tarnandember.example\0{password}"));
    }

    [Fact]
    public async Task An_answer_quotes_and_refers()
    {
        var ana = World.Mail.Person("Ana Lima", "ana@customers.example");
        var box = World.Mail.Mailbox("support@tarnandember.example");
        await MailWire.DeliverAsync(Sink, "support@tarnandember.example", ["ana@customers.example"], Mail().Build(), Ct);
        var reply = await ana.RepliesAsync(await ana.Received.WaitForAsync(_ => true, Ct), "Danke!", ct: Ct);

        (reply.Subject, reply.InReplyTo).ShouldBe(("Re: Größe", "out.1@tarnandember.example"));
        reply.References.ShouldBe(["m0@customers.example", "m1@customers.example", "out.1@tarnandember.example"]);
        reply.Text.ShouldContain("> Ja, 43 passt.");
        box.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_bounce_names_the_recipient_and_the_mail()
    {
        await MailWire.DeliverAsync(Sink, "support@tarnandember.example", ["ana@customers.example"], Mail().Build(), Ct);
        var bounce = Encoding.UTF8.GetString(MailBounce.Failed(await World.Mail.Sent.WaitForAsync(_ => true, Ct), "ana@customers.example"));
        bounce.ShouldContain("report-type=delivery-status");
        bounce.ShouldContain("Final-Recipient: rfc822; ana@customers.example");
        bounce.ShouldContain("Message-ID: <out.1@tarnandember.example>");
    }
}
