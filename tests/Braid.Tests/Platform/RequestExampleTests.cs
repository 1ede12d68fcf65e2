using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Tests.House;

namespace Braid.Tests.Platform;

/// <summary>Bodies shown in the API's description hold what the API takes.</summary>
public class RequestExampleTests
{
    private static readonly string[] Described = ["/customers", "/suggestions", "/attributes", "/segments", "/imports", "/integrations"];

    /// <summary>Take any object: their fields are told in words.</summary>
    private static readonly string[] WithoutSchema = ["/customers/{id}", "/customers/by/{system}/{externalId}"];

    [Fact]
    public void Every_body_about_customers_has_an_example_of_its_own_fields()
    {
        var document = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "src/Braid/openapi/v1.json")))!.AsObject();
        var seen = 0;
        foreach (var (path, operations) in document["paths"]!.AsObject().Where(p => Described.Any(d => p.Key.StartsWith("/api/v1" + d, StringComparison.Ordinal))))
        {
            foreach (var (method, operation) in operations!.AsObject())
            {
                if (operation!["requestBody"]?["content"]?["application/json"] is not JsonObject body) { continue; }
                if (body["schema"] is not JsonObject schema || path.EndsWith("/hold", StringComparison.Ordinal)) { continue; }
                var example = body["example"].ShouldNotBeNull($"{method} {path} shows no body");
                seen++;
                if (WithoutSchema.Contains(path["/api/v1".Length..])) { continue; }
                Fits(document, schema, example, $"{method} {path}");
            }
        }

        seen.ShouldBeGreaterThan(15);
    }

    private static void Fits(JsonObject document, JsonObject schema, JsonNode? example, string at)
    {
        if (schema["$ref"]?.ToString().Split('/')[^1] is { } name) { Fits(document, document["components"]!["schemas"]![name]!.AsObject(), example, at); return; }
        if (schema["oneOf"] is JsonArray or && or.OfType<JsonObject>().FirstOrDefault(o => o["$ref"] is not null) is { } one) { Fits(document, one, example, at); return; }
        if (example is JsonArray items && schema["items"] is JsonObject item) { foreach (var inner in items) { Fits(document, item, inner, at); } return; }
        if (example is not JsonObject fields || schema["properties"] is not JsonObject known) { return; }
        foreach (var (field, value) in fields)
        {
            known.ContainsKey(field).ShouldBeTrue($"{at}: {field} is not in the schema");
            if (known[field] is JsonObject inner && value is not null && value.GetValueKind() is JsonValueKind.Object or JsonValueKind.Array) { Fits(document, inner, value, $"{at} {field}"); }
        }
    }
}
