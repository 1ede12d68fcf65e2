using System.Text.Json;
using Braid.Simulator;
using Braid.Simulator.WhatsApp;
using Braid.Testing;

namespace Braid.EndToEnd;

/// <summary>A whole Braid, the pretend providers around it, and an agent at a desk. Real time: what waits, waits for signals.</summary>
internal sealed class Shop : IAsyncDisposable
{
    public const string Mailbox = "help@shop.example";
    public const string IdentitySecret = "the shop signs its visitors with this one";
    private const string TelegramSecret = "a_telegram_secret";
    private const string VerifyToken = "a-verify-token";
    private const string EchoSecret = "an-echo-secret";

    private Shop(TestBraid braid, SimulatedWorld world) => (Braid, World, Desk) = (braid, world, new Desk(braid));

    public TestBraid Braid { get; }
    public SimulatedWorld World { get; }
    public Desk Desk { get; }

    public static async Task<Shop> StartAsync(TestEngine engine = TestEngine.Sqlite, string? connectionString = null)
    {
        var braid = await TestBraid.StartAsync(engine, connectionString, clock: TimeProvider.System);
        return new Shop(braid, await SimulatedWorld.StartAsync(new SimulatorOptions(), TestContext.Current.CancellationToken));
    }

    public async Task<JsonElement> TelegramAsync()
    {
        var inbox = await AddAsync("telegram", "Telegram", new
        {
            botToken = World.Telegram.Bot.Token, webhookSecret = TelegramSecret, receive = "webhook", apiBaseUrl = Base(World.Telegram.Url),
        });
        World.Telegram.Bot.SetWebhook(new Uri(inbox.Text("webhookUrl")!), TelegramSecret);
        return inbox;
    }

    public async Task<JsonElement> WhatsAppAsync()
    {
        var number = World.WhatsApp.Number;
        number.AddTemplate(new WhatsAppTemplate("still_there", "en", "Hello {{1}}, we have an answer to your question. May we send it here?"));
        var inbox = await AddAsync("whatsapp", "WhatsApp", new
        {
            phoneNumberId = number.PhoneNumberId, accessToken = number.AccessToken, appSecret = number.AppSecret, verifyToken = VerifyToken,
            wabaId = number.WabaId, displayPhoneNumber = "+44 1632 960141", apiBaseUrl = Base(World.WhatsApp.Url),
        });
        (await number.SubscribeAsync(new Uri(inbox.Text("webhookUrl")!), VerifyToken, TestContext.Current.CancellationToken)).ShouldBeTrue("the challenge comes back");
        return inbox;
    }

    public Task<JsonElement> MailAsync(int imapPort, int smtpPort, string password) => AddAsync("email", "Mail", new
    {
        address = Mailbox, fromName = "The Shop", imapHost = "127.0.0.1", imapPort, imapSecurity = "none", smtpHost = "127.0.0.1", smtpPort, smtpSecurity = "none",
        userName = Mailbox, password, authServer = World.Mail.ServerName, sinceDays = 7,
    });

    public Task<JsonElement> LiveChatAsync() => AddAsync("livechat", "Website", new { title = "The Shop", identitySecret = IdentitySecret });

    public Task<JsonElement> EchoAsync() => AddAsync("echo", "Echo", new { secret = EchoSecret });

    public static HttpRequestMessage EchoRequest(JsonElement inbox, string body, string secret = EchoSecret)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, inbox.Text("webhookUrl")) { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Echo-Secret", secret);
        return request;
    }

    public async ValueTask DisposeAsync()
    {
        Desk.Dispose();
        await Braid.DisposeAsync();
        await World.DisposeAsync();
    }

    private Task<JsonElement> AddAsync(string channel, string name, object settings) =>
        Desk.PostAsync("/inboxes", new { channel, name, settings }, System.Net.HttpStatusCode.Created);

    private static string Base(Uri url) => url.GetLeftPart(UriPartial.Authority);
}
