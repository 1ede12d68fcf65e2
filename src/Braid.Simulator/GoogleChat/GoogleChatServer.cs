using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Channels;
using Braid.Simulator.Http;
using Braid.Simulator.WorkChat;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.GoogleChat;

internal sealed class GoogleChatFactory : ISimulatedChannelFactory
{
    public string Channel => "google-chat";

    public Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct) => ChatServer.StartAsync(new GoogleChatServer(world.Inner), ct);
}

/// <summary>Google's token service, its signing keys and the Chat API on one port. Events carry Google's signed ID token.</summary>
internal sealed class GoogleChatServer(World world) : ChatServer(world, SimulatedProvider.GoogleChat)
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private readonly RSA google = RSA.Create(2048);
    private readonly RSA account = RSA.Create(2048);
    private readonly string token = "ya29." + world.Letters(60, Alphabet);
    private readonly Dictionary<string, JsonObject> byRequest = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonObject> messages = new(StringComparer.Ordinal);

    public override SimulatedSkills Skills { get; } = new() { FilesOut = false };

    public override JsonObject Settings => new()
    {
        ["serviceAccountKey"] = new JsonObject
        {
            ["type"] = "service_account", ["client_email"] = "braid@sim.iam.gserviceaccount.com", ["private_key"] = account.ExportPkcs8PrivateKeyPem(),
        }.ToJsonString(),
        ["apiBaseUrl"] = Host.Address.ToString(), ["tokenUrl"] = new Uri(Host.Address, "/token").ToString(), ["keysUrl"] = new Uri(Host.Address, "/certs").ToString(),
    };

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        google.Dispose();
        account.Dispose();
    }

    internal override Task SaysAsync(ChatPerson person, string? text, SimulatedFile? file)
    {
        var user = new JsonObject { ["name"] = person.Id, ["displayName"] = person.Name, ["email"] = person.Name!.ToLowerInvariant().Replace(' ', '.') + "@example.jp", ["type"] = "HUMAN" };
        var space = new JsonObject { ["name"] = person.Conversation, ["type"] = "DM", ["spaceType"] = "DIRECT_MESSAGE" };
        var id = World.Letters(11, Alphabet);
        var thread = new JsonObject { ["name"] = $"{person.Conversation}/threads/{id}" };
        var message = new JsonObject
        {
            ["name"] = $"{person.Conversation}/messages/{id}.{id}", ["sender"] = user.DeepClone(), ["createTime"] = Now(), ["text"] = text ?? "", ["argumentText"] = text ?? "",
            ["thread"] = thread.DeepClone(), ["space"] = space.DeepClone(),
        };
        if (file is not null)
        {
            message["attachment"] = new JsonArray(new JsonObject
            {
                ["name"] = $"{person.Conversation}/messages/{id}.{id}/attachments/A1", ["contentName"] = file.Name, ["contentType"] = file.ContentType,
                ["attachmentDataRef"] = new JsonObject { ["resourceName"] = Keep(file) }, ["source"] = "UPLOADED_CONTENT",
            });
        }

        return PostAsync(new JsonObject { ["type"] = "MESSAGE", ["eventTime"] = Now(), ["user"] = user, ["space"] = space, ["message"] = message, ["thread"] = thread });
    }

    protected override ChatPerson NewPerson(string name) =>
        new(this, "users/" + World.Number(100_000_000_000_000_000, 900_000_000_000_000_000).ToString(CultureInfo.InvariantCulture) + "000", name, "spaces/" + World.Letters(11, Alphabet));

    protected override HttpRequestMessage Request(JsonObject body)
    {
        var now = World.Time.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = "https://accounts.google.com", ["aud"] = Webhook!.AbsoluteUri, ["email"] = "chat@system.gserviceaccount.com", ["email_verified"] = true, ["iat"] = now, ["exp"] = now + 3600,
        };
        var signed = Url("""{"alg":"RS256","kid":"google-1","typ":"JWT"}"""u8.ToArray()) + "." + Url(Encoding.UTF8.GetBytes(claims.ToJsonString()));
        var proof = Url(google.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        var request = new HttpRequestMessage(HttpMethod.Post, Webhook) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", $"{signed}.{proof}");
        return request;
    }

    protected override string MethodOf(string[] parts) => parts is ["v1", "spaces", _, "messages"] ? "messages" : base.MethodOf(parts);

    protected override Answer? Refuse(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var n } => No(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota).") with { RetryAfter = n },
        Fault.ServerError { Status: var status } => No(status, "UNAVAILABLE", "The service is currently unavailable."),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };

    protected override Task<Answer> CallAsync(HttpRequest request, string[] parts, Call call)
    {
        var authorized = request.Headers.Authorization == "Bearer " + token;
        return Task.FromResult((request.Method, parts) switch
        {
            ("GET", ["certs"]) => new Answer(200, Keys()),
            ("POST", ["token"]) => SignIn(call),
            (_, ["v1", ..]) when !authorized => No(401, "UNAUTHENTICATED", "Request had invalid authentication credentials."),
            ("GET", ["v1", "spaces"]) => new Answer(200, new JsonObject { ["spaces"] = new JsonArray() }),
            ("GET", ["v1", "media", var id]) => File(id) is { } file ? Bytes(file) : No(404, "NOT_FOUND", "Not found."),
            ("POST", ["v1", "spaces", var space, "messages"]) => Posted("spaces/" + space, call),
            ("PATCH" or "DELETE", ["v1", "spaces", ..]) => Changed(string.Join('/', parts[1..]), request.Method == "DELETE", call),
            _ => No(404, "NOT_FOUND", "Not found."),
        });
    }

    private Answer Posted(string space, Call call)
    {
        var text = call.Text("text");
        if (string.IsNullOrEmpty(text) && call.Parameters["cardsV2"] is null) { return No(400, "INVALID_ARGUMENT", "Message cannot be empty."); }
        if (Encoding.UTF8.GetByteCount(call.Parameters.ToJsonString()) > 96_000) { return No(400, "INVALID_ARGUMENT", "Message is too long."); }
        if (Find(p => p.Conversation == space) is not { } person) { return No(404, "NOT_FOUND", "Space not found."); }
        lock (Gate)
        {
            if (call.Text("requestId") is { Length: > 0 } request)
            {
                if (byRequest.TryGetValue(request, out var earlier)) { return new Answer(200, earlier.DeepClone()); }
            }
            else
            {
                request = World.Letters(12, Alphabet);
            }

            var id = World.Letters(11, Alphabet);
            var name = $"{space}/messages/{id}.{id}";
            var message = new JsonObject { ["name"] = name, ["sender"] = new JsonObject { ["name"] = "users/999", ["type"] = "BOT" }, ["text"] = text, ["createTime"] = Now(), ["thread"] = call.Object("thread")?.DeepClone() };
            messages[name] = byRequest[request] = message;
            person.Received.Add(new SimulatedReceived(name, text ?? "", []) { Raw = call.Parameters.DeepClone() });
            return new Answer(200, message.DeepClone());
        }
    }

    private Answer Changed(string name, bool delete, Call call)
    {
        lock (Gate)
        {
            if (!messages.TryGetValue(name, out var message)) { return No(404, "NOT_FOUND", "Message not found."); }
            if (delete) { messages.Remove(name); } else { message["text"] = call.Text("text"); }
            return new Answer(200, delete ? new JsonObject() : message.DeepClone());
        }
    }

    private Answer SignIn(Call call)
    {
        if (call.Text("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer" || call.Text("assertion")?.Split('.') is not [var head, var claims, var proof]) { return new Answer(400, new JsonObject { ["error"] = "invalid_request" }); }
        var right = account.VerifyData(Encoding.ASCII.GetBytes($"{head}.{claims}"), Plain(proof), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            && JsonNode.Parse(Plain(claims)) is JsonObject said && said.Text("iss") == "braid@sim.iam.gserviceaccount.com" && said.Text("scope") == "https://www.googleapis.com/auth/chat.bot"
            && said.Number("exp") > World.Time.GetUtcNow().ToUnixTimeSeconds();
        return right ? new Answer(200, new JsonObject { ["access_token"] = token, ["expires_in"] = 3599, ["token_type"] = "Bearer" }) : new Answer(400, new JsonObject { ["error"] = "invalid_grant" });
    }

    private JsonObject Keys()
    {
        var numbers = google.ExportParameters(false);
        return new JsonObject { ["keys"] = new JsonArray(new JsonObject { ["kty"] = "RSA", ["use"] = "sig", ["alg"] = "RS256", ["kid"] = "google-1", ["n"] = Url(numbers.Modulus!), ["e"] = Url(numbers.Exponent!) }) };
    }

    private string Now() => World.Time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private static string Url(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static byte[] Plain(string url)
    {
        var text = url.Replace('-', '+').Replace('_', '/');
        return Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
    }

    private static Answer No(int code, string status, string message) =>
        new(code, new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = message, ["status"] = status } });
}
