using Braid.Channels.Common;

namespace Braid.Channels.Zulip;

internal sealed class ZulipSetup : ISetup<ZulipSettings>
{
    public async Task<IReadOnlyList<CheckStep>> CheckAsync(ZulipSettings settings, ConnectContext context, CancellationToken ct)
    {
        var answer = await ZulipApi.Of(settings, context.Provider).GetAsync("users/me", ct);
        var key = Outcomes.Step("API key", answer, "Zulip", "", "Check the organization's address, and copy the bot's e-mail address and API key again from Personal settings, Bots.");
        return key.Ok ? [key with { Message = $"The bot is {((ProviderAnswer.Answered)answer).Json.Text("full_name")}." }] : [key];
    }

    public async Task<IReadOnlyList<CheckStep>> ConnectAsync(ZulipSettings settings, ConnectContext context, CancellationToken ct)
    {
        var steps = await CheckAsync(settings, context, ct);
        if (steps.Any(s => !s.Ok)) { return steps; }
        return settings.Receive == ZulipReceive.Webhook
            ? [.. steps, new("Webhook", true, $"Enter {context.WebhookUrl} as endpoint of the outgoing webhook bot, if you have not yet.")]
            : [.. steps, new("Messages", true, "Braid fetches them from an event queue.")];
    }
}
