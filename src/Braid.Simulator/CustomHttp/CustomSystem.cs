using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Channels;
using Braid.Simulator.Http;
using Braid.Simulator.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.CustomHttp;

internal sealed class CustomSystemFactory : ISimulatedChannelFactory
{
    public string Channel => "custom-http";

    public Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct) => new CustomSystem(world.Inner).StartAsync(ct);
}

/// <summary>An app of some firm's own, which speaks the custom channel's contract: posts events and takes answers, both signed.</summary>
internal sealed class CustomSystem(World world) : PretendProvider(world, SimulatedProvider.Custom)
{
    private readonly SignedWire inbound = new(world.Bytes(32));
    private readonly SignedWire outbound = new(world.Bytes(32));
    private readonly Dictionary<string, string> taken = new(StringComparer.Ordinal);

    public override JsonObject Settings => new()
    {
        ["signingSecret"] = inbound.Secret, ["callbackUrl"] = new Uri(Url, "/callback").AbsoluteUri, ["callbackSecret"] = outbound.Secret, ["displayName"] = "Parcel app",
    };

    public override SimulatedSkills Skills { get; } = new() { Delivered = true, Read = true };

    protected override bool Batches => true;

    protected override string PersonId(string name) => "cust-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..8];

    protected override string MethodOf(HttpRequest request, string[] path) => path.FirstOrDefault() ?? "";

    protected override Answer? Refuse(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var wait } => Error(429, "rate_limited", "Too many requests") with { RetryAfter = wait },
        Fault.ServerError { Status: var status } => new(status, null),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };

    protected internal override Task WritesAsync(PretendPerson person, string text) => TellAsync(Event("message", person, e => e["text"] = text));

    protected internal override Task SendsAsync(PretendPerson person, SimulatedFile file, string? caption)
    {
        var id = Hex(16);
        lock (Gate) { Files[id] = file; }
        return TellAsync(Event("message", person, e =>
        {
            e["text"] = caption;
            e["attachments"] = new JsonArray(new JsonObject
            {
                ["type"] = file.ContentType.Split('/')[0] is "image" or "video" or "audio" ? file.ContentType.Split('/')[0] : "file",
                ["url"] = new Uri(Url, "/files/" + id).AbsoluteUri, ["name"] = file.Name, ["contentType"] = file.ContentType, ["size"] = file.Content.Length,
            });
        }));
    }

    protected internal override Task ReadsAsync(PretendPerson person, SimulatedReceived received) => ReportAsync(person, received.Id, "read");

    protected override HttpRequestMessage Post(Uri address, IReadOnlyList<WebhookEvent> events)
    {
        var body = events is [var one] ? one.Body : new JsonObject { ["events"] = new JsonArray([.. events.Select(e => e.Body.Copy())]) };
        var bytes = WireJson.Bytes(body);
        var post = Json(address, bytes);
        foreach (var (name, value) in inbound.Headers(events[0].Body.Text("id")!, World.Time.GetUtcNow(), bytes)) { post.Headers.TryAddWithoutValidation(name, value); }
        return post;
    }

    protected override async Task<Answer> CallAsync(HttpRequest request, string[] path)
    {
        if (path is ["files", var id])
        {
            lock (Gate) { return Files.TryGetValue(id, out var file) ? FileAnswer(file) : new(404, null); }
        }

        if (path is not ["callback"] || request.Method != "POST") { return new(404, null); }
        if (await outbound.ReadAsync(request, World.Time.GetUtcNow()) is not { } body) { return Error(401, "invalid_signature", "No matching signature"); }
        var key = request.Headers["Idempotency-Key"].ToString();
        if (key.Length == 0 || key != request.Headers["webhook-id"]) { return Error(422, "no_key", "Idempotency-Key is missing"); }
        return body.Text("type") switch
        {
            "channel.verify" => new(200, new JsonObject { ["challenge"] = body.Text("challenge") }),
            "message.create" => await CreateAsync(body, key, request.HttpContext.RequestAborted),
            "message.update" or "message.delete" or "reaction.add" or "reaction.remove" or "read" or "typing.start" => Act(body),
            var other => Error(422, "unknown_type", $"There is no type {other}"),
        };
    }

    private async Task<Answer> CreateAsync(JsonObject body, string key, CancellationToken ct)
    {
        if (Known((body["recipient"] as JsonObject)?.Text("id")) is not { } person) { return Error(422, "unknown_recipient", "Nobody has this id"); }
        if (body["message"] is not JsonObject message || message.Text("id") != key || body.Text("createdAt") is null) { return Error(422, "no_message", "message.id is missing"); }
        if (message.Text("text") is not { Length: <= 4000 } text) { return Error(422, "too_long", "text is missing or too long"); }
        lock (Gate)
        {
            if (taken.TryGetValue(key, out var before)) { return new(409, new JsonObject { ["externalId"] = before }); }
            taken[key] = "ext-" + key;
        }

        var files = new List<SimulatedFile>();
        foreach (var file in message.Objects("attachments").Where(f => f.Text("type") != "location"))
        {
            var fetched = file.Text("url") is { } url ? (await FetchAsync(url, ct)).Content : Convert.FromBase64String(file.Text("content") ?? "");
            files.Add(new SimulatedFile(file.Text("name") ?? "file", file.Text("contentType") ?? "application/octet-stream", fetched));
        }

        person.Received.Add(new SimulatedReceived("ext-" + key, text, files) { Raw = body.DeepClone() });
        _ = ReportAsync(person, "ext-" + key, "delivered");
        return new(200, new JsonObject { ["externalId"] = "ext-" + key });
    }

    private Answer Act(JsonObject body)
    {
        if (Known((body["recipient"] as JsonObject)?.Text("id")) is not { } person) { return Error(422, "unknown_recipient", "Nobody has this id"); }
        person.Received.Add(new SimulatedReceived((body["message"] as JsonObject)?.Text("id") ?? "", body.Text("type")!, []) { Raw = body.DeepClone() });
        return new(204, null);
    }

    private Task ReportAsync(PretendPerson person, string target, string status) => TellAsync(Event("status", person, e =>
    {
        e["target"] = target;
        e["status"] = status;
    }));

    private JsonObject Event(string type, PretendPerson person, Action<JsonObject> more)
    {
        var e = new JsonObject
        {
            ["id"] = "e-" + Hex(12), ["type"] = type, ["timestamp"] = World.Time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffzzz", CultureInfo.InvariantCulture),
            ["conversation"] = new JsonObject { ["id"] = person.Id }, ["sender"] = new JsonObject { ["id"] = person.Id, ["name"] = person.Name },
        };
        more(e);
        return e;
    }

    private static Answer Error(int status, string code, string words) => new(status, new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = words } });
}

