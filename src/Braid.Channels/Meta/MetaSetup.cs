using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Meta;

/// <summary>Checks account and subscription; subscribes the account, and registers our address at the app when its id is known.</summary>
internal sealed class MetaSetup(Func<IMetaAccount, ProviderContext, CancellationToken, Task<GraphAccess>> access) : ISetup<IMetaAccount>
{
    public Task<IReadOnlyList<CheckStep>> CheckAsync(IMetaAccount settings, ConnectContext context, CancellationToken ct) => RunAsync(settings, context, connect: false, ct);

    public Task<IReadOnlyList<CheckStep>> ConnectAsync(IMetaAccount settings, ConnectContext context, CancellationToken ct) => RunAsync(settings, context, connect: true, ct);

    private async Task<IReadOnlyList<CheckStep>> RunAsync(IMetaAccount account, ConnectContext context, bool connect, CancellationToken ct)
    {
        GraphApi api;
        try
        {
            api = new GraphApi(await access(account, context.Provider, ct), context.Http, context.Clock);
        }
        catch (TokenRefusedException refused)
        {
            return [new("Access token", false, refused.Message, refused.Fix)];
        }

        var found = await AccountAsync(api, account, ct);
        if (!found.Ok) return [found];
        var webhook = connect ? await RegisterAsync(account, context, ct) : null;
        var subscribed = connect
            ? await SubscribeAsync(api, account, ct)
            : await SubscriptionAsync(api, account, ct);
        return webhook is null ? [found, subscribed] : [found, webhook, subscribed];
    }

    private static async Task<CheckStep> AccountAsync(GraphApi api, IMetaAccount account, CancellationToken ct)
    {
        var instagram = account.Dialect.Object == "instagram";
        var answer = await api.GetAsync($"{Uri.EscapeDataString(account.AccountId)}?fields={(instagram ? "username" : "name")}", ct);
        if (answer is ProviderAnswer.Answered { Ok: true } yes)
        {
            var name = yes.Json.Text(instagram ? "username" : "name");
            return new("Account", true, name is null ? "Meta knows the account." : instagram ? $"The account is @{name}." : $"The page is {name}.");
        }

        return Trouble("Account", answer, account);
    }

    private static async Task<CheckStep> SubscribeAsync(GraphApi api, IMetaAccount account, CancellationToken ct)
    {
        var answer = await api.CallAsync(HttpMethod.Post, $"{account.Node}/subscribed_apps?subscribed_fields={account.Dialect.Fields}", null, ct);
        return answer is ProviderAnswer.Answered { Ok: true } ? await SubscriptionAsync(api, account, ct) : Trouble("Subscription", answer, account);
    }

    private static async Task<CheckStep> SubscriptionAsync(GraphApi api, IMetaAccount account, CancellationToken ct)
    {
        var answer = await api.GetAsync($"{account.Node}/subscribed_apps", ct);
        if (answer is not ProviderAnswer.Answered { Ok: true } list) return Trouble("Subscription", answer, account);
        return list.Json.Items("data").Any()
            ? new("Subscription", true, "Meta sends this account's messages to the app.")
            : new("Subscription", false, "The app does not get this account's messages.", "Connect again: Braid subscribes the account.");
    }

    /// <summary>An app has one address for each kind of account; it may be set with the app's own id and secret.</summary>
    private static async Task<CheckStep> RegisterAsync(IMetaAccount account, ConnectContext context, CancellationToken ct)
    {
        var byHand = $"In Meta's developer console, under Webhooks, enter {context.WebhookUrl.AbsoluteUri} as callback URL of the object {account.Dialect.Object} with the verify token, and subscribe to its fields.";
        if (string.IsNullOrEmpty(account.MetaAppId) || account.AppSecrets[0] is not { Length: > 0 } secret)
        {
            return new("Webhook", true, "Not registered: that needs the app id. " + byHand);
        }

        var access = account.Access;
        var app = new GraphApi(new(access.Host == GraphAccess.Instagram ? GraphAccess.Facebook : access.Host, access.Version, $"{account.MetaAppId}|{secret}", access.Timeout), context.Http, context.Clock);
        var fields = new JsonArray([.. account.Dialect.Fields.Split(',').Select(field => JsonValue.Create(field))]);
        var answer = await app.PostAsync($"{account.MetaAppId}/subscriptions", new JsonObject
        {
            ["object"] = account.Dialect.Object, ["callback_url"] = context.WebhookUrl.AbsoluteUri, ["verify_token"] = account.VerifyTokenText, ["fields"] = fields, ["include_values"] = true,
        }, ct);
        if (answer is ProviderAnswer.Answered { Ok: true }) return new("Webhook", true, "Meta posts to Braid.");
        var (problem, _) = GraphApi.Trouble(answer, "", "");
        return new("Webhook", false, problem, byHand);
    }

    private static CheckStep Trouble(string step, ProviderAnswer answer, IMetaAccount account)
    {
        var (problem, fix) = GraphApi.Trouble(answer, account.Dialect.TokenFix, account.Dialect.IdFix);
        return new(step, false, problem, fix);
    }
}
