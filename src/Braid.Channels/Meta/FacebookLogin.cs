using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Meta;

/// <summary>Sign-in with Facebook: the code becomes the person's token, a long-lived one, and that gives the tokens of the pages they run.</summary>
internal sealed class FacebookLogin(string? apiBaseUrl, string version, string? appId, string appSecret, TimeSpan timeout)
{
    public Uri Begin(LoginRequest request, string scope)
    {
        Require(appId, appSecret);
        var host = JsonApi.Base(apiBaseUrl, "https://www.facebook.com").TrimEnd('/');
        return new Uri($"{host}/{version}/dialog/oauth?client_id={appId}&redirect_uri={Uri.EscapeDataString(request.RedirectUri.AbsoluteUri)}"
            + $"&state={Uri.EscapeDataString(request.State)}&response_type=code&scope={scope}");
    }

    /// <summary>The pages, each with id, name and access_token.</summary>
    public async Task<(IReadOnlyList<JsonElement> Pages, LoginOutcome.Refused? Refused)> PagesAsync(LoginAnswer answer, ProviderContext context, CancellationToken ct)
    {
        if (answer.Code is not { } code) return ([], Declined(answer));

        var graph = new JsonApi($"{JsonApi.Base(apiBaseUrl, GraphAccess.Facebook).TrimEnd('/')}/{version}", context, timeout);
        var (token, refused) = await TokenAsync(graph, [new("redirect_uri", answer.RedirectUri.AbsoluteUri), new("code", code)], ct);
        if (token is null) return ([], refused);

        // Page tokens made from a short-lived token die with it; from a long-lived one they stay.
        (var lasting, refused) = await TokenAsync(graph, [new("grant_type", "fb_exchange_token"), new("fb_exchange_token", token)], ct);
        if (lasting is null) return ([], refused);

        var user = new JsonApi($"{JsonApi.Base(apiBaseUrl, GraphAccess.Facebook).TrimEnd('/')}/{version}", context, timeout, JsonApi.Bearer(lasting));
        var list = await user.GetAsync("me/accounts?fields=id,name,access_token,instagram_business_account&limit=100", ct);
        return list is ProviderAnswer.Answered { Ok: true } yes ? ([.. yes.Json.Items("data")], null) : ([], Refused(list));
    }

    public static void Require(string? appId, string appSecret)
    {
        var problems = new Dictionary<string, string>();
        if (string.IsNullOrEmpty(appId)) problems["appId"] = "Enter the app id from App settings, Basic, to sign in.";
        if (appSecret.Length == 0) problems["appSecret"] = "Enter the app secret from App settings, Basic, to sign in.";
        if (problems.Count > 0) throw new SettingsException(problems);
    }

    public static LoginOutcome.Refused Declined(LoginAnswer answer) => new(
        answer.Query.GetValueOrDefault("error_description") is { Length: > 0 and <= 300 } words ? $"The sign-in ended: {Outcomes.Sentence(words)} Try again."
            : "The sign-in ended without consent. Try again, and allow what is asked for.");

    public static LoginOutcome.Refused Refused(ProviderAnswer answer)
    {
        var (problem, fix) = GraphApi.Trouble(answer, "Sign in again, and check app id and app secret.", "Sign in again, and check app id and app secret.");
        return new($"{problem} {fix}");
    }

    private async Task<(string? Token, LoginOutcome.Refused? Refused)> TokenAsync(JsonApi graph, List<KeyValuePair<string, string>> fields, CancellationToken ct)
    {
        fields.AddRange([new("client_id", appId!), new("client_secret", appSecret)]);
        var answer = await graph.PostFormAsync("oauth/access_token", fields, ct);
        return answer is ProviderAnswer.Answered { Ok: true } yes && yes.Json.Text("access_token") is { } token ? (token, null) : (null, Refused(answer));
    }
}
