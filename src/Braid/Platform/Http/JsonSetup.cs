using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Braid.Platform.Http;

/// <summary>JSON of the API. What comes in is validated as it is read, so that no endpoint can forget it.</summary>
internal static class JsonSetup
{
    public static void Apply(JsonSerializerOptions options)
    {
        options.NumberHandling = JsonNumberHandling.Strict;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { ValidateOurs } };
    }

    private static void ValidateOurs(JsonTypeInfo type)
    {
        if (type.Kind == JsonTypeInfoKind.Object && type.Type.Assembly == typeof(JsonSetup).Assembly && RulesOf(type.Type) is { Count: > 0 } rules)
        {
            type.OnDeserialized = read => Check(read, rules);
        }
    }

    private static void Check(object read, List<Rule> rules)
    {
        Dictionary<string, string>? errors = null;
        foreach (var rule in rules)
        {
            if (rule.Problem(read) is { } problem)
            {
                (errors ??= []).TryAdd(rule.Field, problem);
            }
        }

        if (errors is not null)
        {
            throw RefusalException.Invalid("Some fields are not valid.", errors);
        }
    }

    /// <summary>Attributes of the property or of the record's parameter of that name; a type that can't be null is required.</summary>
    private static List<Rule> RulesOf(Type type)
    {
        var parameters = type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).OrderByDescending(c => c.GetParameters().Length).FirstOrDefault()?.GetParameters() ?? [];
        var nullability = new NullabilityInfoContext();
        var rules = new List<Rule>();
        foreach (var property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(p => p.GetIndexParameters().Length == 0 && p.CanWrite))
        {
            var parameter = Array.Find(parameters, p => p.Name == property.Name);
            ValidationAttribute[] attributes = [.. property.GetCustomAttributes<ValidationAttribute>(), .. parameter?.GetCustomAttributes<ValidationAttribute>() ?? []];
            var needed = !property.PropertyType.IsValueType && nullability.Create(property).WriteState == NullabilityState.NotNull;
            if (attributes.Length > 0 || needed)
            {
                rules.Add(new(JsonNamingPolicy.CamelCase.ConvertName(property.Name), property, attributes, needed));
            }
        }

        return rules;
    }

    private sealed record Rule(string Field, PropertyInfo Property, ValidationAttribute[] Attributes, bool Needed)
    {
        public string? Problem(object read)
        {
            var value = Property.GetValue(read);
            if (value is null && Needed)
            {
                return "This field is needed.";
            }

            var context = new ValidationContext(read) { MemberName = Property.Name, DisplayName = Field };
            return Attributes.Select(a => a.GetValidationResult(value, context)?.ErrorMessage).FirstOrDefault(m => m is not null);
        }
    }
}
