using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Matrix;

/// <summary>The client-server API, signed in. Made per call; the token is kept by the inbox.</summary>
internal sealed class MatrixApi
{
    private const string Session = "session";
    private readonly JsonApi api;
    private readonly MatrixSettings settings;
    private readonly IKeptTokens tokens;
    private readonly KeptToken? token;

    private MatrixApi(MatrixSettings settings, ProviderContext context, KeptToken? token, TimeSpan timeout)
    {
        (this.settings, this.token, tokens) = (settings, token, context.Tokens);
        api = new JsonApi(settings.ApiBaseUrl, context, timeout, JsonApi.Bearer(token?.Value ?? settings.AccessToken ?? ""));
    }

    /// <summary>Throws <see cref="TokenRefusedException"/> or <see cref="TokenUnavailableException"/> when it must sign in and can't.</summary>
    public static async Task<MatrixApi> OpenAsync(MatrixSettings settings, ProviderContext context, CancellationToken ct, TimeSpan? timeout = null)
    {
        var patience = timeout ?? MatrixChannel.Limits.CallTimeout;
        if (!string.IsNullOrEmpty(settings.AccessToken)) { return new(settings, context, null, patience); }
        var token = await context.Tokens.GetAsync(Session, (_, cancel) => SignInAsync(settings, context, cancel), ct);
        return new(settings, context, token, patience);
    }

    public static string Part(string id) => Uri.EscapeDataString(id);

    public Task<ProviderAnswer> GetAsync(string path, CancellationToken ct) => CallAsync(HttpMethod.Get, path, null, ct);

    public Task<ProviderAnswer> PutAsync(string path, JsonObject body, CancellationToken ct) => CallAsync(HttpMethod.Put, path, body, ct);

    public Task<ProviderAnswer> PostAsync(string path, JsonObject body, CancellationToken ct) => CallAsync(HttpMethod.Post, path, body, ct);

    public Task<ProviderAnswer> UploadAsync(string name, HttpContent content, CancellationToken ct) =>
        NotedAsync(api.CallAsync(HttpMethod.Post, Path($"_matrix/media/v3/upload?filename={Part(name)}"), content, ct));

    public HttpRequestMessage Download(string path) => api.Request(HttpMethod.Get, Path(path));

    private Task<ProviderAnswer> CallAsync(HttpMethod method, string path, JsonObject? body, CancellationToken ct)
    {
        var full = Path("_matrix/client/v3/" + path);
        return NotedAsync(method == HttpMethod.Get ? api.GetAsync(full, ct) : method == HttpMethod.Put ? api.PutAsync(full, body!, ct) : api.PostAsync(full, body!, ct));
    }

    private string Path(string path) =>
        settings.AppService ? $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}user_id={Part(settings.UserId)}" : path;

    /// <summary>A token that was refused is not kept: with a password the next attempt signs in again.</summary>
    private async Task<ProviderAnswer> NotedAsync(Task<ProviderAnswer> call)
    {
        var answer = await call;
        if (token is not null && answer is ProviderAnswer.Answered { Status: 401 }) { tokens.Forget(Session, token); }
        return answer;
    }

    private static async Task<KeptToken> SignInAsync(MatrixSettings settings, ProviderContext context, CancellationToken ct)
    {
        var answer = await new JsonApi(settings.ApiBaseUrl, context, MatrixChannel.Limits.CallTimeout).PostAsync("_matrix/client/v3/login", new JsonObject
        {
            ["type"] = "m.login.password",
            ["identifier"] = new JsonObject { ["type"] = "m.id.user", ["user"] = settings.UserId },
            ["password"] = settings.Password,
            // The same device each time: transaction ids are remembered by device, and no heap of old sessions grows.
            ["device_id"] = "BRAID",
            ["initial_device_display_name"] = "Braid",
        }, ct);
        return answer switch
        {
            ProviderAnswer.Answered { Ok: true } yes when yes.Json.Text("access_token") is { } value =>
                new KeptToken(value, yes.Json.Number("expires_in_ms") is { } ms ? context.Clock.GetUtcNow().AddMilliseconds(ms) : null),
            ProviderAnswer.Answered { Status: 400 or 401 or 403 } => throw new TokenRefusedException(
                "The homeserver does not accept the user id and password.", "Check both in the inbox's settings, or enter an access token."),
            _ => throw new TokenUnavailableException("The homeserver does not let us sign in now."),
        };
    }
}
