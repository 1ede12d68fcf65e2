using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Channels;
using Braid.Simulator.Http;
using Braid.Simulator.WorkChat;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Zulip;

internal sealed class ZulipFactory : ISimulatedChannelFactory
{
    public string Channel => "zulip";

    public Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct) => ChatServer.StartAsync(new ZulipServer(world.Inner), ct);
}

/// <summary>A Zulip organization: REST under /api/v1 with one event queue. A fault on "queue" lets the queue expire before an event is told.</summary>
internal sealed class ZulipServer(World world) : ChatServer(world, SimulatedProvider.Zulip)
{
    private readonly string key = world.Letters(32, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
    private readonly List<JsonObject> messages = [];
    private readonly List<JsonObject> events = [];
    private TaskCompletionSource news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? queue;
    private long lastId = 100;

    private const string Email = "braid-bot@sim.zulipchat.com";
    private const long Bot = 9;

    public override JsonObject Settings => new() { ["apiBaseUrl"] = Host.Address.ToString().TrimEnd('/'), ["botEmail"] = Email, ["apiKey"] = key, ["botName"] = "Braid" };

    internal override async Task SaysAsync(ChatPerson person, string? text, SimulatedFile? file)
    {
        await WhenHeardAsync();
        var content = text ?? "";
        if (file is not null) { content = (content + $"\n[{file.Name}](/user_uploads/2/{Keep(file)}/{Uri.EscapeDataString(file.Name)})").Trim(); }
        Add(long.Parse(person.Id, CultureInfo.InvariantCulture), person.Name!, person.Name!.ToLowerInvariant().Replace(' ', '.') + "@example.jp", person, content);
    }

    protected override ChatPerson NewPerson(string name) => new(this, World.Number(10, 1_000_000).ToString(CultureInfo.InvariantCulture), name, "direct");

    protected override string MethodOf(string[] parts) => parts is ["api", "v1", "messages"] ? "messages" : parts.Length == 0 ? "" : parts[^1];

    protected override Answer? Refuse(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var n } => new Answer(429, new JsonObject { ["result"] = "error", ["code"] = "RATE_LIMIT_HIT", ["msg"] = "API usage exceeded rate limit", ["retry-after"] = n }) { RetryAfter = n },
        Fault.ServerError { Status: var status } => No(status, "INTERNAL_ERROR", "Internal server error"),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };

