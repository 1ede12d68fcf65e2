using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Meta;

/// <summary>Which Graph API, and whose token. A class, so that no log prints it.</summary>
/// <param name="appSecret">Only where the app demands that each call proves it comes from its own server (appsecret_proof).</param>
internal sealed class GraphAccess(string host, string version, string token, TimeSpan timeout, string? appSecret = null)
{
    public const string Facebook = "https://graph.facebook.com";
    public const string Instagram = "https://graph.instagram.com";

    public string Host { get; } = host.TrimEnd('/');
    public string Version { get; } = version;
    public string Token { get; } = token;
    public TimeSpan Timeout { get; } = timeout;
    public string? AppSecret { get; } = string.IsNullOrEmpty(appSecret) ? null : appSecret;

    public GraphAccess With(string otherToken) => new(Host, Version, otherToken, Timeout, AppSecret);
}

/// <summary>Calls Meta's Graph API with one account's token.</summary>
internal sealed class GraphApi(GraphAccess access, HttpClient http, TimeProvider clock)
{
    public Task<ProviderAnswer> GetAsync(string path, CancellationToken ct) => CallAsync(HttpMethod.Get, path, null, ct);

    public Task<ProviderAnswer> DeleteAsync(string path, CancellationToken ct) => CallAsync(HttpMethod.Delete, path, null, ct);

    public Task<ProviderAnswer> PostAsync(string path, JsonObject body, CancellationToken ct) => CallAsync(
        HttpMethod.Post, path, new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body)) { Headers = { ContentType = new("application/json") } }, ct);

    public async Task<ProviderAnswer> CallAsync(HttpMethod method, string path, HttpContent? content, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, $"{access.Host}/{access.Version}/{Proven(path)}") { Content = content };
        Authorize(request);
        return await ProviderCall.SendAsync(request, http, clock, access.Timeout, ct);
    }

    /// <summary>A file's address comes from Meta; the token goes along only over https or to the gateway we were told to use.</summary>
    public HttpRequestMessage? FileRequest(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address)) return null;
        if (address.Scheme != Uri.UriSchemeHttps && address.Authority != new Uri(access.Host).Authority) return null;

        var request = new HttpRequestMessage(HttpMethod.Get, address);
        Authorize(request);
        return request;
    }

    /// <summary>What went wrong and how to mend it, for an admin.</summary>
    /// <param name="token">How to get a token that may do this.</param>
    /// <param name="id">Where the right id stands.</param>
    public static (string Problem, string Fix) Trouble(ProviderAnswer answer, string token, string id)
    {
        switch (answer)
        {
            case ProviderAnswer.NotSent lost:
                return ($"Meta can't be reached: {lost.Reason}.", "Check that this server can reach graph.facebook.com, then try again.");
            case ProviderAnswer.NoAnswer lost:
                return ($"Meta does not answer: {lost.Reason}.", "Try again in a minute.");
        }

        var error = new GraphError(((ProviderAnswer.Answered)answer).Json.Get("error"));
        var says = error.Details is { } details ? $"Meta says: {details.TrimEnd('.')}." : $"Meta answered {((ProviderAnswer.Answered)answer).Status}.";
        return error.Code switch
        {
            190 or 0 => ("The access token is not valid or has expired.", token),
            3 or 10 or (>= 200 and <= 299) => ("The access token lacks a permission.", token),
            100 => ("Meta does not know this id, or the token may not see it.", id),
            4 or 17 or 32 or 613 or 80002 or 80006 or 80007 or 130429 => ("Meta's limit of calls is reached.", "Try again in a few minutes."),
            _ => (says, "Look the message up in Meta's developer console, then try again."),
        };
    }

    private string Proven(string path) => access.AppSecret is not { } secret ? path
        : $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}appsecret_proof={Signatures.HmacSha256Hex(secret, System.Text.Encoding.UTF8.GetBytes(access.Token))}";

    private void Authorize(HttpRequestMessage request) => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", access.Token);
}
