using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Channels;
using Braid.Simulator.Http;
using Braid.Simulator.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Line;

internal sealed class LineFactory : ISimulatedChannelFactory
{
    public string Channel => "line";

    public Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct) => new LineProvider(world.Inner).StartAsync(ct);
}

/// <summary>api.line.me and api-data.line.me of the pretend world: one Official Account with stateless tokens, quota and retry keys.</summary>
internal sealed class LineProvider : PretendProvider
{
    private readonly string secret;
    private readonly string channelId;
    private readonly string bot;
    private readonly HashSet<string> tokens = new(StringComparer.Ordinal);
    private readonly HashSet<string> replyTokens = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonArray> accepted = new(StringComparer.Ordinal);
    private string? endpoint;

    public LineProvider(World world)
        : base(world, SimulatedProvider.Line) => (secret, channelId, bot) = (Hex(32), Digits(1_600_000_000, 1_700_000_000), "U" + Hex(32));

    public override JsonObject Settings => new()
    {
        ["channelSecret"] = secret, ["channelId"] = channelId, ["basicId"] = "@216tarn", ["apiBaseUrl"] = Url.AbsoluteUri.TrimEnd('/'),
    };

    protected override bool Batches => true;
    protected override bool ShowsNames => false;

    protected override string PersonId(string name) => "U" + Convert.ToHexStringLower(MD5Like(name));

    protected override string MethodOf(HttpRequest request, string[] path) => path switch
    {
        ["oauth2", ..] => "token",
        ["v2", "bot", "message", var way] => way,
        [.., "content"] => "content",
        _ => path.LastOrDefault() ?? "",
    };

    protected override Answer? Refuse(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var n } => No(429, "The API rate limit has been exceeded. Try again later.") with { RetryAfter = n },
        Fault.ServerError { Status: var status } => No(status, "Internal server error"),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };

    protected internal override Task WritesAsync(PretendPerson person, string text) =>
        SaysAsync(person, new JsonObject { ["type"] = "text", ["text"] = text });

    protected internal override async Task SendsAsync(PretendPerson person, SimulatedFile file, string? caption)
    {
        var type = file.ContentType.Split('/')[0] switch { "image" => "image", "video" => "video", "audio" => "audio", _ => "file" };
        var message = type == "file"
            ? new JsonObject { ["type"] = "file", ["fileName"] = file.Name, ["fileSize"] = file.Content.Length }
            : new JsonObject { ["type"] = type, ["contentProvider"] = new JsonObject { ["type"] = "line" } };
        await SaysAsync(person, message, file);
        if (caption is not null) { await WritesAsync(person, caption); }
    }

    protected override HttpRequestMessage Post(Uri address, IReadOnlyList<WebhookEvent> events)
    {
        var body = new JsonObject { ["destination"] = bot, ["events"] = new JsonArray([.. events.Select(e => e.Body.DeepClone())]) };
        var bytes = Encoding.UTF8.GetBytes(body.ToJsonString());
        var post = Json(address, bytes);
        post.Headers.Add("x-line-signature", Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), bytes)));
        return post;
    }

    protected override async Task<Answer> CallAsync(HttpRequest request, string[] path)
    {
        var call = await Call.ReadAsync(request);
        if (path is ["oauth2", "v3", "token"]) { return Token(call); }
        if (path is ["picture", var whose]) { return Known(whose) is null ? No(404, "Not found") : FileAnswer(SimulatedFile.Photo(whose.Length)); }

        var bearer = request.Headers.Authorization.ToString();
        lock (Gate)
        {
            if (!tokens.Contains(bearer)) { return No(401, "Authentication failed. Confirm that the access token in the authorization header is valid."); }
        }

        return (request.Method, path) switch
        {
            ("GET", ["v2", "bot", "info"]) => new(200, new JsonObject { ["userId"] = bot, ["basicId"] = "@216tarn", ["displayName"] = "Tarn & Ember", ["chatMode"] = "bot" }),
            ("GET", ["v2", "bot", "profile", var id]) => Known(id) is { } who ? new(200, new JsonObject { ["userId"] = id, ["displayName"] = who.FullName, ["language"] = "en", ["pictureUrl"] = new Uri(Url, $"/picture/{id}").AbsoluteUri }) : No(404, "Not found"),
            ("PUT", ["v2", "bot", "channel", "webhook", "endpoint"]) => Register(call.Text("endpoint")),
            ("GET", ["v2", "bot", "channel", "webhook", "endpoint"]) => new(200, new JsonObject { ["endpoint"] = endpoint, ["active"] = true }),
            ("POST", ["v2", "bot", "message", "push" or "reply"]) => await SendAsync(call, path[3], request.Headers["X-Line-Retry-Key"].ToString(), request.HttpContext.RequestAborted),
            ("POST", ["v2", "bot", "chat", "loading", "start"]) => Known(call.Text("chatId")) is null ? No(400, "Invalid chatId") : new(202, new JsonObject()),
            ("POST", ["v2", "bot", "chat", "markAsRead"]) => new(200, new JsonObject()),
            ("GET", ["v2", "bot", "message", var id, "content"]) => Content(id),
            ("GET", ["v2", "bot", "message", _, "content", "transcoding"]) => new(200, new JsonObject { ["status"] = "succeeded" }),
            _ => No(404, "Not found"),
        };
    }

    private Answer Token(Call call)
    {
        if (call.Text("client_id") != channelId || call.Text("client_secret") != secret || call.Text("grant_type") != "client_credentials")
        {
            return new(400, new JsonObject { ["error"] = "invalid_client", ["error_description"] = "invalid client_secret" });
        }

        var token = "eyJ." + World.Letters(40, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
        lock (Gate) { tokens.Add("Bearer " + token); }
        return new(200, new JsonObject { ["token_type"] = "Bearer", ["access_token"] = token, ["expires_in"] = 900 });
    }

    private Answer Register(string? address)
    {
        endpoint = address;
        return address is null ? No(400, "Invalid webhook endpoint URL") : new(200, new JsonObject());
    }

    private async Task<Answer> SendAsync(Call call, string way, string retryKey, CancellationToken ct)
    {
        PretendPerson? person;
        lock (Gate)
        {
            if (retryKey.Length > 0 && !Guid.TryParse(retryKey, out _)) { return No(400, "The property, 'X-Line-Retry-Key', in the request header is invalid"); }
            if (accepted.TryGetValue(retryKey, out var before)) { return new(409, new JsonObject { ["message"] = "The retry key is already accepted", ["sentMessages"] = before.DeepClone() }); }
            if (way == "reply" && !replyTokens.Remove(call.Text("replyToken") ?? "")) { return No(400, "Invalid reply token"); }
        }

        person = way == "reply" ? Known(call.Text("replyToken")!.Split('.')[0]) : Known(call.Text("to"));
        if (person is null) { return No(400, "The property, 'to', in the request body is invalid (line: -, column: -)"); }
        var messages = call.Parameters.Objects("messages").ToList();
        if (messages.Count is 0 or > 5) { return No(400, "Size must be between 1 and 5"); }
        if (messages.FindIndex(m => LineChecks.Problem(m) is not null) is >= 0 and var bad)
        {
            return new(400, new JsonObject
            {
                ["message"] = "The request body has 1 error(s)",
                ["details"] = new JsonArray(new JsonObject { ["message"] = LineChecks.Problem(messages[bad]), ["property"] = $"messages[{bad}]" }),
            });
        }

        var sent = new JsonArray();
        foreach (var message in messages)
        {
            var id = Digits(461_000_000_000_000_000, 469_000_000_000_000_000);
            sent.Add(new JsonObject { ["id"] = id, ["quoteToken"] = Hex(20) });
            SimulatedFile[] files = message.Text("originalContentUrl") is { } address ? [await FetchAsync(address, ct)] : [];
            person.Received.Add(new SimulatedReceived(id, LineChecks.Words(message), files) { Raw = message.DeepClone() });
        }

        lock (Gate)
        {
            if (retryKey.Length > 0) { accepted[retryKey] = (JsonArray)sent.DeepClone(); }
        }

        return new(200, new JsonObject { ["sentMessages"] = sent });
    }

    private Answer Content(string id)
    {
        lock (Gate)
        {
            return Files.TryGetValue(id, out var file) ? FileAnswer(file) : No(404, "Not found");
        }
    }

    private Task SaysAsync(PretendPerson person, JsonObject message, SimulatedFile? file = null)
    {
        var id = Digits(468_000_000_000_000_000, 469_000_000_000_000_000);
        var replyToken = $"{person.Id}.{Hex(16)}";
        (message["id"], message["quoteToken"], message["markAsReadToken"]) = (id, "q3Plxr4AgKd" + Hex(20), "30yhdy232" + Hex(30));
        lock (Gate)
        {
            replyTokens.Add(replyToken);
            if (file is not null) { Files[id] = file; }
        }

        return TellAsync(new JsonObject
        {
            ["type"] = "message",
            ["message"] = message,
            ["webhookEventId"] = World.Letters(26, "0123456789ABCDEFGHJKMNPQRSTVWXYZ"),
            ["deliveryContext"] = new JsonObject { ["isRedelivery"] = false },
            ["timestamp"] = Milliseconds,
            ["source"] = new JsonObject { ["type"] = "user", ["userId"] = person.Id },
            ["replyToken"] = replyToken,
            ["mode"] = "active",
        });
    }

    private static byte[] MD5Like(string name) => SHA256.HashData(Encoding.UTF8.GetBytes("line/" + name))[..16];

    private static Answer No(int status, string message) => new(status, new JsonObject { ["message"] = message });
}

