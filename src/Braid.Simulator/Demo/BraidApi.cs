using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Braid.Simulator.Demo;

/// <summary>Braid's public API as any script would use it: a token, or an agent's session cookie.</summary>
internal sealed class BraidApi(HttpClient http, Uri braid, string? token, string? cookie)
{
    public Uri Braid => braid;

    public BraidApi As(string sessionCookie) => new(http, braid, null, sessionCookie);

    public Task<JsonObject> GetAsync(string path, CancellationToken ct) => SendAsync(HttpMethod.Get, path, null, ct);

    public Task<JsonObject> PostAsync(string path, JsonObject body, CancellationToken ct) => SendAsync(HttpMethod.Post, path, body, ct);

    public Task<JsonObject> PatchAsync(string path, JsonObject body, CancellationToken ct) => SendAsync(HttpMethod.Patch, path, body, ct);

    public Task<JsonObject> PutAsync(string path, JsonObject body, CancellationToken ct) => SendAsync(HttpMethod.Put, path, body, ct);

    public Task DeleteAsync(string path, CancellationToken ct) => SendAsync(HttpMethod.Delete, path, null, ct);

    /// <summary>Signs in by an invitation or a password; gives the cookie, or null when that is declined.</summary>
    public async Task<string?> SignInAsync(string path, JsonObject body, CancellationToken ct)
    {
        using var request = Request(HttpMethod.Post, path, body);
        request.Headers.Authorization = null;
        using var response = await http.SendAsync(request, ct);
        return response.IsSuccessStatusCode && response.Headers.TryGetValues("Set-Cookie", out var cookies)
            ? string.Join("; ", cookies.Select(c => c.Split(';')[0]))
            : null;
    }

    private async Task<JsonObject> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken ct)
    {
        using var request = Request(method, path, body);
        using var response = await http.SendAsync(request, ct);
        var text = await response.Content.ReadAsStringAsync(ct);
        if (!response.IsSuccessStatusCode)
        {
            throw new DemoException($"{method} {path} was answered {(int)response.StatusCode}: {text}");
        }

        return text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject();
    }

    private HttpRequestMessage Request(HttpMethod method, string path, JsonObject? body)
    {
        var request = new HttpRequestMessage(method, new Uri(braid, "/api/v1" + path)) { Content = body is null ? null : JsonContent.Create(body) };
        if (token is not null)
        {
            request.Headers.Authorization = new("Bearer", token);
        }

        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        if (method != HttpMethod.Get)
        {
            request.Headers.Add("X-Requested-With", "Braid");
            request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        }

        return request;
    }
}

/// <summary>The demo could not do something it needs; the message says what Braid answered.</summary>
public sealed class DemoException(string message) : Exception(message);
