using Braid.Channels.Common;

namespace Braid.Channels.Bluesky;

internal sealed class BlueskySetup : ISetup<BlueskySettings>
{
    public async Task<IReadOnlyList<CheckStep>> CheckAsync(BlueskySettings settings, ConnectContext context, CancellationToken ct)
    {
        var api = new BlueskyApi(settings, context.Provider);
        try
        {
            var account = Outcomes.Step(
                "Account", await api.GetAsync("app.bsky.notification.listNotifications?limit=1", ct), "Bluesky", $"Signed in as {settings.Address}.",
                "Make a new app password and enter it.");
            if (!account.Ok || settings.WithoutChat) { return [account]; }
            return
            [
                account,
                Outcomes.Step(
                    "Chat", await api.GetAsync("chat.bsky.convo.listConvos?limit=1", ct), "Bluesky", "Chats can be read.",
                    "Make a new app password that allows access to direct messages, or choose \"Without chat\"."),
            ];
        }
        catch (TokenRefusedException e)
        {
            return [new("Account", false, e.Message, e.Fix)];
        }
        catch (TokenUnavailableException e)
        {
            return [new("Account", false, e.Message, "Try again in a minute.")];
        }
    }

    /// <summary>Nothing to register: Braid asks for news.</summary>
    public Task<IReadOnlyList<CheckStep>> ConnectAsync(BlueskySettings settings, ConnectContext context, CancellationToken ct) => CheckAsync(settings, context, ct);
}
