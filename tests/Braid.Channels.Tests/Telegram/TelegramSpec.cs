using System.Text.Json;

namespace Braid.Channels.Tests.Telegram;

/// <summary>Checks a request against the machine-readable Bot API: known fields only, required ones present, types right, all the way down.</summary>
internal sealed class TelegramSpec(JsonElement api)
{
    public static TelegramSpec Load(string file) => new(JsonDocument.Parse(File.ReadAllBytes(file)).RootElement.Clone());

    public IEnumerable<string> Problems(string method, JsonElement body) =>
        api.GetProperty("methods").TryGetProperty(method, out var described) ? Object(method, described, body) : [$"{method} does not exist"];

    /// <summary>A form's values are text, so only the names of its fields can be checked.</summary>
    public IEnumerable<string> FormProblems(string method, IReadOnlyList<string> fields)
    {
        var described = api.GetProperty("methods").GetProperty(method).GetProperty("fields").EnumerateArray().ToList();
        var known = described.ConvertAll(f => f.GetProperty("name").GetString()!);
        var required = described.Where(f => f.GetProperty("required").GetBoolean()).Select(f => f.GetProperty("name").GetString()!);
        return fields.Except(known).Select(f => $"{method}.{f} is unknown").Concat(required.Except(fields).Select(f => $"{method}.{f} is missing"));
    }

    private IEnumerable<string> Object(string path, JsonElement described, JsonElement value)
    {
        var fields = described.TryGetProperty("fields", out var list) ? list.EnumerateArray().ToDictionary(f => f.GetProperty("name").GetString()!) : [];
        foreach (var (name, field) in fields)
        {
            if (field.GetProperty("required").GetBoolean() && !value.TryGetProperty(name, out _)) yield return $"{path}.{name} is missing";
        }

        foreach (var property in value.EnumerateObject())
        {
            if (!fields.TryGetValue(property.Name, out var field))
            {
                yield return $"{path}.{property.Name} is unknown";
                continue;
            }

            var types = field.GetProperty("types").EnumerateArray().Select(t => t.GetString()!).ToList();
            if (!types.Exists(type => Fits(type, property.Value))) yield return $"{path}.{property.Name}: {property.Value} is none of {string.Join(", ", types)}";
        }
    }

    private bool Fits(string type, JsonElement value) => type switch
    {
        "Integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "Float" => value.ValueKind == JsonValueKind.Number,
        "String" => value.ValueKind == JsonValueKind.String,
        "Boolean" or "True" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        _ when type.StartsWith("Array of ", StringComparison.Ordinal) =>
            value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => Fits(type["Array of ".Length..], item)),
        _ => value.ValueKind == JsonValueKind.Object && api.GetProperty("types").TryGetProperty(type, out var described)
            && (described.TryGetProperty("subtypes", out var kinds) ? kinds.EnumerateArray().Any(kind => Fits(kind.GetString()!, value)) : !Object(type, described, value).Any()),
    };
}
