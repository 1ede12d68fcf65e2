using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Braid.Simulator.Tests;

/// <summary>A fresh world, Braid's stand-in, and a bare HTTP client for each test.</summary>
public abstract class WorldTest : IAsyncLifetime
{
    private readonly CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));

    protected SimulatedWorld World { get; private set; } = null!;
    internal BraidStandIn Braid { get; private set; } = null!;
    protected HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false });
    protected CancellationToken Ct => limit.Token;

    protected virtual SimulatorOptions Options => new() { WebhookRetries = [TimeSpan.FromMilliseconds(1)] };

    public async ValueTask InitializeAsync()
    {
        World = await SimulatedWorld.StartAsync(Options, Ct);
        Braid = await BraidStandIn.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await World.DisposeAsync();
        await Braid.DisposeAsync();
        limit.Dispose();
        GC.SuppressFinalize(this);
    }

    protected async Task<(int Status, JsonObject Body)> PostAsync(Uri url, JsonNode body, string? bearer = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = JsonContent.Create(body) };
        request.Headers.Authorization = bearer is null ? null : new("Bearer", bearer);
        using var response = await Http.SendAsync(request, Ct);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(Ct))!.AsObject());
    }
}
