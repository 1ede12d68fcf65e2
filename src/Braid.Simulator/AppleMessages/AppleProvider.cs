using System.Buffers.Text;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Channels;
using Braid.Simulator.Http;
using Braid.Simulator.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.AppleMessages;

internal sealed class AppleFactory : ISimulatedChannelFactory
{
    public string Channel => "apple-messages";

    public Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct) => new AppleProvider(world.Inner).StartAsync(ct);
}

/// <summary>Apple's gateway of the pretend world: tokens both ways, bodies in gzip, files encrypted where they lie.</summary>
internal sealed class AppleProvider(World world) : PretendProvider(world, SimulatedProvider.AppleMessages)
{
    private readonly byte[] secret = world.Bytes(32);
    private readonly string msp = new Guid(world.Bytes(16)).ToString();
    private readonly string business = new Guid(world.Bytes(16)).ToString();
    private readonly Dictionary<string, byte[]> stored = new(StringComparer.Ordinal);
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);

    public override JsonObject Settings => new()
    {
        ["mspId"] = msp, ["apiSecret"] = Convert.ToBase64String(secret), ["businessId"] = business, ["apiBaseUrl"] = new Uri(Url, "/v1").AbsoluteUri,
    };

    /// <summary>Calls that named an id for the second time.</summary>
    public int Repeats { get; private set; }

    protected override bool ShowsNames => false;

    /// <summary>Opens the keyboard, or closes it.</summary>
    public Task TypesAsync(PretendPerson person, bool begins) => TellAsync(Envelope(begins ? "typing_start" : "typing_end", person));

    /// <summary>Taps one of the quick replies it was shown.</summary>
    public Task PicksAsync(PretendPerson person, SimulatedReceived shown, int index)
    {
        var data = shown.Raw!["interactiveData"]!["data"]!.DeepClone().AsObject();
        data["quick-reply"]!["selectedIndex"] = index;
        var body = Envelope("interactive", person);
        body["interactiveData"] = new JsonObject { ["bid"] = shown.Raw["interactiveData"]!["bid"]!.DeepClone(), ["data"] = data };
        return TellAsync(body);
    }

    protected override string PersonId(string name) => "urn:mbid:" + Convert.ToBase64String(SHA512.HashData(Encoding.UTF8.GetBytes("apple/" + name)));

    protected override string MethodOf(HttpRequest request, string[] path) => path.ElementAtOrDefault(1) ?? path.LastOrDefault() ?? "";

    protected override Answer? Refuse(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var n } => new Answer(429, null) { RetryAfter = n },
        Fault.ServerError { Status: var status } => new(status, null),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };

    protected internal override Task WritesAsync(PretendPerson person, string text)
    {
        var body = Envelope("text", person);
        (body["body"], body["locale"]) = (text, "id_ID");
        return TellAsync(body);
    }

    protected internal override Task SendsAsync(PretendPerson person, SimulatedFile file, string? caption)
    {
        var (id, key) = (Hex(20), World.Bytes(32));
        var cipher = Count(file.Content, key);
        lock (Gate) { stored[id] = cipher; }
        var body = Envelope("text", person);
        body["body"] = "\uFFFC " + caption;
        body["attachments"] = new JsonArray(new JsonObject
        {
            ["name"] = file.Name, ["mimeType"] = file.ContentType, ["size"] = $"{cipher.Length}", ["key"] = "00" + Convert.ToHexString(key), ["url"] = "https://p56-content.icloud.com/" + id,
            ["owner"] = "M1." + id, ["signature-base64"] = Convert.ToBase64String(Checksum(cipher)),
        });
        return TellAsync(body);
    }

    protected override HttpRequestMessage Post(Uri address, IReadOnlyList<WebhookEvent> events)
    {
        var body = events[0].Body;
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) { gzip.Write(Encoding.UTF8.GetBytes(body.ToJsonString())); }
        var post = Json(new Uri(address.AbsoluteUri.TrimEnd('/') + "/message"), packed.ToArray());
        post.Content!.Headers.ContentEncoding.Add("gzip");
        var claims = new JsonObject { ["aud"] = msp, ["iat"] = World.Time.GetUtcNow().ToUnixTimeSeconds() };
        var text = $"{Base64Url.EncodeToString("""{"alg":"HS256"}"""u8)}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJsonString()))}";
        post.Headers.TryAddWithoutValidation("Authorization", $"Bearer {text}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(text)))}");
        post.Headers.TryAddWithoutValidation("id", body.Text("id"));
        post.Headers.TryAddWithoutValidation("source-id", body.Text("sourceId"));
        post.Headers.TryAddWithoutValidation("destination-id", business);
        post.Headers.TryAddWithoutValidation("capability-list", "QUICK,LIST,TIME,AUTH,AUTH2,FORM");
        return post;
    }

    protected override async Task<Answer> CallAsync(HttpRequest request, string[] path)
    {
        if (path is ["content", var id]) { return await ContentAsync(request, id); }
        if (!Knows(request.Headers.Authorization.ToString())) { return new(401, null); }
        if (request.Headers["source-id"].ToString() != business) { return new(403, null); }
        switch (path)
        {
            case ["v1", "preUpload"]:
                var name = Hex(20);
                return new(200, new JsonObject { ["upload-url"] = new Uri(Url, "/content/" + name).AbsoluteUri, ["mmcs-url"] = "https://p56-content.icloud.com/" + name, ["mmcs-owner"] = "M3." + name });
            case ["v1", "preDownload"]:
                var place = request.Headers["url"].ToString().Split('/')[^1];
                lock (Gate)
                {
                    return stored.TryGetValue(place, out var bytes) && request.Headers["owner"].ToString().EndsWith(place, StringComparison.Ordinal)
                        && request.Headers["signature"].ToString() == Convert.ToHexString(Checksum(bytes))
                            ? new(200, new JsonObject { ["download-url"] = new Uri(Url, "/content/" + place).AbsoluteUri })
                            : new(404, null);
                }

            case ["v1", "message"]:
                return Take((await Call.ReadAsync(request)).Parameters, request);
            default:
                return new(404, null);
        }
    }

    private async Task<Answer> ContentAsync(HttpRequest request, string id)
    {
        if (request.Method == "GET")
        {
            lock (Gate) { return stored.TryGetValue(id, out var bytes) ? new(200, null) { Content = bytes, ContentType = "application/octet-stream" } : new(404, null); }
        }

        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        lock (Gate) { stored[id] = body.ToArray(); }
        return new(200, new JsonObject { ["singleFile"] = new JsonObject { ["fileChecksum"] = Convert.ToBase64String(Checksum(body.ToArray())), ["size"] = body.Length } });
    }

    private Answer Take(JsonObject body, HttpRequest request)
    {
        if (body.Number("v") != 1 || body.Text("id") is not { } id || id != request.Headers["id"].ToString() || body.Text("sourceId") != business || body.Text("type") is not { } type) { return new(400, null); }
        if (Known(body.Text("destinationId")) is not { } person) { return new(404, null); }
        if (!person.Wrote) { return new(403, null); }
        if (type is "typing_start" or "typing_end") { return new(200, null); }
        if (type == "interactive" ? body["interactiveData"]?["data"] is null : type != "text" || string.IsNullOrEmpty(body.Text("body"))) { return new(400, null); }
        lock (Gate)
        {
            if (!seen.Add(id))
            {
                Repeats++;
                return new(200, null);
            }
        }

        var files = body.Objects("attachments").Select(Open).ToArray();
        var quick = body["interactiveData"]?["data"]?["quick-reply"] as JsonObject;
        var text = body.Text("body")?.Replace("\uFFFC", "", StringComparison.Ordinal) ?? quick?.Text("summaryText") ?? (body["interactiveData"]?["receivedMessage"] as JsonObject)?.Text("subtitle") ?? "";
        person.Received.Add(new SimulatedReceived(id, text, files) { Raw = body.DeepClone() });
        return new(200, null);
    }

    private SimulatedFile Open(JsonObject attachment)
    {
        lock (Gate)
        {
            var bytes = stored[attachment.Text("url")!.Split('/')[^1]];
            return new(attachment.Text("name")!, attachment.Text("mimeType")!, Count(bytes, Convert.FromHexString(attachment.Text("key")![2..])));
        }
    }

    private bool Knows(string authorization) => authorization.Split(' ') is ["Bearer", var token] && token.Split('.') is [var head, var payload, var signature]
        && signature == Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{head}.{payload}")))
        && (JsonNode.Parse(Base64Url.DecodeFromChars(payload)) as JsonObject)?.Text("iss") == msp;

    private JsonObject Envelope(string type, PretendPerson person) => new()
    {
        ["v"] = 1, ["type"] = type, ["id"] = new Guid(World.Bytes(16)).ToString(), ["sourceId"] = person.Id, ["destinationId"] = business,
    };

    /// <summary>AES in counter mode, block by block: the counter is encrypted and laid over the bytes.</summary>
    private static byte[] Count(byte[] bytes, byte[] key)
    {
        using var aes = Aes.Create();
        aes.Key = key;
        var (result, counter) = (new byte[bytes.Length], new byte[16]);
        for (var at = 0; at < bytes.Length; at += 16)
        {
            var pad = aes.EncryptEcb(counter, PaddingMode.None);
            for (var i = 0; i < 16 && at + i < bytes.Length; i++) { result[at + i] = (byte)(bytes[at + i] ^ pad[i]); }
            for (var i = 15; i >= 0 && ++counter[i] == 0; i--) { }
        }

        return result;
    }

    private static byte[] Checksum(byte[] bytes) => SHA256.HashData(bytes)[..21];
}
