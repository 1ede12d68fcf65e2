using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Channels;
using Braid.Simulator.Http;
using Braid.Simulator.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.GoogleRcs;

internal sealed class RcsFactory : ISimulatedChannelFactory
{
    public string Channel => "google-rcs";

    public Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct) => new RcsProvider(world.Inner).StartAsync(ct);
}

/// <summary>Google's RCS for Business of the pretend world, with its token server and Pub/Sub's wrapping.</summary>
internal sealed class RcsProvider(World world) : PretendProvider(world, SimulatedProvider.GoogleRcs)
{
    private const string Agent = "tarn_ember_k2x9_agent@rbm.goog";
    private const string Email = "rbm@tarn-ember.example.com";

    private readonly RSA key = RSA.Create(2048);
    private readonly string clientToken = world.Letters(24, "0123456789abcdef");
    private readonly Dictionary<string, SimulatedFile> uploads = new(StringComparer.Ordinal);
    private readonly HashSet<string> ids = new(StringComparer.Ordinal);
    private readonly HashSet<string> tokens = new(StringComparer.Ordinal);

    public override JsonObject Settings => new()
    {
        ["agentId"] = Agent, ["clientToken"] = clientToken, ["apiBaseUrl"] = Url.AbsoluteUri.TrimEnd('/'),
        ["serviceAccountKey"] = new JsonObject
        {
            ["type"] = "service_account", ["client_email"] = Email, ["private_key_id"] = "k1", ["private_key"] = key.ExportPkcs8PrivateKeyPem(), ["token_uri"] = new Uri(Url, "/token").AbsoluteUri,
        }.ToJsonString(),
    };

    public override SimulatedSkills Skills { get; } = new() { Delivered = true, Read = true };

    /// <summary>Phones that can't show RCS.</summary>
    public HashSet<string> WithoutRcs { get; } = new(StringComparer.Ordinal);

    /// <summary>What our agent told besides messages: typing, read.</summary>
    public Arrivals<JsonObject> AgentEvents { get; } = new();

    protected override bool ShowsNames => false;

    /// <summary>As the console does: asks the address for the secret before it posts there.</summary>
    public override async Task ConnectAsync(Uri webhookUrl, CancellationToken ct)
    {
        var secret = Digits(1_000_000_000, 9_000_000_000);
        using var question = Json(webhookUrl, Encoding.UTF8.GetBytes(new JsonObject { ["clientToken"] = clientToken, ["secret"] = secret }.ToJsonString()));
        using var answer = await World.Http.SendAsync(question, ct);
        if ((await answer.Content.ReadAsStringAsync(ct)).Trim() != "secret: " + secret) { throw new InvalidOperationException($"The webhook did not answer the handshake ({(int)answer.StatusCode})."); }
        await base.ConnectAsync(webhookUrl, ct);
    }

