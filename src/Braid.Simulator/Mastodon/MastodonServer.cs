using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Channels;
using Braid.Simulator.Http;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Mastodon;

internal sealed class MastodonFactory : ISimulatedChannelFactory
{
    public string Channel => "mastodon";

    public async Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct) => await MastodonServer.StartAsync(world.Inner, ct);
}

/// <summary>An instance with one account for Braid: posts, mentions, the event stream, media.</summary>
public sealed class MastodonServer : ISimulatedChannel
{
    internal const string OurId = "14715";
    private const string OurName = "support";
    private const string Token = "simulated-mastodon-token-0001";
    private readonly World world;
    private readonly Lock gate = new();
    private readonly Pulse pulse = new();
    private readonly Dictionary<string, MastodonPerson> people = new(StringComparer.Ordinal);
    private readonly List<JsonObject> statuses = [];
    private readonly List<(string Id, JsonObject Json)> notifications = [];
    private readonly List<(string Event, string Payload)> stream = [];
    private readonly Dictionary<string, string> done = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SimulatedFile> media = new(StringComparer.Ordinal);
    private ProviderHost host = null!;
    private long ids = 108_914_343_542_683_000;

    private MastodonServer(World world) => this.world = world;

    public JsonObject Settings => new() { ["apiBaseUrl"] = host.Address.ToString(), ["accountName"] = OurName, ["accessToken"] = Token };

    public SimulatedSkills Skills { get; } = new() { Public = true };

    internal static async Task<MastodonServer> StartAsync(World world, CancellationToken ct)
    {
        var server = new MastodonServer(world);
        server.host = await ProviderHost.StartAsync(0, server.HandleAsync, ct);
        return server;
    }

    public Task ConnectAsync(Uri webhookUrl, CancellationToken ct) => Task.CompletedTask;

    public ISimulatedPerson Person(string name)
    {
        lock (gate)
        {
            if (!people.TryGetValue(name, out var person))
            {
                var local = new string([.. name.ToLowerInvariant().Where(char.IsAsciiLetterOrDigit)]);
                people[name] = person = new MastodonPerson(this, $"{108892712797540000 + people.Count}", name, $"{(local.Length > 0 ? local : "p" + people.Count)}@far.example");
            }

            return person;
        }
    }

    public async ValueTask DisposeAsync() => await host.DisposeAsync();

    /// <summary>A person's post that mentions Braid's account.</summary>
    internal string Mention(MastodonPerson by, string text, string? replyTo, string visibility, SimulatedFile? file)
    {
        lock (gate)
        {
            var html = new StringBuilder("<p><span class=\"h-card\"><a href=\"").Append(host.Address).Append('@').Append(OurName)
                .Append("\" class=\"u-url mention\">@<span>").Append(OurName).Append("</span></a></span> ")
                .Append(WebUtility.HtmlEncode(text).Replace("\n", "<br>", StringComparison.Ordinal)).Append("</p>");
            var status = Status(Account(by.Id, by.Acct, by.Name!), html.ToString(), replyTo, visibility, file is null ? [] : [Keep(file)], [Us()]);
            var id = Next();
            var notification = new JsonObject
            {
                ["id"] = id, ["type"] = "mention", ["created_at"] = Now(), ["account"] = status["account"]!.DeepClone(), ["status"] = status.DeepClone(),
            };
            notifications.Add((id, notification));
            stream.Add(("notification", notification.ToJsonString()));
            pulse.Beat();
            return status.Text("id")!;
        }
    }

    internal void Withdraw(string statusId)
    {
        lock (gate)
        {
            statuses.RemoveAll(s => s.Text("id") == statusId);
            stream.Add(("delete", statusId));
            pulse.Beat();
        }
    }

    private async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (path is ["api", "v1", "streaming", ..])
        {
            await StreamAsync(context);
            return;
        }

        if (path is ["files", var name])
        {
            await ProviderHost.ServeAsync(context, world, SimulatedProvider.Mastodon, "file", Refuse, () => Task.FromResult(
                File(name) is { } file ? new Answer(200, null) { Content = file.Content, ContentType = file.ContentType } : No(404, "Record not found")));
            return;
        }

