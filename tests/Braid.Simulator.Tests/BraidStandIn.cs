using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Http;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Tests;

/// <summary>Takes webhooks in Braid's place and answers as told.</summary>
internal sealed class BraidStandIn : IAsyncDisposable
{
    private readonly ProviderHost host;

    private BraidStandIn(ProviderHost host, Arrivals<Hook> hooks, Queue<int> answers) => (this.host, Hooks, Answers) = (host, hooks, answers);

    public Uri Url => new(host.Address, "/webhooks/here");
    public Arrivals<Hook> Hooks { get; }

    /// <summary>Statuses to answer with before 200 becomes the rule.</summary>
    public Queue<int> Answers { get; }

    public static async Task<BraidStandIn> StartAsync()
    {
        var hooks = new Arrivals<Hook>();
        var answers = new Queue<int>();
        var host = await ProviderHost.StartAsync(0, HandleAsync, CancellationToken.None);
        return new BraidStandIn(host, hooks, answers);

        async Task HandleAsync(HttpContext context)
        {
            if (context.Request.Method == "GET")
            {
                context.Response.StatusCode = context.Request.Query["hub.verify_token"] == "right" ? 200 : 403;
                await context.Response.WriteAsync(context.Request.Query["hub.challenge"].ToString());
                return;
            }

            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            lock (answers)
            {
                context.Response.StatusCode = answers.TryDequeue(out var status) ? status : 200;
            }

            hooks.Add(new Hook(body.ToArray(), context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
        }
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();
}

internal sealed record Hook(byte[] Body, Dictionary<string, string> Headers)
{
    public string Text => Encoding.UTF8.GetString(Body);
    public JsonObject Json => JsonNode.Parse(Body)!.AsObject();
}
