using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Channels;
using Braid.Simulator.Http;
using Braid.Simulator.WorkChat;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Mattermost;

internal sealed class MattermostFactory : ISimulatedChannelFactory
{
    public string Channel => "mattermost";

    public Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct) => ChatServer.StartAsync(new MattermostServer(world.Inner), ct);
}

/// <summary>A Mattermost server: REST under /api/v4 and the socket. A fault on "socket" cuts the line before an event is told.</summary>
internal sealed class MattermostServer(World world) : ChatServer(world, SimulatedProvider.Mattermost)
{
    private const string Alphabet = "abcdefghijkmnopqrstuwxyz13456789";
    private readonly string token = world.Letters(26, Alphabet);
    private readonly string bot = world.Letters(26, Alphabet);
    private readonly List<JsonObject> posts = [];
    private readonly Dictionary<ChatSocket, int> listeners = [];

    public override JsonObject Settings => new() { ["apiBaseUrl"] = Host.Address.ToString().TrimEnd('/'), ["botToken"] = token };

    internal override async Task SaysAsync(ChatPerson person, string? text, SimulatedFile? file)
    {
        await WhenHeardAsync();
        var post = Post(person.Id, person.Conversation, text ?? "");
        if (file is not null) { Attach(post, [Keep(file, World.Letters(26, Alphabet))]); }
        lock (Gate) { posts.Add(post); }
        await TellAsync("posted", post, person);
    }

    protected override ChatPerson NewPerson(string name) => new(this, World.Letters(26, Alphabet), name, World.Letters(26, Alphabet));

    protected override string MethodOf(string[] parts) => parts is ["api", "v4", "posts"] ? "posts" : parts.Length == 0 ? "" : "other-" + parts[^1];

