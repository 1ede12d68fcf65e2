using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Braid.Platform.Http;

/// <summary>A body as a caller would send it, shown in the API's description.</summary>
internal sealed record RequestExample(string Json);

internal static class RequestExamples
{
    public static RouteHandlerBuilder WithExample(this RouteHandlerBuilder route, string json) => route.WithMetadata(new RequestExample(json));

    public static Task AddAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<RequestExample>().FirstOrDefault() is { } example)
        {
            foreach (var body in operation.RequestBody?.Content?.Values ?? []) { body.Example = JsonNode.Parse(example.Json); }
        }

        return Task.CompletedTask;
    }
}
