using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Channels;

namespace Braid.Integrations.HubSpot;

/// <summary>Signature v3: HMAC-SHA256 over method, address, body and time, base64; and v1, which older apps still use.</summary>
internal static class HubSpotSignature
{
    private static readonly TimeSpan Oldest = TimeSpan.FromMinutes(5);

    private static readonly (string Escape, string Character)[] Decoded =
    [
        ("%3A", ":"), ("%2F", "/"), ("%3F", "?"), ("%40", "@"), ("%21", "!"), ("%24", "$"), ("%27", "'"), ("%28", "("), ("%29", ")"), ("%2A", "*"), ("%2C", ","), ("%3B", ";"),
    ];

    public static bool IsRight(string secret, HookRequest request)
    {
        if (request.Header("X-HubSpot-Signature-v3") is { } given)
        {
            return long.TryParse(request.Header("X-HubSpot-Request-Timestamp"), out var at) && (request.Now - DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(at, 0, 253402300799999))).Duration() <= Oldest
                && Secrets.Match(given, V3(secret, request.Method, request.Url.OriginalString, request.Body.Span, at.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }

        return request.Header("X-HubSpot-Signature-Version") switch
        {
            "v1" => Secrets.Match(request.Header("X-HubSpot-Signature"), Hex([.. Encoding.UTF8.GetBytes(secret), .. request.Body.Span])),
            "v2" => Secrets.Match(request.Header("X-HubSpot-Signature"), Hex([.. Encoding.UTF8.GetBytes(secret + request.Method + request.Url.OriginalString), .. request.Body.Span])),
            _ => false,
        };
    }

    public static string V3(string secret, string method, string url, ReadOnlySpan<byte> body, string timestamp)
    {
        foreach (var (escape, character) in Decoded) { url = url.Replace(escape, character, StringComparison.OrdinalIgnoreCase); }
        byte[] signed = [.. Encoding.UTF8.GetBytes(method + url), .. body, .. Encoding.UTF8.GetBytes(timestamp)];
        return Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed));
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}

/// <summary>A list of changes, of any order and perhaps twice: each only says where to look.</summary>
internal static class HubSpotHooks
{
    /// <param name="ownApp">Changes by this app are our own, coming back.</param>
    public static IReadOnlyList<RemoteHint> Read(ReadOnlySpan<byte> body, string? ownApp)
    {
        JsonArray? events;
        try { events = JsonNode.Parse(body) as JsonArray; }
        catch (System.Text.Json.JsonException) { return []; }
        return [.. (events ?? []).OfType<JsonObject>().Where(e => ownApp is null || e.Text("changeSource") != "INTEGRATION" || e.Text("sourceId") != ownApp).SelectMany(Hints).Distinct()];
    }

    private static IEnumerable<RemoteHint> Hints(JsonObject change)
    {
        var (type, id) = (change.Text("subscriptionType") ?? "", change.Text("objectId"));
        var isContact = type.StartsWith("contact.", StringComparison.Ordinal) || (type.StartsWith("object.", StringComparison.Ordinal) && change.Text("objectTypeId") == "0-1");
        if (!isContact || id is null) { return []; }
        switch (type[(type.IndexOf('.', StringComparison.Ordinal) + 1)..])
        {
            case "deletion": return [new(HintKind.Deleted, id)];
            case "privacyDeletion": return [new(HintKind.Erased, id)];
            case "merge":
                var stays = change.Text("newObjectId") ?? change.Text("primaryObjectId");
                var gone = (change["mergedObjectIds"] as JsonArray ?? []).Select(m => m.AsText()).Append(change.Text("primaryObjectId")).OfType<string>().Where(m => m != stays).Distinct();
                return stays is null ? [] : [.. gone.Select(g => new RemoteHint(HintKind.Merged, g, stays)), new(HintKind.Changed, stays)];
            case "creation" or "propertyChange" or "restore": return [new(HintKind.Changed, id)];
            default: return [];
        }
    }
}
