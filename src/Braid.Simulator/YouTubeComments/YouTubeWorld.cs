using System.Globalization;
using System.Text.Json.Nodes;
using Braid.Simulator.Channels;
using Braid.Simulator.Google;
using Braid.Simulator.Http;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.YouTubeComments;

/// <summary>One channel with one video: threads newest first, of whose replies only one is shown inline, moderation, and a quota.</summary>
internal sealed class YouTubeWorld(World world) : PretendProvider<YouTubeViewer>(world, SimulatedProvider.YouTube)
{
    private const string Channel = "UCbraidDemoChannel0000001";
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private readonly List<Comment> comments = [];

    public GoogleDesk Desk { get; } = new(world);

    /// <summary>Units left of the day's quota.</summary>
    public int Units { get; set; } = 10_000;

    public override JsonObject Settings => new()
    {
        ["clientId"] = Desk.ClientId, ["clientSecret"] = Desk.ClientSecret, ["refreshToken"] = Desk.RefreshToken, ["channelId"] = Channel, ["tokenUrl"] = Address + "/token",
        ["apiBaseUrl"] = Address + "/youtube/v3",
    };

    public override SimulatedSkills Skills => new() { FilesIn = false, FilesOut = false, Public = true };

    public string StatusOf(string id)
    {
        lock (Gate) { return comments.Find(c => c.Id == id)?.Status ?? "deleted"; }
    }

    internal string Write(string authorId, string name, string text, string? parent = null)
    {
        lock (Gate)
        {
            var id = parent is null ? "Ugz" + World.Letters(20, Alphabet) + "AaABAg" : $"{parent}.{World.Letters(8, Alphabet)}";
            var at = NextMoment();
            comments.Add(new Comment(id, parent, authorId, name) { Text = text, At = at, Updated = at });
            return id;
        }
    }

    internal void Change(string id, string text)
    {
        lock (Gate)
        {
            var comment = comments.Find(c => c.Id == id)!;
            (comment.Text, comment.Updated) = (text, NextMoment());
        }
    }

    protected override YouTubeViewer Meet(string name) => new(this, "UC" + Letters("tube" + name, 22), name);

    protected override Answer? Refuse(Fault fault) => fault is Fault.TooManyRequests
        ? GoogleDesk.Error(403, "The request cannot be completed because you have exceeded your quota.", "RESOURCE_EXHAUSTED", "rateLimitExceeded")
        : GoogleDesk.Of(fault);

    protected override Task<Answer> CallAsync(HttpRequest request, string path, Call call, string raw) => Task.FromResult(Desk.Call(request, call) ?? Answer(request, path, call));

    private Answer Answer(HttpRequest request, string path, Call call)
    {
        if (!Desk.Accepts(request)) { return GoogleDesk.Error(401, "Invalid Credentials", "UNAUTHENTICATED", "authError"); }
        lock (Gate)
        {
            Units -= request.Method == "GET" ? 1 : 50;
            if (Units < 0)
            {
                return GoogleDesk.Error(403, "The request cannot be completed because you have exceeded your quota.", "RESOURCE_EXHAUSTED", "quotaExceeded");
            }

            return (request.Method, path["/youtube/v3/".Length..]) switch
            {
                ("GET", "commentThreads") => Threads(call.Text("moderationStatus") ?? "published"),
                ("GET", "comments") => new Answer(200, new JsonObject { ["items"] = new JsonArray([.. comments.Where(c => c.Parent == call.Text("parentId")).Select(Json)]) }),
                ("POST", "comments") => Reply(call),
                ("PUT", "comments") => Edit(call),
                ("DELETE", "comments") => comments.RemoveAll(c => c.Id == call.Text("id") && c.AuthorId == Channel) > 0 ? new Answer(204, null) : GoogleDesk.Error(404, "Not found.", "NOT_FOUND", "commentNotFound"),
                ("POST", "comments/setModerationStatus") => Moderate(call),
                _ => GoogleDesk.Error(404, "Not found.", "NOT_FOUND", "notFound"),
            };
        }
    }

