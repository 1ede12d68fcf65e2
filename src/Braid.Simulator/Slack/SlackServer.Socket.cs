using System.Text.Json.Nodes;
using Braid.Simulator.Http;
using Braid.Simulator.Webhooks;
using Braid.Simulator.WorkChat;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Slack;

/// <summary>
/// Socket Mode beside the webhooks: each event goes both ways, so that either can be listened to. Unacknowledged ones come again. The app-level
/// token is `xapp-1-` and the workspace's id; it is not among the settings, so that stories hear each event once.
/// </summary>
internal sealed partial class SlackServer
{
    private readonly Dictionary<string, JsonObject> unacknowledged = new(StringComparer.Ordinal);
    private ChatSocket? listener;

    private Answer Opened(HttpRequest request) => request.Headers.Authorization == "Bearer xapp-1-" + team
        ? Ok(new() { ["url"] = new UriBuilder(Host.Address) { Scheme = "ws", Path = "/link" }.Uri.ToString() })
        : No("invalid_auth");

    protected override async Task<bool> SocketAsync(HttpContext context, string[] parts)
    {
        using var line = new ChatSocket(await context.WebSockets.AcceptWebSocketAsync());
        await line.SendAsync(new JsonObject { ["type"] = "hello", ["num_connections"] = 1 }, context.RequestAborted);
        List<JsonObject> waiting;
        lock (Gate)
        {
            listener = line;
            waiting = [.. unacknowledged.Values.Select(e => e.Copy())];
        }

        foreach (var envelope in waiting) { await line.SendAsync(envelope, context.RequestAborted); }
        while (await line.ReadAsync(context.RequestAborted) is { } acknowledged)
        {
            lock (Gate) { unacknowledged.Remove(acknowledged.Text("envelope_id") ?? ""); }
        }

        lock (Gate) { listener = listener == line ? null : listener; }
        return true;
    }

    private void Tell(JsonObject payload)
    {
        var envelope = new JsonObject { ["envelope_id"] = World.Letters(12, "abcdef0123456789"), ["type"] = "events_api", ["payload"] = payload.Copy(), ["accepts_response_payload"] = false };
        ChatSocket? line;
        lock (Gate)
        {
            unacknowledged[(string)envelope["envelope_id"]!] = envelope;
            line = listener;
        }

        if (line is not null) { _ = line.SendAsync(envelope.Copy(), CancellationToken.None); }
    }
}
