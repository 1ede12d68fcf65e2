using System.Text.Json.Nodes;
using Braid.Simulator.Channels;
using Braid.Simulator.Http;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Matrix;

internal sealed class MatrixFactory : ISimulatedChannelFactory
{
    public string Channel => "matrix";

    public async Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct) => await MatrixServer.StartAsync(world.Inner, ct);
}

/// <summary>A homeserver, sim.example: one account for Braid, a room with each person, /sync by long polling.</summary>
public sealed class MatrixServer : ISimulatedChannel
{
    private const string Us = "@support:sim.example";
    private const string Token = "syt_simulated_access_token_0001";
    private const string Password = "simulated-password-0001";
    private readonly World world;
    private readonly Lock gate = new();
    private readonly Pulse pulse = new();
    private readonly Dictionary<string, MatrixRoom> rooms = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MatrixPerson> people = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> done = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SimulatedFile> media = new(StringComparer.Ordinal);
    private ProviderHost host = null!;
    private long position = 100;
    private long ids;

    private MatrixServer(World world) => this.world = world;

    public JsonObject Settings => new() { ["apiBaseUrl"] = host.Address.ToString(), ["userId"] = Us, ["password"] = Password };

    public SimulatedSkills Skills { get; } = new() { Read = true };

    public Uri Url => host.Address;

    internal TimeProvider Time => world.Time;

    internal static async Task<MatrixServer> StartAsync(World world, CancellationToken ct)
    {
        var server = new MatrixServer(world);
        server.host = await ProviderHost.StartAsync(0, server.HandleAsync, ct);
        return server;
    }

    public Task ConnectAsync(Uri webhookUrl, CancellationToken ct) => Task.CompletedTask;

    /// <summary>Their room is there at once, with an invitation for Braid's account.</summary>
    public ISimulatedPerson Person(string name)
    {
        lock (gate)
        {
            if (people.TryGetValue(name, out var known)) { return known; }
            var local = new string([.. name.ToLowerInvariant().Where(char.IsAsciiLetterOrDigit)]);
            var person = new MatrixPerson(this, $"@{(local.Length > 0 ? local : "p" + people.Count)}:sim.example", name);
            var room = new MatrixRoom($"!room{rooms.Count + 1}:sim.example", person) { ChangedAt = ++position };
            person.Room = rooms[room.Id] = room;
            people[name] = person;
            pulse.Beat();
            return person;
        }
    }

    public async ValueTask DisposeAsync() => await host.DisposeAsync();

    internal string Post(MatrixRoom room, string sender, string type, JsonObject content, string? txn = null)
    {
        var e = new JsonObject
        {
            ["type"] = type, ["sender"] = sender, ["origin_server_ts"] = Time.GetUtcNow().ToUnixTimeMilliseconds(), ["content"] = content,
            ["unsigned"] = txn is null ? new JsonObject { ["age"] = 12 } : new JsonObject { ["age"] = 12, ["transaction_id"] = txn },
        };
        lock (gate)
        {
            var id = $"$event{++ids}:sim.example";
            e["event_id"] = id;
            room.Events.Add(new(++position, id, e));
            pulse.Beat();
            return id;
        }
    }

    internal void Receipt(MatrixRoom room, string reader, string eventId)
    {
        var content = new JsonObject { [eventId] = new JsonObject { ["m.read"] = new JsonObject { [reader] = new JsonObject { ["ts"] = Time.GetUtcNow().ToUnixTimeMilliseconds() } } } };
        lock (gate)
        {
            room.Ephemeral.Add(new(++position, "", new JsonObject { ["type"] = "m.receipt", ["content"] = content }));
            pulse.Beat();
        }
    }

    internal string Store(SimulatedFile file)
    {
        lock (gate)
        {
            var id = $"media{media.Count + 1}";
            media[id] = file;
            return "mxc://sim.example/" + id;
        }
    }

    private SimulatedFile? Stored(string? uri)
    {
        lock (gate) { return media.GetValueOrDefault(uri?.Split('/')[^1] ?? ""); }
    }

