using Braid.Channels.Common;

namespace Braid.Channels.Slack;

/// <summary>The bot token: the one of the settings, or, for apps with token rotation, one that lives 12 hours and is renewed.</summary>
internal static class SlackTokens
{
    private const string SignInAgain = "Sign in to Slack again in the inbox's settings.";

    public static Task<KeptToken> GetAsync(SlackSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (!string.IsNullOrEmpty(settings.RefreshToken))
        {
            return context.Tokens.GetAsync("bot", (last, cancel) => RenewAsync(last?.RefreshToken ?? settings.RefreshToken, settings, context, cancel), ct);
        }

        return string.IsNullOrEmpty(settings.BotToken)
            ? throw new TokenRefusedException("Slack is not signed in.", "Sign in to Slack, or enter the bot token, in the inbox's settings.")
            : Task.FromResult(new KeptToken(settings.BotToken, null));
    }

    private static async Task<KeptToken> RenewAsync(string refreshToken, SlackSettings settings, ProviderContext context, CancellationToken ct)
    {
        var answer = await new SlackApi(settings, context, null).PostFormAsync("oauth.v2.access",
        [
            new("client_id", settings.ClientId ?? ""), new("client_secret", settings.ClientSecret ?? ""), new("grant_type", "refresh_token"), new("refresh_token", refreshToken),
        ], ct);
        if (answer is not ProviderAnswer.Answered said) { throw new TokenUnavailableException("Slack did not answer when its token was renewed"); }
        if (SlackApi.Yes(answer) && said.Json.Text("access_token") is { } token)
        {
            var lasts = said.Json.Number("expires_in") is { } seconds and > 0 and < 10_000_000 ? TimeSpan.FromSeconds(seconds) : TimeSpan.FromHours(12);
            return new KeptToken(token, context.Clock.GetUtcNow() + lasts) { RefreshToken = said.Json.Text("refresh_token") ?? refreshToken };
        }

        throw SlackErrors.Result(answer) is SendResult.Retry or SendResult.Unknown
            ? new TokenUnavailableException("Slack could not renew its token now")
            : new TokenRefusedException("Slack no longer accepts this app's sign-in.", SignInAgain);
    }
}
