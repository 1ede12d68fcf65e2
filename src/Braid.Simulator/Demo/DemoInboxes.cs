using System.Text.Json.Nodes;
using Braid.Simulator.Http;
using Braid.Simulator.WhatsApp;

namespace Braid.Simulator.Demo;

/// <summary>The company's four inboxes, connected to the pretend world.</summary>
internal sealed class DemoInboxes(BraidApi api, SimulatedWorld world)
{
    // Fixed, so that a demo on yesterday's data connects the same accounts again.
    public const string BotToken = "7011223344:AAF0demoTarnAndEmberKettleOnTheHob0";
    public const string IdentitySecret = "tarn-and-ember-signs-its-visitors-0001";
    private const string WebhookSecret = "tarn_ember_hook_2f9c";
    private const string VerifyToken = "tarn-ember-verify-51d0";

    /// <summary>Livechat's inbox: its id is the widget's key.</summary>
    public string ChatInbox { get; private set; } = "";

    /// <summary>True when the inboxes were there before: the past need not be told again.</summary>
    public bool Known { get; private set; }

    public async Task ConnectAsync(CancellationToken ct)
    {
        var bot = world.Telegram.AddBot(DemoCast.Company, "tarn_ember_bot", BotToken);
        var number = world.WhatsApp.Number;
        var box = world.Mail.Mailbox(DemoCast.SupportAddress);
        AddTemplates(number);
        var existing = (await api.GetAsync("/inboxes?limit=100", ct)).Objects("items").ToList();
        Known = existing.Exists(i => i.Text("name") == Name("telegram"));

        var telegram = await SaveAsync(existing, "telegram", new JsonObject
        {
            ["botToken"] = BotToken, ["webhookSecret"] = WebhookSecret, ["receive"] = "webhook", ["apiBaseUrl"] = Base(world.Telegram.Url),
        }, ct);
        var whatsApp = await SaveAsync(existing, "whatsapp", new JsonObject
        {
            ["phoneNumberId"] = number.PhoneNumberId, ["accessToken"] = number.AccessToken, ["appSecret"] = number.AppSecret, ["verifyToken"] = VerifyToken,
            ["wabaId"] = number.WabaId, ["displayPhoneNumber"] = "+44 1632 960141", ["apiBaseUrl"] = Base(world.WhatsApp.Url),
        }, ct);
        await SaveAsync(existing, "email", new JsonObject
        {
            ["address"] = DemoCast.SupportAddress, ["fromName"] = DemoCast.Company, ["imapHost"] = "127.0.0.1", ["imapPort"] = world.Mail.ImapPort, ["imapSecurity"] = "none",
            ["smtpHost"] = "127.0.0.1", ["smtpPort"] = world.Mail.SmtpPort, ["smtpSecurity"] = "none", ["userName"] = box.Address, ["password"] = box.Password,
            ["authServer"] = world.Mail.ServerName, ["sinceDays"] = 7,
        }, ct);
        var chat = await SaveAsync(existing, "livechat", new JsonObject { ["title"] = DemoCast.Company, ["identitySecret"] = IdentitySecret }, ct);
        ChatInbox = chat.Text("id")!;

        // Asked to register its webhooks, Braid does it over the pretend APIs; where its public address is none a provider would take, they are set here.
        await api.PostAsync($"/inboxes/{telegram.Text("id")}/connect", [], ct);
        await api.PostAsync($"/inboxes/{whatsApp.Text("id")}/connect", [], ct);
        if (bot.WebhookUrl is null)
        {
            bot.SetWebhook(Here(telegram), WebhookSecret);
        }

        if (number.CallbackUrl is null && !await number.SubscribeAsync(Here(whatsApp), VerifyToken, ct))
        {
            throw new DemoException($"The WhatsApp webhook {Here(whatsApp)} did not give the challenge back.");
        }
    }

    private static string Name(string channel) => channel switch
    {
        "telegram" => "Telegram @tarn_ember_bot",
        "whatsapp" => "WhatsApp shop",
        "email" => "Help mailbox",
        _ => "Website chat",
    };

    private static string Base(Uri url) => url.GetLeftPart(UriPartial.Authority);

    // The public address may be another than the one the demo reaches Braid at.
    private Uri Here(JsonObject inbox) => new(api.Braid, new Uri(inbox.Text("webhookUrl")!).PathAndQuery);

    private async Task<JsonObject> SaveAsync(List<JsonObject> existing, string channel, JsonObject settings, CancellationToken ct) =>
        existing.Find(i => i.Text("name") == Name(channel)) is { } known
            ? await api.PatchAsync($"/inboxes/{known.Text("id")}", new JsonObject { ["settings"] = settings }, ct)
            : await api.PostAsync("/inboxes", new JsonObject { ["channel"] = channel, ["name"] = Name(channel), ["settings"] = settings }, ct);

    private static void AddTemplates(WhatsAppNumber number)
    {
        number.AddTemplate(new WhatsAppTemplate("order_update", "en", "Hello {{1}}, there is news about your order {{2}}: {{3}}"));
        number.AddTemplate(new WhatsAppTemplate("order_update", "es", "Hola {{1}}, hay novedades sobre tu pedido {{2}}: {{3}}"));
        number.AddTemplate(new WhatsAppTemplate("order_update", "ar", "مرحباً {{1}}، لدينا خبر عن طلبك {{2}}: {{3}}"));
        number.AddTemplate(new WhatsAppTemplate("still_there", "en", "Hello {{1}}, we have an answer to your question. May we send it here?"));
        number.AddTemplate(new WhatsAppTemplate("back_in_stock", "en", "Good news, {{1}}: {{2}} is back on the shelf.", "MARKETING"));
    }
}