/// <summary>What LINE would find wrong with a message object, and what a person reads in it.</summary>
internal static class LineChecks
{
    private static readonly string[] Types = ["text", "textV2", "image", "video", "audio", "location", "sticker", "template", "imagemap", "flex"];

    public static string? Problem(JsonObject message) => message.Text("type") switch
    {
        "text" when message.Text("text") is not { Length: > 0 } => "May not be empty",
        "text" when message.Text("text")!.Length > 5000 => "Length must be between 0 and 5000",
        "image" or "video" when message.Text("originalContentUrl") is null || message.Text("previewImageUrl") is null => "May not be empty",
        "template" or "flex" when message.Text("altText") is not { Length: > 0 and <= 400 } => "May not be empty",
        "location" when message.Text("title") is not { Length: > 0 and <= 100 } || message.Text("address") is not { Length: > 0 and <= 100 } => "May not be empty",
        var type when !Types.Contains(type) => "Must be one of the following values: [text, image, video, audio, location, sticker, template, imagemap, flex]",
        _ => message["quickReply"].Objects("items").Count() > 13 ? "Size must be between 0 and 13" : null,
    };

    public static string Words(JsonObject message) => message.Text("type") switch
    {
        "text" => message.Text("text")!,
        "template" => (message["template"] as JsonObject)?.Text("text") ?? "",
        "flex" => string.Join('\n', Texts(message["contents"])),
        _ => "",
    };

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonObject o when o.Text("type") == "text" => [o.Text("text") ?? ""],
        JsonObject o => o.SelectMany(p => Texts(p.Value)),
        JsonArray a => a.SelectMany(Texts),
        _ => [],
    };
}
