using Braid.Channels.Common;

namespace Braid.Channels.RocketChat;

internal sealed class RocketChatSetup : ISetup<RocketChatSettings>
{
    public async Task<IReadOnlyList<CheckStep>> CheckAsync(RocketChatSettings settings, ConnectContext context, CancellationToken ct)
    {
        var answer = await RocketChatApi.Of(settings, context.Provider).GetAsync("me", ct);
        var token = Outcomes.Step("Token", answer, "Rocket.Chat", "", "Check the server's address, and create a new personal access token; enter it with the user id beside it.");
        return token.Ok ? [token with { Message = $"The bot is @{((ProviderAnswer.Answered)answer).Json.Text("username")}." }] : [token];
    }

    public async Task<IReadOnlyList<CheckStep>> ConnectAsync(RocketChatSettings settings, ConnectContext context, CancellationToken ct)
    {
        var steps = await CheckAsync(settings, context, ct);
        if (steps.Any(s => !s.Ok)) { return steps; }
        return settings.Receive == RocketChatReceive.Webhook
            ? [.. steps, new("Webhook", true, $"Enter {context.WebhookUrl} in the outgoing integration, event Message Sent, if you have not yet.")]
            : [.. steps, new("Messages", true, "Braid reads them over the socket.")];
    }
}
