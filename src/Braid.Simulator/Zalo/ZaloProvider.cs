using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Channels;
using Braid.Simulator.Http;
using Braid.Simulator.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Zalo;

internal sealed class ZaloFactory : ISimulatedChannelFactory
{
    public string Channel => "zalo";

    public Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct) => new ZaloProvider(world.Inner).StartAsync(ct);
}

/// <summary>openapi.zalo.me and oauth.zaloapp.com of the pretend world: refresh tokens that work once, and answers that are always 200.</summary>
internal sealed class ZaloProvider : PretendProvider
{
    private readonly string appId;
    private readonly string appSecret;
    private readonly string oaKey;
    private readonly string oaId;
    private readonly Dictionary<string, SimulatedFile> uploads = new(StringComparer.Ordinal);
    private string refreshToken;
    private string? accessToken;

    public ZaloProvider(World world)
        : base(world, SimulatedProvider.Zalo)
    {
        (appId, oaId) = (Digits(2_000_000_000_000_000_000, 3_000_000_000_000_000_000), Digits(3_000_000_000_000_000_000, 4_000_000_000_000_000_000));
        (appSecret, oaKey, refreshToken) = (Hex(20), Hex(20), Hex(40));
    }

    /// <summary>A sign-in that has just happened: the refresh token in it has not been used yet.</summary>
    public override JsonObject Settings => new()
    {
        ["appId"] = appId, ["appSecret"] = appSecret, ["oaSecretKey"] = oaKey, ["oaId"] = oaId, ["refreshToken"] = refreshToken, ["apiBaseUrl"] = Url.AbsoluteUri.TrimEnd('/'),
    };

    public override SimulatedSkills Skills { get; } = new() { Delivered = true, Read = true };

    protected override bool ShowsNames => false;

    /// <summary>The token is declared invalid before its time.</summary>
    public void ForgetAccess() => accessToken = null;

