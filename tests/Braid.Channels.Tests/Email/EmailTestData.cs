using System.Net.Http;
using System.Text;
using System.Text.Json;
using Braid.Channels.Email;

namespace Braid.Channels.Tests.Email;

internal static class EmailTestData
{
    public static readonly DateTimeOffset Now = new(2026, 3, 4, 9, 12, 0, TimeSpan.Zero);

    public static EmailSettings Settings(int imapPort = 143, int smtpPort = 25) => new()
    {
        Address = "support@northwind.example",
        FromName = "Northwind",
        ImapHost = "localhost",
        ImapPort = imapPort,
        ImapSecurity = MailSecurity.None,
        SmtpHost = "localhost",
        SmtpPort = smtpPort,
        SmtpSecurity = MailSecurity.None,
        UserName = "support",
        Password = "pw",
        Aliases = ["help@northwind.example"],
        AuthServer = "mx.northwind.example",
    };

    public static byte[] Bytes(string mail) => Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\r\n"));

    public static RawDelivery Delivery(string mail, params (string Name, string Value)[] headers) => Delivery(Bytes(mail), headers);

    public static RawDelivery Delivery(byte[] mail, params (string Name, string Value)[] headers) => new()
    {
        Body = mail,
        Headers = headers.ToDictionary(h => h.Name, h => h.Value),
        ReceivedAt = Now,
    };

    public static InboundEvent Event(string mail, EmailSettings? settings = null, params (string Name, string Value)[] headers) =>
        new EmailChannel().Read(Delivery(mail, headers), settings ?? Settings()).ShouldBeOfType<Reading.Events>().Items.ShouldHaveSingleItem();

    public static ProviderContext Context() => new(new HttpClient(), TimeProvider.System);

    public static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    public static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "Email", "fixtures", name);
}
