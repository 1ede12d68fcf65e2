using System.Globalization;
using System.Text.Json.Nodes;
using Braid.Simulator.Channels;
using Braid.Simulator.Http;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Bluesky;

internal sealed class BlueskyFactory : ISimulatedChannelFactory
{
    public string Channel => "bluesky";

    public async Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct) => await BlueskyServer.StartAsync(world.Inner, ct);
}

/// <summary>A server of the AT Protocol with Braid's account on it: sessions that expire, posts, notifications, chats, blobs, a directory.</summary>
public sealed class BlueskyServer : ISimulatedChannel
{
    internal const string OurDid = "did:plc:simulatedsupportaccount0";
    private const string Password = "sima-sima-sima-0001";
    private readonly World world;
    private readonly Lock gate = new();
    private readonly Dictionary<string, BlueskyPerson> people = new(StringComparer.Ordinal);
    private readonly List<JsonObject> posts = [];
    private readonly List<JsonObject> notifications = [];
    private readonly List<JsonObject> log = [];
    private readonly List<JsonObject> messages = [];
    private readonly Dictionary<string, SimulatedFile> blobs = new(StringComparer.Ordinal);
    private ProviderHost host = null!;
    private int session;
    private int ids;

    private BlueskyServer(World world) => this.world = world;

    public JsonObject Settings => new()
    {
        ["apiBaseUrl"] = host.Address.ToString(), ["directoryUrl"] = host.Address + "plc", ["identifier"] = "support.sim.example", ["appPassword"] = Password, ["pollSeconds"] = 1,
    };

    public SimulatedSkills Skills { get; } = new() { Public = true };

    internal static async Task<BlueskyServer> StartAsync(World world, CancellationToken ct)
    {
        var server = new BlueskyServer(world);
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
                var local = new string([.. name.ToLowerInvariant().Where(char.IsAsciiLetterOrDigit)]);
                people[name] = person = new BlueskyPerson(this, $"did:plc:simulatedperson{people.Count + 1}", name, $"{(local.Length > 0 ? local : "p" + people.Count)}.sim.example");
            }

