using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Channels;
using Braid.Simulator.Http;
using Braid.Simulator.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.TikTok;

/// <summary>TikTok's business API with one business account: rotating tokens, messages, pictures, comments under one video.</summary>
internal sealed class TikTokWorld : PretendProvider<TikTokPerson>
{
    private const string Base = "/open_api/v1.3/";
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private readonly Dictionary<string, SimulatedFile> media = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (TikTokPerson Author, bool Hidden)> comments = new(StringComparer.Ordinal);
    private readonly string secret;
    private string refreshToken;
    private string accessToken = "none";

    public TikTokWorld(World world)
        : base(world, SimulatedProvider.TikTok)
    {
        secret = world.Letters(40, Alphabet);
        refreshToken = "rft." + world.Letters(40, Alphabet);
        BusinessId = "-000" + world.Letters(32, Alphabet);
    }

    public string BusinessId { get; }

    public string VideoId { get; } = "7246952221107178758";

    /// <summary>What the app registered for messages and comments.</summary>
    public List<string> Registered { get; } = [];

    public override JsonObject Settings => new()
    {
        ["appId"] = "7623241219121414161", ["appSecret"] = secret, ["businessId"] = BusinessId, ["refreshToken"] = refreshToken, ["username"] = "braid.demo",
        ["apiBaseUrl"] = Address + Base.TrimEnd('/'),
    };

    public override SimulatedSkills Skills => new() { Read = true };

    public bool IsHidden(string comment) => comments[comment].Hidden;

    /// <summary>The access token ends before its time.</summary>
    public void RevokeAccess() => accessToken = "none";

    internal string Keep(SimulatedFile file)
    {
        lock (Gate)
        {
            var id = "76853739408" + World.Number(10_000_000, 99_999_999).ToString(CultureInfo.InvariantCulture);
            media[id] = file;
            return id;
        }
    }

    internal string NewMessageId() => "u5Buqc6lAg" + World.Letters(8, Alphabet) + "/" + World.Letters(6, Alphabet);

    internal Task TellAsync(string name, JsonObject content) => PostAsync(new JsonObject
    {
        ["client_key"] = "7623241219121414161", ["event"] = name, ["create_time"] = Now.ToUnixTimeSeconds(), ["user_openid"] = BusinessId,
        // JSON inside a string, as the real one.
        ["content"] = Encoding.UTF8.GetString(WireJson.Bytes(content)),
    });

    internal JsonObject Message(TikTokPerson person, bool fromUs, string id, string type, JsonNode body, string source)
    {
        var (us, them) = (User(BusinessId, "business_account"), User(person.Id, "personal_account"));
        return new JsonObject
        {
            ["timestamp"] = Now.ToUnixTimeMilliseconds(), ["unique_identifier"] = person.Id, ["from_user"] = fromUs ? us : them, ["to_user"] = fromUs ? them : us,
            ["from"] = fromUs ? "braid.demo" : person.Username, ["to"] = fromUs ? person.Username : "braid.demo", ["conversation_id"] = person.ConversationId,
            ["message_id"] = id, ["type"] = type, [type] = body, ["scene_type"] = 0, ["is_follower"] = true, ["message_tag"] = new JsonObject { ["source"] = source },
        };
    }

    internal static JsonObject User(string id, string role) => new() { ["id"] = id, ["role"] = role };

    internal Task CommentAsync(TikTokPerson person, string text)
    {
        var id = 7_247_303_576_418_566_000 + World.Number(1, 999);
        lock (Gate) { comments[id.ToString(CultureInfo.InvariantCulture)] = (person, false); }
        return TellAsync("comment.update", new JsonObject
        {
            ["comment_id"] = id, ["video_id"] = long.Parse(VideoId, CultureInfo.InvariantCulture), ["comment_type"] = "comment", ["comment_action"] = "insert",
            ["timestamp"] = Now.ToUnixTimeSeconds(), ["unique_identifier"] = person.Id, ["text"] = text,
        });
    }

