using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Zalo;

/// <summary>The admin allows the app to act for the Official Account (OAuth with PKCE).</summary>
internal sealed class ZaloLogin : ILogin<ZaloSettings>
{
    public Uri Begin(ZaloSettings settings, LoginRequest request)
    {
        if (settings.AppId.Length == 0) { throw new SettingsException(new Dictionary<string, string> { ["appId"] = "Enter the app id and save before you sign in." }); }
        var query = new (string Name, string Value)[]
        {
            ("app_id", settings.AppId), ("redirect_uri", request.RedirectUri.AbsoluteUri), ("state", request.State), ("code_challenge", request.CodeChallenge),
        };
        return new Uri($"{JsonApi.Base(settings.ApiBaseUrl, "https://oauth.zaloapp.com").TrimEnd('/')}/v4/oa/permission?{string.Join('&', query.Select(q => $"{q.Name}={Uri.EscapeDataString(q.Value)}"))}");
    }

    public async Task<LoginOutcome> FinishAsync(LoginAnswer answer, ZaloSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (answer.Code is not { Length: > 0 } code) { return new LoginOutcome.Refused("Zalo gave no permission. Sign in again and allow the app to act for your Official Account."); }

        var token = await ZaloApi.OAuth(settings, context).PostFormAsync(
            "v4/oa/access_token", [new("app_id", settings.AppId), new("code", code), new("grant_type", "authorization_code"), new("code_verifier", answer.CodeVerifier)], ct);
        if (token is not ProviderAnswer.Answered { Ok: true } said) { return new LoginOutcome.Refused("Zalo can't be reached or did not answer. Sign in again in a minute."); }
        if (said.Json.Text("refresh_token") is not { } refresh)
        {
            return new LoginOutcome.Refused("Zalo does not accept this sign-in. Check app id and app secret key, and that this address is the app's callback; then sign in again.");
        }

        var settled = new JsonObject { ["refreshToken"] = refresh };
        if (answer.Query.GetValueOrDefault("oa_id") is { Length: > 0 } oa) { settled["oaId"] = oa; }
        return new LoginOutcome.Connected(settled);
    }
}
