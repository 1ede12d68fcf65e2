using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Braid.Channels;

/// <summary>
/// Settings that a form is made from: a record with init properties in the provider's own words (camelCase in JSON). Mark each with
/// <see cref="SettingAttribute"/>, and with [Required], [Url], [Range], [RegularExpression] or [AllowedValues] where they apply.
/// </summary>
public abstract record FormSettings
{
    /// <summary>Rules over more than one field: (field in camelCase, what is wrong and how to mend it).</summary>
    public virtual IEnumerable<(string Field, string Problem)> Check() => [];

    /// <summary>Never the values: settings hold secrets and records would print them into logs and exceptions.</summary>
    public sealed override string ToString() => GetType().Name;
}

/// <summary>Base of every channel's settings.</summary>
public abstract record ChannelSettings : FormSettings
{
    /// <summary>The provider's id of the connected account, where one webhook may carry several accounts; else null.</summary>
    [JsonIgnore]
    public virtual string? Account => null;

    /// <summary>What the inbox is reached at, to show to agents: a phone number, an address, @bot. Null when unknown.</summary>
    [JsonIgnore]
    public virtual string? Address => null;

    /// <summary>This inbox's reply window where its settings make it another than the channel's (Meta's human agent feature); else null.</summary>
    [JsonIgnore]
    public virtual TimeSpan? ReplyWindow => null;
}

/// <summary>How a setting looks in the form. Secret ones are encrypted at rest and never returned.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingAttribute(string title) : Attribute
{
    public string Title { get; } = title;
    public string? Help { get; init; }
    public string? Placeholder { get; init; }
    public bool Secret { get; init; }
    /// <summary>Folded under "Advanced".</summary>
    public bool Advanced { get; init; }
    /// <summary>The form offers a random value (verify tokens, webhook secrets).</summary>
    public bool Generate { get; init; }
}

/// <summary>The settings can't be used; each problem names its field and what to do.</summary>
public sealed class SettingsException(IReadOnlyDictionary<string, string> problems)
    : Exception("Settings are not valid: " + string.Join("; ", problems.Select(p => $"{p.Key}: {p.Value}")))
{
    public IReadOnlyDictionary<string, string> Problems { get; } = problems;
}

public static class SettingsReader
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static T Read<T>(JsonElement json)
        where T : FormSettings
    {
        T settings;
        try
        {
            settings = json.ValueKind == JsonValueKind.Object
                ? json.Deserialize<T>(Json) ?? throw new JsonException("empty")
                : throw new JsonException("not an object");
        }
        catch (JsonException e)
        {
            var field = e.Path is { Length: > 2 } path ? path[2..] : "settings";
            throw new SettingsException(new Dictionary<string, string> { [field] = "This value has the wrong form." });
        }

        var problems = new Dictionary<string, string>(StringComparer.Ordinal);
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(settings, new ValidationContext(settings), results, validateAllProperties: true);
        foreach (var result in results)
        {
            foreach (var member in result.MemberNames)
            {
                problems.TryAdd(JsonNamingPolicy.CamelCase.ConvertName(member), result.ErrorMessage ?? "This value is not valid.");
            }
        }

        foreach (var (field, problem) in settings.Check())
        {
            problems.TryAdd(field, problem);
        }

        return problems.Count == 0 ? settings : throw new SettingsException(problems);
    }

    /// <summary>JSON Schema (2020-12) of a settings type, with `x-*` hints for the form.</summary>
    public static JsonObject Schema(Type type)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        var untouched = type.GetConstructor(Type.EmptyTypes) is null ? null : Activator.CreateInstance(type);
        foreach (var property in SettingProperties(type))
        {
            var setting = property.GetCustomAttribute<SettingAttribute>()!;
            var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            var schema = TypeSchema(property);
            schema["title"] = setting.Title;
            if (setting.Help is { } help) { schema["description"] = help; }
            if (setting.Placeholder is { } placeholder) { schema["x-placeholder"] = placeholder; }
            if (setting.Secret) { schema["writeOnly"] = true; }
            if (setting.Advanced) { schema["x-advanced"] = true; }
            if (setting.Generate) { schema["x-generate"] = true; }
            if (!setting.Secret && Default(property.PropertyType, untouched is null ? null : property.GetValue(untouched)) is { } value) { schema["default"] = value; }
            properties[name] = schema;
            if (property.GetCustomAttribute<RequiredAttribute>() is not null) { required.Add(name); }
        }

        return new JsonObject { ["type"] = "object", ["properties"] = properties, ["required"] = required };
    }

    public static IEnumerable<string> SecretNames(Type type) =>
        SettingProperties(type).Where(p => p.GetCustomAttribute<SettingAttribute>()!.Secret).Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name));

    private static IEnumerable<PropertyInfo> SettingProperties(Type type) =>
        type.GetProperties().Where(p => p.GetCustomAttribute<SettingAttribute>() is not null).OrderBy(p => p.MetadataToken);

    /// <summary>What holds while nobody chooses, so that a form can show it; null where that is nothing.</summary>
    private static JsonNode? Default(Type type, object? value) => value switch
    {
        Enum or true => JsonSerializer.SerializeToNode(value, type, Json),
        int and not 0 or long and not 0L => JsonSerializer.SerializeToNode(value, type, Json),
        string { Length: > 0 } text => text,
        IReadOnlyList<string> { Count: > 0 } texts => new JsonArray([.. texts.Select(t => (JsonNode)t)]),
        _ => null,
    };

    private static JsonObject TypeSchema(PropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var schema = new JsonObject();
        if (type == typeof(bool)) { schema["type"] = "boolean"; }
        else if (type == typeof(int) || type == typeof(long)) { schema["type"] = "integer"; }
        else if (type.IsEnum)
        {
            schema["type"] = "string";
            schema["enum"] = new JsonArray([.. Enum.GetNames(type).Select(n => (JsonNode)JsonNamingPolicy.CamelCase.ConvertName(n))]);
        }
        else if (type != typeof(string) && typeof(System.Collections.IEnumerable).IsAssignableFrom(type))
        {
            schema["type"] = "array";
            schema["items"] = new JsonObject { ["type"] = "string" };
        }
        else
        {
            schema["type"] = "string";
        }

        if (property.GetCustomAttribute<UrlAttribute>() is not null) { schema["format"] = "uri"; }
        if (property.GetCustomAttribute<RegularExpressionAttribute>() is { } pattern) { schema["pattern"] = pattern.Pattern; }
        if (property.GetCustomAttribute<RangeAttribute>() is { } range)
        {
            schema["minimum"] = JsonValue.Create(Convert.ToDouble(range.Minimum, System.Globalization.CultureInfo.InvariantCulture));
            schema["maximum"] = JsonValue.Create(Convert.ToDouble(range.Maximum, System.Globalization.CultureInfo.InvariantCulture));
        }

        return schema;
    }
}
