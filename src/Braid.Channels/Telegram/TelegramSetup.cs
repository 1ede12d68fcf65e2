using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Telegram;

internal sealed class TelegramSetup : ISetup<TelegramSettings>
{
    public async Task<IReadOnlyList<CheckStep>> CheckAsync(TelegramSettings settings, ConnectContext context, CancellationToken ct)
    {
        var api = new TelegramApi(settings, context.Http, context.Clock);
        var token = await TokenAsync(api, ct);
        return token.Ok ? [token, await WebhookAsync(api, settings, context, ct)] : [token];
    }

    public async Task<IReadOnlyList<CheckStep>> ConnectAsync(TelegramSettings settings, ConnectContext context, CancellationToken ct)
    {
        var api = new TelegramApi(settings, context.Http, context.Clock);
        var token = await TokenAsync(api, ct);
        if (!token.Ok) return [token];

        var polling = settings.Receive == TelegramReceive.Polling;
        var answer = polling
            ? await api.CallAsync("deleteWebhook", new JsonObject(), ct)
            : await api.CallAsync("setWebhook", Webhook(settings, context.WebhookUrl), ct);
        if (answer is not ProviderAnswer.Answered { Ok: true })
        {
            return [token, new("Webhook", false, TelegramApi.Trouble(answer) + ".", "Telegram needs a public https address on port 443, 80, 88 or 8443. Without one, receive by polling.")];
        }

        return [token, await WebhookAsync(api, settings, context, ct)];
    }

    private static JsonObject Webhook(TelegramSettings settings, Uri url) => new()
    {
        ["url"] = url.AbsoluteUri,
        ["secret_token"] = settings.WebhookSecret,
        ["max_connections"] = 40,
        ["allowed_updates"] = new JsonArray([.. TelegramApi.AllowedUpdates.Select(name => JsonValue.Create(name))]),
    };

    private static async Task<CheckStep> TokenAsync(TelegramApi api, CancellationToken ct) => await api.CallAsync("getMe", new JsonObject(), ct) switch
    {
        ProviderAnswer.Answered { Ok: true } me => new("Token", true, $"The bot is @{me.Json.Get("result").Text("username")}."),
        ProviderAnswer.Answered { Status: 401 or 404 } => new(
            "Token", false, "Telegram does not accept the bot token.", "Send /mybots to @BotFather, choose the bot and copy its API token again."),
        var other => new("Token", false, TelegramApi.Trouble(other) + ".", "Check that this server can reach api.telegram.org, then try again."),
    };

    private static async Task<CheckStep> WebhookAsync(TelegramApi api, TelegramSettings settings, ConnectContext context, CancellationToken ct)
    {
        if (await api.CallAsync("getWebhookInfo", new JsonObject(), ct) is not ProviderAnswer.Answered { Ok: true } answer)
        {
            return new("Webhook", false, "Telegram does not tell where it sends messages.", "Try again in a minute.");
        }

        var info = answer.Json.Get("result");
        var url = info.Text("url");
        var lastError = info.Epoch("last_error_date") is { } at && context.Clock.GetUtcNow() - at < TimeSpan.FromHours(1) ? info.Text("last_error_message") : null;
        return (settings.Receive, url) switch
        {
            (TelegramReceive.Polling, null) => new("Polling", true, "Braid fetches the messages."),
            (TelegramReceive.Polling, _) => new("Polling", false, "A webhook is set for this bot, so it can't be polled.", "Connect again: Braid removes the webhook."),
            (_, null) => new("Webhook", false, "Telegram does not know where to send messages.", "Connect again: Braid registers its webhook."),
            _ when url != context.WebhookUrl.AbsoluteUri => new(
                "Webhook", false, "Telegram sends this bot's messages to another address.", "Connect again, unless another program needs this bot: then give Braid a bot of its own."),
            _ when lastError is not null => new(
                "Webhook", false, $"Telegram's last try failed: {lastError}.", "Check that the public address reaches Braid over https."),
            _ => new("Webhook", true, "Telegram sends messages to Braid."),
        };
    }
}
