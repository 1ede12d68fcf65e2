using System.Globalization;
using System.Text.Json.Nodes;
using Braid.Simulator.Channels;
using Braid.Simulator.Http;
using Braid.Simulator.WorkChat;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.RocketChat;

internal sealed class RocketChatFactory : ISimulatedChannelFactory
{
    public string Channel => "rocketchat";

    public Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct) => ChatServer.StartAsync(new RocketChatServer(world.Inner), ct);
}

/// <summary>A Rocket.Chat server: REST under /api/v1 and the realtime socket. A fault on "socket" cuts the line before an event is told.</summary>
internal sealed class RocketChatServer(World world) : ChatServer(world, SimulatedProvider.RocketChat)
{
    private const string Alphabet = "ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz23456789";
    private readonly string token = world.Letters(43, Alphabet);
    private readonly string bot = world.Letters(17, Alphabet);
    private readonly List<JsonObject> messages = [];
    private readonly List<ChatSocket> listeners = [];

    public override JsonObject Settings => new() { ["apiBaseUrl"] = Host.Address.ToString().TrimEnd('/'), ["authToken"] = token, ["userId"] = bot };

    internal override async Task SaysAsync(ChatPerson person, string? text, SimulatedFile? file)
    {
        await WhenHeardAsync();
        var message = Message(World.Letters(17, Alphabet), person.Conversation, person.Id, person.Name!, text ?? "");
        if (file is not null) { Attach(message, Keep(file), file); }
        await KeepAndTellAsync(message);
    }

    protected override ChatPerson NewPerson(string name)
    {
        var id = World.Letters(17, Alphabet);
        return new(this, id, name, id + bot);
    }

    protected override string MethodOf(string[] parts) => parts is ["api", "v1", var method, ..] ? method : base.MethodOf(parts);

