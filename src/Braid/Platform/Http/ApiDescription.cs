using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Braid.Platform.Data;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Braid.Platform.Http;

/// <summary>
/// `/openapi/v1.json`, exact enough to make a client's types from: ids are uuids, what an answer always holds is required, what a request
/// may leave out is not, and texts of a closed list say which. The build writes the same to openapi/v1.json.
/// </summary>
internal static class ApiDescription
{
    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi("v1", o =>
    {
        o.CreateSchemaReferenceId = NameOf;
        o.AddSchemaTransformer((schema, context, _) =>
        {
            Describe(schema, context);
            return Task.CompletedTask;
        });
        o.AddOperationTransformer(RequestExamples.AddAsync);
        o.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Braid";
            document.Info.Version = "v1";
            Finish(document);
            return Task.CompletedTask;
        });
    });

    /// <summary>Ids stand where they are used. A slice's `Request` is named after its slice, or all of them would be one.</summary>
    private static string? NameOf(JsonTypeInfo json)
    {
        if (IsId(json.Type)) { return null; }
        var name = OpenApiOptions.CreateDefaultSchemaReferenceId(json);
        var type = Nullable.GetUnderlyingType(json.Type) ?? json.Type;
        // A view's own name says what it is; a slice's `Request`, `Changes` or `View` does not.
        var tells = type.Name.Length > "View".Length && type.Name.EndsWith("View", StringComparison.Ordinal);
        return name is not null && !tells && type is { IsNested: true, IsGenericType: false, DeclaringType: { } slice } ? slice.Name + type.Name : name;
    }

    private static void Describe(OpenApiSchema schema, OpenApiSchemaTransformerContext context)
    {
        var type = context.JsonTypeInfo.Type;
        if (IsId(type))
        {
            schema.Type = JsonSchemaType.String | (Nullable.GetUnderlyingType(type) is null ? 0 : JsonSchemaType.Null);
            schema.Format = "uuid";
        }
        else if (context.JsonTypeInfo.ElementType is { } element && IsId(element))
        {
            schema.Items = new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid" };
        }

        if (Allowed(context.JsonPropertyInfo) is { } allowed)
        {
            schema.Enum = [.. allowed.Values.Select(v => v is null ? null! : (JsonNode)JsonValue.Create(v.ToString())!)];
        }
    }

    private static AllowedValuesAttribute? Allowed(JsonPropertyInfo? property) =>
        (property?.AttributeProvider?.GetCustomAttributes(typeof(AllowedValuesAttribute), true).FirstOrDefault()
         ?? property?.AssociatedParameter?.AttributeProvider?.GetCustomAttributes(typeof(AllowedValuesAttribute), true).FirstOrDefault()) as AllowedValuesAttribute;

    private static void Finish(OpenApiDocument document)
    {
        var (asked, answered) = (new HashSet<string>(), new HashSet<string>());
        foreach (var operation in document.Paths.Values.SelectMany(p => p.Operations?.Values ?? Enumerable.Empty<OpenApiOperation>()))
        {
            foreach (var body in operation.RequestBody?.Content?.Values ?? []) { Collect(document, body.Schema, asked); }
            foreach (var body in (operation.Responses?.Values ?? Enumerable.Empty<IOpenApiResponse>()).SelectMany(r => r.Content?.Values ?? [])) { Collect(document, body.Schema, answered); }
        }

        foreach (var (name, component) in document.Components?.Schemas ?? new Dictionary<string, IOpenApiSchema>())
        {
            if (component is not OpenApiSchema schema) { continue; }
            // Where an enum may be missing, the place says so, not the enum.
            schema.Enum = schema.Enum?.Where(value => value is not null && value.GetValueKind() != System.Text.Json.JsonValueKind.Null).ToList();
            if (schema.Enum is { Count: > 0 }) { schema.Type ??= JsonSchemaType.String; }
            if (schema.Properties is not { Count: > 0 } properties) { continue; }
            if (answered.Contains(name) && !asked.Contains(name)) { schema.Required = new HashSet<string>(properties.Keys); }
            else { schema.Required = new HashSet<string>((schema.Required ?? new HashSet<string>()).Where(p => !MayBeNull(properties[p]))); }
        }
    }

    private static void Collect(OpenApiDocument document, IOpenApiSchema? schema, HashSet<string> found)
    {
        switch (schema)
        {
            case null:
                return;
            case OpenApiSchemaReference { Reference.Id: { } id }:
                if (found.Add(id)) { Collect(document, document.Components?.Schemas?[id], found); }
                return;
        }

        IEnumerable<IOpenApiSchema?> parts = [schema.Items, schema.AdditionalProperties, .. schema.Properties?.Values ?? [], .. schema.OneOf ?? [], .. schema.AnyOf ?? [], .. schema.AllOf ?? []];
        foreach (var part in parts) { Collect(document, part, found); }
    }

    private static bool MayBeNull(IOpenApiSchema schema) =>
        schema.Type?.HasFlag(JsonSchemaType.Null) == true || (schema.OneOf ?? []).Any(one => one is not OpenApiSchemaReference && one.Type == JsonSchemaType.Null);

    private static bool IsId(Type type) => (Nullable.GetUnderlyingType(type) ?? type) is { IsGenericType: true } given && given.GetGenericTypeDefinition() == typeof(Id<>);
}
