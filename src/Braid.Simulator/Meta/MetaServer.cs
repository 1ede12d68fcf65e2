using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Channels;
using Braid.Simulator.Http;
using Braid.Simulator.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Meta;

/// <summary>
/// The Graph API around one Facebook page or one Instagram professional account: the people who write to it, its one post with comments,
/// and the webhooks of its app. All state is changed under <see cref="Gate"/>.
/// </summary>
public sealed class MetaServer : ISimulatedChannel
{
    private readonly Dictionary<string, MetaPerson> people = new(StringComparer.Ordinal);
    private readonly List<WebhookEvent> early = [];
    private ProviderHost host = null!;
    private WebhookQueue? queue;

    private MetaServer(World world, bool instagram)
    {
        (World, Instagram) = (world, instagram);
        Id = Digits(instagram ? "17841" : "1049", 12);
        PageId = instagram ? Digits("1049", 11) : Id;
        PostId = instagram ? Digits("1817", 13) : $"{Id}_{Digits("1221", 14)}";
        AppId = Digits("12", 14);
        AppSecret = Convert.ToHexStringLower(world.Bytes(16));
        VerifyToken = "verify-" + Convert.ToHexStringLower(world.Bytes(6));
        AccessToken = "EAAG" + world.Letters(60, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
    }

    public bool Instagram { get; }
    public string Id { get; }
    public string PageId { get; }
    public string PostId { get; }
    public string AppId { get; }
    public string AppSecret { get; }
    public string VerifyToken { get; }
    public string AccessToken { get; }
    public Uri Url => host.Address;
    public Uri? CallbackUrl { get; private set; }

    /// <summary>Meta let the app have the human agent feature: its tag opens the window to 7 days.</summary>
    public bool HumanAgent { get; set; }

    public SimulatedSkills Skills => new() { Delivered = !Instagram, Read = true };

    public JsonObject Settings
    {
        get
        {
            var settings = new JsonObject { ["appSecret"] = AppSecret, ["verifyToken"] = VerifyToken, ["appId"] = AppId, ["apiBaseUrl"] = Url.ToString() };
            if (Instagram) (settings["instagramAccountId"], settings["accessToken"], settings["pageId"], settings["signIn"]) = (Id, AccessToken, PageId, "facebook");
            else (settings["pageId"], settings["pageAccessToken"]) = (Id, AccessToken);
            return settings;
        }
    }

    internal SimulatedProvider Provider => Instagram ? SimulatedProvider.Instagram : SimulatedProvider.Messenger;
    internal World World { get; }
    internal Lock Gate { get; } = new();
    internal Dictionary<string, MetaComment> Comments { get; } = new(StringComparer.Ordinal);
    internal Dictionary<string, SimulatedFile> Files { get; } = new(StringComparer.Ordinal);
    internal bool Subscribed { get; set; }

    internal static async Task<MetaServer> StartAsync(World world, bool instagram, CancellationToken ct)
    {
        var server = new MetaServer(world, instagram);
        server.host = await ProviderHost.StartAsync(0, server.HandleAsync, ct);
        return server;
    }

    /// <summary>As Meta's console does: asks the address with hub.challenge, and posts there only when it gives the challenge back.</summary>
    public async Task ConnectAsync(Uri webhookUrl, CancellationToken ct)
    {
        if (!await RegisterAsync(webhookUrl, VerifyToken, ct)) throw new InvalidOperationException("The callback URL couldn't be validated: it did not give the challenge back.");
    }

    public ISimulatedPerson Person(string name) => Someone(name);

    /// <summary>The same with all that people do here: comment, react, tap, take back.</summary>
    public MetaPerson Someone(string name)
    {
        lock (Gate)
        {
            if (!people.TryGetValue(name, out var person)) people[name] = person = new MetaPerson(this, name, Stable(name, "5"), Instagram ? Stable(name, "1788") : null);
            return person;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (queue is not null) await queue.DisposeAsync();
        await host.DisposeAsync();
    }

    internal async Task<bool> RegisterAsync(Uri callback, string verifyToken, CancellationToken ct)
    {
        var challenge = World.Number(1_000_000_000, 2_000_000_000).ToString(CultureInfo.InvariantCulture);
        var question = new UriBuilder(callback) { Query = $"hub.mode=subscribe&hub.challenge={challenge}&hub.verify_token={Uri.EscapeDataString(verifyToken)}" };
        using var answer = await World.Http.GetAsync(question.Uri, ct);
        if (!answer.IsSuccessStatusCode || await answer.Content.ReadAsStringAsync(ct) != challenge) return false;
        lock (Gate)
        {
            CallbackUrl = callback;
            queue ??= new WebhookQueue(World, Provider, batches: true, TimeSpan.FromHours(36), Request);
            early.ForEach(queue.Add);
            early.Clear();
        }

        return true;
    }

    internal MetaPerson? FindById(string? id) => people.Values.FirstOrDefault(p => p.Id == id);

    internal string NewId() => Instagram ? "aWdfZAG1f" + Text(World.Bytes(30)) : "m_" + Text(World.Bytes(30));

    internal string NewCommentId() => Instagram ? Digits("1791", 13) : $"{PostId.Split('_')[1]}_{Digits("98", 7)}";

    internal string Keep(SimulatedFile file)
    {
        var id = Digits("18", 14);
        Files[id] = file;
        return id;
    }

    internal string FileUrl(string id) => new Uri(Url, $"/cdn/{id}?signature=Ab1").ToString();

    /// <summary>An item of `messaging`, time in milliseconds. Called under the gate.</summary>
    internal Task Report(JsonObject item, DateTimeOffset at) => Post(new JsonObject { ["messaging"] = new JsonArray(item) }, at.ToUnixTimeMilliseconds(), at);

    /// <summary>A change, time in seconds. Called under the gate.</summary>
    internal Task ReportChange(string field, JsonObject value, DateTimeOffset at) =>
        Post(new JsonObject { ["changes"] = new JsonArray(new JsonObject { ["field"] = field, ["value"] = value }) }, at.ToUnixTimeSeconds(), at);

    private Task Post(JsonObject rest, long time, DateTimeOffset at)
    {
        var entry = new JsonObject { ["id"] = Id, ["time"] = time };
        foreach (var (name, value) in rest) entry[name] = value!.DeepClone();
        var item = new WebhookEvent(entry, at);
        if (queue is null) early.Add(item);
        else queue.Add(item);
        return item.Acknowledged;
    }

    private HttpRequestMessage Request(IReadOnlyList<WebhookEvent> events)
    {
        var body = WireJson.Bytes(new JsonObject { ["object"] = Instagram ? "instagram" : "page", ["entry"] = new JsonArray([.. events.Select(e => e.Body.Copy())]) });
        var request = new HttpRequestMessage(HttpMethod.Post, CallbackUrl) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("X-Hub-Signature-256", "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(AppSecret), body)));
        return request;
    }

    private async Task HandleAsync(HttpContext context)
    {
        var parts = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts is [['v', >= '0' and <= '9', ..], .. var rest]) parts = rest;
        // The method a fault rule names: messages, message_attachments, comments, replies, subscribed_apps, cdn, or "object" for a bare id.
        var method = parts switch { ["cdn", ..] => "cdn", [_, var edge] => edge, _ => "object" };
        await ProviderHost.ServeAsync(context, World, Provider, method, MetaAnswer.Of, async () => await new MetaGraph(this).CallAsync(context.Request, parts, await Call.ReadAsync(context.Request)));
    }

    private string Digits(string start, int more) => start + World.Letters(more, "0123456789");

    /// <summary>The same person in the next world, too.</summary>
    private string Stable(string name, string start)
    {
        var number = BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes($"{Provider}:{start}:{name}"))) % 1_000_000_000_000_000;
        return start + number.ToString("D15", CultureInfo.InvariantCulture);
    }

    private static string Text(byte[] bytes) => Convert.ToBase64String(bytes).Replace('+', '-').Replace('/', '_');
}

/// <summary>One comment under the account's post.</summary>
internal sealed class MetaComment(string id, string? parent, MetaPerson? author, string text)
{
    public string Id => id;
    public string? Parent => parent;
    /// <summary>Null: the account itself.</summary>
    public MetaPerson? Author => author;
    public string Text { get; set; } = text;
    public bool Hidden { get; set; }
    public bool AnsweredPrivately { get; set; }
}

internal sealed class InstagramFactory : ISimulatedChannelFactory
{
    public string Channel => "instagram";

    public async Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct) => await MetaServer.StartAsync(world.Inner, instagram: true, ct);
}

internal sealed class MessengerFactory : ISimulatedChannelFactory
{
    public string Channel => "messenger";

    public async Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct) => await MetaServer.StartAsync(world.Inner, instagram: false, ct);
}
