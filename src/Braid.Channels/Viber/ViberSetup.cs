using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Viber;

internal sealed class ViberSetup : ISetup<ViberSettings>
{
    private const string Fix = "Copy the authentication token from the Viber Admin Panel again.";
    private static readonly string[] Events = ["delivered", "seen", "failed", "subscribed", "unsubscribed", "conversation_started"];

    public async Task<IReadOnlyList<CheckStep>> CheckAsync(ViberSettings settings, ConnectContext context, CancellationToken ct)
    {
        var (step, webhook) = await AccountAsync(settings, context, ct);
        return !step.Ok ? [step]
            : webhook == context.WebhookUrl.AbsoluteUri ? [step, new("Webhook", true, "Viber posts to this inbox.")]
            : [step, new("Webhook", false, "Viber posts to another address, or to none.", "Connect again, so that Braid registers its address.")];
    }

    public async Task<IReadOnlyList<CheckStep>> ConnectAsync(ViberSettings settings, ConnectContext context, CancellationToken ct)
    {
        var (step, _) = await AccountAsync(settings, context, ct);
        if (!step.Ok) { return [step]; }

        var answer = await ViberSender.Api(settings, context.Provider).PostAsync("pa/set_webhook", new JsonObject
        {
            ["url"] = context.WebhookUrl.AbsoluteUri,
            ["event_types"] = new JsonArray([.. Events.Select(e => JsonValue.Create(e))]),
            ["send_name"] = true,
            ["send_photo"] = true,
        }, ct);
        var set = Said(answer) is { } no
            ? new CheckStep("Webhook", false, $"Viber could not reach this inbox ({no}).", "Viber calls the address at once: it must be public, with https and a certificate that browsers trust. Then connect again.")
            : Outcomes.Step("Webhook", answer, "Viber", "Viber reached this inbox and posts to it.", Fix);
        return [step, set];
    }

    private static async Task<(CheckStep Step, string? Webhook)> AccountAsync(ViberSettings settings, ConnectContext context, CancellationToken ct)
    {
        var answer = await ViberSender.Api(settings, context.Provider).PostAsync("pa/get_account_info", new JsonObject(), ct);
        var json = (answer as ProviderAnswer.Answered)?.Json ?? default;
        return Said(answer) is { } no
            ? (new("Bot", false, $"Viber says no ({no}).", Fix), null)
            : (Outcomes.Step("Bot", answer, "Viber", $"The bot is {json.Text("name") ?? "known"}.", Fix), json.Text("webhook"));
    }

    /// <summary>Viber's refusal inside a 200.</summary>
    private static string? Said(ProviderAnswer answer) =>
        answer is ProviderAnswer.Answered { Ok: true } said && said.Json.Number("status") is not 0 ? said.Json.Text("status_message") ?? "no status" : null;
}
