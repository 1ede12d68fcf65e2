using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Channels;
using Braid.Simulator.Http;
using Braid.Simulator.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Viber;

internal sealed class ViberFactory : ISimulatedChannelFactory
{
    public string Channel => "viber";

    public Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct) => new ViberProvider(world.Inner).StartAsync(ct);
}

/// <summary>chatapi.viber.com of the pretend world: one bot. Every answer is a 200 that says in `status` what it thinks.</summary>
internal sealed class ViberProvider(World world) : PretendProvider(world, SimulatedProvider.Viber)
{
    private readonly string token = $"{world.Letters(16, "0123456789abcdef")}-{world.Letters(16, "0123456789abcdef")}-{world.Letters(16, "0123456789abcdef")}";
    private readonly Dictionary<string, string> tracking = new(StringComparer.Ordinal);
    private string? registered;

    public override JsonObject Settings => new() { ["authToken"] = token, ["senderName"] = "Tarn & Ember", ["apiBaseUrl"] = Url.AbsoluteUri.TrimEnd('/') };

    public override SimulatedSkills Skills { get; } = new() { Delivered = true, Read = true };

    protected override string PersonId(string name) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes("viber/" + name))[..16]);

    protected override string MethodOf(HttpRequest request, string[] path) => path.LastOrDefault() ?? "";

    protected override Answer? Refuse(Fault fault) => fault switch
    {
        Fault.TooManyRequests => Say(12, "tooManyRequests"),
        Fault.ServerError { Status: var status } => new(status, null),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };

    protected internal override Task WritesAsync(PretendPerson person, string text) => SaysAsync(person, new JsonObject { ["type"] = "text", ["text"] = text });

    protected internal override Task SendsAsync(PretendPerson person, SimulatedFile file, string? caption)
    {
        var id = Hex(24);
        lock (Gate) { Files[id] = file; }
        var type = file.ContentType.Split('/')[0] switch { "image" => "picture", "video" => "video", _ => "file" };
        var message = new JsonObject { ["type"] = type, ["media"] = new Uri(Url, "/media/" + id).AbsoluteUri, ["file_name"] = file.Name, ["size"] = file.Content.Length };
        if (caption is not null && type == "picture") { message["text"] = caption; }
        return SaysAsync(person, message);
    }

    protected internal override Task ReadsAsync(PretendPerson person, SimulatedReceived received) => ReceiptAsync("seen", person.Id, received.Id);

    protected override HttpRequestMessage Post(Uri address, IReadOnlyList<WebhookEvent> events) => Signed(address, events[0].Body);

    protected override async Task<Answer> CallAsync(HttpRequest request, string[] path)
    {
        if (path is ["media", var id])
        {
            lock (Gate) { return Files.TryGetValue(id, out var file) ? FileAnswer(file) : new(404, null); }
        }

        var call = await Call.ReadAsync(request);
        if ((request.Headers["X-Viber-Auth-Token"].ToString() is { Length: > 0 } header ? header : call.Text("auth_token")) != token) { return Say(2, "invalidAuthToken"); }
        return path switch
        {
            ["pa", "get_account_info"] => Say(0, "ok", ("name", "Tarn & Ember"), ("uri", "tarnember"), ("webhook", registered), ("subscribers_count", 12)),
            ["pa", "set_webhook"] => await RegisterAsync(call.Text("url")),
            ["pa", "send_message"] => await SendAsync(call, request.HttpContext.RequestAborted),
            _ => Say(3, "badData"),
        };
    }

    /// <summary>Asks the address while the caller waits, as Viber does.</summary>
    private async Task<Answer> RegisterAsync(string? url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address)) { return Say(1, "invalidUrl"); }
        using var ping = Signed(address, new JsonObject { ["event"] = "webhook", ["timestamp"] = Milliseconds, ["chat_hostname"] = "SN-CHAT-05_", ["message_token"] = World.Number(1, 1L << 60) });
        try
        {
            using var answer = await World.Http.SendAsync(ping);
            if ((int)answer.StatusCode != 200) { return Say(1, "invalidUrl"); }
        }
        catch (HttpRequestException)
        {
            return Say(1, "invalidUrl");
        }

        registered = url;
        return Say(0, "ok", ("event_types", new JsonArray("message", "delivered", "seen", "failed")));
    }

    private async Task<Answer> SendAsync(Call call, CancellationToken ct)
    {
        if (Known(call.Text("receiver")) is not { } person) { return Say(5, "receiverNotRegistered"); }
        if (!person.Wrote) { return Say(6, "receiverNotSubscribed"); }
        if (call.Object("sender")?.Text("name") is not { Length: > 0 and <= 28 }) { return Say(4, "missingData"); }
        if (call.Parameters.ToJsonString().Length > 30_000 || call.Text("tracking_data")?.Length > 4096) { return Say(3, "badData"); }
        var media = call.Text("media");
        var problem = call.Text("type") switch
        {
            "text" => call.Text("text") is not { Length: > 0 and <= 7000 },
            "picture" => media is null || call.Text("text") is null,
            "video" => media is null || call.Number("size") is null,
            "file" => media is null || call.Number("size") is null || call.Text("file_name") is not { Length: <= 256 },
            "location" => call.Object("location") is null,
            "rich_media" => call.Object("rich_media") is null || call.Number("min_api_version") < 2,
            _ => true,
        };
        if (problem) { return Say(3, "badData"); }

        var id = World.Number(5_741_000_000_000_000_000, 5_742_000_000_000_000_000);
        SimulatedFile[] files = media is null ? [] : [await FetchAsync(media, ct)];
        if (files is [{ Content.Length: 0 }]) { return Say(3, "badData"); }
        var name = id.ToString(System.Globalization.CultureInfo.InvariantCulture);
        lock (Gate) { tracking[person.Id] = call.Text("tracking_data") ?? ""; }
        person.Received.Add(new SimulatedReceived(name, call.Text("text") ?? "", files) { Raw = call.Parameters.DeepClone() });
        _ = ReceiptAsync("delivered", person.Id, name);
        return Say(0, "ok", ("message_token", id), ("billing_status", 1));
    }

    private Task ReceiptAsync(string kind, string person, string id) => TellAsync(new JsonObject
    {
        ["event"] = kind, ["timestamp"] = Milliseconds, ["chat_hostname"] = "SN-CHAT-05_", ["message_token"] = JsonNode.Parse(id), ["user_id"] = person,
    });

    private Task SaysAsync(PretendPerson person, JsonObject message)
    {
        lock (Gate)
        {
            if (tracking.TryGetValue(person.Id, out var last)) { message["tracking_data"] = last; }
        }

        return TellAsync(new JsonObject
        {
            ["event"] = "message", ["timestamp"] = Milliseconds, ["chat_hostname"] = "SN-CHAT-05_", ["message_token"] = World.Number(5_741_000_000_000_000_000, 5_742_000_000_000_000_000),
            ["sender"] = new JsonObject { ["id"] = person.Id, ["name"] = person.Name, ["country"] = "UA", ["language"] = "uk", ["api_version"] = 10 },
            ["message"] = message, ["silent"] = false,
        });
    }

    private HttpRequestMessage Signed(Uri address, JsonObject body)
    {
        var bytes = Encoding.UTF8.GetBytes(body.ToJsonString());
        var post = Json(address, bytes);
        post.Headers.Add("X-Viber-Content-Signature", Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(token), bytes)));
        return post;
    }

    private static Answer Say(int status, string message, params ReadOnlySpan<(string Name, JsonNode? Value)> more)
    {
        var body = new JsonObject { ["status"] = status, ["status_message"] = message, ["chat_hostname"] = "SN-CHAT-05_" };
        foreach (var (name, value) in more) { body[name] = value; }
        return new(200, body);
    }
}
