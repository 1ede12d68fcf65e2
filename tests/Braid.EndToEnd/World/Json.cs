using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Braid.EndToEnd;

/// <summary>Calls as a client makes them, answers as plain JSON: these tests see what clients see.</summary>
internal static class Json
{
    public static Task<JsonElement> ReadAsync(this HttpClient client, string path, HttpStatusCode expected = HttpStatusCode.OK) =>
        client.CallAsync(HttpMethod.Get, path, null, expected);

    public static Task<JsonElement> PostAsync(this HttpClient client, string path, object? body = null, HttpStatusCode expected = HttpStatusCode.OK) =>
        client.CallAsync(HttpMethod.Post, path, body ?? new { }, expected);

    public static async Task<JsonElement> CallAsync(this HttpClient client, HttpMethod method, string path, object? body, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var request = new HttpRequestMessage(method, "/api/v1" + path) { Content = body is null ? null : JsonContent.Create(body) };
        if (method == HttpMethod.Post) { request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString()); }
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(expected, $"{method} {path}: {text}");
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }

    public static string? Text(this JsonElement e, string name) => e.GetProperty(name) is { ValueKind: not JsonValueKind.Null } value ? value.ToString() : null;

    public static string Id(this JsonElement e) => e.GetProperty("id").GetString()!;

    public static bool Is(this JsonElement e, string name) => e.GetProperty(name).GetBoolean();

    public static IReadOnlyList<JsonElement> List(this JsonElement e, string name = "items") => [.. e.GetProperty(name).EnumerateArray()];
}
