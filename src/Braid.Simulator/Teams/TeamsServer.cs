using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Channels;
using Braid.Simulator.Http;
using Braid.Simulator.WorkChat;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Teams;

internal sealed class TeamsFactory : ISimulatedChannelFactory
{
    public string Channel => "teams";

    public Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct) => ChatServer.StartAsync(new TeamsServer(world.Inner), ct);
}

/// <summary>Microsoft's sign-in, its signing keys, and the Bot Connector, on one port. Activities carry a signed token.</summary>
internal sealed class TeamsServer(World world) : ChatServer(world, SimulatedProvider.Teams)
{
    private readonly RSA key = RSA.Create(2048);
    private readonly string app = Guid(world);
    private readonly string tenant = Guid(world);
    private readonly string secret = world.Letters(40, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789~_");
    private readonly string token = "eyJ0eXAi." + world.Letters(60, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
    private readonly HashSet<string> sent = new(StringComparer.Ordinal);
    private long lastId;

    private string Service => new Uri(Host.Address, "/apac/").ToString();

    public override JsonObject Settings => new()
    {
        ["appId"] = app, ["clientSecret"] = secret, ["tenantId"] = tenant, ["botName"] = "Braid", ["apiBaseUrl"] = Service, ["loginBaseUrl"] = Host.Address.ToString(),
        ["keysUrl"] = new Uri(Host.Address, "/keys").ToString(),
    };

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        key.Dispose();
    }

    internal override Task SaysAsync(ChatPerson person, string? text, SimulatedFile? file)
    {
        var activity = new JsonObject
        {
            ["type"] = "message", ["id"] = NewId(), ["timestamp"] = World.Time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture),
            ["serviceUrl"] = Service, ["channelId"] = "msteams", ["from"] = new JsonObject { ["id"] = person.Id, ["name"] = person.Name, ["aadObjectId"] = Guid(World) },
            ["conversation"] = new JsonObject { ["conversationType"] = "personal", ["tenantId"] = tenant, ["id"] = person.Conversation },
            ["recipient"] = new JsonObject { ["id"] = "28:" + app, ["name"] = "Braid" }, ["channelData"] = new JsonObject { ["tenant"] = new JsonObject { ["id"] = tenant } },
        };
        if (text is not null) { (activity["text"], activity["textFormat"]) = (WebUtility.HtmlEncode(text) + "\n", "plain"); }
        var attachments = new JsonArray();
        if (file?.ContentType.StartsWith("image/", StringComparison.Ordinal) == true)
        {
            attachments.Add(new JsonObject { ["contentType"] = "image/*", ["contentUrl"] = new Uri(Host.Address, $"/apac/v3/attachments/{Keep(file)}/views/original").ToString() });
        }
        else if (file is not null)
        {
            attachments.Add(new JsonObject
            {
                ["contentType"] = "application/vnd.microsoft.teams.file.download.info", ["name"] = file.Name,
                ["content"] = new JsonObject { ["downloadUrl"] = new Uri(Host.Address, $"/sharepoint/{Keep(file)}").ToString() },
            });
        }

        attachments.Add(new JsonObject { ["contentType"] = "text/html", ["content"] = $"<p>{WebUtility.HtmlEncode(text)}</p>" });
        activity["attachments"] = attachments;
        return PostAsync(activity);
    }

    protected override ChatPerson NewPerson(string name) => new(
        this, "29:1" + World.Letters(40, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"), name, "a:1" + World.Letters(30, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"));

    protected override HttpRequestMessage Request(JsonObject body)
    {
        var now = World.Time.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject { ["serviceurl"] = Service, ["nbf"] = now - 10, ["exp"] = now + 3600, ["iss"] = "https://api.botframework.com", ["aud"] = app };
        var signed = Url(Encoding.UTF8.GetBytes("""{"alg":"RS256","kid":"sim-1","typ":"JWT"}""")) + "." + Url(Encoding.UTF8.GetBytes(claims.ToJsonString()));
        var proof = Url(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        var request = new HttpRequestMessage(HttpMethod.Post, Webhook) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", $"{signed}.{proof}");
        return request;
    }

    protected override string MethodOf(string[] parts) => parts switch
    {
        ["apac", "v3", "conversations", _, "activities"] => "activities",
        _ => base.MethodOf(parts),
    };

    protected override Answer? Refuse(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var n } => No(429, "TooManyRequests", "API calls quota exceeded") with { RetryAfter = n },
        Fault.ServerError { Status: var status } => No(status, "ServiceError", "Unknown"),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };

    protected override Task<Answer> CallAsync(HttpRequest request, string[] parts, Call call)
    {
        var authorized = request.Headers.Authorization == "Bearer " + token;
        return Task.FromResult((request.Method, parts) switch
        {
            ("GET", ["keys"]) => new Answer(200, Keys()),
            ("POST", [var where, "oauth2", "v2.0", "token"]) => where == tenant ? SignIn(call) : new Answer(400, new JsonObject { ["error"] = "invalid_request" }),
            ("GET", ["sharepoint", var id]) => File(id) is { } file && !authorized ? Bytes(file) : new Answer(404, null),
            (_, ["apac", "v3", ..]) when !authorized => No(401, "Unauthorized", "Authorization has been denied for this request."),
            ("GET", ["apac", "v3", "attachments", var id, "views", "original"]) => File(id) is { } file ? Bytes(file) : new Answer(404, null),
            ("POST", ["apac", "v3", "conversations"]) => Opened(call),
            ("POST", ["apac", "v3", "conversations", var id, "activities"]) => Sent(Uri.UnescapeDataString(id), call),
            ("PUT" or "DELETE", ["apac", "v3", "conversations", _, "activities", var id]) => Known(id) ? new Answer(200, request.Method == "PUT" ? new JsonObject { ["id"] = id } : null) : No(404, "ActivityNotFoundInConversation", "Activity not found."),
            _ => new Answer(404, null),
        });
    }

    private Answer SignIn(Call call) =>
        call.Text("client_id") == app && call.Text("client_secret") == secret && call.Text("grant_type") == "client_credentials" && call.Text("scope") == "https://api.botframework.com/.default"
            ? new Answer(200, new JsonObject { ["token_type"] = "Bearer", ["expires_in"] = 3599, ["access_token"] = token })
            : new Answer(401, new JsonObject { ["error"] = "invalid_client" });

    private Answer Opened(Call call) =>
        call.Parameters["members"] is JsonArray { Count: 1 } members && Find(p => p.Id == (string?)members[0]!["id"]) is { } person
            ? new Answer(201, new JsonObject { ["id"] = person.Conversation })
            : No(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.");

    private Answer Sent(string conversation, Call call)
    {
        if (Find(p => p.Conversation == conversation) is not { } person) { return No(404, "ConversationNotFound", "Conversation not found."); }
        if (call.Text("type") == "typing") { return new Answer(201, new JsonObject { ["id"] = NewId() }); }
        if (call.Text("type") != "message") { return No(400, "BadSyntax", "Unknown activity type"); }
        var files = new List<SimulatedFile>();
        foreach (var attachment in call.Parameters.Objects("attachments"))
        {
            switch (attachment.Text("contentType"))
            {
                case "application/vnd.microsoft.card.adaptive" when attachment["content"] is JsonObject card && card.Text("type") == "AdaptiveCard":
                    break;
                case { } type when type.StartsWith("image/", StringComparison.Ordinal) && attachment.Text("contentUrl") is { } url && url.StartsWith($"data:{type};base64,", StringComparison.Ordinal):
                    files.Add(new SimulatedFile(attachment.Text("name") ?? "image", type, Convert.FromBase64String(url[(url.IndexOf(',', StringComparison.Ordinal) + 1)..])));
                    break;
                default:
                    return No(400, "BadArgument", "Unknown attachment type");
            }
        }

        if (files.Sum(f => f.Content.Length) > 1024 * 1024) { return No(413, "MessageSizeTooBig", "Message size too large."); }
        var id = NewId();
        lock (Gate) { sent.Add(id); }
        person.Received.Add(new SimulatedReceived(id, Seen(call.Text("text") ?? ""), files) { Raw = call.Parameters.DeepClone() });
        return new Answer(201, new JsonObject { ["id"] = id });
    }

    private bool Known(string id)
    {
        lock (Gate) { return sent.Contains(id); }
    }

    private JsonObject Keys()
    {
        var numbers = key.ExportParameters(false);
        return new JsonObject
        {
            ["keys"] = new JsonArray(new JsonObject
            {
                ["kty"] = "RSA", ["use"] = "sig", ["kid"] = "sim-1", ["n"] = Url(numbers.Modulus!), ["e"] = Url(numbers.Exponent!), ["endorsements"] = new JsonArray("msteams"),
            }),
        };
    }

    private string NewId()
    {
        lock (Gate)
        {
            lastId = Math.Max(lastId + 1, World.Time.GetUtcNow().ToUnixTimeMilliseconds());
            return lastId.ToString(CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Markdown as Teams shows it: a break needs two spaces, entities are characters, tags vanish.</summary>
    private static string Seen(string text)
    {
        var shown = new StringBuilder();
        var tag = false;
        foreach (var c in text)
        {
            tag = c == '<' || (tag && c != '>');
            if (!tag && c != '>') { shown.Append(c); }
        }

        return WebUtility.HtmlDecode(shown.ToString().Replace("  \n", "\u0001", StringComparison.Ordinal).Replace('\n', ' ').Replace('\u0001', '\n'));
    }

    private static string Url(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static string Guid(World world) => new Guid(world.Bytes(16)).ToString();

    private static Answer No(int status, string code, string message) =>
        new(status, new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = message } });
}