    protected override async Task<Answer> CallAsync(HttpRequest request, string[] parts, Call call)
    {
        if (request.Headers.Authorization != "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Email}:{key}"))) { return No(401, "INVALID_API_KEY", "Invalid API key"); }
        if (parts is ["user_uploads", "2", var file, _]) { return File(file) is { } content ? Bytes(content) : new Answer(404, null); }
        return (request.Method, parts) switch
        {
            ("GET", ["api", "v1", "users", "me"]) => Ok(new() { ["user_id"] = Bot, ["email"] = Email, ["full_name"] = "Braid", ["is_bot"] = true }),
            ("POST", ["api", "v1", "register"]) => Registered(),
            ("GET", ["api", "v1", "events"]) => await EventsAsync(call, request.HttpContext.RequestAborted),
            ("GET", ["api", "v1", "messages"]) => History(call),
            ("POST", ["api", "v1", "messages"]) => Sent(call),
            ("PATCH", ["api", "v1", "messages", var id]) => Changed(id, m => m["content"] = call.Text("content")),
            ("DELETE", ["api", "v1", "messages", var id]) => Changed(id, m => messages.Remove(m)),
            ("POST" or "DELETE", ["api", "v1", "messages", var id, "reactions"]) => string.IsNullOrEmpty(call.Text("emoji_name")) ? No(400, "BAD_REQUEST", "Invalid emoji") : Changed(id, _ => { }),
            ("POST", ["api", "v1", "typing"]) => call.Text("op") == "start" ? Ok([]) : No(400, "BAD_REQUEST", "Invalid op"),
            ("POST", ["api", "v1", "user_uploads"]) when call.Files.Values.FirstOrDefault() is { } upload => Ok(new() { ["url"] = $"/user_uploads/2/{Keep(upload)}/{Uri.EscapeDataString(upload.Name)}", ["filename"] = upload.Name }),
            _ => No(404, "BAD_REQUEST", "Not found"),
        };
    }

    private Answer Registered()
    {
        lock (Gate)
        {
            queue = World.Letters(20, "abcdef0123456789");
            events.Clear();
            Heard();
            return Ok(new() { ["queue_id"] = queue, ["last_event_id"] = -1, ["max_message_id"] = lastId, ["event_queue_longpoll_timeout_seconds"] = 90 });
        }
    }

    private async Task<Answer> EventsAsync(Call call, CancellationToken gone)
    {
        while (true)
        {
            Task wait;
            lock (Gate)
            {
                if (queue is null || call.Text("queue_id") != queue) { return No(400, "BAD_EVENT_QUEUE_ID", $"Bad event queue ID: {call.Text("queue_id")}"); }
                var found = events.Where(e => e.Number("id") > (call.Number("last_event_id") ?? -1)).Select(e => e.DeepClone()).ToArray();
                if (found.Length > 0) { return Ok(new() { ["queue_id"] = queue, ["events"] = new JsonArray(found) }); }
                wait = news.Task;
            }

            await wait.WaitAsync(gone);
        }
    }

    private Answer Sent(Call call)
    {
        if (call.Text("type") != "direct") { return No(400, "STREAM_DOES_NOT_EXIST", "Channel does not exist"); }
        var to = call.Parameters["to"] as JsonArray ?? [];
        if (Find(p => to.Any(id => id!.ToJsonString() == p.Id)) is not { } person) { return No(400, "BAD_REQUEST", "Invalid user ID"); }
        var content = call.Text("content") ?? "";
        if (content.Length is 0 or > 10_000) { return No(400, "BAD_REQUEST", "Message must not be empty, or too long"); }
        var files = new List<SimulatedFile>();
        foreach (var part in content.Split("](/user_uploads/2/")[1..])
        {
            if (File(part.Split('/')[0]) is { } file) { files.Add(file); }
        }

        var id = Add(Bot, "Braid", Email, person, content);
        person.Received.Add(new SimulatedReceived(id, content, files) { Raw = call.Parameters.DeepClone() });
        return Ok(new() { ["id"] = long.Parse(id, CultureInfo.InvariantCulture) });
    }

    private Answer History(Call call)
    {
        lock (Gate)
        {
            var found = messages.Where(m => m.Number("id") > (call.Number("anchor") ?? 0)).Select(m => m.DeepClone()).ToArray();
            return Ok(new() { ["messages"] = new JsonArray(found), ["found_newest"] = true });
        }
    }

    private Answer Changed(string id, Action<JsonObject> change)
    {
        lock (Gate)
        {
            if (messages.Find(m => m.Text("id") == id) is not { } message) { return No(400, "BAD_REQUEST", "Invalid message(s)"); }
            change(message);
            return Ok([]);
        }
    }

    private string Add(long sender, string name, string email, ChatPerson with, string content)
    {
        var fault = World.Faults.Strike(SimulatedProvider.Zulip, "queue");
        lock (Gate)
        {
            var message = new JsonObject
            {
                ["id"] = ++lastId, ["sender_id"] = sender, ["sender_full_name"] = name, ["sender_email"] = email, ["content"] = content, ["type"] = "private", ["subject"] = "",
                ["timestamp"] = World.Time.GetUtcNow().ToUnixTimeSeconds(),
                ["display_recipient"] = new JsonArray(
                    new JsonObject { ["id"] = Bot, ["email"] = Email, ["full_name"] = "Braid" }, new JsonObject { ["id"] = long.Parse(with.Id, CultureInfo.InvariantCulture), ["full_name"] = with.Name }),
            };
            messages.Add(message);
            if (fault is not null) { queue = null; }
            events.Add(new JsonObject { ["type"] = "message", ["id"] = events.Count, ["message"] = message.DeepClone(), ["flags"] = new JsonArray() });
            news.TrySetResult();
            news = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return lastId.ToString(CultureInfo.InvariantCulture);
        }
    }

    private static Answer Ok(JsonObject json)
    {
        (json["result"], json["msg"]) = ("success", "");
        return new Answer(200, json);
    }

    private static Answer No(int status, string code, string words) => new(status, new JsonObject { ["result"] = "error", ["code"] = code, ["msg"] = words });
}