    protected override Answer? Refuse(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var n } => new Answer(429, null) { Content = "limit exceeded"u8.ToArray(), ContentType = "text/plain", RetryAfter = n },
        Fault.ServerError { Status: var status } => No(status, "app.error", "Internal error."),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };

    protected override async Task<Answer> CallAsync(HttpRequest request, string[] parts, Call call)
    {
        if (parts is not ["api", "v4", .. var path]) { return new Answer(404, null); }
        if (request.Headers.Authorization != "Bearer " + token) { return No(401, "api.context.session_expired.app_error", "Invalid or expired session, please login again."); }
        return (request.Method, path) switch
        {
            ("GET", ["users", "me"]) => new Answer(200, new JsonObject { ["id"] = bot, ["username"] = "braid", ["is_bot"] = true }),
            ("GET", ["users", "me", "channels"]) => Channels(),
            ("POST", ["users", "me", "typing"]) => new Answer(200, new JsonObject { ["status"] = "OK" }),
            ("GET", ["channels", var channel, "posts"]) => History(channel, call.Number("since") ?? 0),
            ("POST", ["posts"]) => await PostedAsync(call),
            ("GET", ["posts", var id]) => Known(id) is { } post ? new Answer(200, post.DeepClone()) : No(404, "app.post.get.app_error", "Unable to get the post."),
            ("PUT", ["posts", var id, "patch"]) => Known(id) is { } changed ? Changed(changed, p => p["message"] = call.Text("message")) : No(404, "app.post.get.app_error", "Unable to get the post."),
            ("DELETE", ["posts", var id]) => Known(id) is { } gone ? Changed(gone, p => posts.Remove(p)) : No(404, "app.post.get.app_error", "Unable to get the post."),
            ("POST", ["reactions"]) => call.Text("user_id") == bot && Known(call.Text("post_id") ?? "") is not null ? new Answer(201, call.Parameters.DeepClone()) : No(403, "api.reaction.save_reaction.user_id.app_error", "No."),
            ("DELETE", ["users", _, "posts", _, "reactions", _]) => new Answer(200, new JsonObject { ["status"] = "OK" }),
            ("POST", ["files"]) => call.Text("channel_id") is null || call.Files.Count == 0 ? No(400, "api.file.upload_file.app_error", "Unable to upload file(s).") : Uploaded(call),
            ("GET", ["files", var id]) => File(id) is { } file ? Bytes(file) : No(404, "app.file_info.get.app_error", "Unable to get the file info."),
            _ => No(404, "api.context.404.app_error", "Sorry, we could not find the page."),
        };
    }

    protected override async Task<bool> SocketAsync(HttpContext context, string[] parts)
    {
        using var line = new ChatSocket(await context.WebSockets.AcceptWebSocketAsync());
        var first = await line.ReadAsync(context.RequestAborted);
        if (first?.Text("action") != "authentication_challenge" || (first["data"] as JsonObject)?.Text("token") != token)
        {
            await line.SendAsync(new JsonObject { ["status"] = "FAIL", ["seq_reply"] = 1 }, context.RequestAborted);
            return true;
        }

        await line.SendAsync(new JsonObject { ["status"] = "OK", ["seq_reply"] = 1 }, context.RequestAborted);
        await line.SendAsync(new JsonObject { ["event"] = "hello", ["data"] = new JsonObject(), ["broadcast"] = new JsonObject(), ["seq"] = 0 }, context.RequestAborted);
        lock (Gate) { listeners[line] = 1; }
        Heard();
        try
        {
            while (await line.ReadAsync(context.RequestAborted) is not null) { }
        }
        finally
        {
            lock (Gate) { listeners.Remove(line); }
        }

        return true;
    }

    private async Task<Answer> PostedAsync(Call call)
    {
        if (Find(p => p.Conversation == call.Text("channel_id")) is not { } person) { return No(403, "api.context.permissions.app_error", "You do not have the appropriate permissions."); }
        var text = call.Text("message") ?? "";
        if (text.Length > 16_383) { return No(400, "model.post.is_valid.msg.app_error", "Invalid message."); }
        var ids = (call.Parameters["file_ids"] as JsonArray ?? []).Select(f => (string?)f ?? "").ToList();
        if (ids.Count > 10 || ids.Any(id => File(id) is null)) { return No(400, "model.post.is_valid.file_ids.app_error", "Invalid file ids."); }
        var post = Post(bot, person.Conversation, text);
        post["props"] = call.Object("props")?.DeepClone() ?? new JsonObject();
        post["root_id"] = call.Text("root_id") ?? "";
        Attach(post, ids);
        lock (Gate) { posts.Add(post); }
        person.Received.Add(new SimulatedReceived((string)post["id"]!, text, [.. ids.Select(id => File(id)!)]) { Raw = call.Parameters.DeepClone() });
        await TellAsync("posted", post, person);
        return new Answer(201, post.DeepClone());
    }

    private Answer Uploaded(Call call)
    {
        var file = call.Files.Values.First();
        var id = Keep(file, World.Letters(26, Alphabet));
        return new Answer(201, new JsonObject { ["file_infos"] = new JsonArray(Describe(id, file)), ["client_ids"] = new JsonArray() });
    }

    private Answer Channels()
    {
        lock (Gate)
        {
            return new Answer(200, new JsonArray([.. posts.GroupBy(p => p.Text("channel_id")!).Select(g => new JsonObject { ["id"] = g.Key, ["type"] = "D", ["display_name"] = "", ["last_post_at"] = g.Max(p => p.Number("create_at")) })]));
        }
    }

    private Answer History(string channel, long since)
    {
        lock (Gate)
        {
            var found = posts.Where(p => p.Text("channel_id") == channel && p.Number("update_at") > since).ToList();
            return new Answer(200, new JsonObject
            {
                ["order"] = new JsonArray([.. found.Select(p => JsonValue.Create(p.Text("id")))]), ["posts"] = new JsonObject(found.Select(p => KeyValuePair.Create(p.Text("id")!, (JsonNode?)p.DeepClone()))),
            });
        }
    }

    private Answer Changed(JsonObject post, Action<JsonObject> change)
    {
        lock (Gate)
        {
            change(post);
            return new Answer(200, post.DeepClone());
        }
    }

    private JsonObject? Known(string id)
    {
        lock (Gate) { return posts.Find(p => p.Text("id") == id); }
    }

    private async Task TellAsync(string name, JsonObject post, ChatPerson person)
    {
        var fault = World.Faults.Strike(SimulatedProvider.Mattermost, "socket");
        List<(ChatSocket Line, int Seq)> lines = [];
        lock (Gate)
        {
            foreach (var (line, seq) in listeners.ToList())
            {
                lines.Add((line, seq));
                listeners[line] = seq + 1;
            }

            if (fault is not null) { listeners.Clear(); }
        }

        foreach (var (line, seq) in lines)
        {
            if (fault is not null)
            {
                line.Cut();
                continue;
            }

            await line.SendAsync(new JsonObject
            {
                ["event"] = name,
                ["data"] = new JsonObject { ["channel_type"] = "D", ["channel_display_name"] = person.Name, ["sender_name"] = "@" + person.Name!.ToLowerInvariant().Replace(' ', '.'), ["post"] = post.ToJsonString() },
                ["broadcast"] = new JsonObject { ["channel_id"] = person.Conversation }, ["seq"] = seq,
            }, CancellationToken.None);
        }
    }

    private JsonObject Post(string user, string channel, string text)
    {
        var now = World.Time.GetUtcNow().ToUnixTimeMilliseconds();
        return new JsonObject
        {
            ["id"] = World.Letters(26, Alphabet), ["create_at"] = now, ["update_at"] = now, ["edit_at"] = 0, ["delete_at"] = 0, ["user_id"] = user, ["channel_id"] = channel,
            ["root_id"] = "", ["message"] = text, ["type"] = "", ["props"] = new JsonObject(), ["file_ids"] = new JsonArray(), ["metadata"] = new JsonObject(),
        };
    }

    private void Attach(JsonObject post, IReadOnlyList<string> ids)
    {
        post["file_ids"] = new JsonArray([.. ids.Select(id => JsonValue.Create(id))]);
        post["metadata"] = new JsonObject { ["files"] = new JsonArray([.. ids.Select(id => Describe(id, File(id)!))]) };
    }

    private static JsonObject Describe(string id, SimulatedFile file) => new() { ["id"] = id, ["name"] = file.Name, ["size"] = file.Content.Length, ["mime_type"] = file.ContentType };

    private static Answer No(int status, string id, string message) =>
        new(status, new JsonObject { ["id"] = id, ["message"] = message, ["detailed_error"] = "", ["request_id"] = "r1", ["status_code"] = status });
}
