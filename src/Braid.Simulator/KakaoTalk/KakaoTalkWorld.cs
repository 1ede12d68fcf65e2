using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Channels;
using Braid.Simulator.Http;
using Braid.Simulator.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.KakaoTalk;

/// <summary>A dealer for consultation talk with one channel, and Kakao's chatbot, which calls a skill and waits for its callback.</summary>
internal sealed class KakaoTalkWorld : PretendProvider<KakaoTalkPerson>
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private readonly Dictionary<string, SimulatedFile> files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KakaoTalkPerson> callbacks = new(StringComparer.Ordinal);
    private readonly HashSet<string> serials = new(StringComparer.Ordinal);
    private readonly string senderKey;
    private readonly string secret;
    private readonly string webhookSecret;
    private long next = 10_000_000;

    public KakaoTalkWorld(World world)
        : base(world, SimulatedProvider.KakaoTalk)
    {
        senderKey = Convert.ToHexStringLower(world.Bytes(20));
        secret = world.Letters(32, Alphabet);
        webhookSecret = world.Letters(24, Alphabet);
    }

    public override JsonObject Settings => new()
    {
        ["apiBaseUrl"] = Address, ["senderKey"] = senderKey, ["clientId"] = "dealer-client-1", ["clientSecret"] = secret,
        ["webhookHeader"] = "X-Dealer-Secret", ["webhookSecret"] = webhookSecret,
    };

    public override SimulatedSkills Skills => new();

    internal Task TellAsync(KakaoTalkPerson from, string type, string contents, JsonObject? attachment = null)
    {
        from.Open = true;
        var body = new JsonObject
        {
            ["user_key"] = from.Id, ["sender_key"] = senderKey, ["session_id"] = from.SessionId, ["time"] = Now.ToUnixTimeMilliseconds(),
            ["serial_number"] = "m-" + Interlocked.Increment(ref next).ToString(CultureInfo.InvariantCulture), ["type"] = type, ["contents"] = contents,
        };
        if (attachment is not null) { body["attachment"] = attachment; }
        return PostAsync(body);
    }

    internal Task LeaveAsync(KakaoTalkPerson person)
    {
        person.Open = false;
        return PostAsync(new JsonObject { ["user_key"] = person.Id, ["session_id"] = person.SessionId, ["sender_key"] = senderKey, ["time"] = Now.ToUnixTimeMilliseconds() });
    }

    internal string Keep(SimulatedFile file)
    {
        lock (Gate)
        {
            var id = World.Letters(16, Alphabet);
            files[id] = file;
            return $"{Address}/talkm/{id}";
        }
    }

    /// <summary>As Kakao does: calls the skill, shows what it says at once, and lets it say the rest once.</summary>
    internal async Task<JsonObject> AskAsync(KakaoTalkPerson person, string utterance, JsonObject? extra = null)
    {
        var callback = World.Letters(24, Alphabet);
        lock (Gate) { callbacks[callback] = person; }
        var call = new JsonObject
        {
            ["intent"] = new JsonObject { ["id"] = "5f0c1", ["name"] = "fallback" },
            ["userRequest"] = new JsonObject
            {
                ["timezone"] = "Asia/Seoul", ["utterance"] = utterance + "\n", ["lang"] = "ko", ["callbackUrl"] = $"{Address}/callback/{callback}",
                ["user"] = new JsonObject { ["id"] = person.BotUserKey, ["type"] = "botUserKey", ["properties"] = new JsonObject { ["isFriend"] = true } },
            },
            ["bot"] = new JsonObject { ["id"] = "5f0bot", ["name"] = "braid" },
            ["action"] = new JsonObject { ["id"] = "act1", ["params"] = new JsonObject(), ["clientExtra"] = extra ?? [] },
        };
        using var request = Request(new WebhookEvent(call, Now), WebhookUrl!);
        using var response = await World.Http.SendAsync(request);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
    }

    protected override KakaoTalkPerson Meet(string name) => new(this, Letters("kakao" + name, 12), name);

    protected override HttpRequestMessage Request(WebhookEvent item, Uri to)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, to) { Content = new StringContent(item.Body.ToJsonString(), Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Dealer-Secret", webhookSecret);
        return request;
    }

    protected override Answer? Refuse(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var n } => new Answer(429, new JsonObject { ["code"] = "-429", ["message"] = "too many requests" }) { RetryAfter = n },
        Fault.ServerError { Status: var status } => new Answer(status, null),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };

    protected override Task<Answer> CallAsync(HttpRequest request, string path, Call call, string raw)
    {
        if (path.StartsWith("/talkm/", StringComparison.Ordinal))
        {
            return Task.FromResult(files.TryGetValue(path["/talkm/".Length..], out var file) ? new Answer(200, null) { Content = file.Content, ContentType = file.ContentType } : new Answer(404, null));
        }

        if (path.StartsWith("/callback/", StringComparison.Ordinal)) { return Task.FromResult(TakeCallback(path["/callback/".Length..], call)); }
        if (request.Headers["HT-Client-Id"] != "dealer-client-1" || request.Headers["HT-Client-Secret"] != secret)
        {
            return Task.FromResult(new Answer(401, new JsonObject { ["code"] = "-401" }));
        }

        return Task.FromResult(path switch
        {
            "/v1/chat/write" => Write(call),
            "/v1/image/upload" => call.Files.TryGetValue("image", out var image) ? Yes("image", Keep(image)) : No("-400", "image missing"),
            "/v1/file/upload" => call.Files.TryGetValue("file", out var file) ? Yes("file", Keep(file)) : No("-400", "file missing"),
            _ => new Answer(404, null),
        });
    }

    private Answer Write(Call call)
    {
        if (call.Text("sender_key") != senderKey || ById(call.Text("user_key")) is not { } person)
        {
            return No("-404", "unknown user_key or sender_key");
        }

        if (!person.Open) { return No("-500", "no session"); }
        if (call.Text("serial_number") is not { Length: > 0 and <= 30 } serial) { return No("-400", "serial_number"); }
        var sent = new List<SimulatedFile>();
        switch (call.Text("message_type"))
        {
            case "TX" when call.Text("message") is { Length: > 0 and <= 1000 }:
                break;
            case "IM" or "FI":
                var url = call.Text("image_url") ?? call.Text("file_url") ?? "";
                if (!files.TryGetValue(url[(url.LastIndexOf('/') + 1)..], out var file)) { return No("-400", "not an uploaded file"); }
                sent.Add(file);
                break;
            default:
                return No("-400", "message");
        }

        if (!serials.Add(serial)) { return No("-409", "serial_number was used"); }
        person.Received.Add(new SimulatedReceived(serial, call.Text("message") ?? "", sent));
        return new Answer(200, new JsonObject { ["code"] = "0" });
    }

    private Answer TakeCallback(string id, Call call)
    {
        if (!callbacks.Remove(id, out var person)) { return new Answer(400, new JsonObject { ["message"] = "callback is over" }); }
        var text = string.Join('\n', call.Object("template").Objects("outputs").Select(o => (o["simpleText"] as JsonObject)?.Text("text")));
        person.Received.Add(new SimulatedReceived(id, text, []) { Raw = call.Parameters.DeepClone() });
        return new Answer(200, new JsonObject { ["status"] = "SUCCESS" });
    }

    private static Answer Yes(string field, string url) => new(200, new JsonObject { ["code"] = "0", [field] = url });

    private static Answer No(string code, string words) => new(200, new JsonObject { ["code"] = code, ["message"] = words });
}