    private Answer Threads(string status) => new(200, new JsonObject
    {
        ["items"] = new JsonArray([.. comments.Where(c => c.Parent is null && c.Status == status).OrderByDescending(c => c.At).Select(top =>
        {
            var replies = comments.Where(c => c.Parent == top.Id).ToList();
            var thread = new JsonObject
            {
                ["id"] = top.Id,
                ["snippet"] = new JsonObject { ["channelId"] = Channel, ["videoId"] = "dQw4w9WgXcQ", ["topLevelComment"] = Json(top), ["totalReplyCount"] = replies.Count, ["canReply"] = true },
            };
            if (replies.Count > 0) { thread["replies"] = new JsonObject { ["comments"] = new JsonArray(Json(replies[0])) }; }
            return thread;
        })]),
    });

    private Answer Reply(Call call)
    {
        var said = call.Object("snippet");
        if (comments.Find(c => c.Id == said?.Text("parentId") && c.Parent is null) is not { } parent)
        {
            return GoogleDesk.Error(404, "The specified parent comment could not be found.", "NOT_FOUND", "parentCommentNotFound");
        }

        if (said?.Text("textOriginal") is not { Length: > 0 and <= 10_000 } text)
        {
            return GoogleDesk.Error(400, "too many characters", "INVALID_ARGUMENT", "commentTextTooLong");
        }

        var id = Write(Channel, "@braid.demo", text, parent.Id);
        Find(p => p.Id == parent.AuthorId)?.Received.Add(new SimulatedReceived(id, text, []) { Public = true });
        return new Answer(200, Json(comments.Find(c => c.Id == id)!));
    }

    private Answer Edit(Call call)
    {
        if (comments.Find(c => c.Id == call.Text("id") && c.AuthorId == Channel) is not { } own)
        {
            return GoogleDesk.Error(403, "Forbidden", "PERMISSION_DENIED", "forbidden");
        }

        Change(own.Id, call.Object("snippet")!.Text("textOriginal")!);
        return new Answer(200, Json(own));
    }

    private Answer Moderate(Call call)
    {
        if (comments.Find(c => c.Id == call.Text("id")) is not { } comment)
        {
            return GoogleDesk.Error(404, "Not found.", "NOT_FOUND", "commentNotFound");
        }

        comment.Status = call.Text("moderationStatus")!;
        return new Answer(204, null);
    }

    private static JsonObject Json(Comment comment)
    {
        var said = new JsonObject
        {
            ["channelId"] = Channel, ["videoId"] = "dQw4w9WgXcQ", ["textDisplay"] = comment.Text, ["textOriginal"] = comment.Text, ["authorDisplayName"] = comment.Name,
            ["authorChannelId"] = new JsonObject { ["value"] = comment.AuthorId }, ["publishedAt"] = Iso(comment.At), ["updatedAt"] = Iso(comment.Updated),
        };
        if (comment.Parent is not null) { said["parentId"] = comment.Parent; }
        if (comment.Status != "published") { said["moderationStatus"] = comment.Status; }
        return new JsonObject { ["kind"] = "youtube#comment", ["id"] = comment.Id, ["snippet"] = said };
    }

    private static string Iso(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private sealed record Comment(string Id, string? Parent, string AuthorId, string Name)
    {
        public string Text { get; set; } = "";
        public DateTimeOffset At { get; init; }
        public DateTimeOffset Updated { get; set; }
        public string Status { get; set; } = "published";
    }
}

internal sealed class YouTubeViewer(YouTubeWorld world, string id, string name) : Acquaintance(id, "@" + name.ToLowerInvariant().Replace(' ', '.'))
{
    private string? last;

    public override Task WritesAsync(string text)
    {
        last = world.Write(Id, Name!, text);
        return Task.CompletedTask;
    }

    public void Replies(string thread, string text) => world.Write(Id, Name!, text, thread);

    public void ChangesMind(string text) => world.Change(last!, text);
}

internal sealed class YouTubeWorldFactory : ISimulatedChannelFactory
{
    public string Channel => "youtube-comments";

    public Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct) => new YouTubeWorld(world.Inner).StartAsync(ct);
}