    protected override Answer? Refuse(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var n } => new Answer(429, new JsonObject
        {
            ["success"] = false, ["error"] = $"Error, too many requests. Please slow down. You must wait {n} seconds before trying this endpoint again. [error-too-many-requests]",
        }),
        Fault.ServerError { Status: var status } => No(status, "internal-error"),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };

    protected override async Task<Answer> CallAsync(HttpRequest request, string[] parts, Call call)
    {
        if (request.Headers["X-Auth-Token"] != token || request.Headers["X-User-Id"] != bot)
        {
            return new Answer(401, new JsonObject { ["status"] = "error", ["message"] = "You must be logged in to do this." });
        }

        if (parts is ["file-upload", var file, _]) { return File(file) is { } content ? Bytes(content) : new Answer(404, null); }
        if (parts is not ["api", "v1", .. var path]) { return new Answer(404, null); }
        return path switch
        {
            ["me"] => Ok(new() { ["_id"] = bot, ["username"] = "braid" }),
            ["chat.sendMessage"] => await SentAsync(call),
            ["chat.syncMessages"] => Ok(new() { ["result"] = new JsonObject { ["updated"] = History(call.Text("roomId"), call.Text("lastUpdate")), ["deleted"] = new JsonArray() } }),
            ["subscriptions.get"] => Rooms(),
            ["chat.update"] => Changed(call.Text("msgId"), m => m["msg"] = call.Text("text")),
            ["chat.delete"] => Changed(call.Text("msgId"), m => messages.Remove(m)),
            ["chat.react"] => call.Text("emoji") is [':', .., ':'] ? Changed(call.Text("messageId"), _ => { }) : No(400, "error-not-allowed"),
            ["users.info"] => Find(p => p.Id == call.Text("userId")) is { } who ? Ok(new() { ["user"] = new JsonObject { ["_id"] = who.Id, ["username"] = Username(who.Name!) } }) : No(400, "User not found."),
            ["im.create"] => Find(p => Username(p.Name!) == call.Text("username")) is { } friend ? Ok(new() { ["room"] = new JsonObject { ["_id"] = friend.Conversation, ["t"] = "d" } }) : No(400, "error-invalid-user"),
            ["rooms.media", _] when call.Files.Values.FirstOrDefault() is { } upload => Uploaded(upload),
            ["rooms.mediaConfirm", var room, var id] => await ConfirmedAsync(Uri.UnescapeDataString(room), id, call),
            _ => new Answer(404, new JsonObject { ["success"] = false, ["error"] = "API endpoint not found" }),
        };
    }

    protected override async Task<bool> SocketAsync(HttpContext context, string[] parts)
    {
        if (parts is not ["websocket"]) { return false; }
        using var line = new ChatSocket(await context.WebSockets.AcceptWebSocketAsync());
        var gone = context.RequestAborted;
        try
        {
            while (await line.ReadAsync(gone) is { } frame)
            {
                switch (frame.Text("msg"))
                {
                    case "connect":
                        await line.SendAsync(new JsonObject { ["msg"] = "connected", ["session"] = "s" }, gone);
                        await line.SendAsync(new JsonObject { ["msg"] = "ping" }, gone);
                        break;
                    case "method":
                        var right = (frame["params"]?[0] as JsonObject)?.Text("resume") == token;
                        await line.SendAsync(right
                            ? new JsonObject { ["msg"] = "result", ["id"] = frame.Text("id"), ["result"] = new JsonObject { ["id"] = bot } }
                            : new JsonObject { ["msg"] = "result", ["id"] = frame.Text("id"), ["error"] = new JsonObject { ["error"] = 403, ["message"] = "You've been logged out by the server." } }, gone);
                        break;
                    case "sub":
                        lock (Gate) { listeners.Add(line); }
                        Heard();
                        await line.SendAsync(new JsonObject { ["msg"] = "ready", ["subs"] = new JsonArray(frame.Text("id")) }, gone);
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

    private async Task<Answer> SentAsync(Call call)
    {
        if (call.Object("message") is not { } asked || Find(p => p.Conversation == asked.Text("rid")) is not { } person) { return No(400, "error-invalid-room"); }
        var text = asked.Text("msg") ?? "";
        if (text.Length > 5000) { return No(400, "error-message-size-exceeded"); }
        var id = asked.Text("_id") ?? World.Letters(17, Alphabet);
        lock (Gate)
        {
            if (messages.Exists(m => m.Text("_id") == id)) { return No(400, "E11000 duplicate key error collection: rocketchat_message"); }
        }

        var message = Message(id, person.Conversation, bot, "Braid", text);
        await KeepAndTellAsync(message);
        person.Received.Add(new SimulatedReceived(id, text, []) { Raw = asked.DeepClone() });
        return Ok(new() { ["message"] = message.DeepClone() });
    }

    private Answer Uploaded(SimulatedFile file)
    {
        var id = Keep(file);
        return Ok(new() { ["file"] = new JsonObject { ["_id"] = id, ["url"] = $"/file-upload/{id}/{file.Name}" } });
    }

    private async Task<Answer> ConfirmedAsync(string room, string id, Call call)
    {
        if (File(id) is not { } file || Find(p => p.Conversation == room) is not { } person) { return No(400, "invalid-file"); }
        var message = Message(World.Letters(17, Alphabet), room, bot, "Braid", call.Text("msg") ?? "");
        Attach(message, id, file);
        await KeepAndTellAsync(message);
        person.Received.Add(new SimulatedReceived((string)message["_id"]!, call.Text("msg") ?? "", [file]) { Raw = call.Parameters.DeepClone() });
        return Ok(new() { ["message"] = message.DeepClone() });
    }

    private Answer Changed(string? id, Action<JsonObject> change)
    {
        lock (Gate)
        {
            if (messages.Find(m => m.Text("_id") == id) is not { } message) { return No(400, "The required \"msgId\" does not match any message."); }
            change(message);
            return Ok(new() { ["message"] = message.DeepClone() });
        }
    }

    private Answer Rooms()
    {
        lock (Gate)
        {
            return Ok(new() { ["update"] = new JsonArray([.. messages.Select(m => m.Text("rid")).Distinct().Select(rid => new JsonObject { ["rid"] = rid, ["t"] = "d", ["name"] = "kim" })]), ["remove"] = new JsonArray() });
        }
    }

    private JsonArray History(string? room, string? since)
    {
        var from = DateTimeOffset.Parse(since ?? "2000-01-01T00:00:00Z", CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
        lock (Gate)
        {
            return new JsonArray([.. messages.Where(m => m.Text("rid") == room && m["ts"]!["$date"]!.GetValue<long>() > from).Select(m =>
            {
                var plain = m.DeepClone().AsObject();
                var at = DateTimeOffset.FromUnixTimeMilliseconds(m["ts"]!["$date"]!.GetValue<long>()).ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
                (plain["ts"], plain["_updatedAt"]) = (at, at);
                return plain;
            })]);
        }
    }

    private async Task KeepAndTellAsync(JsonObject message)
    {
        var fault = World.Faults.Strike(SimulatedProvider.RocketChat, "socket");
        List<ChatSocket> lines;
        lock (Gate)
        {
            messages.Add(message);
            lines = [.. listeners];
            if (fault is not null) { listeners.Clear(); }
        }

        foreach (var line in lines)
        {
            if (fault is not null)
            {
                line.Cut();
                continue;
            }

            await line.SendAsync(new JsonObject
            {
                ["msg"] = "changed", ["collection"] = "stream-room-messages", ["id"] = "id",
                ["fields"] = new JsonObject { ["eventName"] = "__my_messages__", ["args"] = new JsonArray(message.DeepClone(), new JsonObject { ["roomParticipant"] = true, ["roomType"] = "d" }) },
            }, CancellationToken.None);
        }
    }

    private JsonObject Message(string id, string room, string user, string name, string text)
    {
        var now = World.Time.GetUtcNow().ToUnixTimeMilliseconds();
        return new JsonObject
        {
            ["_id"] = id, ["rid"] = room, ["msg"] = text, ["ts"] = new JsonObject { ["$date"] = now }, ["_updatedAt"] = new JsonObject { ["$date"] = now },
            ["u"] = new JsonObject { ["_id"] = user, ["username"] = Username(name), ["name"] = name },
        };
    }

    private static void Attach(JsonObject message, string id, SimulatedFile file) =>
        message["file"] = new JsonObject { ["_id"] = id, ["name"] = file.Name, ["type"] = file.ContentType, ["size"] = file.Content.Length };

    private static string Username(string name) => name.ToLowerInvariant().Replace(' ', '.');

    private static Answer Ok(JsonObject json)
    {
        json["success"] = true;
        return new Answer(200, json);
    }

    private static Answer No(int status, string error) => new(status, new JsonObject { ["success"] = false, ["error"] = $"[{error}]", ["errorType"] = error });
}
