using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Braid.Tests.Testing;

internal static class Http
{
    public static async Task<JsonElement> ReadAsync(this HttpClient client, string path, HttpStatusCode expected = HttpStatusCode.OK) =>
        await JsonAsync(await client.GetAsync(new Uri("/api/v1" + path, UriKind.Relative)), expected);

    public static async Task<JsonElement> SendAsync(this HttpClient client, string path, object? body = null, HttpStatusCode expected = HttpStatusCode.OK, HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Post, "/api/v1" + path) { Content = JsonContent.Create(body ?? new { }) };
        return await JsonAsync(await client.SendAsync(request), expected);
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response, HttpStatusCode expected)
    {
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(expected, text);
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }

    public static string? Text(this JsonElement e, string name) => e.GetProperty(name) is { ValueKind: not JsonValueKind.Null } value ? value.ToString() : null;

    public static IReadOnlyList<JsonElement> Items(this JsonElement e, string name = "items") => [.. e.GetProperty(name).EnumerateArray()];

    public static IReadOnlyList<string?> Texts(this JsonElement e, string name, string list = "items") => [.. e.Items(list).Select(i => i.Text(name))];
}
