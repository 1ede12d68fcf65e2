using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.XDm;

internal sealed class XDmSetup : ISetup<XDmSettings>
{
    private const string TokenFix = "Copy key, token and both secrets from Keys and tokens again.";
    private static readonly string[] Types =
        ["dm.received", "dm.sent", "dm.read", "dm.indicate_typing", "post.mention.create", "post.reply.create", "post.quote.create", "post.delete", "oauth.revoke"];

    public async Task<IReadOnlyList<CheckStep>> CheckAsync(XDmSettings settings, ConnectContext context, CancellationToken ct)
    {
        var api = new XDmApi(settings, context.Provider);
        var account = await AccountAsync(api, settings, ct);
        if (!account.Ok) { return [account]; }
        var (step, _) = await WebhookAsync(api, context, ct);
        return [account, step];
    }

    public async Task<IReadOnlyList<CheckStep>> ConnectAsync(XDmSettings settings, ConnectContext context, CancellationToken ct)
    {
        var api = new XDmApi(settings, context.Provider);
        var account = await AccountAsync(api, settings, ct);
        if (!account.Ok) { return [account]; }

        var (webhook, id) = await WebhookAsync(api, context, ct);
        if (id is null)
        {
            webhook = await TokenCalls.CheckAsync("Webhook", async () =>
            {
                var answer = await api.AsAppAsync(json => json.PostAsync("2/webhooks", new JsonObject { ["url"] = context.WebhookUrl.AbsoluteUri }, ct), ct);
                id = (answer as ProviderAnswer.Answered)?.Json.Get("data").Id("id");
                return Outcomes.Step("Webhook", answer, "X", "X reached this inbox and posts to it.", "X calls the address at once: it must be public, with https and without a port. Check also that your plan has a webhook left.");
            });
        }

        return webhook.Ok && id is not null ? [account, webhook, await SubscribeAsync(api, settings, id, ct)] : [account, webhook];
    }

    private static async Task<CheckStep> AccountAsync(XDmApi api, XDmSettings settings, CancellationToken ct)
    {
        var answer = await api.Account.GetAsync("2/users/me", ct);
        var user = (answer as ProviderAnswer.Answered)?.Json.Get("data") ?? default;
        return answer is ProviderAnswer.Answered { Ok: true } && user.Id("id") != settings.UserId
            ? new("Account", false, $"The access token belongs to @{user.Text("username")}, whose user id is {user.Id("id")}.", "Enter that user id, or the token of the right account.")
            : Outcomes.Step("Account", answer, "X", $"Signed in as @{user.Text("username")}.", TokenFix);
    }

    private static async Task<(CheckStep Step, string? Id)> WebhookAsync(XDmApi api, ConnectContext context, CancellationToken ct)
    {
        string? id = null;
        var step = await TokenCalls.CheckAsync("Webhook", async () =>
        {
            var answer = await api.AsAppAsync(json => json.GetAsync("2/webhooks", ct), ct);
            if (answer is not ProviderAnswer.Answered { Ok: true } list) { return Outcomes.Step("Webhook", answer, "X", "", TokenFix); }
            var ours = list.Json.Items("data").FirstOrDefault(w => w.Text("url") == context.WebhookUrl.AbsoluteUri);
            id = ours.Id("id");
            return id is null ? new("Webhook", false, "X does not post to this inbox.", "Connect again, so that Braid registers its address.")
                : ours.Flag("valid") ? new("Webhook", true, "X posts to this inbox.")
                : new("Webhook", false, "X found this inbox unreachable and stopped posting.", "Make the address reachable, then connect again.");
        });
        return (step, id);
    }

    /// <summary>A subscription that is there already is what we want.</summary>
    private static Task<CheckStep> SubscribeAsync(XDmApi api, XDmSettings settings, string webhook, CancellationToken ct) => TokenCalls.CheckAsync("Subscriptions", async () =>
    {
        foreach (var type in Types)
        {
            var body = new JsonObject { ["event_type"] = type, ["filter"] = new JsonObject { ["user_id"] = settings.UserId }, ["tag"] = "braid", ["webhook_id"] = webhook };
            var answer = await api.AsAppAsync(json => json.PostAsync("2/activity/subscriptions", body, ct), ct);
            if (answer is ProviderAnswer.Answered { Ok: true } or ProviderAnswer.Answered { Status: 409 }) { continue; }
            return Outcomes.Step("Subscriptions", answer, "X", "", $"X does not subscribe to {type}. Check that the account allowed the app and that your plan has subscriptions left.");
        }

        return new("Subscriptions", true, "X tells of messages, mentions and replies.");
    });
}
