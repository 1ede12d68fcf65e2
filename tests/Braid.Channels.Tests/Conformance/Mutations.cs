using System.Text.Json.Nodes;

namespace Braid.Channels.Tests.Conformance;

/// <summary>Ways in which a body may come broken or from the future. Deterministic.</summary>
public static class Mutations
{
    private static readonly string[] Oddities =
    [
        "null", "true", "-1", "1e400", "99999999999999999999", "\"\"", "\"\\ud83d\"", "\"\\u0000x\"", "\"text\"", "[]", "[null,1,{}]", "{}", "{\"id\":{}}", "{\"\\ud83d\":1,\"id\":\"x\"}",
    ];

    public static IEnumerable<byte[]> Broken(byte[] body)
    {
        yield return [];
        for (var i = 1; i <= 16; i++) yield return body[..(body.Length * i / 17)];

        var random = new Random(body.Length);
        for (var i = 0; i < 16; i++)
        {
            var garbled = (byte[])body.Clone();
            for (var n = 0; n < 3; n++) garbled[random.Next(garbled.Length)] = (byte)random.Next(256);
            yield return garbled;
        }

        yield return [0xFF, 0xFE, .. body];
        yield return "null"u8.ToArray();
        yield return "[]"u8.ToArray();
        yield return "\"\""u8.ToArray();
    }

    /// <summary>Every value of a JSON body, one at a time, becomes something nobody expects there.</summary>
    public static IEnumerable<string> Odd(string json)
    {
        yield return "{\"\\ud83d\\u0000\":1," + json.TrimStart()[1..];
        var root = JsonNode.Parse(json)!;
        var mark = new string('\u0001', 1) + "odd";
        foreach (var place in Places(root).ToList())
        {
            var before = place.Get();
            place.Set(JsonValue.Create(mark));
            var text = root.ToJsonString();
            place.Set(before);
            foreach (var oddity in Oddities) yield return text.Replace("\"\\u0001odd\"", oddity, StringComparison.Ordinal);
        }
    }

    /// <summary>Every object gains a field nobody has heard of.</summary>
    public static string FromTheFuture(string json)
    {
        var root = JsonNode.Parse(json)!;
        foreach (var o in Nodes(root).OfType<JsonObject>().ToList()) o["braid_future_field"] = new JsonObject { ["a"] = new JsonArray(1, "x") };
        return root.ToJsonString();
    }

    private static IEnumerable<JsonNode> Nodes(JsonNode node) => node switch
    {
        JsonObject o => o.Select(p => p.Value).OfType<JsonNode>().SelectMany(Nodes).Prepend(node),
        JsonArray a => a.OfType<JsonNode>().SelectMany(Nodes).Prepend(node),
        _ => [node],
    };

    private static IEnumerable<Place> Places(JsonNode root) => Nodes(root).SelectMany(node => node switch
    {
        JsonObject o => o.Select(p => p.Key).ToList().Select(key => new Place(() => o[key], value => o[key] = value)),
        JsonArray a => Enumerable.Range(0, a.Count).Select(i => new Place(() => a[i], value => a[i] = value)),
        _ => [],
    });

    private sealed record Place(Func<JsonNode?> Get, Action<JsonNode?> Set);
}
