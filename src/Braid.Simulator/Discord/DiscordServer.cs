using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Channels;
using Braid.Simulator.Http;
using Braid.Simulator.WorkChat;
using Microsoft.AspNetCore.Http;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace Braid.Simulator.Discord;

internal sealed class DiscordFactory : ISimulatedChannelFactory
{
    public string Channel => "discord";

    public Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct) => ChatServer.StartAsync(new DiscordServer(world.Inner), ct);
}

/// <summary>Discord's REST API under /api/v10, its files, and the signed question it asks an interactions address. The gateway is in the other half.</summary>
internal sealed partial class DiscordServer(World world) : ChatServer(world, SimulatedProvider.Discord)
{
    private readonly Ed25519PrivateKeyParameters key = new(world.Bytes(32), 0);
    private readonly string token = world.Letters(59, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
    private readonly string app = world.Number(1_000_000_000_000_000_000, 1_200_000_000_000_000_000).ToString(CultureInfo.InvariantCulture);
    private readonly List<JsonObject> messages = [];
    private readonly Dictionary<string, JsonObject> nonces = new(StringComparer.Ordinal);
    private long sequenceOfIds;

    public override JsonObject Settings => new()
    {
        ["botToken"] = token, ["applicationId"] = app, ["publicKey"] = Convert.ToHexStringLower(key.GeneratePublicKey().GetEncoded()),
        ["apiBaseUrl"] = new Uri(Host.Address, "/api/v10").ToString(),
    };

    internal override async Task SaysAsync(ChatPerson person, string? text, SimulatedFile? file)
    {
        await WhenHeardAsync();
        var message = Message(person.Conversation, new JsonObject { ["id"] = person.Id, ["username"] = Username(person), ["global_name"] = person.Name, ["discriminator"] = "0" }, text ?? "");
        message["channel_type"] = 1;
        if (file is not null) { message["attachments"] = new JsonArray(Describe(Keep(file), file)); }
        lock (Gate) { messages.Add(message); }
        await EmitAsync("MESSAGE_CREATE", message.DeepClone().AsObject());
    }

    protected override ChatPerson NewPerson(string name) => new(this, Snowflake(), name, Snowflake());

    protected override string MethodOf(string[] parts) => parts switch
    {
        ["api", "v10", "channels", _, "messages"] => "messages",
        _ => base.MethodOf(parts),
    };

    protected override Answer? Refuse(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var n } => new Answer(429, new JsonObject { ["message"] = "You are being rate limited.", ["retry_after"] = n, ["global"] = false }) { RetryAfter = n },
        Fault.ServerError { Status: var status } => new Answer(status, null) { Content = Encoding.ASCII.GetBytes($"error code: {status}"), ContentType = "text/plain" },
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };

    protected override async Task<Answer> CallAsync(HttpRequest request, string[] parts, Call call)
    {
        if (parts is ["files", var file, _]) { return File(file) is { } content ? Bytes(content) : new Answer(404, null); }
        if (parts is not ["api", "v10", .. var path]) { return new Answer(404, null); }
        if (request.Headers.Authorization != "Bot " + token) { return No(401, 0, "401: Unauthorized"); }
        if (!request.Headers.UserAgent.ToString().StartsWith("DiscordBot (", StringComparison.Ordinal)) { return No(403, 40333, "internal network error"); }

        return (request.Method, path) switch
        {
            ("GET", ["gateway", "bot"]) => Ok(new() { ["url"] = Gateway, ["shards"] = 1 }),
            ("GET", ["applications", "@me"]) => Ok(Application()),
            ("PATCH", ["applications", "@me"]) => await RegisterAsync(call.Text("interactions_endpoint_url") ?? ""),
            ("POST", ["users", "@me", "channels"]) => Find(p => p.Id == call.Text("recipient_id")) is { } person ? Ok(new() { ["id"] = person.Conversation, ["type"] = 1 }) : No(400, 50033, "Invalid Recipient(s)"),
            ("POST", ["channels", var channel, "messages"]) => await PostedAsync(channel, call),
            ("GET", ["channels", var channel, "messages"]) => new Answer(200, History(channel, call.Text("after") ?? "0")),
            ("PATCH", ["channels", _, "messages", var id]) => Changed(id, m => m["content"] = call.Text("content")),
            ("DELETE", ["channels", _, "messages", var id]) => Changed(id, m => messages.Remove(m)) with { Status = 204, Json = null },
            ("PUT" or "DELETE", ["channels", _, "messages", var id, "reactions", _, "@me"]) => Known(id) ? new Answer(204, null) : No(404, 10008, "Unknown Message"),
            ("POST", ["channels", _, "typing"]) => new Answer(204, null),
            ("POST", ["interactions", _, _, "callback"]) => new Answer(204, null),
            _ => No(404, 0, "404: Not Found"),
        };
    }