    public Task TapsAsync(PretendPerson person, string postback, string text) => SaysAsync(person, new JsonObject
    {
        ["suggestionResponse"] = new JsonObject { ["postbackData"] = postback, ["text"] = text, ["type"] = "REPLY" },
    });

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        key.Dispose();
    }

    protected override string PersonId(string name) =>
        "+62811" + (BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes("rcs/" + name))) % 100_000_000).ToString("00000000", CultureInfo.InvariantCulture);

    protected override string MethodOf(HttpRequest request, string[] path) => path switch
    {
        ["v1", "phones", _, var what, ..] => what,
        _ => path.LastOrDefault() ?? "",
    };

    protected override Answer? Refuse(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var n } => No(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota).") with { RetryAfter = n },
        Fault.ServerError { Status: var status } => No(status, "UNAVAILABLE", "The service is currently unavailable."),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };

    protected internal override Task WritesAsync(PretendPerson person, string text) => SaysAsync(person, new JsonObject { ["text"] = text });

    protected internal override async Task SendsAsync(PretendPerson person, SimulatedFile file, string? caption)
    {
        var id = Hex(20);
        lock (Gate) { Files[id] = file; }
        var payload = new JsonObject { ["mimeType"] = file.ContentType, ["fileSizeBytes"] = file.Content.Length, ["fileName"] = file.Name, ["fileUri"] = new Uri(Url, "/content/" + id).AbsoluteUri };
        await SaysAsync(person, new JsonObject { ["userFile"] = new JsonObject { ["payload"] = payload } });
        if (caption is not null) { await WritesAsync(person, caption); }
    }

    protected internal override Task ReadsAsync(PretendPerson person, SimulatedReceived received) => EventAsync(person, "READ", received.Id);

    protected override HttpRequestMessage Post(Uri address, IReadOnlyList<WebhookEvent> events)
    {
        var data = Encoding.UTF8.GetBytes(events[0].Body.ToJsonString());
        var id = Digits(14_000_000_000_000_000, 15_000_000_000_000_000);
        var body = new JsonObject
        {
            ["message"] = new JsonObject
            {
                ["attributes"] = new JsonObject { ["business_id"] = Agent, ["product"] = "RBM", ["type"] = "message" }, ["data"] = Convert.ToBase64String(data), ["messageId"] = id, ["publishTime"] = Now,
            },
            ["subscription"] = "projects/rbm-partner/subscriptions/rbm-sub",
        };
        var post = Json(address, Encoding.UTF8.GetBytes(body.ToJsonString()));
        post.Headers.Add("X-Goog-Signature", Convert.ToBase64String(HMACSHA512.HashData(Encoding.UTF8.GetBytes(clientToken), data)));
        return post;
    }

    protected override async Task<Answer> CallAsync(HttpRequest request, string[] path)
    {
        if (path is ["content", var file]) { lock (Gate) { return Files.TryGetValue(file, out var found) ? FileAnswer(found) : new(404, null); } }
        if (path is ["upload", "v1", "files"]) { return Knows(request) ? await UploadAsync(request) : Unknown(); }
        var call = await Call.ReadAsync(request);
        if (path is ["token"]) { return Token(call); }
        if (!Knows(request)) { return Unknown(); }
        if (request.Query["agentId"] != Agent || path is not ["v1", "phones", var phone, ..]) { return No(403, "PERMISSION_DENIED", "The caller does not have permission"); }
        var person = Known(Uri.UnescapeDataString(phone));
        if (person is null || WithoutRcs.Contains(person.Id)) { return No(404, "NOT_FOUND", "Requested entity was not found."); }
        switch (request.Method, path)
        {
            case ("GET", [.., "capabilities"]):
                return new(200, new JsonObject { ["name"] = $"phones/{person.Id}/capabilities", ["features"] = new JsonArray("RICHCARD_STANDALONE", "RICHCARD_CAROUSEL", "ACTION_DIAL", "ACTION_OPEN_URL") });
            case ("POST", [.., "agentEvents"]):
                call.Parameters.Remove("agentId");
                AgentEvents.Add(call.Parameters);
                return new(200, new JsonObject { ["name"] = $"phones/{person.Id}/agentEvents/{request.Query["eventId"]}" });
            case ("DELETE", [.., "agentMessages", _]):
                return new(200, new JsonObject());
            case ("POST", [.., "agentMessages"]):
                return Send(call, person, request.Query["messageId"].ToString());
            default:
                return No(404, "NOT_FOUND", "Requested entity was not found.");
        }
    }

    private Answer Send(Call call, PretendPerson person, string id)
    {
        if (call.Object("contentMessage") is not { } content || !Guid.TryParse(id, out _) || RcsChecks.Problem(content) is not null)
        {
            return No(400, "INVALID_ARGUMENT", "Request contains an invalid argument.");
        }

        SimulatedFile? file = null;
        lock (Gate)
        {
            if (content["uploadedRbmFile"] is JsonObject named && !uploads.TryGetValue(named.Text("fileName") ?? "", out file)) { return No(400, "INVALID_ARGUMENT", "Unknown file."); }
            if (!ids.Add(id)) { return No(409, "ALREADY_EXISTS", "Requested entity already exists"); }
        }

        person.Received.Add(new SimulatedReceived(id, content.Text("text") ?? "", file is null ? [] : [file]) { Raw = content.DeepClone() });
        _ = EventAsync(person, "DELIVERED", id);
        return new(200, new JsonObject { ["name"] = $"phones/{person.Id}/agentMessages/{id}", ["sendTime"] = Now });
    }

    private async Task<Answer> UploadAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        var name = "files/" + Hex(12);
        lock (Gate) { uploads[name] = new SimulatedFile(name, request.ContentType ?? "", body.ToArray()); }
        return new(200, new JsonObject { ["name"] = name });
    }

    /// <summary>Believes only what the service account's key has signed.</summary>
    private Answer Token(Call call)
    {
        if (call.Text("assertion")?.Split('.') is not [var head, var payload, var signature]
            || !key.VerifyData(Encoding.ASCII.GetBytes($"{head}.{payload}"), Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            || JsonNode.Parse(Base64Url.DecodeFromChars(payload)) is not JsonObject claims || claims.Text("iss") != Email || claims.Text("scope") != "https://www.googleapis.com/auth/rcsbusinessmessaging")
        {
            return new(400, new JsonObject { ["error"] = "invalid_grant" });
        }

        var token = "ya29." + Hex(60);
        lock (Gate) { tokens.Add("Bearer " + token); }
        return new(200, new JsonObject { ["access_token"] = token, ["expires_in"] = 3599, ["token_type"] = "Bearer" });
    }

    private bool Knows(HttpRequest request)
    {
        lock (Gate) { return tokens.Contains(request.Headers.Authorization.ToString()); }
    }

    private Task SaysAsync(PretendPerson person, JsonObject what)
    {
        (what["senderPhoneNumber"], what["messageId"], what["sendTime"], what["agentId"]) = (person.Id, "Mx" + Hex(20), Now, Agent);
        return TellAsync(what);
    }

    private Task EventAsync(PretendPerson person, string type, string id) => TellAsync(new JsonObject
    {
        ["senderPhoneNumber"] = person.Id, ["eventType"] = type, ["eventId"] = "Ev" + Hex(18), ["messageId"] = id, ["agentId"] = Agent, ["sendTime"] = Now,
    });

    private string Now => World.Time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private static Answer Unknown() => No(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.");

    private static Answer No(int status, string name, string message) =>
        new(status, new JsonObject { ["error"] = new JsonObject { ["code"] = status, ["message"] = message, ["status"] = name } });
}

/// <summary>What Google would find wrong with a message.</summary>
internal static class RcsChecks
{
    public static string? Problem(JsonObject content)
    {
        var kinds = new[] { "text", "richCard", "contentInfo", "uploadedRbmFile" }.Count(k => content[k] is not null);
        if (kinds != 1) { return "one content"; }
        if (content.Text("text")?.Length > 3072) { return "text"; }
        var carousel = content["richCard"]?["carouselCard"];
        if (carousel is not null && carousel.Objects("cardContents").Count() is < 2 or > 10) { return "cards"; }
        var suggestions = content.Objects("suggestions").ToList();
        return suggestions.Count > 11 || suggestions.Exists(s => (s["reply"] ?? s["action"]) is not JsonObject inner || inner.Text("text") is not { Length: > 0 and <= 25 } || inner.Text("postbackData") is not { Length: <= 2048 })
            ? "suggestions"
            : null;
    }
}
