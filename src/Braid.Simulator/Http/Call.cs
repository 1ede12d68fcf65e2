using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Http;

/// <summary>The parameters of a call, whichever way they came: query, JSON, form or multipart. Forms carry nested values as JSON text.</summary>
internal sealed record Call(JsonObject Parameters, IReadOnlyDictionary<string, SimulatedFile> Files)
{
    public static async Task<Call> ReadAsync(HttpRequest request)
    {
        var parameters = new JsonObject();
        var files = new Dictionary<string, SimulatedFile>(StringComparer.Ordinal);
        foreach (var (name, value) in request.Query)
        {
            parameters[name] = value.ToString();
        }

        if (request.HasFormContentType)
        {
            var form = await request.ReadFormAsync(request.HttpContext.RequestAborted);
            foreach (var (name, value) in form)
            {
                parameters[name] = Nested(value.ToString());
            }

            foreach (var file in form.Files)
            {
                using var content = new MemoryStream();
                await file.CopyToAsync(content, request.HttpContext.RequestAborted);
                files[file.Name] = new SimulatedFile(file.FileName, file.ContentType ?? "application/octet-stream", content.ToArray());
            }
        }
        else if (request.ContentLength is not 0 && request.HasJsonContentType())
        {
            try
            {
                if (await JsonNode.ParseAsync(request.Body, cancellationToken: request.HttpContext.RequestAborted) is JsonObject body)
                {
                    foreach (var (name, value) in body)
                    {
                        parameters[name] = value?.DeepClone();
                    }
                }
            }
            catch (JsonException)
            {
                // As the real ones do: an unreadable body holds no parameters, and the missing ones are named.
            }
        }

        return new Call(parameters, files);
    }

    public string? Text(string name) => Parameters.Text(name);

    public long? Number(string name) => Parameters.Number(name);

    public JsonObject? Object(string name) => Parameters[name] as JsonObject;

    private static JsonNode? Nested(string value)
    {
        if (value.Length > 1 && value[0] is '{' or '[')
        {
            try
            {
                return JsonNode.Parse(value);
            }
            catch (JsonException)
            {
                return value;
            }
        }

        return value;
    }
}

internal static class JsonReading
{
    public static string? Text(this JsonObject json, string name) => json[name] switch
    {
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        JsonValue value => value.ToJsonString(),
        _ => null,
    };

    public static long? Number(this JsonObject json, string name) =>
        long.TryParse(json.Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    public static bool Flag(this JsonObject json, string name) => json.Text(name) is "true" or "True" or "1";

    public static IEnumerable<JsonObject> Objects(this JsonNode? json, string name) => (json?[name] as JsonArray)?.OfType<JsonObject>() ?? [];
}
