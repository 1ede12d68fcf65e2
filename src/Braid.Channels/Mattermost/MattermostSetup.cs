using Braid.Channels.Common;

namespace Braid.Channels.Mattermost;

internal sealed class MattermostSetup : ISetup<MattermostSettings>
{
    public async Task<IReadOnlyList<CheckStep>> CheckAsync(MattermostSettings settings, ConnectContext context, CancellationToken ct)
    {
        var answer = await MattermostApi.Of(settings, context.Provider).GetAsync("users/me", ct);
        var token = Outcomes.Step("Token", answer, "Mattermost", "", "Check the server's address, and create a new token under Integrations, Bot Accounts.");
        return token.Ok ? [token with { Message = $"The bot is @{((ProviderAnswer.Answered)answer).Json.Text("username")}." }] : [token];
    }

    public async Task<IReadOnlyList<CheckStep>> ConnectAsync(MattermostSettings settings, ConnectContext context, CancellationToken ct)
    {
        var steps = await CheckAsync(settings, context, ct);
        if (steps.Any(s => !s.Ok)) { return steps; }
        return settings.Receive == MattermostReceive.Webhook
            ? [.. steps, new("Webhook", true, $"Enter {context.WebhookUrl} under Integrations, Outgoing Webhooks, if you have not yet.")]
            : [.. steps, new("Messages", true, "Braid reads them over the socket.")];
    }
}
