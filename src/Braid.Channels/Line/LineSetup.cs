using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Line;

internal sealed class LineSetup : ISetup<LineSettings>
{
    private const string TokenFix = "Copy the channel access token, or channel id and secret, from the LINE Developers console again.";
    private const string SwitchOn = "Turn \"Use webhook\" on in the LINE Developers console, under Messaging API.";

    public async Task<IReadOnlyList<CheckStep>> CheckAsync(LineSettings settings, ConnectContext context, CancellationToken ct)
    {
        var api = new LineApi(settings, context.Provider);
        var account = await AccountAsync(api, ct);
        return account.Ok ? [account, await WebhookAsync(api, context, ct)] : [account];
    }

    public async Task<IReadOnlyList<CheckStep>> ConnectAsync(LineSettings settings, ConnectContext context, CancellationToken ct)
    {
        var api = new LineApi(settings, context.Provider);
        var account = await AccountAsync(api, ct);
        if (!account.Ok) { return [account]; }

        var set = await TokenCalls.CheckAsync("Webhook", async () => Outcomes.Step(
            "Webhook", await api.CallAsync(json => json.PutAsync("v2/bot/channel/webhook/endpoint", new JsonObject { ["endpoint"] = context.WebhookUrl.AbsoluteUri }, ct), ct),
            "LINE", "The address is registered.", "LINE takes https addresses with a public certificate, up to 500 characters. Enter the address by hand if this one is right."));
        return set.Ok ? [account, await WebhookAsync(api, context, ct)] : [account, set];
    }

    private static Task<CheckStep> AccountAsync(LineApi api, CancellationToken ct) => TokenCalls.CheckAsync("Account", async () =>
    {
        var answer = await api.CallAsync(json => json.GetAsync("v2/bot/info", ct), ct);
        var found = answer is ProviderAnswer.Answered { Ok: true } yes ? $"The account is {yes.Json.Text("displayName")} ({yes.Json.Text("basicId")})." : "";
        return Outcomes.Step("Account", answer, "LINE", found, TokenFix);
    });

    private static Task<CheckStep> WebhookAsync(LineApi api, ConnectContext context, CancellationToken ct) => TokenCalls.CheckAsync("Webhook", async () =>
    {
        var answer = await api.CallAsync(json => json.GetAsync("v2/bot/channel/webhook/endpoint", ct), ct);
        if (answer is not ProviderAnswer.Answered { Ok: true } set)
        {
            return Outcomes.Step("Webhook", answer, "LINE", "", "Connect again, so that Braid registers its address.");
        }

        if (set.Json.Text("endpoint") != context.WebhookUrl.AbsoluteUri)
        {
            return new("Webhook", false, "LINE posts to another address.", "Connect again, so that Braid registers its address.");
        }

        return set.Json.Flag("active")
            ? new("Webhook", true, "LINE posts to this inbox.")
            : new("Webhook", false, "The address is registered, but LINE does not use it yet.", SwitchOn);
    });
}