    protected override string PersonId(string name) => (BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes("zalo/" + name))) / 4 + 1_000_000_000_000_000_000).ToString(System.Globalization.CultureInfo.InvariantCulture);

    protected override string MethodOf(HttpRequest request, string[] path) => path switch
    {
        ["v4", "oa", "access_token"] => "token",
        ["v3.0", "oa", "message", _] => "message",
        [_, "oa", "upload", _] => "upload",
        _ => path.LastOrDefault() ?? "",
    };

    protected override Answer? Refuse(Fault fault) => fault switch
    {
        Fault.TooManyRequests => Say(-32, "Your application reach limit call api"),
        Fault.ServerError { Status: var status } => new(status, null),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };

    protected internal override Task WritesAsync(PretendPerson person, string text) => SaysAsync(person, "text", new JsonObject { ["text"] = text });

    protected internal override Task SendsAsync(PretendPerson person, SimulatedFile file, string? caption)
    {
        var id = Hex(16);
        lock (Gate) { Files[id] = file; }
        var type = file.ContentType.Split('/')[0] switch { "image" => "image", "video" => "video", "audio" => "audio", _ => "file" };
        var payload = new JsonObject { ["url"] = new Uri(Url, "/media/" + id).AbsoluteUri };
        if (type == "file") { (payload["name"], payload["size"], payload["type"]) = (file.Name, $"{file.Content.Length}", "pdf"); }
        var message = new JsonObject { ["attachments"] = new JsonArray(new JsonObject { ["type"] = type, ["payload"] = payload }) };
        if (caption is not null) { message["text"] = caption; }
        return SaysAsync(person, type, message);
    }

    protected internal override Task ReadsAsync(PretendPerson person, SimulatedReceived received) =>
        OaEventAsync("user_seen_message", person, new JsonObject { ["msg_ids"] = new JsonArray(received.Id) });

    protected override HttpRequestMessage Post(Uri address, IReadOnlyList<WebhookEvent> events)
    {
        var body = Encoding.UTF8.GetBytes(events[0].Body.ToJsonString());
        var post = Json(address, body);
        var signed = Encoding.UTF8.GetBytes(appId).Concat(body).Concat(Encoding.UTF8.GetBytes(events[0].Body.Text("timestamp")! + oaKey)).ToArray();
        post.Headers.Add("X-ZEvent-Signature", "mac=" + Convert.ToHexStringLower(SHA256.HashData(signed)));
        return post;
    }

    protected override async Task<Answer> CallAsync(HttpRequest request, string[] path)
    {
        var call = await Call.ReadAsync(request);
        lock (Gate)
        {
            if (path is ["media", var id]) { return Files.TryGetValue(id, out var file) ? FileAnswer(file) : new(404, null); }
            if (path is ["v4", "oa", "access_token"]) { return Token(call, request.Headers["secret_key"].ToString()); }
            if (accessToken is null || request.Headers["access_token"].ToString() != accessToken) { return Say(-216, "Access token is invalid"); }
            return path switch
            {
                [_, "oa", "getoa"] => Say(0, "Success", new JsonObject { ["oa_id"] = oaId, ["name"] = "Tarn & Ember" }),
                [_, "oa", "user", "detail"] => Detail(request.Query["data"].ToString()),
                [_, "oa", "upload", var kind] => Upload(kind, call),
                ["v3.0", "oa", "message", "cs"] => Send(call),
                _ => Say(-201, "Params is invalid"),
            };
        }
    }

    private Answer Detail(string data) =>
        JsonNode.Parse(data.Length == 0 ? "{}" : data) is JsonObject asked && Known(asked.Text("user_id")) is { } who
            ? Say(0, "Success", new JsonObject { ["user_id"] = who.Id, ["display_name"] = who.FullName, ["user_is_follower"] = true })
            : Say(-213, "User has not interacted with the OA");

    private Answer Token(Call call, string secret)
    {
        if (secret != appSecret || call.Text("app_id") != appId || call.Text("grant_type") != "refresh_token" || call.Text("refresh_token") != refreshToken)
        {
            return new(200, new JsonObject { ["error"] = -14014, ["error_name"] = "Invalid refresh token" });
        }

        (refreshToken, accessToken) = (Hex(40), Hex(40));
        return new(200, new JsonObject { ["access_token"] = accessToken, ["refresh_token"] = refreshToken, ["expires_in"] = "90000" });
    }

    private Answer Upload(string kind, Call call)
    {
        if (!call.Files.TryGetValue("file", out var file)) { return Say(-201, "Params is invalid"); }
        if (file.Content.Length > (kind == "image" ? 1 : 5) * 1024 * 1024) { return Say(-210, "Params exceed limit"); }
        var id = Hex(24);
        uploads[id] = file;
        return Say(0, "Success", new JsonObject { [kind == "file" ? "token" : "attachment_id"] = id });
    }

    private Answer Send(Call call)
    {
        if (Known(call.Object("recipient")?.Text("user_id")) is not { } person) { return Say(-213, "User has not followed OA"); }
        if (!person.Wrote) { return Say(-230, "User has not interacted with OA in the past 7 days"); }
        var message = call.Object("message");
        var payload = message?["attachment"]?["payload"] as JsonObject;
        if (message is null || (message.Text("text") is null && payload is null)) { return Say(-201, "Params is invalid"); }
        if (message.Text("text")?.Length > 2000) { return Say(-210, "Params exceed limit"); }

        var media = payload?.Text("token") ?? payload.Objects("elements").Select(e => e.Text("attachment_id")).FirstOrDefault();
        if (media is not null && !uploads.ContainsKey(media)) { return Say(-201, "Params is invalid"); }
        var id = Hex(20);
        person.Received.Add(new SimulatedReceived(id, message.Text("text") ?? "", media is null ? [] : [uploads[media]]) { Raw = message.DeepClone() });
        _ = OaEventAsync("oa_send_text", person, new JsonObject { ["msg_id"] = id, ["text"] = message.Text("text") ?? "…" });
        _ = OaEventAsync("user_received_message", person, new JsonObject { ["msg_id"] = id });
        return Say(0, "Success", new JsonObject { ["message_id"] = id, ["user_id"] = person.Id });
    }

    private Task SaysAsync(PretendPerson person, string kind, JsonObject message)
    {
        message["msg_id"] = Hex(20);
        return EventAsync("user_send_" + kind, person.Id, oaId, message);
    }

    private Task OaEventAsync(string name, PretendPerson person, JsonObject message) => EventAsync(name, oaId, person.Id, message);

    private Task EventAsync(string name, string from, string to, JsonObject message) => TellAsync(new JsonObject
    {
        ["app_id"] = appId, ["user_id_by_app"] = "979122185046046317", ["event_name"] = name, ["timestamp"] = $"{Milliseconds}",
        ["sender"] = new JsonObject { ["id"] = from }, ["recipient"] = new JsonObject { ["id"] = to }, ["message"] = message,
    });

    private static Answer Say(int error, string message, JsonObject? data = null)
    {
        var body = new JsonObject { ["error"] = error, ["message"] = message };
        if (data is not null) { body["data"] = data; }
        return new(200, body);
    }
}