/// <summary>The signature of the custom channel's contract (Standard Webhooks), written from its document.</summary>
internal sealed class SignedWire(byte[] key)
{
    public string Secret { get; } = "whsec_" + Convert.ToBase64String(key);

    public IEnumerable<(string Name, string Value)> Headers(string id, DateTimeOffset at, byte[] body)
    {
        var time = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return [("webhook-id", id), ("webhook-timestamp", time), ("webhook-signature", "v1," + Sign(id, time, body))];
    }

    /// <summary>Null when the signature or the time is wrong.</summary>
    public async Task<JsonObject?> ReadAsync(HttpRequest request, DateTimeOffset now)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        var (id, time) = (request.Headers["webhook-id"].ToString(), request.Headers["webhook-timestamp"].ToString());
        var right = long.TryParse(time, CultureInfo.InvariantCulture, out var seconds) && Math.Abs(seconds - now.ToUnixTimeSeconds()) <= 300
            && request.Headers["webhook-signature"].ToString().Split(' ').Contains("v1," + Sign(id, time, body.ToArray()));
        return right ? JsonNode.Parse(body.ToArray()) as JsonObject : null;
    }

    private string Sign(string id, string time, byte[] body) => Convert.ToBase64String(HMACSHA256.HashData(key, (byte[])[.. Encoding.UTF8.GetBytes($"{id}.{time}."), .. body]));
}
