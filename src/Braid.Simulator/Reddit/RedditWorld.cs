using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Channels;
using Braid.Simulator.Http;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Reddit;

/// <summary>One subreddit with one post, one account with its inbox; comments, private messages, a rate limit when told.</summary>
internal sealed class RedditWorld(World world) : PeopledProvider<Redditor>(world, SimulatedProvider.Reddit)
{
    private const string Post = "t3_1abcd2";
    private const string Us = "tarn_support";
    private readonly List<JsonObject> things = [];
    private readonly string secret = Convert.ToHexStringLower(world.Bytes(14));
    private readonly string refreshToken = Convert.ToHexStringLower(world.Bytes(20));
    private string accessToken = "none";
    private long next = world.Number(1_000_000, 2_000_000);

    public override JsonObject Settings => new()
    {
        ["clientId"] = "braid-app-1", ["clientSecret"] = secret, ["refreshToken"] = refreshToken, ["username"] = Us, ["subreddit"] = "BraidDemo", ["apiBaseUrl"] = Address,
        ["tokenUrl"] = Address + "/api/v1/access_token",
    };

    public override SimulatedSkills Skills => new() { FilesIn = false, FilesOut = false, Public = true };

    public JsonObject? Thing(string name)
    {
        lock (Gate) { return things.Find(t => t.Text("name") == name); }
    }

    internal string Say(string kind, string author, string authorId, string body, string? parent, string? root = null)
    {
        lock (Gate)
        {
            var id = Interlocked.Increment(ref next).ToString("x", CultureInfo.InvariantCulture);
            var thing = new JsonObject
            {
                ["id"] = id, ["name"] = $"{kind}_{id}", ["author"] = author, ["author_fullname"] = authorId, ["body"] = body, ["created_utc"] = NextMoment().ToUnixTimeMilliseconds() / 1000.0, ["edited"] = false,
            };
            if (kind == "t1") { (thing["parent_id"], thing["link_id"], thing["permalink"]) = (parent, Post, $"/r/BraidDemo/comments/1abcd2/x/{id}/"); }
            else { (thing["subject"], thing["dest"], thing["first_message_name"], thing["parent_id"], thing["was_comment"]) = ("Order", Us, root, parent, false); }
            things.Add(thing);
            return $"{kind}_{id}";
        }
    }

    internal void Change(string name, string body)
    {
        lock (Gate)
        {
            var thing = things.Find(t => t.Text("name") == name)!;
            (thing["body"], thing["edited"]) = (body, NextMoment().ToUnixTimeMilliseconds() / 1000.0);
        }
    }

    protected override Redditor Meet(string name) => new(this, "t2_" + Letters("reddit" + name, 7).ToLowerInvariant(), string.Concat(name.ToLowerInvariant().Where(char.IsAsciiLetterOrDigit)));

