using Braid.Channels.Common;

namespace Braid.Channels.Reddit;

internal sealed class RedditSetup : ISetup<RedditSettings>
{
    public async Task<IReadOnlyList<CheckStep>> CheckAsync(RedditSettings settings, ConnectContext context, CancellationToken ct)
    {
        var api = new RedditApi(settings, context.Provider);
        var account = await TokenCalls.CheckAsync("Account", async () =>
        {
            var answer = await api.GetAsync("api/v1/me", ct);
            return answer is ProviderAnswer.Answered { Ok: true } me && me.Json.Text("name") is { } name && !name.Equals(settings.Username, StringComparison.OrdinalIgnoreCase)
                ? new CheckStep("Account", false, $"The sign-in is u/{name}'s, not u/{settings.Username}'s.", "Enter the right account name, or sign in with the other account.")
                : Outcomes.Step("Account", answer, "Reddit", $"Reddit accepts the sign-in of u/{settings.Username}.", "Sign in with Reddit again.");
        });
        if (!account.Ok || string.IsNullOrEmpty(settings.Subreddit)) { return [account]; }
        return [account, await TokenCalls.CheckAsync("Subreddit", async () => Outcomes.Step(
            "Subreddit", await api.GetAsync($"r/{settings.Subreddit}/comments?limit=1", ct), "Reddit", $"r/{settings.Subreddit} can be read.", "Check the subreddit's name, and that the account may read it."))];
    }

    /// <summary>Nothing is to be registered: Braid looks by itself.</summary>
    public Task<IReadOnlyList<CheckStep>> ConnectAsync(RedditSettings settings, ConnectContext context, CancellationToken ct) => CheckAsync(settings, context, ct);
}
