using System.Text.Json;

namespace Braid.Channels.Tests.Conformance;

/// <summary>Compares what `braid read` prints with an approved reading, field by field; fields the approval does not name are free.</summary>
public static class EventComparison
{
    public static IReadOnlyList<string> Differences(JsonElement expected, JsonElement actual)
    {
        var wanted = expected.GetProperty("events").EnumerateArray().ToList();
        var got = actual.GetProperty("events").EnumerateArray().ToList();
        if (wanted.Count != got.Count) return [$"{wanted.Count} events expected, {got.Count} read: {actual}"];

        return
        [
            .. wanted.Zip(got).SelectMany((pair, i) => pair.First.EnumerateObject()
                .Where(field => !Same(field.Name, field.Value, Value(pair.Second, field.Name)))
                .Select(field => $"events[{i}].{field.Name}: expected {field.Value.GetRawText()}, read {Text(Value(pair.Second, field.Name))}")),
        ];
    }

    private static bool Same(string field, JsonElement wanted, JsonElement got) => (field, wanted.ValueKind) switch
    {
        (_, JsonValueKind.Null) => got.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined,
        (_, _) when got.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined => false,
        ("timestampUtc", _) => Math.Abs((wanted.GetDateTimeOffset() - got.GetDateTimeOffset()).TotalMilliseconds) < 1,
        ("attachments", _) => Shapes(wanted).SequenceEqual(Shapes(got)),
        _ => JsonElement.DeepEquals(wanted, got),
    };

    private static IEnumerable<string> Shapes(JsonElement attachments) => attachments.EnumerateArray()
        .Select(a => $"{a.GetProperty("type").GetString()} {Text(Value(a, "name"))}{Text(Value(a, "fileName"))}")
        .Order(StringComparer.Ordinal);

    private static JsonElement Value(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value : default;

    private static string Text(JsonElement json) => json.ValueKind == JsonValueKind.Undefined ? "" : json.ToString();
}
