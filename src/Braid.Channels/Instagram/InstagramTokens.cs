using System.Security.Cryptography;
using System.Text;
using Braid.Channels.Common;
using Braid.Channels.Meta;

namespace Braid.Channels.Instagram;

/// <summary>
/// With Instagram login a token lives 60 days and can be renewed once it is a day old. Braid renews at half time, so that a month of
/// silence or a week of trouble at Meta costs nothing. A page's token needs none of this.
/// </summary>
internal static class InstagramTokens
{
    private static readonly TimeSpan TryAgain = TimeSpan.FromDays(1);

    public static async Task<GraphAccess> AccessAsync(IMetaAccount account, ProviderContext context, CancellationToken ct)
    {
        if (account is not InstagramSettings { SignIn: InstagramSignIn.Instagram } settings) return account.Access;

        // Named by the token it began with: a new one in the settings begins anew.
        var name = "access-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(settings.AccessToken)))[..12];
        var kept = await context.Tokens.GetAsync(name, (last, token) => RenewAsync(last?.Value ?? settings.AccessToken, account, context, token), ct);
        return account.Access.With(kept.Value);
    }

    private static async Task<KeptToken> RenewAsync(string token, IMetaAccount account, ProviderContext context, CancellationToken ct)
    {
        var api = new JsonApi(account.Access.Host, context, account.Access.Timeout);
        var answer = await api.GetAsync($"refresh_access_token?grant_type=ig_refresh_token&access_token={Uri.EscapeDataString(token)}", ct);
        var now = context.Clock.GetUtcNow();
        return answer switch
        {
            ProviderAnswer.Answered { Ok: true } yes when yes.Json.Text("access_token") is { } renewed =>
                new KeptToken(renewed, now + TimeSpan.FromSeconds(Math.Clamp(yes.Json.Number("expires_in") ?? 0, 172_800, 5_184_000) / 2)),
            ProviderAnswer.Answered no when new GraphError(no.Json.Get("error")) is { Code: 190, Subcode: 458 or 460 or 463 or 467 } => throw new TokenRefusedException(
                "Instagram no longer accepts the access token.", "Sign in again, or generate a new token in the app's Instagram settings and enter it."),
            // Too young to be renewed, or Meta is away: the one we have is still good.
            _ => new KeptToken(token, now + TryAgain),
        };
    }
}
