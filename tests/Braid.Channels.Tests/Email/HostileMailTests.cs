using System.Diagnostics;
using System.Text;
using Braid.Channels.Email;

namespace Braid.Channels.Tests.Email;

/// <summary>Mail made to break us: read without an exception, in bounded time and with bounded trees.</summary>
public sealed class HostileMailTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static TheoryData<string> Kinds() => [.. Mails.Keys];

    private static readonly Dictionary<string, Func<string>> Mails = new()
    {
        ["empty lines"] = () => new string('\n', 200_000),
        ["ten thousand parts"] = () => Head("multipart/mixed; boundary=b") + string.Concat(Enumerable.Repeat("--b\n\nx\n", 10_000)) + "--b--\n",
        ["a thousand levels"] = () => string.Concat(Enumerable.Range(0, 1000).Select(i => $"Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n")) + "\nx\n",
        ["a thousand levels of one boundary"] = () => string.Concat(Enumerable.Repeat("Content-Type: multipart/mixed; boundary=b\n\n--b\n", 1000)),
        ["nested mails"] = () => string.Concat(Enumerable.Repeat("Content-Type: message/rfc822\n\n", 5000)),
        ["long subject"] = () => "Subject: " + new string('x', 500_000) + "\n\nx",
        ["long encoded words"] = () => "Subject: " + string.Concat(Enumerable.Repeat("=?utf-8?Q?=C3?=", 30_000)) + "\n\nx",
        ["unfinished encoded words"] = () => "Subject: " + string.Concat(Enumerable.Repeat("=?utf-8?Q?", 50_000)) + "\n\nx",
        ["nested comments"] = () => "From: " + new string('(', 250_000) + "a@b\nTo: a@b " + new string(')', 250_000) + "\n\nx",
        ["angles"] = () => "From: " + string.Concat(Enumerable.Repeat("<", 250_000)) + "\n\nx",
        ["commas"] = () => "To: " + new string(',', 500_000) + "\n\nx",
        ["groups"] = () => "To: " + string.Concat(Enumerable.Repeat("a:", 250_000)) + "\n\nx",
        ["addresses"] = () => "To: " + string.Concat(Enumerable.Repeat("a@b,", 200_000)) + "\n\nx",
        ["quotes"] = () => "From: " + string.Concat(Enumerable.Repeat("\"\\", 250_000)) + "\n\nx",
        ["parameters"] = () => "Content-Type: text/plain" + string.Concat(Enumerable.Range(0, 50_000).Select(i => $"; name*{i}=x")) + "\n\nx",
        ["ids"] = () => "References: " + string.Concat(Enumerable.Repeat("<a@b>", 100_000)) + "\n\nx",
        ["open ids"] = () => "References: " + new string('<', 400_000) + ">\n\nx",
        ["header lines"] = () => string.Concat(Enumerable.Range(0, 100_000).Select(i => $"X-{i}: y\n")) + "\nx",
        ["fold lines"] = () => "Subject: x\n" + string.Concat(Enumerable.Repeat(" y\n", 200_000)) + "\nx",
        ["dates"] = () => "Date: " + new string('(', 100_000) + "\nReceived: ;;;;" + new string(':', 100_000) + "\n\nx",
        ["quote marks"] = () => "Subject: x\n\n" + string.Concat(Enumerable.Repeat("> x\nOn 1:00 a <a@b>\n", 5_000)),
        ["attribution bait"] = () => "Subject: x\n\n" + string.Concat(Enumerable.Repeat("On 1.1.2026 10:00 <a@b.c wrote " + new string('x', 300) + "\n", 5_000)),
        ["blank lines"] = () => "Subject: x\n\n" + string.Concat(Enumerable.Repeat("> x\n\n", 9_000)) + "end",
        ["one long line"] = () => "Subject: x\n\n" + new string('>', 2_000_000),
        ["deep html"] = () => "Content-Type: text/html\n\n" + string.Concat(Enumerable.Repeat("<div>", 150_000)),
        ["html tags"] = () => "Content-Type: text/html\n\n" + string.Concat(Enumerable.Repeat("<b><i>", 9_900)),
        ["uuencode"] = () => "Content-Transfer-Encoding: x-uuencode\n\nbegin 644 x\n" + string.Concat(Enumerable.Repeat("M\n~~~\n\u0001\n", 50_000)),
        ["flowed"] = () => "Content-Type: text/plain; format=flowed\n\n" + string.Concat(Enumerable.Repeat("> x \n", 100_000)),
        ["status report"] = () => "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n" + string.Concat(Enumerable.Repeat("Final-Recipient: x;a@b\n c\n", 50_000)),
        ["authentication"] = () => "From: a@b.c\nAuthentication-Results: mx.northwind.example" + string.Concat(Enumerable.Repeat("; dmarc", 50_000)) + "\n\nx",
    };

    private static string Head(string type) => $"From: a@b.c\nContent-Type: {type}\n\n";

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Is_survived(string kind)
    {
        var raw = Encoding.UTF8.GetBytes(Mails[kind]());
        var watch = Stopwatch.StartNew();
        new EmailChannel().Read(EmailTestData.Delivery(raw), EmailTestData.Settings()).ShouldNotBeNull();
        EmailReading.Read(raw).ShouldNotBeNull();
        Mail.Read(raw).Root.All().Take(2000).Count().ShouldBeLessThanOrEqualTo(1100);
        watch.Elapsed.ShouldBeLessThan(Patience);
    }

    [Fact]
    public void Random_bytes_and_cut_mails_are_survived()
    {
        var random = new Random(20260304);
        var fixtures = Directory.EnumerateFiles(EmailTestData.Fixture(""), "*.eml").Order(StringComparer.Ordinal).Select(File.ReadAllBytes).ToList();
        for (var round = 0; round < 2000; round++)
        {
            var mail = (byte[])fixtures[random.Next(fixtures.Count)].Clone();
            for (var i = random.Next(20); i > 0; i--) { mail[random.Next(mail.Length)] = (byte)random.Next(256); }
            mail = mail[..random.Next(1, mail.Length + 1)];
            new EmailChannel().Read(EmailTestData.Delivery(mail), EmailTestData.Settings()).ShouldNotBeNull();
            EmailReading.Read(mail).ShouldNotBeNull();
        }
    }
}
