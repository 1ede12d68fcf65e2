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
        ("attachments", _) => SameAttachments(wanted, got),
        _ => JsonElement.DeepEquals(wanted, got),
    };

    /// <summary>In any order; a name counts only where the approval gives one.</summary>
    private static bool SameAttachments(JsonElement wanted, JsonElement got)
    {
        var left = got.EnumerateArray().ToList();
        return wanted.GetArrayLength() == left.Count && wanted.EnumerateArray().All(w => left.FindIndex(g => Fits(w, g)) is >= 0 and var i && Take(left, i));
    }

    private static bool Fits(JsonElement wanted, JsonElement got) =>
        Text(Value(wanted, "type")) == Text(Value(got, "type"))
        && (Name(wanted).Length == 0 || Name(wanted) == Text(Value(got, "name")));

    private static string Name(JsonElement attachment) => Text(Value(attachment, "name")) + Text(Value(attachment, "fileName"));

    private static bool Take(List<JsonElement> left, int i)
    {
        left.RemoveAt(i);
        return true;
    }

    private static JsonElement Value(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value : default;

    private static string Text(JsonElement json) => json.ValueKind == JsonValueKind.Undefined ? "" : json.ToString();
}