            return person;
        }
    }

    public async ValueTask DisposeAsync() => await host.DisposeAsync();

    /// <summary>The session ends before its time, as when the account's owner signs out everywhere.</summary>
    public void ExpireSessions()
    {
        lock (gate) { session++; }
    }

    internal void Post(BlueskyPerson by, string text, string? replyTo, SimulatedFile? file)
    {
        lock (gate)
        {
            var record = new JsonObject { ["$type"] = "app.bsky.feed.post", ["text"] = replyTo is null ? $"@support.sim.example {text}".Trim() : text, ["createdAt"] = Now() };
            if (replyTo is not null && Found(replyTo) is { } parent)
            {
                record["reply"] = new JsonObject { ["root"] = (parent["record"]!["reply"]?["root"] ?? Ref(parent)).DeepClone(), ["parent"] = Ref(parent) };
            }

            if (file is not null)
            {
                record["embed"] = new JsonObject { ["$type"] = "app.bsky.embed.images", ["images"] = new JsonArray(new JsonObject { ["alt"] = file.Name, ["image"] = Blob(file) }) };
            }

            var post = Keep(by.Id, $"3ksim{++ids}", record, by);
            notifications.Add(new JsonObject
            {
                ["uri"] = post.Text("uri"), ["cid"] = post.Text("cid"), ["author"] = Author(by), ["reason"] = replyTo is null ? "mention" : "reply", ["record"] = record.DeepClone(),
                ["isRead"] = false, ["indexedAt"] = Now(),
            });
        }
    }

    internal void Chat(BlueskyPerson by, string text)
    {
        lock (gate) { Say(Convo(by), by.Id, text); }
    }

    private JsonObject Say(string convo, string did, string text)
    {
        var message = new JsonObject
        {
            ["$type"] = "chat.bsky.convo.defs#messageView", ["id"] = $"3kmsg{++ids}", ["rev"] = Rev(), ["text"] = text, ["sender"] = new JsonObject { ["did"] = did }, ["sentAt"] = Now(),
        };
        messages.Add(new JsonObject { ["convoId"] = convo, ["message"] = message.DeepClone() });
        log.Add(new JsonObject { ["$type"] = "chat.bsky.convo.defs#logCreateMessage", ["rev"] = Rev(), ["convoId"] = convo, ["message"] = message.DeepClone() });
        return message;
    }

    private async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var method = path is ["xrpc", var name] ? name.Split('.')[^1] : path.FirstOrDefault() ?? "unknown";
        await ProviderHost.ServeAsync(context, world, SimulatedProvider.Bluesky, method, Refuse, async () =>
        {
            if (method == "uploadBlob") { return await UploadAsync(context.Request); }
            var call = await Call.ReadAsync(context.Request);
            lock (gate) { return Answer(context.Request, path, method, call); }
        });
    }

    private Answer Answer(HttpRequest request, string[] path, string method, Call call)
    {
        var bearer = request.Headers.Authorization.ToString();
        switch (method)
        {
            case "plc":
                return Ok(new JsonObject
                {
                    ["id"] = path[^1],
                    ["service"] = new JsonArray(new JsonObject { ["id"] = "#atproto_pds", ["type"] = "AtprotoPersonalDataServer", ["serviceEndpoint"] = host.Address.ToString() }),
                });
            case "createSession":
                return call.Text("identifier") == "support.sim.example" && call.Text("password") == Password ? Session() : No(401, "AuthenticationRequired", "Invalid identifier or password");
            case "refreshSession":
                return bearer == $"Bearer refresh-{session}" ? Session() : No(400, "ExpiredToken", "Token has expired");
            case "getBlob":
                return blobs.TryGetValue(call.Text("cid") ?? "", out var blob) ? new Answer(200, null) { Content = blob.Content, ContentType = blob.ContentType } : No(400, "InvalidRequest", "Blob not found");
        }

        if (bearer != $"Bearer access-{session}") { return No(400, "ExpiredToken", "Token has expired"); }
        var chat = path[^1].StartsWith("chat.", StringComparison.Ordinal);
        if (chat && request.Headers["atproto-proxy"] != "did:web:api.bsky.chat#bsky_chat") { return No(501, "MethodNotImplemented", "Method Not Implemented"); }
        return method switch
        {
            "listNotifications" => Notifications(call),
            "getPostThread" => Found(call.Text("uri")) is { } post ? Ok(new JsonObject { ["thread"] = Thread(post, (int)(call.Number("depth") ?? 6)) }) : No(400, "NotFound", "Post not found"),
            "getRecord" => Found($"at://{call.Text("repo")}/{call.Text("collection")}/{call.Text("rkey")}") is { } record ? Ok(Ref(record)) : No(400, "RecordNotFound", "Could not locate record"),
            "createRecord" => Create(call),
            "deleteRecord" => Ok(new JsonObject { ["deleted"] = posts.RemoveAll(p => p.Text("uri")!.EndsWith("/" + call.Text("rkey"), StringComparison.Ordinal)) }),
            "listConvos" => Ok(new JsonObject { ["convos"] = new JsonArray() }),
            "getConvo" => Ok(new JsonObject { ["convo"] = View(people.Values.First(p => Convo(p) == call.Text("convoId"))) }),
            "getConvoForMembers" => people.Values.FirstOrDefault(p => p.Id == call.Text("members")) is { } person ? Ok(new JsonObject { ["convo"] = View(person) }) : No(400, "InvalidRequest", "recipient not found"),
            "getLog" => Log(call.Text("cursor")),
            "getMessages" => Ok(new JsonObject { ["messages"] = new JsonArray([.. messages.Where(m => m.Text("convoId") == call.Text("convoId")).Reverse().Take(30).Select(m => m["message"]!.DeepClone())]) }),
            "sendMessage" => Send(call),
            "addReaction" or "removeReaction" or "updateRead" or "updateSeen" => Ok(new JsonObject()),
            _ => No(501, "MethodNotImplemented", "Method Not Implemented"),
        };
    }

    private Answer Create(Call call)
    {
        var record = call.Object("record")!;
        var text = record.Text("text") ?? "";
        if (new StringInfo(text).LengthInTextElements > 300) { return No(400, "InvalidRequest", "Invalid app.bsky.feed.post record: Record/text must not be longer than 300 graphemes"); }
        if (Found($"at://{OurDid}/app.bsky.feed.post/{call.Text("rkey")}") is not null) { return No(400, "InvalidRequest", "Record already exists"); }
        var post = Keep(OurDid, call.Text("rkey") ?? $"3ksim{++ids}", record.DeepClone().AsObject(), null);
        var parent = Found((record["reply"]?["parent"] as JsonObject)?.Text("uri"));
        var files = record["embed"].Objects("images").Select(i => blobs.GetValueOrDefault(i["image"]!["ref"]!["$link"]!.GetValue<string>())).OfType<SimulatedFile>().ToList();
        var reader = people.Values.FirstOrDefault(p => parent?.Text("uri")?.Contains(p.Id, StringComparison.Ordinal) == true);
        reader?.Received.Add(new SimulatedReceived(post.Text("uri")!, text, files) { Raw = record.DeepClone(), Public = true });
        return Ok(Ref(post));
    }

    private Answer Send(Call call)
    {
        var person = people.Values.FirstOrDefault(p => Convo(p) == call.Text("convoId"));
        if (person is null) { return No(400, "InvalidConvo", "Convo not found"); }
        var message = Say(Convo(person), OurDid, call.Object("message")?.Text("text") ?? "");
        person.Received.Add(new SimulatedReceived(message.Text("id")!, message.Text("text")!, []) { Raw = call.Parameters.DeepClone() });
        return Ok(message);
    }

    private Answer Log(string? cursor)
    {
        var fresh = log.Where(l => cursor is null || string.CompareOrdinal(l.Text("rev"), cursor) > 0).Take(50).ToList();
        return Ok(new JsonObject { ["cursor"] = fresh.Count > 0 ? fresh[^1].Text("rev") : cursor ?? Rev(), ["logs"] = new JsonArray([.. fresh.Select(l => l.DeepClone())]) });
    }

    private Answer Notifications(Call call)
    {
        var skip = (int)(call.Number("cursor") ?? 0);
        var limit = (int)(call.Number("limit") ?? 50);
        var page = notifications.AsEnumerable().Reverse().Skip(skip).Take(limit).ToList();
        var answer = new JsonObject { ["notifications"] = new JsonArray([.. page.Select(n => n.DeepClone())]) };
        if (skip + page.Count < notifications.Count) { answer["cursor"] = $"{skip + page.Count}"; }
        return Ok(answer);
    }

    private JsonObject Thread(JsonObject post, int depth)
    {
        var node = new JsonObject { ["$type"] = "app.bsky.feed.defs#threadViewPost", ["post"] = post.DeepClone() };
        if (depth > 0)
        {
            node["replies"] = new JsonArray([.. posts.Where(p => (p["record"]?["reply"]?["parent"] as JsonObject)?.Text("uri") == post.Text("uri")).Select(p => Thread(p, depth - 1))]);
        }

        return node;
    }

    private async Task<Answer> UploadAsync(HttpRequest request)
    {
        using var content = new MemoryStream();
        await request.Body.CopyToAsync(content, request.HttpContext.RequestAborted);
        lock (gate)
        {
            return request.Headers.Authorization != $"Bearer access-{session}" ? No(400, "ExpiredToken", "Token has expired")
                : Ok(new JsonObject { ["blob"] = Blob(new SimulatedFile("blob", request.ContentType ?? "image/png", content.ToArray())) });
        }
    }

    private JsonObject Keep(string did, string key, JsonObject record, BlueskyPerson? by)
    {
        var post = new JsonObject
        {
            ["uri"] = $"at://{did}/app.bsky.feed.post/{key}", ["cid"] = $"bafyrei{key}", ["record"] = record.DeepClone(), ["indexedAt"] = Now(),
            ["author"] = by is null ? new JsonObject { ["did"] = did, ["handle"] = "support.sim.example" } : Author(by),
        };
        posts.Add(post);
        return post;
    }

    private JsonObject Blob(SimulatedFile file)
    {
        var cid = $"bafkreisim{blobs.Count + 1}";
        blobs[cid] = file;
        return new JsonObject { ["$type"] = "blob", ["ref"] = new JsonObject { ["$link"] = cid }, ["mimeType"] = file.ContentType, ["size"] = file.Content.Length };
    }

    private Answer Session()
    {
        session++;
        return Ok(new JsonObject { ["accessJwt"] = $"access-{session}", ["refreshJwt"] = $"refresh-{session}", ["did"] = OurDid, ["handle"] = "support.sim.example" });
    }

    private JsonObject View(BlueskyPerson person) => new()
    {
        ["id"] = Convo(person), ["rev"] = Rev(), ["members"] = new JsonArray(Author(person), new JsonObject { ["did"] = OurDid, ["handle"] = "support.sim.example" }),
    };

    private JsonObject? Found(string? uri) => posts.Find(p => p.Text("uri") == uri);

    private static JsonObject Ref(JsonObject post) => new() { ["uri"] = post.Text("uri"), ["cid"] = post.Text("cid") };

    private static JsonObject Author(BlueskyPerson person) => new() { ["did"] = person.Id, ["handle"] = person.Handle, ["displayName"] = person.Name };

    private static string Convo(BlueskyPerson person) => "3kconvo" + person.Id[^1];

    private string Rev() => $"2222{++ids:D9}";

    private string Now() => world.Time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static Answer Ok(JsonObject json) => new(200, json);

    private static Answer No(int status, string error, string message) => new(status, new JsonObject { ["error"] = error, ["message"] = message });

    private static Answer? Refuse(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var n } => No(429, "RateLimitExceeded", "Rate Limit Exceeded") with { RetryAfter = n },
        Fault.ServerError { Status: var status } => No(status, "UpstreamFailure", "Upstream server failure"),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };
}
