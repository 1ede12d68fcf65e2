using System.Globalization;
using System.Text.Json.Nodes;
using Braid.Simulator.Channels;
using Braid.Simulator.Http;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Signal;

internal sealed class SignalFactory : ISimulatedChannelFactory
{
    public string Channel => "signal";

    public async Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct) => await SignalServer.StartAsync(world.Inner, ct);
}

/// <summary>
/// A signal-cli daemon for one number, by HTTP: JSON-RPC, and an event stream in on-connection mode (what nobody listens to waits). Phones
/// confirm delivery by themselves.
/// </summary>
public sealed class SignalServer : ISimulatedChannel
{
    internal const string Number = "+4930901820";
    private readonly World world;
    private readonly Lock gate = new();
    private readonly Pulse pulse = new();
    private readonly Dictionary<string, SignalPerson> people = new(StringComparer.Ordinal);
    private readonly Queue<JsonObject> waiting = new();
    private readonly Dictionary<string, SimulatedFile> files = new(StringComparer.Ordinal);
    private ProviderHost host = null!;
    private long lastTime;
    private int listeners;

    private SignalServer(World world) => this.world = world;

    public JsonObject Settings => new() { ["apiBaseUrl"] = host.Address.ToString(), ["number"] = Number };

    public SimulatedSkills Skills { get; } = new() { Delivered = true, Read = true };

    /// <summary>Calls that were not sends: method and parameters.</summary>
    public Arrivals<(string Method, JsonObject Parameters)> Acts { get; } = new();

    internal static async Task<SignalServer> StartAsync(World world, CancellationToken ct)
    {
        var server = new SignalServer(world);
        server.host = await ProviderHost.StartAsync(0, server.HandleAsync, ct);
        return server;
    }

    public Task ConnectAsync(Uri webhookUrl, CancellationToken ct) => Task.CompletedTask;

    public ISimulatedPerson Person(string name)
    {
        lock (gate)
        {
            if (!people.TryGetValue(name, out var person))
            {
                people[name] = person = new SignalPerson(this, $"5150a000-0000-4000-8000-{people.Count + 1:D12}", name, $"+44163296{people.Count:D4}");
            }

            return person;
        }
    }

    public async ValueTask DisposeAsync() => await host.DisposeAsync();

    /// <summary>Until nobody listens: from then on messages wait.</summary>
    public async Task WhenAloneAsync(CancellationToken ct)
    {
        while (true)
        {
            var news = pulse.Next;
            lock (gate)
            {
                if (listeners == 0) { return; }
            }

            await news.WaitAsync(ct);
        }
    }

    /// <summary>Times are ids here, so no two are the same.</summary>
    internal long Time()
    {
        lock (gate)
        {
            lastTime = Math.Max(lastTime + 1, world.Time.GetUtcNow().ToUnixTimeMilliseconds());
            return lastTime;
        }
    }

    internal void Deliver(SignalPerson from, string part, JsonObject content, long? time = null)
    {
        var at = time ?? Time();
        var envelope = new JsonObject
        {
            ["source"] = from.Phone, ["sourceNumber"] = from.Phone, ["sourceUuid"] = from.Id, ["sourceName"] = from.Name, ["sourceDevice"] = 1, ["timestamp"] = at,
            ["serverReceivedTimestamp"] = at + 20, ["serverDeliveredTimestamp"] = at + 30, [part] = content,
        };
        lock (gate)
        {
            waiting.Enqueue(new JsonObject { ["jsonrpc"] = "2.0", ["method"] = "receive", ["params"] = new JsonObject { ["envelope"] = envelope, ["account"] = Number } });
            pulse.Beat();
        }
    }

    internal void Say(SignalPerson from, string? text, SimulatedFile? file)
    {
        var at = Time();
        var data = new JsonObject { ["timestamp"] = at, ["message"] = text, ["expiresInSeconds"] = 0, ["viewOnce"] = false };
        if (file is not null)
        {
            var id = $"att{at}.bin";
            lock (gate) { files[id] = file; }
            data["attachments"] = new JsonArray(new JsonObject { ["contentType"] = file.ContentType, ["filename"] = file.Name, ["id"] = id, ["size"] = file.Content.Length });
        }

        Deliver(from, "dataMessage", data, at);
    }

    internal void Receipt(SignalPerson from, string time, bool read)
    {
        var at = Time();
        Deliver(from, "receiptMessage", new JsonObject
        {
            ["when"] = at, ["isDelivery"] = !read, ["isRead"] = read, ["isViewed"] = false, ["timestamps"] = new JsonArray(long.Parse(time, CultureInfo.InvariantCulture)),
        }, at);
    }

    private async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (path == "/api/v1/events")
        {
            await EventsAsync(context);
            return;
        }