    protected override TikTokPerson Meet(string name) => new(this, "+" + Letters("tiktok" + name, 63), name);

    protected override HttpRequestMessage Request(WebhookEvent item, Uri to)
    {
        var body = WireJson.Bytes(item.Body);
        var at = Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.ASCII.GetBytes(at + "."), .. body];
        var request = new HttpRequestMessage(HttpMethod.Post, to) { Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } } };
        request.Headers.Add("Tiktok-Signature", $"t={at},s={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))}");
        return request;
    }

    protected override string MethodOf(HttpRequest request) => request.Path.Value!.StartsWith(Base, StringComparison.Ordinal) ? request.Path.Value![Base.Length..].Trim('/') : request.Path.Value!;

    protected override Answer? Refuse(Fault fault) => fault switch
    {
        Fault.TooManyRequests => No(40100, "Requests made too frequently"),
        Fault.ServerError => No(51065, "System error"),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };

    protected override Task<Answer> CallAsync(HttpRequest request, string path, Call call, string raw)
    {
        // Without its last slash a path does not exist.
        if (!path.StartsWith(Base, StringComparison.Ordinal) || !path.EndsWith('/')) { return Task.FromResult(new Answer(404, null)); }
        var method = path[Base.Length..].Trim('/');
        if (method == "tt_user/oauth2/refresh_token") { return Task.FromResult(Renew(call)); }
        if (method == "business/webhook/update")
        {
            Registered.Add($"{call.Text("event_type")} {call.Text("callback_url")}");
            return Task.FromResult(call.Text("secret") == secret ? Yes([]) : No(40001, "No permission to operate"));
        }

        if (method == "business/message/media/file")
        {
            return Task.FromResult(request.Headers["x-user"] == accessToken && media.TryGetValue(call.Text("id") ?? "", out var file)
                ? new Answer(200, null) { Content = file.Content, ContentType = file.ContentType }
                : new Answer(403, null));
        }

        if (request.Headers["Access-Token"] != accessToken) { return Task.FromResult(No(40105, "Access token is incorrect or has been revoked")); }
        if (method != "tt_user/token_info/get" && call.Text("business_id") != BusinessId)
        {
            return Task.FromResult(No(40001, "No permission to operate"));
        }

        return Task.FromResult(method switch
        {
            "tt_user/token_info/get" => Yes(new JsonObject { ["scope"] = "message.list.send" }),
            "business/message/send" => Send(call),
            "business/message/media/upload" => Upload(call),
            "business/message/media/download" => media.ContainsKey(call.Text("media_id") ?? "")
                ? Yes(new JsonObject { ["download_url"] = $"{Address}{Base}business/message/media/file/?id={call.Text("media_id")}" })
                : No(40007, "Target does not exist"),
            "business/comment/reply/create" => Reply(call),
            "business/comment/hide" => Hide(call),
            "business/comment/delete" => Yes([]),
            _ => No(40002, "Unknown path"),
        });
    }

    private Answer Renew(Call call)
    {
        if (call.Text("client_secret") != secret || call.Text("refresh_token") != refreshToken) { return No(40105, "The refresh token is invalid"); }
        (accessToken, refreshToken) = ("act." + World.Letters(40, Alphabet), "rft." + World.Letters(40, Alphabet));
        return Yes(new JsonObject { ["access_token"] = accessToken, ["expires_in"] = 86400, ["refresh_token"] = refreshToken, ["open_id"] = BusinessId });
    }

    private Answer Send(Call call)
    {
        TikTokPerson? person;
        if (call.Object("direct_reply")?["comment_reply"] is JsonObject answered)
        {
            if (!comments.TryGetValue(answered.Text("comment_id") ?? "", out var comment)) { return No(40007, "Target does not exist"); }
            person = comment.Author;
        }
        else
        {
            person = TikTokPerson.Of(this, call.Text("recipient"));
            if (call.Text("recipient_type") != "CONVERSATION" || person is null) { return No(40002, "Param conversation_id is invalid."); }
            if (person.WroteAt is not { } wrote || Now - wrote > TimeSpan.FromHours(48) || person.Answers >= 10)
            {
                return No(40064, "Message blocked by direct message rules");
            }
        }

        var type = call.Text("message_type") ?? "";
        if (type == "SENDER_ACTION")
        {
            person.Signals.Add(call.Text("sender_action")!);
            return Yes(new JsonObject { ["message"] = new JsonObject { ["message_id"] = "" } });
        }

        var content = call.Object(type.ToLowerInvariant());
        IReadOnlyList<SimulatedFile> files = [];
        string? text = null;
        switch (type)
        {
            case "TEXT":
                text = content?.Text("body");
                if (text is not { Length: > 0 and <= 6000 }) { return No(40002, "Param text.body is invalid."); }
                break;
            case "IMAGE":
                if (!media.TryGetValue(content?.Text("media_id") ?? "", out var file)) { return No(40002, "Param media_id is invalid."); }
                files = [file];
                break;
            case "TEMPLATE":
                var buttons = content.Objects("buttons").ToList();
                if (content?.Text("title") is not { Length: > 0 and <= 40 } title || buttons.Count is 0 or > 3 || buttons.Exists(b => b.Text("title") is not { Length: > 0 and <= 20 }))
                {
                    return No(40002, "Param template is invalid.");
                }

                text = string.Join('\n', buttons.Select(b => b.Text("title")).Prepend(title));
                break;
            default:
                return No(40002, "Param message_type is invalid.");
        }

        var id = NewMessageId();
        person.Answers++;
        person.Received.Add(new SimulatedReceived(id, text ?? "", files) { Raw = content!.DeepClone() });
        // Everything the account sends is told to it, perhaps before the answer to the call.
        _ = TellAsync("im_send_msg", Message(person, fromUs: true, id, type.ToLowerInvariant(), content!.DeepClone(), "API"));
        return Yes(new JsonObject { ["message"] = new JsonObject { ["message_id"] = id } });
    }

    private Answer Upload(Call call) =>
        !call.Files.TryGetValue("file", out var file) || call.Text("media_type") != "IMAGE" ? No(40002, "Param file is invalid.")
        : file.ContentType is not ("image/png" or "image/jpeg") || file.Content.Length > 3 * 1024 * 1024 ? No(40908, "Unsupported file type")
        : Yes(new JsonObject { ["media_id"] = Keep(file) });

    private Answer Reply(Call call)
    {
        if (call.Text("video_id") != VideoId || !comments.TryGetValue(call.Text("comment_id") ?? "", out var comment))
        {
            return No(40007, "Target does not exist");
        }

        if (call.Text("text") is not { Length: > 0 and <= 150 } text) { return No(40002, "Param text is invalid."); }
        var id = (7_247_303_576_418_567_000 + World.Number(1, 999)).ToString(CultureInfo.InvariantCulture);
        comment.Author.Received.Add(new SimulatedReceived(id, text, []) { Public = true });
        return Yes(new JsonObject { ["comment_id"] = id });
    }

    private Answer Hide(Call call)
    {
        if (!comments.TryGetValue(call.Text("comment_id") ?? "", out var comment)) { return No(40007, "Target does not exist"); }
        comments[call.Text("comment_id")!] = (comment.Author, call.Text("action") == "HIDE");
        return Yes([]);
    }

    private Answer Yes(JsonObject data) => new(200, new JsonObject { ["code"] = 0, ["message"] = "OK", ["request_id"] = World.Letters(20, "0123456789ABCDEF"), ["data"] = data });

    private Answer No(int code, string words) => new(200, new JsonObject { ["code"] = code, ["message"] = words, ["request_id"] = World.Letters(20, "0123456789ABCDEF"), ["data"] = new JsonObject() });
}

internal sealed class TikTokWorldFactory : ISimulatedChannelFactory
{
    public string Channel => "tiktok";

    public Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct) => new TikTokWorld(world.Inner).StartAsync(ct);
}
