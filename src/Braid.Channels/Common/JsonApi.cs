using System.Text.Json;
using System.Text.Json.Nodes;

namespace Braid.Channels.Common;

/// <summary>
/// Calls a provider's JSON API under one address. <paramref name="authorize"/> puts the credentials on; they go to this address only.
/// </summary>
internal sealed class JsonApi(string baseUrl, ProviderContext context, TimeSpan timeout, Action<HttpRequestMessage>? authorize = null)
{
    private readonly string host = baseUrl.TrimEnd('/');

    /// <summary>The inbox's own address where it has one, else the provider's.</summary>
    public static string Base(string? apiBaseUrl, string provider) => string.IsNullOrWhiteSpace(apiBaseUrl) ? provider : apiBaseUrl;

    public static Action<HttpRequestMessage> Bearer(string token) => request => request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);

    public static Action<HttpRequestMessage> Basic(string user, string password) => request => request.Headers.TryAddWithoutValidation(
        "Authorization", "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{user}:{password}")));

    public Task<ProviderAnswer> GetAsync(string path, CancellationToken ct) => CallAsync(HttpMethod.Get, path, null, ct);

    public Task<ProviderAnswer> PostAsync(string path, JsonNode body, CancellationToken ct) => CallAsync(HttpMethod.Post, path, Body(body), ct);

    public Task<ProviderAnswer> PutAsync(string path, JsonNode body, CancellationToken ct) => CallAsync(HttpMethod.Put, path, Body(body), ct);

    public Task<ProviderAnswer> PatchAsync(string path, JsonNode body, CancellationToken ct) => CallAsync(HttpMethod.Patch, path, Body(body), ct);

    public Task<ProviderAnswer> DeleteAsync(string path, CancellationToken ct) => CallAsync(HttpMethod.Delete, path, null, ct);

    public Task<ProviderAnswer> PostFormAsync(string path, IEnumerable<KeyValuePair<string, string>> fields, CancellationToken ct) =>
        CallAsync(HttpMethod.Post, path, new FormUrlEncodedContent(fields), ct);

    /// <summary>Any call; <paramref name="more"/> adds headers of this call alone.</summary>
    public async Task<ProviderAnswer> CallAsync(HttpMethod method, string path, HttpContent? content, CancellationToken ct, Action<HttpRequestMessage>? more = null)
    {
        using var request = Request(method, path);
        request.Content = content;
        more?.Invoke(request);
        return await ProviderCall.SendAsync(request, context.Http, context.Clock, timeout, ct);
    }

    /// <summary>For downloads: to be given to <see cref="FileDownload"/>.</summary>
    public HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, path.Length == 0 ? host : $"{host}/{path.TrimStart('/')}");
        authorize?.Invoke(request);
        return request;
    }

    /// <summary>
    /// A file whose address the provider gave. Credentials go along only to this API's own host; elsewhere only https is called. Null when
    /// the address is none.
    /// </summary>
    public HttpRequestMessage? FileRequest(string url, bool withCredentials = true)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address)) { return null; }
        var ours = Uri.TryCreate(host, UriKind.Absolute, out var api) && api.Authority == address.Authority && api.Scheme == address.Scheme;
        if (!ours && address.Scheme != Uri.UriSchemeHttps) { return null; }
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (ours && withCredentials) { authorize?.Invoke(request); }
        return request;
    }

    private static ByteArrayContent Body(JsonNode body) => new(JsonSerializer.SerializeToUtf8Bytes(body)) { Headers = { ContentType = new("application/json") } };
}
