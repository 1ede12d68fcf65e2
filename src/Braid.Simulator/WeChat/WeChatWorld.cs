using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Channels;
using Braid.Simulator.Http;
using Braid.Simulator.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.WeChat;

/// <summary>An official account with its API server: token, customer-service messages, templates, media; pushes encrypted XML.</summary>
internal sealed class WeChatWorld : PretendProvider<WeChatPerson>
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private readonly Dictionary<string, SimulatedFile> media = new(StringComparer.Ordinal);
    private readonly string appId;
    private readonly string secret;
    private readonly string token;
    private readonly string aesKey;
    private string accessToken;
    private long nextId = 24_511_234_567_890_000;

    public WeChatWorld(World world)
        : base(world, SimulatedProvider.WeChat)
    {
        appId = "wx" + Convert.ToHexStringLower(world.Bytes(8));
        secret = Convert.ToHexStringLower(world.Bytes(16));
        token = world.Letters(24, Alphabet);
        // The last character of a 43-character key carries only four bits.
        aesKey = world.Letters(42, Alphabet) + "A";
        accessToken = "86_" + world.Letters(40, Alphabet);
    }

    public override JsonObject Settings => new()
    {
        ["appId"] = appId, ["appSecret"] = secret, ["token"] = token, ["encodingAesKey"] = aesKey, ["mode"] = "safe", ["accountName"] = "Tarn & Ember",
        ["apiBaseUrl"] = Address,
    };

    public override SimulatedSkills Skills => new();

    /// <summary>Other programs or the console made a new token: the old one is refused from now on.</summary>
    public void ReplaceToken() => accessToken = "86_" + World.Letters(40, Alphabet);

    /// <summary>As when the server configuration is submitted: the address must give the echo back.</summary>
    public override async Task ConnectAsync(Uri webhookUrl, CancellationToken ct)
    {
        var (at, nonce, echo) = (Seconds(), World.Number(1, 999_999_999).ToString(CultureInfo.InvariantCulture), World.Number(1, long.MaxValue).ToString(CultureInfo.InvariantCulture));
        var ask = $"signature={WeChatEnvelope.Sign(token, at, nonce)}&echostr={echo}&timestamp={at}&nonce={nonce}";
        using var answer = await World.Http.GetAsync(new UriBuilder(webhookUrl) { Query = Joined(webhookUrl, ask) }.Uri, ct);
        if (await answer.Content.ReadAsStringAsync(ct) != echo)
        {
            throw new InvalidOperationException("The server URL did not give the echo back.");
        }

        await base.ConnectAsync(webhookUrl, ct);
    }

    internal string Keep(SimulatedFile file)
    {
        lock (Gate)
        {
            var id = "m" + World.Letters(62, Alphabet);
            media[id] = file;
            return id;
        }
    }

    internal Task PushAsync(WeChatPerson from, string type, string fields, bool numbered = true)
    {
        from.WroteAt = Now;
        from.Answers = 0;
        var id = numbered ? $"<MsgId>{Interlocked.Increment(ref nextId)}</MsgId>" : "";
        return PostAsync(new JsonObject
        {
            ["xml"] = $"<xml><ToUserName><![CDATA[gh_3b7e1f9a2c4d]]></ToUserName><FromUserName><![CDATA[{from.Id}]]></FromUserName>"
                + $"<CreateTime>{Seconds()}</CreateTime><MsgType><![CDATA[{type}]]></MsgType>{fields}{id}</xml>",
            ["openid"] = from.Id,
        });
    }

    internal static string Field(string name, string value) => $"<{name}><![CDATA[{value.Replace("]]>", "]]]]><![CDATA[>", StringComparison.Ordinal)}]]></{name}>";

    protected override WeChatPerson Meet(string name) => new(this, "o" + Letters("wechat" + name, 27), name);

    protected override HttpRequestMessage Request(WebhookEvent item, Uri to)
    {
        var (at, nonce) = (Seconds(), World.Number(1, 999_999_999).ToString(CultureInfo.InvariantCulture));
        var sealedText = WeChatEnvelope.Seal(item.Body.Text("xml")!, aesKey, appId, World.Bytes(16));
        var query = $"signature={WeChatEnvelope.Sign(token, at, nonce)}&timestamp={at}&nonce={nonce}&openid={item.Body.Text("openid")}"
            + $"&encrypt_type=aes&msg_signature={WeChatEnvelope.Sign(token, at, nonce, sealedText)}";
        return new HttpRequestMessage(HttpMethod.Post, new UriBuilder(to) { Query = Joined(to, query) }.Uri)
        {
            Content = new StringContent($"<xml><ToUserName><![CDATA[gh_3b7e1f9a2c4d]]></ToUserName><Encrypt><![CDATA[{sealedText}]]></Encrypt></xml>", Encoding.UTF8, "text/xml"),
        };
    }

    protected override Answer? Refuse(Fault fault) => fault switch
    {
        Fault.TooManyRequests => Error(45011, "api minute-quota reach limit, must slower, retry next minute"),
        Fault.ServerError => Error(-1, "system error"),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };

    protected override Task<Answer> CallAsync(HttpRequest request, string path, Call call, string raw)
    {
        if (path == "/cgi-bin/stable_token") { return Task.FromResult(GiveToken(call)); }
        if (call.Text("access_token") != accessToken)
        {
            return Task.FromResult(Error(40001, "invalid credential, access_token is invalid or not latest rid: 673a-1f2e"));
        }

        return Task.FromResult(path switch
        {
            "/cgi-bin/message/custom/send" => Send(call, raw),
            "/cgi-bin/message/custom/typing" => ById(call.Text("touser")) is null ? Error(40003, "invalid openid") : Error(0, "ok"),
            "/cgi-bin/message/template/send" => SendTemplate(call),
            "/cgi-bin/template/get_all_private_template" => new Answer(200, new JsonObject
            {
                ["template_list"] = new JsonArray(new JsonObject
                {
                    ["template_id"] = "ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY", ["title"] = "Order sent", ["primary_industry"] = "", ["deputy_industry"] = "",
                    ["content"] = "{{first.DATA}}\nOrder: {{keyword1.DATA}}", ["example"] = "",
                }),
            }),
            "/cgi-bin/media/upload" => Upload(call),
            "/cgi-bin/media/get" => Download(call.Text("media_id")),
            "/cgi-bin/video" => Download(call.Text("id"), asVideo: true),
            "/cgi-bin/getcallbackip" => new Answer(200, new JsonObject { ["ip_list"] = new JsonArray("127.0.0.1") }),
            _ => Error(40066, "invalid url"),
        });
    }

    private Answer GiveToken(Call call) =>
        call.Text("appid") != appId ? Error(40013, "invalid appid")
        : call.Text("secret") != secret ? Error(40125, "invalid appsecret")
        : new Answer(200, new JsonObject { ["access_token"] = accessToken, ["expires_in"] = 7200 });

    private Answer Send(Call call, string raw)
    {
        if (ById(call.Text("touser")) is not { } person) { return Error(40003, "invalid openid rid: 673a-1f30"); }
        if (person.WroteAt is not { } wrote || Now - wrote > TimeSpan.FromHours(48))
        {
            return Error(45015, "response out of time limit or subscription is canceled");
        }

        if (person.Answers >= 5) { return Error(45047, "out of response count limit"); }
        var type = call.Text("msgtype") ?? "";
        if (call.Object(type) is not { } content) { return Error(40008, "invalid message type"); }
        IReadOnlyList<SimulatedFile> files = [];
        var text = "";
        switch (type)
        {
            case "text":
                text = content.Text("content") ?? "";
                if (text.Length == 0) { return Error(44002, "empty post data"); }
                if (Encoding.UTF8.GetByteCount(text) > 2048) { return Error(45002, "content size out of limit"); }
                // The long-standing trap: escapes are shown as they are.
                if (raw.Contains("\\u", StringComparison.Ordinal)) { text = raw; }
                break;
            case "image" or "voice" or "video":
                if (!media.TryGetValue(content.Text("media_id") ?? "", out var file)) { return Error(40007, "invalid media_id"); }
                files = [file];
                break;
            case "msgmenu":
                string?[] lines = [content.Text("head_content"), .. content.Objects("list").Select(i => i.Text("content")), content.Text("tail_content")];
                text = string.Join('\n', lines.OfType<string>());
                break;
            case "news":
                text = string.Join('\n', content.Objects("articles").SelectMany(a => new[] { a.Text("title"), a.Text("description"), a.Text("url") }).OfType<string>());
                break;
            default:
                return Error(40008, "invalid message type");
        }

        person.Answers++;
        person.Received.Add(new SimulatedReceived(Interlocked.Increment(ref nextId).ToString(CultureInfo.InvariantCulture), text, files) { Raw = content.DeepClone() });
        return Error(0, "ok");
    }

    private Answer SendTemplate(Call call)
    {
        if (ById(call.Text("touser")) is not { } person) { return Error(40003, "invalid openid"); }
        if (call.Object("data") is not { } data) { return Error(47003, "argument invalid! data"); }
        var id = World.Number(200_000_000, 299_999_999);
        person.Received.Add(new SimulatedReceived(id.ToString(CultureInfo.InvariantCulture), string.Join('\n', data.Select(d => ((JsonObject)d.Value!).Text("value"))), []));
        _ = PostAsync(new JsonObject
        {
            ["xml"] = $"<xml><ToUserName><![CDATA[gh_3b7e1f9a2c4d]]></ToUserName><FromUserName><![CDATA[{person.Id}]]></FromUserName><CreateTime>{Seconds()}</CreateTime>"
                + $"<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[TEMPLATESENDJOBFINISH]]></Event><MsgID>{id}</MsgID><Status><![CDATA[success]]></Status></xml>",
            ["openid"] = person.Id,
        });
        return new Answer(200, new JsonObject { ["errcode"] = 0, ["errmsg"] = "ok", ["msgid"] = id });
    }

    private Answer Upload(Call call)
    {
        if (!call.Files.TryGetValue("media", out var file)) { return Error(41005, "media data missing"); }
        if (file.Content.Length > (call.Text("type") == "voice" ? 2 : 10) * 1024 * 1024) { return Error(40009, "invalid image size"); }
        return new Answer(200, new JsonObject { ["type"] = call.Text("type"), ["media_id"] = Keep(file), ["created_at"] = Now.ToUnixTimeSeconds() });
    }

    private Answer Download(string? id, bool asVideo = false)
    {
        if (!media.TryGetValue(id ?? "", out var file)) { return Error(40007, "invalid media_id"); }
        return file.ContentType.StartsWith("video/", StringComparison.Ordinal) && !asVideo
            ? new Answer(200, new JsonObject { ["video_url"] = $"{Address}/cgi-bin/video?id={id}&access_token={accessToken}" })
            : new Answer(200, null) { Content = file.Content, ContentType = file.ContentType };
    }

    private string Seconds() => Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    private static string Joined(Uri to, string query) => to.Query.Length > 1 ? to.Query[1..] + "&" + query : query;

    private static Answer Error(int code, string words) => new(200, new JsonObject { ["errcode"] = code, ["errmsg"] = words });
}

internal sealed class WeChatWorldFactory : ISimulatedChannelFactory
{
    public string Channel => "wechat";

    public Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct) => new WeChatWorld(world.Inner).StartAsync(ct);
}