    private async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var method = path switch
        {
            [_, "client", _, "rooms", _, var verb, ..] => verb,
            [_, "client", _, "media", var verb, ..] => verb,
            [_, "client", _, var verb, ..] => verb,
            [_, "media", _, var verb, ..] => verb,
            _ => "unknown",
        };
        await ProviderHost.ServeAsync(context, world, SimulatedProvider.Matrix, method, Refuse, () => AnswerAsync(context, path));
    }

    private async Task<Answer> AnswerAsync(HttpContext context, string[] path)
    {
        var request = context.Request;
        if (path is [_, "client", "versions"]) { return Ok(new JsonObject { ["versions"] = new JsonArray("v1.11") }); }
        if (path is [_, "media", _, "upload"]) { return await UploadAsync(request); }

        var call = await Call.ReadAsync(request);
        if (path is [_, "client", _, "login"])
        {
            var right = call.Text("password") == Password && (call.Object("identifier") as JsonObject)?.Text("user") == Us;
            return right ? Ok(new JsonObject { ["access_token"] = Token, ["user_id"] = Us, ["device_id"] = "BRAID" }) : No(403, "M_FORBIDDEN", "Invalid username or password");
        }

        if (request.Headers.Authorization != "Bearer " + Token) { return No(401, "M_UNKNOWN_TOKEN", "Invalid access token"); }
        return (request.Method, path) switch
        {
            ("GET", [_, _, _, "account", "whoami"]) => Ok(new JsonObject { ["user_id"] = Us }),
            ("GET", [_, _, _, "sync"]) => await SyncAsync(call, context.RequestAborted),
            ("GET", [_, _, _, "media", "download", _, var id]) => Stored(id) is { } file
                ? new Answer(200, null) { Content = file.Content, ContentType = file.ContentType } : No(404, "M_NOT_FOUND", "No such media"),
            ("POST", [_, _, _, "createRoom"]) => Create(call),
            ("GET", [_, _, _, "directory", "room", var alias]) => Aliased(alias) is { } known ? Ok(new JsonObject { ["room_id"] = known.Id }) : No(404, "M_NOT_FOUND", "Room alias not found"),
            ("POST", [_, _, _, "join", var id]) when Room(id) is { } room => Join(room),
            (_, [_, _, _, "rooms", var id, .. var rest]) => Room(id) is { Joined: true } room ? InRoom(request.Method, room, rest, call) : No(403, "M_FORBIDDEN", "User not in room"),
            _ => No(404, "M_UNRECOGNIZED", "Unrecognized request"),
        };
    }

    private Answer InRoom(string verb, MatrixRoom room, string[] rest, Call call)
    {
        switch (verb, rest)
        {
            case ("PUT", ["send", var type, var txn]):
                return Once(txn, () => Send(room, type, call.Parameters, txn));
            case ("PUT", ["redact", var target, var txn]):
                return Once(txn, () => Send(room, "m.room.redaction", new JsonObject { ["redacts"] = target }, txn));
            case ("PUT", ["typing", _]) or ("POST", ["receipt", "m.read", _]):
                room.Person.Acts.Add((rest[0], rest[^1]));
                return Ok([]);
            case ("GET", ["joined_members"]):
                return Ok(new JsonObject
                {
                    ["joined"] = new JsonObject { [Us] = new JsonObject { ["display_name"] = "Support" }, [room.Person.Id] = new JsonObject { ["display_name"] = room.Person.Name } },
                });
            case ("GET", ["messages"]):
                return Older(room, call);
            case ("GET", ["relations", var target, ..]):
                lock (gate)
                {
                    return Ok(new JsonObject { ["chunk"] = new JsonArray([.. room.Events.Where(e => (e.Json["content"]?["m.relates_to"] as JsonObject)?.Text("event_id") == target).Select(e => e.Json.DeepClone())]) });
                }

            default:
                return No(404, "M_UNRECOGNIZED", "Unrecognized request");
        }
    }

    private string Send(MatrixRoom room, string type, JsonObject body, string txn)
    {
        var content = body.DeepClone().AsObject();
        var id = Post(room, Us, type, content, txn);
        if (type == "m.room.message")
        {
            var file = content["url"] is null ? null : Stored(content.Text("url"));
            room.Person.Received.Add(new SimulatedReceived(id, file is null ? content.Text("body") ?? "" : "", file is null ? [] : [file]) { Raw = content.DeepClone() });
        }

        return id;
    }

    private Answer Once(string txn, Func<string> act)
    {
        lock (gate)
        {
            if (!done.TryGetValue(txn, out var id)) { done[txn] = id = act(); }
            return Ok(new JsonObject { ["event_id"] = id });
        }
    }

    private async Task<Answer> UploadAsync(HttpRequest request)
    {
        if (request.Headers.Authorization != "Bearer " + Token) { return No(401, "M_UNKNOWN_TOKEN", "Invalid access token"); }
        using var content = new MemoryStream();
        await request.Body.CopyToAsync(content, request.HttpContext.RequestAborted);
        return Ok(new JsonObject { ["content_uri"] = Store(new(request.Query["filename"].ToString(), request.ContentType ?? "application/octet-stream", content.ToArray())) });
    }

    private async Task<Answer> SyncAsync(Call call, CancellationToken ct)
    {
        var since = call.Text("since") is { Length: > 1 } token ? long.Parse(token[1..], System.Globalization.CultureInfo.InvariantCulture) : 0;
        var limit = (int)((call.Object("filter")?["room"]?["timeline"] as JsonObject)?.Number("limit") ?? 10);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(TimeSpan.FromMilliseconds(call.Number("timeout") ?? 0));
        while (true)
        {
            var news = pulse.Next;
            var (answer, any) = Since(since, limit);
            if (any || since == 0) { return Ok(answer); }
            try { await news.WaitAsync(patience.Token); }
            catch (OperationCanceledException) { return Ok(answer); }
        }
    }

    private (JsonObject Answer, bool Any) Since(long since, int limit)
    {
        lock (gate)
        {
            var (join, invite) = (new JsonObject(), new JsonObject());
            foreach (var room in rooms.Values)
            {
                if (!room.Joined)
                {
                    if (room.ChangedAt > since) { invite[room.Id] = new JsonObject { ["invite_state"] = new JsonObject { ["events"] = new JsonArray() } }; }
                    continue;
                }

                var from = room.ChangedAt > since ? 0 : since;
                var fresh = room.Events.Where(e => e.Position > from).ToList();
                var shown = fresh.TakeLast(limit).ToList();
                var ephemeral = room.Ephemeral.Where(e => e.Position > since).ToList();
                if (shown.Count == 0 && ephemeral.Count == 0) { continue; }
                join[room.Id] = new JsonObject
                {
                    ["timeline"] = new JsonObject
                    {
                        ["events"] = new JsonArray([.. shown.Select(e => e.Json.DeepClone())]), ["limited"] = fresh.Count > shown.Count, ["prev_batch"] = "s" + (shown.Count > 0 ? shown[0].Position : position),
                    },
                    ["ephemeral"] = new JsonObject { ["events"] = new JsonArray([.. ephemeral.Select(e => e.Json.DeepClone())]) },
                };
            }

            return (new JsonObject { ["next_batch"] = "s" + position, ["rooms"] = new JsonObject { ["join"] = join, ["invite"] = invite, ["leave"] = new JsonObject() } }, join.Count + invite.Count > 0);
        }
    }

    private Answer Older(MatrixRoom room, Call call)
    {
        long At(string name) => long.Parse(call.Text(name)![1..], System.Globalization.CultureInfo.InvariantCulture);
        lock (gate)
        {
            var found = room.Events.Where(e => e.Position < At("from") && e.Position > At("to")).Reverse().Take((int)(call.Number("limit") ?? 10)).ToList();
            var answer = new JsonObject { ["chunk"] = new JsonArray([.. found.Select(e => e.Json.DeepClone())]), ["start"] = call.Text("from") };
            if (found.Count > 0) { answer["end"] = "s" + found[^1].Position; }
            return Ok(answer);
        }
    }

    private Answer Join(MatrixRoom room)
    {
        lock (gate)
        {
            if (!room.Joined) { (room.Joined, room.ChangedAt) = (true, ++position); }
            pulse.Beat();
            return Ok(new JsonObject { ["room_id"] = room.Id });
        }
    }

    private Answer Create(Call call)
    {
        lock (gate)
        {
            var alias = $"#{call.Text("room_alias_name")}:sim.example";
            if (Aliased(alias) is not null) { return No(400, "M_ROOM_IN_USE", "Room alias already taken"); }
            var person = people.Values.FirstOrDefault(p => p.Id == (call.Parameters["invite"] as JsonArray)?[0]?.GetValue<string>());
            if (person is null) { return No(404, "M_NOT_FOUND", "No such user"); }
            var room = new MatrixRoom($"!room{rooms.Count + 1}:sim.example", person) { Joined = true, Alias = alias, ChangedAt = ++position };
            rooms[room.Id] = room;
            return Ok(new JsonObject { ["room_id"] = room.Id });
        }
    }

    private MatrixRoom? Room(string id)
    {
        lock (gate) { return rooms.GetValueOrDefault(id); }
    }

    private MatrixRoom? Aliased(string alias)
    {
        lock (gate) { return rooms.Values.FirstOrDefault(r => r.Alias == alias); }
    }

    private static Answer Ok(JsonObject json) => new(200, json);

    private static Answer No(int status, string code, string error) => new(status, new JsonObject { ["errcode"] = code, ["error"] = error });

    private static Answer? Refuse(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var n } => No(429, "M_LIMIT_EXCEEDED", "Too many requests") with { RetryAfter = n },
        Fault.ServerError { Status: var status } => No(status, "M_UNKNOWN", "Internal server error"),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };
}
