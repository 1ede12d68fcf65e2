using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.TikTok;

/// <summary>Signing in with the business account gives its id and the first refresh token. TikTok knows no PKCE here.</summary>
internal sealed class TikTokLogin : ILogin<TikTokSettings>
{
    private const string Scopes = "message.list.read,message.list.send,message.list.manage,user.info.basic,comment.list,comment.list.manage";

    public Uri Begin(TikTokSettings settings, LoginRequest request)
    {
        if (settings.AppId.Length == 0 || settings.AppSecret.Length == 0)
        {
            throw new SettingsException(new Dictionary<string, string> { ["appId"] = "Enter the app id and the secret first, then sign in." });
        }

        var query = string.Join('&', new[]
        {
            ("client_key", settings.AppId), ("response_type", "code"), ("scope", Scopes), ("redirect_uri", request.RedirectUri.AbsoluteUri), ("state", request.State),
        }.Select(p => $"{p.Item1}={Uri.EscapeDataString(p.Item2)}"));
        return new Uri("https://www.tiktok.com/v2/auth/authorize/?" + query);
    }

    public async Task<LoginOutcome> FinishAsync(LoginAnswer answer, TikTokSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (answer.Code is not { Length: > 0 } code)
        {
            return new LoginOutcome.Refused("TikTok sent no code: the sign-in was cancelled. Try again and allow everything that is asked.");
        }

        var token = await new TikTokApi(settings, context).Api(null).PostAsync("tt_user/oauth2/token/", new JsonObject
        {
            ["client_id"] = settings.AppId, ["client_secret"] = settings.AppSecret, ["grant_type"] = "authorization_code", ["auth_code"] = code,
            ["redirect_uri"] = answer.RedirectUri.AbsoluteUri,
        }, ct);
        return TikTokApi.IsYes(token, out var data) && data.Text("refresh_token") is { } refresh && data.Id("open_id") is { } account
            ? new LoginOutcome.Connected(new JsonObject { ["businessId"] = account, ["refreshToken"] = refresh })
            : new LoginOutcome.Refused(token is ProviderAnswer.Answered no
                ? $"TikTok does not accept the sign-in ({TikTokApi.Code(no.Json) ?? no.Status}). Check the app id, the secret and the redirect address, then try again."
                : "TikTok can't be reached. Try again in a minute.");
    }
}
