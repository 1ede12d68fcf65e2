using Braid.Channels.Email;

namespace Braid.Channels.Tests.Email;

public sealed class VisibleReplyTests
{
    [Theory]
    [InlineData("On Tue, 4 Mar 2026 at 09:12, Northwind <s@n.example> wrote:")]
    [InlineData("On Tue, 4 Mar 2026 at 09:12, Northwind Customer Care Team\n<s@n.example> wrote:")]
    [InlineData("Am Di., 4. März 2026 um 09:12 Uhr schrieb Northwind <s@n.example>:")]
    [InlineData("Le mar. 4 mars 2026 à 09:12, Northwind <s@n.example>\na écrit :")]
    [InlineData("El mar, 4 mar 2026 a las 9:12, Northwind (<s@n.example>) escribió:")]
    [InlineData("Il giorno mar 4 mar 2026 alle ore 09:12 Northwind <s@n.example> ha scritto:")]
    [InlineData("Em ter., 4 de mar. de 2026 às 09:12, Northwind <s@n.example> escreveu:")]
    [InlineData("Op di 4 mrt 2026 om 09:12 schreef Northwind <s@n.example>:")]
    [InlineData("Den tis 4 mars 2026 kl 09:12 skrev Northwind <s@n.example>:")]
    [InlineData("W dniu 4.03.2026 o 09:12, Northwind pisze:")]
    [InlineData("вт, 4 мар. 2026 г. в 09:12, Northwind <s@n.example>:")]
    [InlineData("4 марта 2026 г., 09:12, Northwind <s@n.example> написал(а):")]
    [InlineData("Northwind <s@n.example> 于2026年3月4日周二 09:12写道：")]
    [InlineData("2026年3月4日(火) 9:12 Northwind <s@n.example>:")]
    [InlineData("2026년 3월 4일 (화) 오전 9:12, Northwind <s@n.example>님이 작성:")]
    [InlineData("בתאריך יום ג׳, 4 במרץ 2026 ב-9:12 מאת Northwind <s@n.example>:")]
    [InlineData("-----Original Message-----")]
    [InlineData("-----Ursprüngliche Nachricht-----")]
    [InlineData("________________________________\nFrom: Northwind <s@n.example>\nSent: Tuesday\nTo: Ana\nSubject: Shoes")]
    [InlineData("*Von:* Northwind\n*Gesendet:* Dienstag\n*An:* Ana\n*Betreff:* Schuhe")]
    [InlineData("De : Northwind\nEnvoyé : mardi\nÀ : Ana\nObjet : Chaussures")]
    [InlineData("-- \nAna Lima\n+351 555")]
    [InlineData("Sent from my iPhone")]
    [InlineData("Von meinem iPhone gesendet")]
    [InlineData("Envoyé de mon iPhone")]
    [InlineData("##- please type above this line -##")]
    public void History_and_signature_are_cut(string mark) => VisibleReply.Of($"Yes, please.\n\nThanks!\n\n{mark}\n\n> We have them.\n").ShouldBe("Yes, please.\n\nThanks!");

    [Theory]
    [InlineData("I wrote this on page 5.\nIt says: yes\nTo: me")]
    [InlineData("The man from the shop wrote:\nwe are closed")]
    [InlineData("Price list:\n--------\nShoes 43\n--------\nBoots 44")]
    [InlineData("I bought them on 4.3.2026 and then\nmy friend wrote to you.\n\nStill nothing.")]
    [InlineData("From: Lisbon\nTo: Porto")]
    [InlineData("> only a quote")]
    public void When_unsure_nothing_is_cut(string text) => VisibleReply.Of(text).ShouldBe(text);

    [Fact]
    public void Answers_between_the_quotes_keep_the_questions() =>
        VisibleReply.Of("Hi,\n\nOn Tue, 4 Mar 2026 at 09:12, N <s@n.example> wrote:\n> Which size?\n43\n> Which colour?\nBlue\n> Bye\n").ShouldBe("Hi,\n\n> Which size?\n43\n> Which colour?\nBlue");

    [Fact]
    public void Answers_below_the_quote_lose_it() =>
        VisibleReply.Of("On Tue, 4 Mar 2026 at 09:12, N <s@n.example> wrote:\n> Which size?\n\n43, please.\n").ShouldBe("43, please.");

    [Theory]
    [InlineData("---------- Forwarded message ---------\nFrom: X <x@y.example>\nSubject: Invoice\nTo: Ana\n\nHere it is.", null)]
    [InlineData("Anfang der weitergeleiteten Nachricht:\n\n> Von: X\n> Betreff: Rechnung\n>\n> Hier.", null)]
    [InlineData("-----Original Message-----\nFrom: X\nSent: today\nTo: Ana\nSubject: Invoice\n\nHere it is.", "FW: Invoice")]
    public void What_is_forwarded_to_us_is_news(string forwarded, string? subject) => VisibleReply.Of("See below.\n\n" + forwarded, subject).Split('\n').ShouldContain(forwarded.Split('\n')[^1]);

    [Fact]
    public void A_last_sentence_before_the_attribution_stays() =>
        VisibleReply.Of("Call me at 10:30 on 4/3\nor later.\nOn Tue, 4 Mar 2026 at 09:12, N <s@n.example> wrote:\n> x").ShouldBe("Call me at 10:30 on 4/3\nor later.");
}
