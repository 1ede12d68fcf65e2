using System.Text.Json.Nodes;
using Braid.Simulator.Http;
using Braid.Simulator.WorkChat;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Discord;

/// <summary>
/// The gateway: hello, identify, ready, resume with replay. A fault on "gateway" cuts the connection before an event is told; with a server
/// error the session is lost as well, so that only the history knows.
/// </summary>
internal sealed partial class DiscordServer
{
    private readonly List<JsonObject> told = [];
    private readonly List<ChatSocket> listeners = [];
    private string session = world.Letters(20, "abcdef0123456789");

    private string Gateway => new UriBuilder(Host.Address) { Scheme = "ws" }.Uri.ToString().TrimEnd('/');

    protected override async Task<bool> SocketAsync(HttpContext context, string[] parts)
    {
        using var line = new ChatSocket(await context.WebSockets.AcceptWebSocketAsync());
        var gone = context.RequestAborted;
        await line.SendAsync(new JsonObject { ["t"] = null, ["s"] = null, ["op"] = 10, ["d"] = new JsonObject { ["heartbeat_interval"] = 41_250 } }, gone);
        try
        {
            while (await line.ReadAsync(gone) is { } frame)
            {
                var data = frame["d"] as JsonObject;
                switch (frame.Number("op"))
                {
                    case 1:
                        await line.SendAsync(new JsonObject { ["t"] = null, ["s"] = null, ["op"] = 11, ["d"] = null }, gone);
                        break;
                    case 2 or 6 when data?.Text("token") != token:
                        await line.CloseAsync(4004, "Authentication failed.");
                        return true;
                    case 2:
                        await IdentifiedAsync(line, gone);
                        break;
                    case 6:
                        await ResumedAsync(line, data!, gone);
                        break;
                }
            }
        }
        finally
        {
            lock (Gate) { listeners.Remove(line); }
        }

        return true;
    }

    private async Task IdentifiedAsync(ChatSocket line, CancellationToken ct)
    {
        JsonObject ready;
        lock (Gate)
        {
            told.Clear();
            ready = Frame("READY", new JsonObject
            {
                ["v"] = 10, ["user"] = new JsonObject { ["id"] = app, ["username"] = "braid", ["bot"] = true }, ["guilds"] = new JsonArray(), ["session_id"] = session, ["resume_gateway_url"] = Gateway,
            });
            listeners.Add(line);
        }

        await line.SendAsync(ready, ct);
        Heard();
    }

    private async Task ResumedAsync(ChatSocket line, JsonObject data, CancellationToken ct)
    {
        List<JsonObject> missed;
        lock (Gate)
        {
            if (data.Text("session_id") != session)
            {
                missed = [new JsonObject { ["t"] = null, ["s"] = null, ["op"] = 9, ["d"] = false }];
            }
            else
            {
                missed = [.. told.Where(f => f.Number("s") > (data.Number("seq") ?? 0)).Select(f => f.DeepClone().AsObject())];
                missed.Add(Frame("RESUMED", []));
                listeners.Add(line);
            }
        }

        foreach (var frame in missed) { await line.SendAsync(frame, ct); }
    }

    private async Task EmitAsync(string name, JsonObject data)
    {
        var fault = World.Faults.Strike(SimulatedProvider.Discord, "gateway");
        JsonObject frame;
        List<ChatSocket> lines;
        lock (Gate)
        {
            frame = Frame(name, data);
            lines = [.. listeners];
            if (fault is not null) { listeners.Clear(); }
            if (fault is Fault.ServerError) { session = World.Letters(20, "abcdef0123456789"); }
        }

        foreach (var line in lines)
        {
            if (fault is null) { await line.SendAsync(frame.DeepClone(), CancellationToken.None); } else { line.Cut(); }
        }
    }

    private JsonObject Frame(string name, JsonObject data)
    {
        var frame = new JsonObject { ["t"] = name, ["s"] = told.Count + 1, ["op"] = 0, ["d"] = data };
        told.Add(frame);
        return frame.DeepClone().AsObject();
    }
}
