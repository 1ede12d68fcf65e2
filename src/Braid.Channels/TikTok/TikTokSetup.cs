using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.TikTok;

internal sealed class TikTokSetup : ISetup<TikTokSettings>
{
    public async Task<IReadOnlyList<CheckStep>> CheckAsync(TikTokSettings settings, ConnectContext context, CancellationToken ct)
    {
        var api = new TikTokApi(settings, context.Provider);
        return [await TokenCalls.CheckAsync("Account", async () =>
        {
            var answer = await api.CallAsync(async call =>
            {
                var body = new JsonObject { ["app_id"] = settings.AppId, ["access_token"] = await api.TokenAsync(ct) };
                return await call.PostAsync("tt_user/token_info/get/", body, ct);
            }, ct);
            return Step("Account", answer, "TikTok accepts the sign-in.", "Sign in with the TikTok business account again.");
        })];
    }

    /// <summary>The webhook belongs to the app and serves all its accounts.</summary>
    public async Task<IReadOnlyList<CheckStep>> ConnectAsync(TikTokSettings settings, ConnectContext context, CancellationToken ct)
    {
        List<CheckStep> steps = [.. await CheckAsync(settings, context, ct)];
        foreach (var (type, name) in new[] { ("DIRECT_MESSAGE", "Messages"), ("COMMENT", "Comments") })
        {
            var answer = await new TikTokApi(settings, context.Provider).Api(null).PostAsync("business/webhook/update/", new JsonObject
            {
                ["app_id"] = settings.AppId, ["secret"] = settings.AppSecret, ["event_type"] = type, ["callback_url"] = context.WebhookUrl.AbsoluteUri,
            }, ct);
            steps.Add(Step(name, answer, $"TikTok sends {name.ToLowerInvariant()} to Braid.", "Check the app id and the secret, and that the app may use Business Messaging."));
        }

        return steps;
    }

    private static CheckStep Step(string name, ProviderAnswer answer, string ok, string fix) =>
        answer is ProviderAnswer.Answered no && TikTokApi.Code(no.Json) is { } code and not 0
            ? new CheckStep(name, false, $"TikTok says no ({code}). {Outcomes.Sentence(no.Json.Text("message") ?? "It gave no reason")}", fix)
            : Outcomes.Step(name, answer, "TikTok", ok, fix);
}
