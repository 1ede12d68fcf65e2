using System.Text.Json.Nodes;
using Braid.Channels.Common;
using Braid.Channels.Meta;

namespace Braid.Channels.WhatsApp;

internal sealed class WhatsAppSetup : ISetup<WhatsAppSettings>
{
    private const string ByHand = "In Meta's console, under WhatsApp, Configuration, enter the callback URL and the verify token and subscribe to the field messages.";

    public async Task<IReadOnlyList<CheckStep>> CheckAsync(WhatsAppSettings settings, ConnectContext context, CancellationToken ct)
    {
        var api = new GraphApi(settings.Access, context.Http, context.Clock);
        var number = await NumberAsync(api, settings, ct);
        if (!number.Ok) return [number];
        if (string.IsNullOrEmpty(settings.WabaId)) return [number, new("Webhook", true, "Not checked: that needs the WhatsApp Business Account id. " + ByHand)];

        return [number, await SubscriptionAsync(api, settings, ct)];
    }

    public async Task<IReadOnlyList<CheckStep>> ConnectAsync(WhatsAppSettings settings, ConnectContext context, CancellationToken ct)
    {
        var api = new GraphApi(settings.Access, context.Http, context.Clock);
        var number = await NumberAsync(api, settings, ct);
        if (!number.Ok) return [number];
        if (string.IsNullOrEmpty(settings.WabaId))
        {
            return [number, new("Webhook", false, "Braid can't subscribe to messages without the WhatsApp Business Account id.", "Enter it, or do it by hand. " + ByHand)];
        }

        var answer = await api.PostAsync($"{settings.WabaId}/subscribed_apps", new JsonObject
        {
            ["override_callback_uri"] = context.WebhookUrl.AbsoluteUri,
            ["verify_token"] = settings.VerifyToken,
        }, ct);
        if (answer is ProviderAnswer.Answered { Ok: true }) return [number, await SubscriptionAsync(api, settings, ct)];

        var (problem, fix) = WhatsAppErrors.Trouble(answer);
        return [number, new("Webhook", false, problem, $"{fix} Or do it by hand. {ByHand}")];
    }

    private static async Task<CheckStep> NumberAsync(GraphApi api, WhatsAppSettings settings, CancellationToken ct)
    {
        var answer = await api.GetAsync($"{settings.PhoneNumberId}?fields=display_phone_number,verified_name,quality_rating", ct);
        if (answer is not ProviderAnswer.Answered { Ok: true } found)
        {
            var (problem, fix) = WhatsAppErrors.Trouble(answer);
            return new("Phone number", false, problem, fix);
        }

        return found.Json.Text("display_phone_number") is { } number
            ? new("Phone number", true, $"The number is {number}{(found.Json.Text("verified_name") is { } name ? $", {name}" : "")}.")
            : new("Phone number", false, "This id is not a phone number's.", "Copy the phone number id, not the account id, from WhatsApp, API Setup.");
    }

    private static async Task<CheckStep> SubscriptionAsync(GraphApi api, WhatsAppSettings settings, CancellationToken ct)
    {
        var answer = await api.GetAsync($"{settings.WabaId}/subscribed_apps", ct);
        if (answer is not ProviderAnswer.Answered { Ok: true } list)
        {
            var (problem, fix) = WhatsAppErrors.Trouble(answer);
            return new("Webhook", false, problem, fix);
        }

        return list.Json.Items("data").Any()
            ? new("Webhook", true, "Meta sends this account's messages to an app.")
            : new("Webhook", false, "No app gets this account's messages.", "Connect again, or do it by hand. " + ByHand);
    }
}
