using System.Text.Json;

namespace Braid.Channels.Tests.Conformance;

/// <summary>The recorded bodies in `fixtures/{channel}` and the approved readings in `expected/{channel}`.</summary>
public static class Fixtures
{
    public static TheoryData<string> Names(string channel, string pattern) =>
        Directory.Exists(Folder("fixtures", channel))
            ? [.. Directory.EnumerateFiles(Folder("fixtures", channel), pattern).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)]
            : [];

    public static byte[] Bytes(string channel, string name) => File.ReadAllBytes(Path.Combine(Folder("fixtures", channel), name));

    public static JsonElement Json(string channel, string name) => JsonDocument.Parse(Bytes(channel, name)).RootElement.Clone();

    public static JsonElement Expected(string channel, string fixture) => JsonDocument.Parse(
        File.ReadAllBytes(Path.Combine(Folder("expected", channel), Path.GetFileNameWithoutExtension(fixture) + ".expect.json"))).RootElement.Clone();

    /// <summary>An answer as recorded: <c>{_httpStatus, _headers?, body}</c>, or a bare body, which is a 200.</summary>
    public static ProviderReply Reply(string channel, string name)
    {
        var json = Json(channel, name);
        if (!json.TryGetProperty("_httpStatus", out var status)) return ProviderReply.Ok(json.GetRawText());

        var headers = json.TryGetProperty("_headers", out var given)
            ? given.EnumerateObject().ToDictionary(h => h.Name, h => h.Value.GetString()!)
            : null;
        return new(status.GetInt32(), json.GetProperty("body").GetRawText(), headers);
    }

    /// <summary>The body of an <c>outbound-*</c> fixture.</summary>
    public static JsonElement Outbound(string channel, string name)
    {
        var json = Json(channel, name);
        return json.TryGetProperty("_request", out _) ? json.GetProperty("body") : json;
    }

    private static string Folder(string kind, string channel) => Path.Combine(AppContext.BaseDirectory, kind, channel);
}
