using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Braid.Testing;

namespace Braid.Tests;

/// <summary>Calls as a client makes them; answers as plain JSON, so that tests see what clients see.</summary>
internal static class Api
{
    public static Task<Answer> GetJsonAsync(this HttpClient client, string path) => client.CallAsync(HttpMethod.Get, path, null);

    public static Task<Answer> PostJsonAsync(this HttpClient client, string path, object? body = null, params (string Name, string Value)[] headers) =>
        client.CallAsync(HttpMethod.Post, path, body ?? new { }, headers);

    public static Task<Answer> PatchJsonAsync(this HttpClient client, string path, object body) => client.CallAsync(HttpMethod.Patch, path, body);

    public static Task<Answer> PutJsonAsync(this HttpClient client, string path, object body) => client.CallAsync(HttpMethod.Put, path, body);

    public static async Task<Answer> UploadAsync(this HttpClient client, string name, string type, byte[] bytes)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(bytes) { Headers = { ContentType = new(type) } }, "file", name } };
        using var response = await client.PostAsync(new Uri("/api/v1/files", UriKind.Relative), form);
        return await Answer.ReadAsync(response);
    }

    public static Task<Answer> DeleteJsonAsync(this HttpClient client, string path) => client.CallAsync(HttpMethod.Delete, path, null);

    public static async Task<Answer> CallAsync(this HttpClient client, HttpMethod method, string path, object? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, "/api/v1" + path) { Content = body is null ? null : JsonContent.Create(body) };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await client.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    /// <summary>A browser: keeps cookies and, as our pages do, sends X-Requested-With.</summary>
    public static HttpClient Browser(this TestBraid braid, bool ours = true)
    {
        var client = new HttpClient { BaseAddress = braid.Address };
        if (ours)
        {
            client.DefaultRequestHeaders.Add("X-Requested-With", "Braid");
        }

        return client;
    }

    public static async Task<HttpClient> SignedInAsync(this TestBraid braid, string email = TestBraid.OwnerEmail, string password = TestBraid.OwnerPassword)
    {
        var browser = braid.Browser();
        (await browser.PostJsonAsync("/session", new { email, password })).Is(HttpStatusCode.OK);
        return browser;
    }

    /// <summary>Someone of this role, joined by invitation and signed in.</summary>
    public static async Task<HttpClient> JoinAsync(this TestBraid braid, string role, string email)
    {
        var invited = (await braid.Api.PostJsonAsync("/agents", new { email, name = email, role })).Is(HttpStatusCode.OK);
        var token = new Uri(invited.Text("inviteUrl")).Segments[^1];
        var browser = braid.Browser();
        (await browser.PostJsonAsync($"/invites/{token}", new { name = email, password = "a good password" })).Is(HttpStatusCode.OK);
        return browser;
    }
}

internal sealed record Answer(HttpStatusCode Status, string Raw, JsonElement Json, IReadOnlyDictionary<string, string> Headers)
{
    public static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        var raw = await response.Content.ReadAsStringAsync();
        var json = response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true ? JsonSerializer.Deserialize<JsonElement>(raw) : default;
        return new(response.StatusCode, raw, json, response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(";", h.Value), StringComparer.OrdinalIgnoreCase));
    }

    public Answer Is(HttpStatusCode status)
    {
        Status.ShouldBe(status, Raw);
        return this;
    }

    public Answer Refused(HttpStatusCode status, string code)
    {
        Status.ShouldBe(status, Raw);
        Headers["Content-Type"].ShouldStartWith("application/problem+json");
        Json.GetProperty("code").GetString().ShouldBe(code, Raw);
        Json.GetProperty("detail").GetString().ShouldNotBeNullOrWhiteSpace();
        return this;
    }

    public JsonElement this[string name] => Json.GetProperty(name);

    public string Text(string name) => Json.GetProperty(name).GetString()!;
}