/// <summary>Somebody with KakaoTalk; asks the dealer's talk, or the chatbot.</summary>
internal sealed class KakaoTalkPerson(KakaoTalkWorld world, string id, string name) : Acquaintance(id, name)
{
    public string SessionId { get; } = world.World.Number(100_000_000, 999_999_999).ToString(CultureInfo.InvariantCulture);

    public string BotUserKey { get; } = string.Concat(Enumerable.Repeat(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(id)), 3));

    public bool Open { get; set; }

    public override Task WritesAsync(string text) => world.TellAsync(this, "text", text);

    public override Task SendsAsync(SimulatedFile file, string? caption = null)
    {
        var type = file.ContentType.Split('/')[0] switch { "image" => "photo", "video" => "video", "audio" => "audio", _ => "file" };
        var said = world.TellAsync(this, type, world.Keep(file), new JsonObject { ["file"] = new JsonObject { ["name"] = file.Name, ["size"] = file.Content.Length } });
        return caption is null ? said : Task.WhenAll(said, WritesAsync(caption));
    }

    public Task LeavesAsync() => world.LeaveAsync(this);

    public Task<JsonObject> AsksChatbotAsync(string utterance, JsonObject? extra = null) => world.AskAsync(this, utterance, extra);
}

internal sealed class KakaoTalkWorldFactory : ISimulatedChannelFactory
{
    public string Channel => "kakaotalk";

    public Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct) => new KakaoTalkWorld(world.Inner).StartAsync(ct);
}
