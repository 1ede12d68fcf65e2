using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Channels;
using Braid.Simulator.Http;
using Braid.Simulator.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.XDm;

internal sealed class XFactory : ISimulatedChannelFactory
{
    public string Channel => "x-dm";

    public Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct) => new XProvider(world.Inner).StartAsync(ct);
}

/// <summary>api.x.com of the pretend world: one account that gets direct messages, mentions and replies.</summary>
internal sealed class XProvider : PretendProvider
{
    private readonly string key;
    private readonly string secret;
    private readonly string token;
    private readonly string tokenSecret;
    private readonly string account;
    private readonly string appToken;
    private readonly Dictionary<string, MemoryStream> uploads = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> types = new(StringComparer.Ordinal);
    private readonly HashSet<string> subscriptions = new(StringComparer.Ordinal);
    private JsonObject? webhook;

    public XProvider(World world)
        : base(world, SimulatedProvider.X)
    {
        account = Digits(4_000_000_000, 5_000_000_000);
        (key, secret, token, tokenSecret, appToken) = (Hex(25), Hex(50), $"{account}-{Hex(40)}", Hex(45), "AAAA" + Hex(80));
    }

    public override JsonObject Settings => new()
    {
        ["consumerKey"] = key, ["consumerSecret"] = secret, ["accessToken"] = token, ["accessTokenSecret"] = tokenSecret, ["userId"] = account, ["username"] = "tarnember",
        ["apiBaseUrl"] = Url.AbsoluteUri.TrimEnd('/'),
    };

    public override SimulatedSkills Skills { get; } = new() { Read = true };

    /// <summary>Posts that were hidden by their id.</summary>
    public HashSet<string> Hidden { get; } = new(StringComparer.Ordinal);

    /// <summary>Somebody answers one of our posts in public.</summary>
    public Task RepliesInPublicAsync(PretendPerson person, string text, string post)
    {
        var id = Snowflake();
        return ActivityAsync("post.reply.create", new JsonObject
        {
            ["created_at"] = World.Time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", CultureInfo.InvariantCulture), ["author_id"] = person.Id, ["conversation_id"] = post, ["id"] = id,
            ["in_reply_to_tweet_id"] = post, ["text"] = text,
        }, new JsonObject { ["users"] = new JsonArray(new JsonObject { ["id"] = person.Id, ["name"] = person.Name, ["username"] = "u" + person.Id }) });
    }

