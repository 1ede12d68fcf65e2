using Braid.Channels.Common;

namespace Braid.Channels.Mastodon;

internal sealed class MastodonSetup : ISetup<MastodonSettings>
{
    public async Task<IReadOnlyList<CheckStep>> CheckAsync(MastodonSettings settings, ConnectContext context, CancellationToken ct)
    {
        var api = MastodonApi.For(settings, context.Provider, TimeSpan.FromSeconds(20));
        var me = await api.GetAsync("api/v1/accounts/verify_credentials", ct);
        var account = Outcomes.Step("Account", me, "The instance", $"Signed in as @{settings.UserName}.", "Copy the access token again, and check the instance's address.");
        if (account.Ok && me is ProviderAnswer.Answered { Json: var json } && !string.Equals(json.Text("username"), settings.UserName, StringComparison.OrdinalIgnoreCase))
        {
            account = new("Account", false, $"The access token belongs to @{json.Text("username")}.", "Enter that account's name, or the token of the other account.");
        }

        if (!account.Ok) { return [account]; }
        return
        [
            account,
            Outcomes.Step(
                "Notifications", await api.GetAsync("api/v1/notifications?limit=1", ct), "The instance", "Mentions can be read.",
                "Give the application the scope read:notifications, then copy its new access token."),
        ];
    }

    /// <summary>Nothing to register: Braid listens.</summary>
    public Task<IReadOnlyList<CheckStep>> ConnectAsync(MastodonSettings settings, ConnectContext context, CancellationToken ct) => CheckAsync(settings, context, ct);
}
