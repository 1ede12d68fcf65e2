using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Slack;

/// <summary>OAuth v2: an admin of the workspace installs the app, and its bot token comes back.</summary>
internal sealed class SlackLogin : ILogin<SlackSettings>
{
    private const string Scopes =
        "app_mentions:read,channels:history,chat:write,files:read,files:write,groups:history,im:history,im:write,mpim:history,reactions:read,reactions:write,users:read";

    public Uri Begin(SlackSettings settings, LoginRequest request)
    {
        if (string.IsNullOrEmpty(settings.ClientId) || string.IsNullOrEmpty(settings.ClientSecret))
        {
            throw new SettingsException(new Dictionary<string, string> { ["clientId"] = "Enter client id and client secret from Basic Information first." });
        }

        var api = new Uri(JsonApi.Base(settings.ApiBaseUrl, SlackApi.Provider));
        return new Uri(api, $"/oauth/v2/authorize?client_id={Uri.EscapeDataString(settings.ClientId)}&scope={Uri.EscapeDataString(Scopes)}"
            + $"&redirect_uri={Uri.EscapeDataString(request.RedirectUri.AbsoluteUri)}&state={Uri.EscapeDataString(request.State)}");
    }

    public async Task<LoginOutcome> FinishAsync(LoginAnswer answer, SlackSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (answer.Code is not { } code) { return new LoginOutcome.Refused("Slack did not sign in: the installation was cancelled. Try again."); }
        var said = await new SlackApi(settings, context, null).PostFormAsync("oauth.v2.access",
        [
            new("client_id", settings.ClientId ?? ""), new("client_secret", settings.ClientSecret ?? ""), new("code", code), new("redirect_uri", answer.RedirectUri.AbsoluteUri),
        ], ct);
        if (!SlackApi.Yes(said) || said is not ProviderAnswer.Answered { Json: var json } || json.Text("access_token") is not { } token)
        {
            return new LoginOutcome.Refused(SlackApi.ErrorOf(said) switch
            {
                "bad_client_secret" or "invalid_client_id" => "Slack does not know this client id and secret. Copy both again from Basic Information.",
                "bad_redirect_uri" => $"Slack does not know our address. Add {answer.RedirectUri} under OAuth & Permissions, Redirect URLs.",
                "invalid_code" or "code_already_used" => "The sign-in took too long. Try again.",
                null => "Slack did not answer. Try again in a minute.",
                var other => $"Slack refused the sign-in ({other}). Try again.",
            });
        }

        var settle = new JsonObject { ["botToken"] = token };
        if (json.Get("team").Id("id") is { } team) { settle["teamId"] = team; }
        if (json.Get("team").Text("name") is { } name) { settle["displayName"] = name; }
        if (json.Id("bot_user_id") is { } bot) { settle["botUserId"] = bot; }
        if (json.Text("refresh_token") is { } refresh) { settle["refreshToken"] = refresh; }
        return new LoginOutcome.Connected(settle);
    }
}