    private async Task<Answer> PostedAsync(string channel, Call call)
    {
        var body = call.Files.Count > 0 ? call.Object("payload_json") ?? [] : call.Parameters;
        var content = body.Text("content");
        if (Find(p => p.Conversation == channel) is not { } person) { return No(404, 10003, "Unknown Channel"); }
        if (content?.Length > 2000) { return No(400, 50035, "Invalid Form Body"); }
        if (string.IsNullOrEmpty(content) && call.Files.Count == 0 && body["embeds"] is null && body["components"] is null) { return No(400, 50006, "Cannot send an empty message"); }
        if (body.Text("nonce") is { Length: > 25 }) { return No(400, 50035, "Invalid Form Body"); }
        if (call.Files.Values.Any(f => f.Content.Length > 10 * 1024 * 1024)) { return No(413, 40005, "Request entity too large"); }

        var message = Message(channel, new JsonObject { ["id"] = app, ["username"] = "braid", ["bot"] = true, ["discriminator"] = "0", ["global_name"] = null }, content ?? "");
        lock (Gate)
        {
            // enforce_nonce: the earlier message is returned, and nobody sees a second one.
            if (body.Flag("enforce_nonce") && body.Text("nonce") is { } nonce && !nonces.TryAdd(nonce, message)) { return Ok(nonces[nonce].DeepClone().AsObject()); }
            messages.Add(message);
        }

        person.Received.Add(new SimulatedReceived((string)message["id"]!, content ?? "", [.. call.Files.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => f.Value)]) { Raw = body.DeepClone() });
        await EmitAsync("MESSAGE_CREATE", message.DeepClone().AsObject());
        return Ok(message.DeepClone().AsObject());
    }

    private JsonArray History(string channel, string after)
    {
        lock (Gate)
        {
            var since = ulong.Parse(after, CultureInfo.InvariantCulture);
            return new JsonArray([.. messages.Where(m => m.Text("channel_id") == channel && ulong.Parse(m.Text("id")!, CultureInfo.InvariantCulture) > since).Take(100).Reverse().Select(m => m.DeepClone())]);
        }
    }

    private Answer Changed(string id, Action<JsonObject> change)
    {
        lock (Gate)
        {
            if (messages.Find(m => m.Text("id") == id) is not { } message) { return No(404, 10008, "Unknown Message"); }
            if (message["author"]!.AsObject().Text("id") != app) { return No(403, 50005, "Cannot edit a message authored by another user"); }
            change(message);
            return Ok(message.DeepClone().AsObject());
        }
    }

    private bool Known(string id)
    {
        lock (Gate) { return messages.Exists(m => m.Text("id") == id); }
    }

    private JsonObject Application() => new()
    {
        ["id"] = app, ["name"] = "Braid", ["flags"] = 1 << 19, ["verify_key"] = Convert.ToHexStringLower(key.GeneratePublicKey().GetEncoded()), ["interactions_endpoint_url"] = Webhook?.ToString(),
    };

    /// <summary>Discord asks a new address twice: rightly signed, for a PONG, and wrongly, for a 401.</summary>
    private async Task<Answer> RegisterAsync(string address)
    {
        var stamp = World.Time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var body = Encoding.UTF8.GetBytes(new JsonObject { ["application_id"] = app, ["id"] = Snowflake(), ["token"] = "t", ["type"] = 1, ["version"] = 1 }.ToJsonString());
        var (status, said) = await AskAsync(address, body, stamp, Sign(stamp, body));
        var (wrong, _) = await AskAsync(address, body, stamp, new string('0', 128));
        return status == 200 && said?.Text("type") == "1" && wrong == 401
            ? Ok(Application())
            : No(400, 50035, "Invalid Form Body");
    }

    private async Task<(int Status, JsonObject? Said)> AskAsync(string address, byte[] body, string stamp, string signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("X-Signature-Ed25519", signature);
        request.Headers.Add("X-Signature-Timestamp", stamp);
        using var response = await World.Http.SendAsync(request);
        return ((int)response.StatusCode, response.IsSuccessStatusCode ? JsonNode.Parse(await response.Content.ReadAsStringAsync()) as JsonObject : null);
    }

    private string Sign(string stamp, byte[] body)
    {
        var signer = new Ed25519Signer();
        signer.Init(true, key);
        byte[] signed = [.. Encoding.ASCII.GetBytes(stamp), .. body];
        signer.BlockUpdate(signed, 0, signed.Length);
        return Convert.ToHexStringLower(signer.GenerateSignature());
    }

    private JsonObject Message(string channel, JsonObject author, string content) => new()
    {
        ["id"] = Snowflake(), ["type"] = 0, ["channel_id"] = channel, ["author"] = author, ["content"] = content,
        ["timestamp"] = World.Time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.ffffff+00:00", CultureInfo.InvariantCulture), ["edited_timestamp"] = null,
        ["mentions"] = new JsonArray(), ["attachments"] = new JsonArray(), ["embeds"] = new JsonArray(), ["components"] = new JsonArray(), ["flags"] = 0,
    };

    private JsonObject Describe(string id, SimulatedFile file) => new()
    {
        ["id"] = Snowflake(), ["filename"] = file.Name, ["size"] = file.Content.Length, ["content_type"] = file.ContentType, ["url"] = new Uri(Host.Address, $"/files/{id}/{Uri.EscapeDataString(file.Name)}?ex=1&is=1&hm=1").ToString(),
    };

    private string Snowflake() =>
        (((ulong)(World.Time.GetUtcNow().ToUnixTimeMilliseconds() - 1_420_070_400_000) << 22) + (ulong)Interlocked.Increment(ref sequenceOfIds)).ToString(CultureInfo.InvariantCulture);

    private static string Username(ChatPerson person) => person.Name!.ToLowerInvariant().Replace(' ', '.');

    private static Answer Ok(JsonObject json) => new(200, json);

    private static Answer No(int status, int code, string message) => new(status, new JsonObject { ["message"] = message, ["code"] = code });
}
