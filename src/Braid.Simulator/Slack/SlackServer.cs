using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Channels;
using Braid.Simulator.Http;
using Braid.Simulator.Webhooks;
using Braid.Simulator.WorkChat;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Slack;

internal sealed class SlackFactory : ISimulatedChannelFactory
{
    public string Channel => "slack";

    public Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct) => ChatServer.StartAsync(new SlackServer(world.Inner), ct);
}

/// <summary>A Slack workspace: the Web API under /api, signed events, file uploads in three steps.</summary>
internal sealed partial class SlackServer(World world) : ChatServer(world, SimulatedProvider.Slack)
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private readonly string team = "T" + world.Letters(9, Alphabet);
    private readonly string bot = "U" + world.Letters(9, Alphabet);
    private readonly string app = "A" + world.Letters(9, Alphabet);
    private readonly string token = "xoxb-" + world.Letters(12, "0123456789") + "-" + world.Letters(24, Alphabet);
    private readonly string secret = Convert.ToHexStringLower(world.Bytes(16));
    private readonly List<JsonObject> messages = [];
    private readonly HashSet<string> shared = new(StringComparer.Ordinal);
    private int clock;

    public override JsonObject Settings => new()
    {
        ["botToken"] = token, ["signingSecret"] = secret, ["teamId"] = team, ["botUserId"] = bot, ["apiBaseUrl"] = new Uri(Host.Address, "/api").ToString(),
    };

    internal override Task SaysAsync(ChatPerson person, string? text, SimulatedFile? file)
    {
        var ts = Stamp();
        var item = new JsonObject
        {
            ["user"] = person.Id, ["type"] = "message", ["ts"] = ts, ["client_msg_id"] = Convert.ToHexStringLower(World.Bytes(16)),
            ["text"] = (text ?? "").Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal),
            ["team"] = team, ["channel"] = person.Conversation, ["event_ts"] = ts, ["channel_type"] = "im",
        };
        if (file is not null)
        {
            var id = Keep(file);
            lock (Gate) { shared.Add(id); }
            (item["subtype"], item["files"], item["upload"]) = ("file_share", new JsonArray(Describe(id, file)), false);
        }

        return PostAsync(Envelope(item));
    }

    protected override ChatPerson NewPerson(string name) => new(this, "U" + World.Letters(9, Alphabet), name, "D" + World.Letters(9, Alphabet));

    protected override HttpRequestMessage Request(JsonObject body)
    {
        Tell(body);
        var bytes = WireJson.Bytes(body);
        var stamp = World.Time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var hash = HMACSHA256.HashData(Encoding.ASCII.GetBytes(secret), (byte[])[.. Encoding.ASCII.GetBytes($"v0:{stamp}:"), .. bytes]);
        var request = new HttpRequestMessage(HttpMethod.Post, Webhook) { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("X-Slack-Request-Timestamp", stamp);
        request.Headers.Add("X-Slack-Signature", "v0=" + Convert.ToHexStringLower(hash));
        return request;
    }

    protected override Answer? Refuse(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var n } => No("ratelimited") with { Status = 429, RetryAfter = n },
        Fault.ServerError { Status: var status } => No("internal_error") with { Status = status },
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };

    protected override Task<Answer> CallAsync(HttpRequest request, string[] parts, Call call)
    {
        var authorized = request.Headers.Authorization == "Bearer " + token;
        return Task.FromResult(parts switch
        {
            ["upload", var id] when call.Files.Values.FirstOrDefault() is { } file => Uploaded(id, file),
            ["files", var id] => !authorized ? new Answer(200, null) { Content = "<html>Sign in to Slack</html>"u8.ToArray(), ContentType = "text/html" } : File(id) is { } file ? Bytes(file) : new Answer(404, null),
            ["api", "apps.connections.open"] => Opened(request),
            ["api", _] when !authorized => No(request.Headers.Authorization.Count == 0 ? "not_authed" : "invalid_auth"),
            ["api", var method] => Do(method, call),
            _ => new Answer(404, null),
        });
    }

    private Answer Do(string method, Call call) => method switch
    {
        "auth.test" => Ok(new() { ["team"] = "Tarn & Ember", ["user"] = "braid", ["team_id"] = team, ["user_id"] = bot, ["bot_id"] = "B1", ["is_enterprise_install"] = false }),
        "chat.postMessage" => Post(call),
        "chat.update" => Change(call, m => m["text"] = call.Text("text")),
        "chat.delete" => Change(call, m => messages.Remove(m)),
        "reactions.add" or "reactions.remove" => call.Text("name") is { Length: > 0 } name && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '+') ? Ok([]) : No("invalid_name"),
        "conversations.open" => Find(p => p.Id == call.Text("users")) is { } person ? Ok(new() { ["channel"] = new JsonObject { ["id"] = person.Conversation } }) : No("user_not_found"),
        "conversations.history" or "conversations.replies" => History(call),
        "files.getUploadURLExternal" => call.Text("filename") is null || call.Number("length") is not > 0 ? No("invalid_arguments") : UploadPlace(call.Text("filename")!),
        "files.completeUploadExternal" => Complete(call),
        "files.info" => File(call.Text("file") ?? "") is { } file ? Ok(new() { ["file"] = Describe(call.Text("file")!, file) }) : No("file_not_found"),
        "users.info" => Find(p => p.Id == call.Text("user")) is { } who ? Ok(new() { ["user"] = new JsonObject { ["id"] = who.Id, ["profile"] = new JsonObject { ["real_name"] = who.Name, ["display_name"] = "" } } }) : No("user_not_found"),
        _ => No("unknown_method"),
    };

    private Answer Post(Call call)
    {
        var text = call.Text("text");
        if (string.IsNullOrEmpty(text) && call.Parameters["blocks"] is null) { return No("no_text"); }
        if (text?.Length > 40_000) { return No("msg_too_long"); }
        if (call.Parameters["blocks"] is JsonArray { Count: > 50 }) { return No("invalid_blocks"); }
        if (Find(p => p.Conversation == call.Text("channel") || p.Id == call.Text("channel")) is not { } person) { return No("channel_not_found"); }

        var message = new JsonObject { ["type"] = "message", ["user"] = bot, ["bot_id"] = "B1", ["app_id"] = app, ["ts"] = Stamp(), ["text"] = text, ["team"] = team, ["channel"] = person.Conversation };
        if (call.Text("thread_ts") is { } root) { message["thread_ts"] = root; }
        if (call.Object("metadata") is { } metadata) { message["metadata"] = metadata.Copy(); }
        return Shown(message, person, call.Parameters, []);
    }

    private Answer Shown(JsonObject message, ChatPerson person, JsonObject raw, IReadOnlyList<SimulatedFile> files)
    {
        var ts = (string)message["ts"]!;
        lock (Gate) { messages.Add(message); }
        person.Received.Add(new SimulatedReceived(ts, Seen(message.Text("text") ?? ""), files) { Raw = raw.Copy() });

        // The app hears its own messages too.
        var echo = message.Copy();
        (echo["event_ts"], echo["channel_type"]) = (ts, "im");
        _ = PostAsync(Envelope(echo));
        return Ok(new() { ["channel"] = person.Conversation, ["ts"] = ts, ["message"] = message.Copy() });
    }

    private Answer Change(Call call, Action<JsonObject> change)
    {
        lock (Gate)
        {
            if (messages.Find(m => m.Text("ts") == call.Text("ts") && m.Text("channel") == call.Text("channel")) is not { } message) { return No("message_not_found"); }
            change(message);
            return Ok(new() { ["channel"] = call.Text("channel"), ["ts"] = call.Text("ts") });
        }
    }

    private Answer History(Call call)
    {
        lock (Gate)
        {
            return Ok(new() { ["messages"] = new JsonArray([.. messages.Where(m => m.Text("channel") == call.Text("channel")).Reverse().Select(m => m.DeepClone())]) });
        }
    }

    private Answer UploadPlace(string name)
    {
        var id = Keep(new SimulatedFile(name, "application/octet-stream", []), "F" + World.Letters(9, Alphabet));
        return Ok(new() { ["upload_url"] = new Uri(Host.Address, "/upload/" + id).ToString(), ["file_id"] = id });
    }

    private Answer Uploaded(string id, SimulatedFile file)
    {
        if (File(id) is not { } place) { return new Answer(404, null); }
        Keep(file with { Name = place.Name }, id);
        return new Answer(200, null) { Content = Encoding.ASCII.GetBytes($"OK - {file.Content.Length}"), ContentType = "text/plain" };
    }

    private Answer Complete(Call call)
    {
        var ids = call.Parameters.Objects("files").Select(f => f.Text("id") ?? "").ToList();
        if (ids.Count == 0 || ids.Any(id => File(id) is not { Content.Length: > 0 })) { return No("file_not_found"); }
        if (Find(p => p.Conversation == call.Text("channel_id")) is not { } person) { return No("channel_not_found"); }
        var content = ids.ConvertAll(id => File(id)!);
        var message = new JsonObject { ["type"] = "message", ["subtype"] = "file_share", ["user"] = bot, ["bot_id"] = "B1", ["app_id"] = app, ["ts"] = Stamp(), ["text"] = call.Text("initial_comment") ?? "", ["channel"] = person.Conversation };
        message["files"] = new JsonArray([.. ids.Zip(content, Describe)]);
        Shown(message, person, call.Parameters, content);
        return Ok(new() { ["files"] = new JsonArray([.. ids.Select(id => new JsonObject { ["id"] = id })]) });
    }

    private JsonObject Describe(string id, SimulatedFile file) => new()
    {
        ["id"] = id, ["name"] = file.Name, ["title"] = file.Name, ["mimetype"] = file.ContentType, ["size"] = file.Content.Length, ["mode"] = "hosted", ["file_access"] = "visible",
        ["url_private"] = new Uri(Host.Address, "/files/" + id).ToString(), ["url_private_download"] = new Uri(Host.Address, "/files/" + id).ToString(),
    };

    private JsonObject Envelope(JsonObject item) => new()
    {
        ["token"] = "deprecated", ["team_id"] = team, ["api_app_id"] = app, ["event"] = item, ["type"] = "event_callback", ["event_id"] = "Ev" + World.Letters(9, Alphabet),
        ["event_time"] = World.Time.GetUtcNow().ToUnixTimeSeconds(),
        ["authorizations"] = new JsonArray(new JsonObject { ["enterprise_id"] = null, ["team_id"] = team, ["user_id"] = bot, ["is_bot"] = true }),
    };

    private string Stamp()
    {
        var count = Interlocked.Increment(ref clock);
        return string.Create(CultureInfo.InvariantCulture, $"{World.Time.GetUtcNow().ToUnixTimeSeconds()}.{count:000000}");
    }

    private static string Seen(string text) =>
        text.Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal);

    private static Answer Ok(JsonObject json)
    {
        json["ok"] = true;
        return new Answer(200, json);
    }

    private static Answer No(string error) => new(200, new JsonObject { ["ok"] = false, ["error"] = error });
}