        var call = await Call.ReadAsync(context.Request);
        var method = path == "/api/v1/rpc" ? call.Text("method") ?? "unknown" : "check";
        await ProviderHost.ServeAsync(context, world, SimulatedProvider.Signal, method, fault => Refuse(fault, call), () => Task.FromResult(Answer(path, method, call)));
    }

    private async Task EventsAsync(HttpContext context)
    {
        lock (gate) { listeners++; }
        context.Response.ContentType = "text/event-stream";
        try
        {
            await context.Response.Body.FlushAsync(context.RequestAborted);
            while (true)
            {
                var news = pulse.Next;
                while (Next() is { } notification)
                {
                    await context.Response.WriteAsync($"event:receive\ndata:{notification.ToJsonString()}\n\n", context.RequestAborted);
                    await context.Response.Body.FlushAsync(context.RequestAborted);
                }

                await news.WaitAsync(context.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
            // The listener is gone; what it did not get waits for the next.
        }
        finally
        {
            lock (gate) { listeners--; }
            pulse.Beat();
        }
    }

    private JsonObject? Next()
    {
        lock (gate) { return waiting.TryDequeue(out var next) ? next : null; }
    }

    private Answer Answer(string path, string method, Call call)
    {
        if (path != "/api/v1/rpc") { return new Answer(200, null); }
        var parameters = call.Object("params") ?? [];
        switch (method)
        {
            case "send":
                return Send(call, parameters);
            case "listDevices":
                return Result(call, new JsonArray(new JsonObject { ["id"] = 1, ["name"] = "sim" }));
            case "getAttachment":
                lock (gate)
                {
                    return files.TryGetValue(parameters.Text("id") ?? "", out var file) && (parameters["recipient"] ?? parameters["groupId"]) is not null
                        ? Result(call, new JsonObject { ["data"] = Convert.ToBase64String(file.Content) })
                        : Error(call, -1, "Could not find attachment");
                }

            case "sendReaction" or "remoteDelete" or "sendReceipt" or "sendTyping":
                Acts.Add((method, parameters));
                return Result(call, method == "sendTyping" ? [] : new JsonObject { ["timestamp"] = Time(), ["results"] = new JsonArray() });
            default:
                return Error(call, -32601, "Method not implemented");
        }
    }

    private Answer Send(Call call, JsonObject parameters)
    {
        var to = (parameters["recipient"] as JsonArray)?[0]?.GetValue<string>();
        SignalPerson? person;
        lock (gate) { person = people.Values.FirstOrDefault(p => p.Id == to || p.Phone == to); }
        var at = Time();
        if (person is null) { return Result(call, Results(at, to, "UNREGISTERED_FAILURE")); }
        var attached = (parameters["attachments"] as JsonArray)?.Select(a => Parse(a!.GetValue<string>())).ToList() ?? [];
        person.Received.Add(new SimulatedReceived(at.ToString(CultureInfo.InvariantCulture), parameters.Text("message") ?? "", attached) { Raw = parameters.DeepClone() });
        Receipt(person, at.ToString(CultureInfo.InvariantCulture), read: false);
        return Result(call, Results(at, to, "SUCCESS"));
    }

    private static SimulatedFile Parse(string uri)
    {
        // data:<type>;filename=<name>;base64,<bytes>
        var comma = uri.IndexOf(',', StringComparison.Ordinal);
        var head = uri[5..comma].Split(';');
        var name = head.FirstOrDefault(h => h.StartsWith("filename=", StringComparison.Ordinal))?[9..] ?? "file";
        return new(name, head[0], Convert.FromBase64String(uri[(comma + 1)..]));
    }

    private static JsonObject Results(long at, string? to, string type) => new()
    {
        ["timestamp"] = at, ["results"] = new JsonArray(new JsonObject { ["recipientAddress"] = new JsonObject { ["uuid"] = to }, ["type"] = type }),
    };

    private static Answer Result(Call call, JsonNode result) => new(200, new JsonObject { ["jsonrpc"] = "2.0", ["result"] = result, ["id"] = call.Text("id") });

    private static Answer Error(Call call, int code, string message) => new(200, new JsonObject
    {
        ["jsonrpc"] = "2.0", ["error"] = new JsonObject { ["code"] = code, ["message"] = message, ["data"] = null }, ["id"] = call.Text("id"),
    });

    private static Answer? Refuse(Fault fault, Call call) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var n } => Result(call, new JsonObject
        {
            ["timestamp"] = 1, ["results"] = new JsonArray(new JsonObject { ["type"] = "RATE_LIMIT_FAILURE", ["token"] = "8c2f", ["retryAfterSeconds"] = n }),
        }),
        Fault.ServerError => Error(call, -3, "Failed to send message: I/O error"),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };
}