    protected override Answer? Refuse(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var n } => new Answer(200, new JsonObject { ["json"] = new JsonObject { ["ratelimit"] = n + 0.1, ["errors"] = new JsonArray(new JsonArray("RATELIMIT", "you are doing that too much.", "ratelimit")) } }),
        Fault.ServerError { Status: var status } => new Answer(status, null),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };

    protected override Task<Answer> CallAsync(HttpRequest request, string path, Call call, string raw) => Task.FromResult(Answer(request, path, call));

    private Answer Answer(HttpRequest request, string path, Call call)
    {
        if (!request.Headers.UserAgent.ToString().Contains("/u/", StringComparison.Ordinal)) { return Error(429, "Too Many Requests"); }
        if (path == "/api/v1/access_token") { return GiveToken(request, call); }
        if (request.Headers.Authorization != "Bearer " + accessToken) { return Error(401, "Unauthorized"); }
        lock (Gate)
        {
            return path switch
            {
                "/api/v1/me" => new Answer(200, new JsonObject { ["name"] = Us }),
                "/message/inbox" => Listing(things.Where(t => t.Text("author") != Us && (Kind(t) == "t4" || Thing(t.Text("parent_id") ?? "")?.Text("author") == Us))),
                "/r/BraidDemo/comments" => Listing(things.Where(t => Kind(t) == "t1")),
                "/api/info" => Listing(things.Where(t => t.Text("name") == call.Text("id"))),
                "/api/comment" => Comment(call),
                "/api/compose" => Compose(call),
                "/api/editusertext" => Edit(call),
                "/api/del" or "/api/remove" => Remove(call.Text("id")),
                "/api/read_message" => new Answer(200, new JsonObject()),
                _ => Error(404, "Not Found"),
            };
        }
    }

    private Answer GiveToken(HttpRequest request, Call call)
    {
        var basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("braid-app-1:" + secret));
        if (request.Headers.Authorization != basic || call.Text("refresh_token") != refreshToken) { return Error(400, "Bad Request"); }
        accessToken = Convert.ToHexStringLower(World.Bytes(20));
        return new Answer(200, new JsonObject { ["access_token"] = accessToken, ["token_type"] = "bearer", ["expires_in"] = 86400, ["scope"] = "read submit" });
    }

    private Answer Comment(Call call)
    {
        var (parent, text) = (call.Text("thing_id") ?? "", call.Text("text") ?? "");
        if (text.Length is 0 or > 10_000) { return Json("TOO_LONG"); }
        if (parent != Post && Thing(parent) is null) { return Json("DELETED_COMMENT"); }
        var answered = Thing(parent);
        var message = parent.StartsWith("t4_", StringComparison.Ordinal);
        var name = Say(message ? "t4" : "t1", Us, "t2_us", text, parent, message ? answered!.Text("first_message_name") ?? parent : null);
        Find(p => p.Id == answered?.Text("author_fullname"))?.Received.Add(new SimulatedReceived(name, text, []) { Public = !message });
        return new Answer(200, new JsonObject
        {
            ["json"] = new JsonObject { ["errors"] = new JsonArray(), ["data"] = new JsonObject { ["things"] = new JsonArray(new JsonObject { ["kind"] = name[..2], ["data"] = Thing(name)!.DeepClone() }) } },
        });
    }

    private Answer Compose(Call call)
    {
        if (Find(p => p.Name == call.Text("to")) is not { } person) { return Json("USER_DOESNT_EXIST"); }
        person.Received.Add(new SimulatedReceived(Say("t4", Us, "t2_us", call.Text("text")!, null), call.Text("text")!, []));
        return Json(null);
    }

    private Answer Edit(Call call)
    {
        if (Thing(call.Text("thing_id") ?? "")?.Text("author") != Us) { return Error(403, "Forbidden"); }
        Change(call.Text("thing_id")!, call.Text("text")!);
        return Json(null);
    }

    private Answer Remove(string? name)
    {
        if (Thing(name ?? "") is { } thing) { (thing["author"], thing["body"]) = ("[deleted]", "[removed]"); }
        return new Answer(200, new JsonObject());
    }

    private static string Kind(JsonObject thing) => thing.Text("name")![..2];

    private static Answer Listing(IEnumerable<JsonObject> found) => new(200, new JsonObject
    {
        ["kind"] = "Listing",
        ["data"] = new JsonObject { ["after"] = null, ["children"] = new JsonArray([.. found.Reverse().Select(t => new JsonObject { ["kind"] = Kind(t), ["data"] = t.DeepClone() })]) },
    });

    private static Answer Json(string? error) => new(200, new JsonObject { ["json"] = new JsonObject { ["errors"] = error is null ? [] : new JsonArray(new JsonArray(error, "no", "text")) } });

    private static Answer Error(int status, string words) => new(status, new JsonObject { ["message"] = words, ["error"] = status });
}

internal sealed class Redditor(RedditWorld world, string id, string name) : Acquaintance(id, name)
{
    public override Task WritesAsync(string text)
    {
        Comments(text);
        return Task.CompletedTask;
    }

    public string Comments(string text, string parent = "t3_1abcd2") => world.Say("t1", Name!, Id, text, parent);

    public string Messages(string text) => world.Say("t4", Name!, Id, text, null);

    public void ChangesMind(string comment, string text) => world.Change(comment, text);
}

internal sealed class RedditWorldFactory : ISimulatedChannelFactory
{
    public string Channel => "reddit";

    public Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct) => new RedditWorld(world.Inner).StartAsync(ct);
}
