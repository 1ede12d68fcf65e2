using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;
using Braid.Channels.Meta;

namespace Braid.Channels.Instagram;

/// <summary>Sign-in with Instagram, or with Facebook for accounts linked to a page.</summary>
internal sealed class InstagramLogin : ILogin<InstagramSettings>
{
    private const string Scope = "instagram_business_basic,instagram_business_manage_messages,instagram_business_manage_comments";
    private const string PageScope = "pages_show_list,pages_manage_metadata,pages_read_engagement,instagram_basic,instagram_manage_messages,instagram_manage_comments";

    public Uri Begin(InstagramSettings settings, LoginRequest request)
    {
        if (settings.SignIn == InstagramSignIn.Facebook) return Flow(settings).Begin(request, PageScope);

        FacebookLogin.Require(settings.AppId, settings.AppSecret);
        var host = JsonApi.Base(settings.ApiBaseUrl, "https://www.instagram.com").TrimEnd('/');
        return new Uri($"{host}/oauth/authorize?client_id={settings.AppId}&redirect_uri={Uri.EscapeDataString(request.RedirectUri.AbsoluteUri)}"
            + $"&response_type=code&scope={Scope}&state={Uri.EscapeDataString(request.State)}");
    }

    public Task<LoginOutcome> FinishAsync(LoginAnswer answer, InstagramSettings settings, ProviderContext context, CancellationToken ct) =>
        settings.SignIn == InstagramSignIn.Facebook ? ByPageAsync(answer, settings, context, ct) : ByInstagramAsync(answer, settings, context, ct);

    private static async Task<LoginOutcome> ByPageAsync(LoginAnswer answer, InstagramSettings settings, ProviderContext context, CancellationToken ct)
    {
        var (pages, refused) = await Flow(settings).PagesAsync(answer, context, ct);
        if (refused is not null) return refused;

        var linked = pages.Where(page => AccountOf(page) is not null).ToList();
        if (settings.InstagramAccountId.Length > 0) linked = [.. linked.Where(page => AccountOf(page) == settings.InstagramAccountId)];
        return linked switch
        {
            [var page] when page.Text("access_token") is { } token => new LoginOutcome.Connected(
                new JsonObject { ["instagramAccountId"] = AccountOf(page), ["accessToken"] = token, ["pageId"] = page.Id("id") }),
            [] or [_] => new LoginOutcome.Refused("None of the pages you allowed is linked to this Instagram account. Link it in the page's settings, then sign in again."),
            _ => new LoginOutcome.Refused($"Which account? Enter its id and sign in again: {string.Join(", ", linked.Take(10).Select(p => $"{p.Text("name")} ({AccountOf(p)})"))}."),
        };
    }

    private static async Task<LoginOutcome> ByInstagramAsync(LoginAnswer answer, InstagramSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (answer.Code is not { } code) return FacebookLogin.Declined(answer);

        var timeout = InstagramChannel.Limits.CallTimeout;
        var first = await new JsonApi(JsonApi.Base(settings.ApiBaseUrl, "https://api.instagram.com"), context, timeout).PostFormAsync("oauth/access_token",
        [
            new("client_id", settings.AppId ?? ""), new("client_secret", settings.AppSecret), new("grant_type", "authorization_code"),
            new("redirect_uri", answer.RedirectUri.AbsoluteUri), new("code", code),
        ], ct);
        if (Token(first) is not { } brief) return FacebookLogin.Refused(first);

        // An hour's token becomes one of 60 days.
        var graph = new JsonApi(JsonApi.Base(settings.ApiBaseUrl, GraphAccess.Instagram), context, timeout);
        var second = await graph.GetAsync(
            $"access_token?grant_type=ig_exchange_token&client_secret={Uri.EscapeDataString(settings.AppSecret)}&access_token={Uri.EscapeDataString(brief)}", ct);
        if (Token(second) is not { } token) return FacebookLogin.Refused(second);

        var me = await new JsonApi(JsonApi.Base(settings.ApiBaseUrl, GraphAccess.Instagram), context, timeout, JsonApi.Bearer(token))
            .GetAsync($"{settings.ApiVersion}/me?fields=user_id,username", ct);
        if (me is not ProviderAnswer.Answered { Ok: true } yes || (yes.Json.Id("user_id") ?? yes.Json.Id("id")) is not { } id) return FacebookLogin.Refused(me);

        var found = new JsonObject { ["instagramAccountId"] = id, ["accessToken"] = token };
        if (yes.Json.Text("username") is { } name) found["username"] = name;
        return new LoginOutcome.Connected(found);
    }

    /// <summary>Instagram answers with the token itself, or with a list of one.</summary>
    private static string? Token(ProviderAnswer answer) => answer is ProviderAnswer.Answered { Ok: true } yes
        ? yes.Json.Text("access_token") ?? yes.Json.Items("data").FirstOrDefault().Text("access_token")
        : null;

    private static string? AccountOf(JsonElement page) => page.Get("instagram_business_account").Id("id");

    private static FacebookLogin Flow(InstagramSettings settings) =>
        new(settings.ApiBaseUrl, settings.ApiVersion, settings.AppId, settings.AppSecret, InstagramChannel.Limits.CallTimeout);
}
