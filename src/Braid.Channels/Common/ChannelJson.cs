using System.Globalization;
using System.Text.Json;

namespace Braid.Channels.Common;

/// <summary>
/// Reads providers' JSON so that nothing they send can break a batch: what is missing or has another type reads as absent, ids stay the
/// characters they were, text comes out well-formed.
/// </summary>
internal static class ChannelJson
{
    private const long FirstMillisecondValue = 100_000_000_000; // As seconds that is the year 5138; as milliseconds 1973.

    /// <summary>Parses a delivery and lets <paramref name="read"/> look at it. Whatever is wrong with the bytes ends as Unreadable.</summary>
    public static Reading Read(RawDelivery delivery, string what, Func<JsonElement, Reading> read)
    {
        try
        {
            using var document = JsonDocument.Parse(WithoutMark(delivery.Body));
            return read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return new Reading.Unreadable($"not {what}: the JSON is broken");
        }
    }

    /// <summary>Undefined when absent, null or not inside an object, so that calls can be chained.</summary>
    public static JsonElement Get(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : default;

    public static bool Exists(this JsonElement json) => json.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    public static bool IsObject(this JsonElement json) => json.ValueKind == JsonValueKind.Object;

    /// <summary>A string as typed; null when absent or blank.</summary>
    public static string? Text(this JsonElement json, string name) =>
        json.Get(name) is { ValueKind: JsonValueKind.String } value && JsonText.Of(value) is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    /// <summary>An opaque id, whether the provider writes it as a string or as a number (also beyond 2^53).</summary>
    public static string? Id(this JsonElement json, string name) => json.Get(name).AsId();

    public static string? AsId(this JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String when JsonText.Of(json) is { Length: > 0 } text => text,
        JsonValueKind.Number => json.GetRawText(),
        _ => null,
    };

    public static long? Number(this JsonElement json, string name)
    {
        var value = json.Get(name);
        return value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetInt64(out var number) => number,
            JsonValueKind.String when long.TryParse(JsonText.Of(value), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) => number,
            _ => null,
        };
    }

    public static bool Flag(this JsonElement json, string name) => json.Get(name).ValueKind == JsonValueKind.True;

    public static IEnumerable<JsonElement> Items(this JsonElement json, string name) =>
        json.Get(name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : Enumerable.Empty<JsonElement>();

    /// <summary>Seconds or milliseconds since 1970, as a number or as digits; null when absent, zero or absurd.</summary>
    public static DateTimeOffset? Epoch(this JsonElement json, string name) => json.Number(name) switch
    {
        > 0 and < FirstMillisecondValue and var seconds => DateTimeOffset.FromUnixTimeSeconds(seconds),
        >= FirstMillisecondValue and <= 253_402_300_799_999 and var milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds),
        _ => null,
    };

    private static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> body) =>
        body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body;
}
