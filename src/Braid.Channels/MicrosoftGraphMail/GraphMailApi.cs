using System.Text.Json.Nodes;
using Braid.Channels.Common;
using Braid.Channels.Email;

namespace Braid.Channels.MicrosoftGraphMail;

internal sealed class GraphMailApi(GraphMailSettings settings, ProviderContext context)
{
    public const string Fix = "Open the inbox's settings and sign in with Microsoft again.";

    public string Base { get; } = JsonApi.Base(settings.ApiBaseUrl, "https://graph.microsoft.com").TrimEnd('/') + "/v1.0";

    public Task<ProviderAnswer> CallAsync(Func<JsonApi, Task<ProviderAnswer>> call, CancellationToken ct) => context.Tokens.CallAsync(
        "microsoft", RenewAsync, token => call(Api(token)), no => no.Status == 401, ct);

    /// <summary>The mail as it is, null when it was deleted or moved. Beyond the limit only its header, with the reason.</summary>
    public async Task<(byte[] Raw, string? Truncated)?> MailAsync(string id, CancellationToken ct)
    {
        var token = await context.Tokens.GetAsync("microsoft", RenewAsync, ct);
        try
        {
            using var request = Api(token.Value).Request(HttpMethod.Get, $"{settings.Root}/messages/{Uri.EscapeDataString(id)}/$value");
            var most = settings.MaxMegabytes * 1024L * 1024L;
            var (bytes, cut) = await MailBytes.ReadAsync(await FileDownload.OpenAsync(request, context.Http, "Microsoft", ct), most, ct);
            return cut ? (MailBytes.HeaderOf(bytes), $"more than the limit of {settings.MaxMegabytes} MB") : (bytes, null);
        }
        catch (MediaUnavailableException gone) when (gone.Message.Contains("404", StringComparison.Ordinal))
        {
            return null;
        }
        catch (MediaUnavailableException trouble)
        {
            if (trouble.Message.Contains("401", StringComparison.Ordinal)) { context.Tokens.Forget("microsoft", token); }
            throw new PollException(trouble.Message, TimeSpan.FromSeconds(30));
        }
    }

    // Else an id changes when somebody moves the mail.
    private JsonApi Api(string token) => new(Base, context, MicrosoftGraphMailChannel.Limits.CallTimeout, request =>
    {
        JsonApi.Bearer(token)(request);
        request.Headers.TryAddWithoutValidation("Prefer", "IdType=\"ImmutableId\", odata.maxpagesize=50");
    });

    /// <summary>Microsoft gives a new refresh token with each access token; the old one ends after some time.</summary>
    private async Task<KeptToken> RenewAsync(KeptToken? last, CancellationToken ct)
    {
        if ((last?.RefreshToken ?? settings.RefreshToken) is not { Length: > 0 } refresh) { throw new TokenRefusedException("Nobody has signed in with Microsoft yet.", Fix); }
        var answer = await new JsonApi(settings.Login, context, MicrosoftGraphMailChannel.Limits.CallTimeout).PostFormAsync(
            "token", [new("grant_type", "refresh_token"), new("client_id", settings.ClientId), new("client_secret", settings.ClientSecret), new("refresh_token", refresh), new("scope", settings.Scope)], ct);
        return TokenCalls.Read(answer, "Microsoft", Fix, context.Clock.GetUtcNow(), new KeptToken("", null) { RefreshToken = refresh });
    }
}

/// <summary>OAuth 2 with PKCE at Microsoft's identity platform.</summary>
internal sealed class GraphMailLogin : ILogin<GraphMailSettings>
{
    public Uri Begin(GraphMailSettings settings, LoginRequest request)
    {
        if (settings.ClientId.Length == 0 || settings.ClientSecret.Length == 0)
        {
            throw new SettingsException(new Dictionary<string, string> { ["clientId"] = "Enter the application id and the client secret first, then sign in." });
        }

        (string, string)[] query =
        [
            ("client_id", settings.ClientId), ("response_type", "code"), ("redirect_uri", request.RedirectUri.AbsoluteUri), ("response_mode", "query"), ("scope", settings.Scope), ("state", request.State),
            ("code_challenge", request.CodeChallenge), ("code_challenge_method", "S256"), ("prompt", "select_account"),
        ];
        return new Uri($"{settings.Login}/authorize?{string.Join('&', query.Select(p => $"{p.Item1}={Uri.EscapeDataString(p.Item2)}"))}");
    }

    public async Task<LoginOutcome> FinishAsync(LoginAnswer answer, GraphMailSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (answer.Code is not { Length: > 0 } code) { return new LoginOutcome.Refused("Microsoft sent no code: the sign-in was cancelled, or an admin of your organisation must allow the application first."); }
        var token = await new JsonApi(settings.Login, context, MicrosoftGraphMailChannel.Limits.CallTimeout).PostFormAsync("token",
        [
            new("grant_type", "authorization_code"), new("client_id", settings.ClientId), new("client_secret", settings.ClientSecret), new("code", code), new("redirect_uri", answer.RedirectUri.AbsoluteUri),
            new("code_verifier", answer.CodeVerifier), new("scope", settings.Scope),
        ], ct);
        return token switch
        {
            ProviderAnswer.Answered { Ok: true } yes when yes.Json.Text("refresh_token") is { } refresh => new LoginOutcome.Connected(new JsonObject { ["refreshToken"] = refresh }),
            ProviderAnswer.Answered { Ok: true } => new LoginOutcome.Refused("Microsoft gave no lasting token. Add the permission offline_access to the application, then sign in again."),
            ProviderAnswer.Answered no => new LoginOutcome.Refused($"Microsoft does not accept the sign-in ({no.Status}). Check application id, client secret (its value, not its id), tenant and redirect address."),
            _ => new LoginOutcome.Refused("Microsoft can't be reached. Try again in a minute."),
        };
    }
}