        var method = path is ["api", _, var kind, ..] ? context.Request.Method == "POST" ? "post-" + kind : kind : "unknown";
        await ProviderHost.ServeAsync(context, world, SimulatedProvider.Mastodon, method, Refuse, async () => Answer(context.Request, path, await Call.ReadAsync(context.Request)));
    }

    private async Task StreamAsync(HttpContext context)
    {
        if (context.Request.Headers.Authorization != "Bearer " + Token || world.Faults.IsOut(SimulatedProvider.Mastodon))
        {
            context.Response.StatusCode = 401;
            return;
        }

        context.Response.ContentType = "text/event-stream";
        int at;
        lock (gate) { at = stream.Count; }
        await context.Response.WriteAsync(":)\n");
        await context.Response.Body.FlushAsync();
        try
        {
            while (true)
            {
                var news = pulse.Next;
                (string Event, string Payload)[] fresh;
                lock (gate) { fresh = [.. stream.Skip(at)]; }
                at += fresh.Length;
                foreach (var (name, payload) in fresh) { await context.Response.WriteAsync($"event: {name}\ndata: {payload}\n\n", context.RequestAborted); }
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await news.WaitAsync(context.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
            // The listener is gone.
        }
    }

    private Answer Answer(HttpRequest request, string[] path, Call call)
    {
        if (request.Headers.Authorization != "Bearer " + Token) { return No(401, "The access token is invalid"); }
        lock (gate)
        {
            switch (request.Method, path)
            {
                case ("GET", [_, _, "instance"]):
                    return Ok(new JsonObject { ["configuration"] = new JsonObject { ["urls"] = new JsonObject { ["streaming"] = host.Address.ToString().Replace("http", "ws", StringComparison.Ordinal) } } });
                case ("GET", [_, _, "accounts", "verify_credentials"]):
                    return Ok(Account(OurId, OurName, "Support"));
                case ("GET", [_, _, "accounts", var id]):
                    return people.Values.FirstOrDefault(p => p.Id == id) is { } person ? Ok(Account(person.Id, person.Acct, person.Name!)) : No(404, "Record not found");
                case ("GET", [_, _, "notifications"]):
                    return Notifications(call);
                case ("GET", [_, _, "statuses", var id]):
                    return Found(id) is { } status ? Ok(status.DeepClone()) : No(404, "Record not found");
                case ("GET", [_, _, "statuses", var id, "context"]):
                    return Found(id) is { } middle ? Context(middle) : No(404, "Record not found");
                case ("POST", [_, _, "statuses"]):
                    return Post(call, request.Headers["Idempotency-Key"].ToString());
                case ("PUT", [_, _, "statuses", var id]) when Found(id) is { } mine:
                    mine["content"] = call.Text("status");
                    return Ok(mine.DeepClone());
                case ("DELETE", [_, _, "statuses", var id]):
                    return statuses.RemoveAll(s => s.Text("id") == id) > 0 ? Ok(new JsonObject { ["id"] = id }) : No(404, "Record not found");
                case ("POST", [_, "v2", "media"]) when call.Files.TryGetValue("file", out var file):
                    var kept = Keep(file);
                    kept["url"] = null;
                    return new Answer(202, kept); // Still at work, as for real pictures of some size.
                case ("GET", [_, _, "media", var id]):
                    return File(id) is { } there ? Ok(new JsonObject { ["id"] = id, ["type"] = Kind(there), ["url"] = Url(id) }) : No(404, "Record not found");
                default:
                    return No(404, "Record not found");
            }
        }
    }

    private Answer Post(Call call, string key)
    {
        if (key.Length > 0 && done.TryGetValue(key, out var before)) { return Ok(Found(before)!.DeepClone()); }
        var text = call.Text("status") ?? "";
        if (text.Length > 500) { return No(422, "Validation failed: Text character limit of 500 exceeded"); }
        var files = (call.Parameters["media_ids"] as JsonArray)?.Select(id => File(id!.GetValue<string>())).OfType<SimulatedFile>().ToList() ?? [];
        if (text.Length == 0 && files.Count == 0) { return No(422, "Validation failed: Text can't be blank"); }
        if (call.Text("in_reply_to_id") is { } parent && Found(parent) is null) { return No(404, "The post you are trying to reply to does not appear to exist."); }

        var named = people.Values.Where(p => text.Contains("@" + p.Acct, StringComparison.OrdinalIgnoreCase)).ToList();
        var visibility = call.Text("visibility") ?? "public";
        var status = Status(
            Account(OurId, OurName, "Support"), "<p>" + WebUtility.HtmlEncode(text) + "</p>", call.Text("in_reply_to_id"), visibility, [.. files.Select(Keep)],
            [.. named.Select(p => new JsonObject { ["id"] = p.Id, ["username"] = p.Acct.Split('@')[0], ["acct"] = p.Acct, ["url"] = "https://far.example/@" + p.Acct })]);
        done[key] = status.Text("id")!;
        foreach (var person in named)
        {
            var shown = text.Replace("@" + person.Acct, "", StringComparison.OrdinalIgnoreCase).Trim();
            person.Received.Add(new SimulatedReceived(status.Text("id")!, shown, files) { Raw = call.Parameters.DeepClone(), Public = visibility != "direct" });
        }

        return Ok(status.DeepClone());
    }

    private Answer Notifications(Call call)
    {
        // min_id walks forward: the page right after it, newest first within the page.
        var after = call.Text("min_id");
        var found = after is null ? notifications.AsEnumerable().TakeLast((int)(call.Number("limit") ?? 40)) : notifications.Where(n => Later(n.Id, after)).Take((int)(call.Number("limit") ?? 40));
        return new Answer(200, new JsonArray([.. found.Reverse().Select(n => n.Json.DeepClone())]));
    }

    private Answer Context(JsonObject status)
    {
        var above = new List<JsonObject>();
        for (var at = status; at.Text("in_reply_to_id") is { } parent && Found(parent) is { } next; at = next) { above.Insert(0, next); }
        var below = new HashSet<string> { status.Text("id")! };
        var descendants = statuses.Where(s => s.Text("in_reply_to_id") is { } p && below.Contains(p) && below.Add(s.Text("id")!)).ToList();
        return Ok(new JsonObject { ["ancestors"] = new JsonArray([.. above.Select(s => s.DeepClone())]), ["descendants"] = new JsonArray([.. descendants.Select(s => s.DeepClone())]) });
    }

    private JsonObject Status(JsonObject account, string html, string? replyTo, string visibility, JsonObject[] files, JsonObject[] mentions)
    {
        var id = Next();
        var status = new JsonObject
        {
            ["id"] = id, ["created_at"] = Now(), ["in_reply_to_id"] = replyTo, ["visibility"] = visibility, ["spoiler_text"] = "", ["content"] = html,
            ["uri"] = $"https://far.example/statuses/{id}", ["url"] = $"https://far.example/@x/{id}", ["edited_at"] = null, ["account"] = account,
            ["media_attachments"] = new JsonArray([.. files]), ["mentions"] = new JsonArray([.. mentions]),
        };
        statuses.Add(status);
        return status;
    }

    private JsonObject Us() => new() { ["id"] = OurId, ["username"] = OurName, ["acct"] = OurName, ["url"] = $"{host.Address}@{OurName}" };

    private static JsonObject Account(string id, string acct, string name) => new()
    {
        ["id"] = id, ["username"] = acct.Split('@')[0], ["acct"] = acct, ["display_name"] = name, ["bot"] = false,
    };

    private JsonObject Keep(SimulatedFile file)
    {
        var id = $"{media.Count + 1}";
        media[id] = file;
        return new JsonObject { ["id"] = id, ["type"] = Kind(file), ["url"] = Url(id), ["description"] = file.Name };
    }

    private SimulatedFile? File(string id) => media.GetValueOrDefault(id);

    private string Url(string id) => $"{host.Address}files/{id}";

    private static string Kind(SimulatedFile file) => file.ContentType.Split('/')[0];

    private JsonObject? Found(string id) => statuses.Find(s => s.Text("id") == id);

    private static bool Later(string id, string than) => (id.Length, id).CompareTo((than.Length, than)) > 0;

    private string Next() => (++ids).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private string Now() => world.Time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private static Answer Ok(JsonNode json) => new(200, json);

    private static Answer No(int status, string error) => new(status, new JsonObject { ["error"] = error });

    private static Answer? Refuse(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var n } => No(429, "Too many requests") with { RetryAfter = n },
        Fault.ServerError { Status: var status } => No(status, "Something went wrong on our end"),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };
}
