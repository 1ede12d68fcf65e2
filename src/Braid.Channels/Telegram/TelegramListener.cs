using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Runtime.InteropServices;
using Braid.Channels.Common;

namespace Braid.Channels.Telegram;

/// <summary>Long polling, for people without a public address. The position is the next update id; giving it confirms all before it.</summary>
internal sealed class TelegramListener : IListener<TelegramSettings>
{
    private const int PollSeconds = 50;

    public bool IsWanted(TelegramSettings settings) => settings.Receive == TelegramReceive.Polling;

    public async Task ListenAsync(TelegramSettings settings, IListenerHost host, CancellationToken ct)
    {
        var api = new TelegramApi(settings, host.Http, host.Clock);

        // Telegram refuses to be polled while a webhook is set; pending updates are kept.
        await RequireAsync(api, host, "deleteWebhook", [], ct);
        var position = host.Position;
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var updates = await PollAsync(api, host, position, ct);
            host.Report(null);
            if (updates is not [.., var last]) continue;

            position = (last.Number("update_id") + 1 ?? throw new IOException("Telegram sent an update without a number.")).ToString(CultureInfo.InvariantCulture);
            await host.StoreAsync([.. updates.Select(update => Delivery(update, host.Clock))], position, ct);
            foreach (var update in updates) await StopTheSpinnerAsync(api, update, ct);
        }
    }

    private static async Task<List<JsonElement>> PollAsync(TelegramApi api, IListenerHost host, string? position, CancellationToken ct)
    {
        var ask = new JsonObject { ["timeout"] = PollSeconds, ["limit"] = 100, ["allowed_updates"] = Names() };
        if (position is not null) ask["offset"] = long.Parse(position, CultureInfo.InvariantCulture);
        var answer = await RequireAsync(api, host, "getUpdates", ask, ct);
        return [.. answer.Json.Items("result").OrderBy(update => update.Number("update_id"))];
    }

    /// <summary>Waits out "slow down"; anything else that is not a yes is reported and ends this run: the host starts it again later.</summary>
    private static async Task<ProviderAnswer.Answered> RequireAsync(
        TelegramApi api, IListenerHost host, string method, JsonObject parameters, CancellationToken ct)
    {
        while (true)
        {
            var answer = await api.CallAsync(method, (JsonObject)parameters.DeepClone(), ct, TimeSpan.FromSeconds(PollSeconds + 15));
            switch (answer)
            {
                case ProviderAnswer.Answered { Ok: true } yes:
                    return yes;
                case ProviderAnswer.Answered { Status: 429 } busy:
                    var seconds = busy.Json.Get("parameters").Number("retry_after") ?? (long?)busy.RetryAfter?.TotalSeconds ?? 5;
                    await Task.Delay(TimeSpan.FromSeconds(Math.Clamp(seconds, 1, 3600)), host.Clock, ct);
                    break;
                default:
                    var trouble = Words(answer);
                    host.Report(trouble);
                    throw new IOException(trouble);
            }
        }
    }

    private static string Words(ProviderAnswer answer) => answer switch
    {
        ProviderAnswer.Answered { Status: 401 or 404 } => "Telegram does not accept the bot token. Copy it again from @BotFather.",
        ProviderAnswer.Answered { Status: 409 } no when no.Json.Text("description")?.Contains("webhook", StringComparison.OrdinalIgnoreCase) == true =>
            "Somebody set a webhook for this bot, so it can't be polled. Braid removes it and tries again.",
        ProviderAnswer.Answered { Status: 409 } =>
            "Another program receives this bot's messages. Stop it, or give Braid a bot of its own.",
        _ => TelegramApi.Trouble(answer) + ".",
    };

    private static RawDelivery Delivery(JsonElement update, TimeProvider clock) => new()
    {
        Body = JsonMarshal.GetRawUtf8Value(update).ToArray(),
        ContentType = "application/json",
        ReceivedAt = clock.GetUtcNow(),
    };

    /// <summary>Best effort, after storing: only the look of a button in the customer's app hangs on it.</summary>
    private static Task StopTheSpinnerAsync(TelegramApi api, JsonElement update, CancellationToken ct) =>
        update.Get("callback_query").Id("id") is { } id
            ? api.CallAsync("answerCallbackQuery", new JsonObject { ["callback_query_id"] = id }, ct, TimeSpan.FromSeconds(5))
            : Task.CompletedTask;

    private static JsonArray Names() => [.. TelegramApi.AllowedUpdates.Select(name => JsonValue.Create(name))];
}