    protected override string PersonId(string name) =>
        (BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes("x/" + name))) % 1_000_000_000 + 3_000_000_000).ToString(CultureInfo.InvariantCulture);

    protected override string MethodOf(HttpRequest request, string[] path) => path switch
    {
        ["2", "dm_conversations", ..] => "messages",
        ["2", "media", "upload", .., var step] => step,
        _ => path.LastOrDefault() ?? "",
    };

    protected override Answer? Refuse(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var n } => No(429, "Too Many Requests") with { RetryAfter = n },
        Fault.ServerError { Status: var status } => No(status, "Service Unavailable"),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };

    protected internal override Task WritesAsync(PretendPerson person, string text) => SaysAsync(person, new JsonObject { ["text"] = text });

    protected internal override Task SendsAsync(PretendPerson person, SimulatedFile file, string? caption)
    {
        var id = Snowflake();
        lock (Gate) { Files[id] = file; }
        var url = new Uri(Url, $"/1.1/ton/data/dm/{id}").AbsoluteUri;
        var media = new JsonObject { ["id_str"] = id, ["media_url_https"] = url, ["type"] = file.ContentType.StartsWith("video/", StringComparison.Ordinal) ? "video" : "photo" };
        return SaysAsync(person, new JsonObject
        {
            ["text"] = $"{caption} https://t.co/{id}".Trim(),
            ["entities"] = new JsonObject { ["urls"] = new JsonArray(new JsonObject { ["url"] = $"https://t.co/{id}", ["expanded_url"] = $"https://twitter.com/messages/media/{id}" }) },
            ["attachment"] = new JsonObject { ["type"] = "media", ["media"] = media },
        });
    }

    protected internal override Task ReadsAsync(PretendPerson person, SimulatedReceived received) => ActivityAsync("dm.read", new JsonObject
    {
        ["direct_message_mark_read_events"] = new JsonArray(new JsonObject
        {
            ["created_timestamp"] = $"{Milliseconds}", ["sender_id"] = person.Id, ["target"] = new JsonObject { ["recipient_id"] = account }, ["last_read_event_id"] = received.Id,
        }),
        ["users"] = Users(person),
    });

    protected override HttpRequestMessage Post(Uri address, IReadOnlyList<WebhookEvent> events)
    {
        var body = Encoding.UTF8.GetBytes(events[0].Body.ToJsonString());
        var post = Json(address, body);
        post.Headers.Add("x-twitter-webhooks-signature", Sign(body));
        return post;
    }

    protected override async Task<Answer> CallAsync(HttpRequest request, string[] path)
    {
        var call = await Call.ReadAsync(request);
        var authorization = request.Headers.Authorization.ToString();
        if (path is ["oauth2", "token"]) { return Token(authorization); }
        if (path is ["2", "webhooks"] or ["2", "activity", "subscriptions"])
        {
            return authorization != "Bearer " + appToken ? No(401, "Unauthorized") : path[1] == "activity" ? Subscribe(call) : await WebhooksAsync(request.Method, call);
        }

        if (!XSignature.IsRight(request, Url, authorization, key, secret, token, tokenSecret)) { return No(401, "Unauthorized"); }
        lock (Gate)
        {
            return (request.Method, path) switch
            {
                ("GET", ["2", "users", "me"]) => new(200, Data(("id", account), ("username", "tarnember"), ("name", "Tarn & Ember"))),
                ("GET", ["1.1", "ton", "data", "dm", var id]) => Files.TryGetValue(id, out var file) ? FileAnswer(file) : No(404, "Not Found"),
                ("POST", ["2", "media", "upload", "initialize"]) => Begin(call),
                ("POST", ["2", "media", "upload", var id, "append"]) => Append(id, call),
                ("POST", ["2", "media", "upload", var id, "finalize"]) => uploads.ContainsKey(id) ? new(200, Data(("id", id))) : No(404, "Not Found"),
                ("POST", ["2", "dm_conversations", "with", var person, "messages"]) => Direct(call.Parameters, person),
                ("POST", ["1.1", "direct_messages", "events", "new.json"]) => Old(call),
                ("POST", ["2", "tweets"]) => Public(call),
                ("PUT", ["2", "tweets", var id, "hidden"]) => Hide(id, call),
                ("DELETE", ["2", "tweets", _]) => new(200, Data(("deleted", true))),
                _ => No(404, "Not Found"),
            };
        }
    }

    private Answer Token(string authorization) =>
        authorization == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{key}:{secret}"))
            ? new(200, new JsonObject { ["token_type"] = "bearer", ["access_token"] = appToken })
            : No(403, "Unable to verify your credentials");

    /// <summary>Registers only what answers the challenge.</summary>
    private async Task<Answer> WebhooksAsync(string method, Call call)
    {
        if (method == "GET") { return new(200, new JsonObject { ["data"] = webhook is null ? new JsonArray() : new JsonArray(webhook.DeepClone()) }); }
        if (!Uri.TryCreate(call.Text("url"), UriKind.Absolute, out var address)) { return No(400, "Invalid Request"); }
        var challenge = Hex(20);
        using var answer = await World.Http.GetAsync(new UriBuilder(address) { Query = "crc_token=" + challenge }.Uri);
        var said = answer.IsSuccessStatusCode ? JsonNode.Parse(await answer.Content.ReadAsStringAsync())?["response_token"]?.GetValue<string>() : null;
        if (said != Sign(Encoding.UTF8.GetBytes(challenge))) { return No(400, "CrcValidationFailed"); }
        webhook = new JsonObject { ["id"] = Snowflake(), ["url"] = call.Text("url"), ["valid"] = true };
        return new(200, new JsonObject { ["data"] = webhook.DeepClone() });
    }

    private Answer Subscribe(Call call) => call.Text("event_type") is { } type && call.Object("filter")?.Text("user_id") == account
        ? subscriptions.Add(type) ? new(201, Data(("subscription_id", Hex(16)))) : No(409, "DuplicateSubscription")
        : No(400, "Invalid Request");

    private Answer Begin(Call call)
    {
        if (call.Text("media_type") is not { } type || call.Number("total_bytes") is not > 0 || call.Text("media_category") is null) { return No(400, "Invalid Request"); }
        var id = Snowflake();
        (uploads[id], types[id]) = (new MemoryStream(), type);
        return new(200, Data(("id", id)));
    }

    private Answer Append(string id, Call call)
    {
        if (!uploads.TryGetValue(id, out var upload) || !call.Files.TryGetValue("media", out var piece)) { return No(400, "Invalid Request"); }
        upload.Write(piece.Content);
        return new(200, Data(("expires_at", 1)));
    }

    private Answer Direct(JsonObject body, string person)
    {
        var media = body.Objects("attachments").Select(a => a.Text("media_id")).FirstOrDefault();
        if (body.Text("text") is not { Length: > 0 and <= 10_000 } && media is null) { return No(400, "At least one of text or attachments must be provided."); }
        return Give(person, body.Text("text") ?? "", media, body, false) is { } id
            ? new(201, Data(("dm_conversation_id", Thread(person)), ("dm_event_id", id)))
            : No(403, "You are not permitted to perform this action.");
    }

    private Answer Old(Call call)
    {
        var create = call.Object("event")?["message_create"] as JsonObject;
        var person = (create?["target"] as JsonObject)?.Text("recipient_id");
        return create?["message_data"] is JsonObject data && person is not null && Give(person, data.Text("text") ?? "", null, call.Parameters, false) is { } id
            ? new(200, new JsonObject { ["event"] = new JsonObject { ["type"] = "message_create", ["id"] = id } })
            : No(403, "You cannot send messages to this user.");
    }

    private Answer Public(Call call)
    {
        var media = (call.Object("media")?["media_ids"] as JsonArray)?.FirstOrDefault()?.GetValue<string>();
        if (call.Text("text")?.Length > 280) { return No(400, "Your Tweet text is too long."); }
        var id = Snowflake();
        foreach (var person in Everyone) { person.Received.Add(new SimulatedReceived(id, call.Text("text") ?? "", FilesOf(media)) { Raw = call.Parameters.DeepClone(), Public = true }); }
        return new(201, Data(("id", id), ("text", call.Text("text"))));
    }

    private Answer Hide(string id, Call call)
    {
        if (call.Parameters.Flag("hidden")) { Hidden.Add(id); } else { Hidden.Remove(id); }
        return new(200, Data(("hidden", call.Parameters.Flag("hidden"))));
    }

    private string? Give(string id, string text, string? media, JsonObject body, bool inPublic)
    {
        if (Known(id) is not { Wrote: true } person) { return null; }
        var message = Snowflake();
        person.Received.Add(new SimulatedReceived(message, text, FilesOf(media)) { Raw = body.DeepClone(), Public = inPublic });
        _ = ActivityAsync("dm.sent", Item(message, account, id, new JsonObject { ["text"] = text }, person));
        return message;
    }

    private SimulatedFile[] FilesOf(string? media) => media is not null && uploads.TryGetValue(media, out var bytes) ? [new("media", types[media], bytes.ToArray())] : [];

    private Task SaysAsync(PretendPerson person, JsonObject data) => ActivityAsync("dm.received", Item(Snowflake(), person.Id, account, data, person));

    private JsonObject Item(string id, string from, string to, JsonObject data, PretendPerson person) => new()
    {
        ["direct_message_events"] = new JsonArray(new JsonObject
        {
            ["type"] = "message_create", ["id"] = id, ["created_timestamp"] = $"{Milliseconds}",
            ["message_create"] = new JsonObject { ["target"] = new JsonObject { ["recipient_id"] = to }, ["sender_id"] = from, ["message_data"] = data },
        }),
        ["users"] = Users(person),
    };

    private Task ActivityAsync(string type, JsonObject payload, JsonObject? includes = null)
    {
        var data = new JsonObject { ["event_uuid"] = "-" + Snowflake(), ["filter"] = new JsonObject { ["user_id"] = account }, ["event_type"] = type, ["tag"] = "braid", ["payload"] = payload };
        if (includes is not null) { data["includes"] = includes; }
        return TellAsync(new JsonObject { ["data"] = data });
    }

    private static JsonObject Users(PretendPerson person) => new() { [person.Id] = new JsonObject { ["data"] = new JsonObject { ["id"] = person.Id, ["name"] = person.Name, ["username"] = "u" + person.Id } } };

    private string Thread(string person) => string.CompareOrdinal(person, account) < 0 ? $"{person}-{account}" : $"{account}-{person}";

    private string Snowflake() => Digits(2_080_000_000_000_000_000, 2_090_000_000_000_000_000);

    private string Sign(byte[] body) => "sha256=" + Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    private static JsonObject Data(params ReadOnlySpan<(string Name, JsonNode? Value)> values)
    {
        var data = new JsonObject();
        foreach (var (name, value) in values) { data[name] = value; }
        return new() { ["data"] = data };
    }

    private static Answer No(int status, string title) => new(status, new JsonObject { ["title"] = title, ["detail"] = title, ["type"] = "about:blank", ["status"] = status });
}
