using System.Text.Json.Nodes;
using Braid.Simulator.Channels;
using Braid.Simulator.Http;
using Braid.Simulator.Webhooks;

namespace Braid.Simulator.Meta;

/// <summary>Somebody on Facebook or Instagram, who writes to the account and comments on its post.</summary>
public sealed class MetaPerson : ISimulatedPerson
{
    private readonly MetaServer server;

    internal MetaPerson(MetaServer server, string name, string id, string? commenterId) =>
        (this.server, Name, Id, CommenterId) = (server, name, id, commenterId ?? id);

    /// <summary>The id in direct messages: known to this account only.</summary>
    public string Id { get; }

    /// <summary>The id under comments: the same on a page, another on Instagram.</summary>
    public string CommenterId { get; }

    public string? Name { get; }

    public Arrivals<SimulatedReceived> Received { get; } = new();

    /// <summary>typing_on, mark_seen, react:love, ...</summary>
    public Arrivals<string> Actions { get; } = new();

    /// <summary>Left, or blocked the account.</summary>
    public bool Gone { get; set; }

    public DateTimeOffset? LastWroteAt { get; private set; }

    internal bool Opened { get; set; }

    public Task WritesAsync(string text) => SaysAsync(new JsonObject { ["text"] = text });

    /// <summary>Long ago, so that the window may be shut.</summary>
    public Task WroteAsync(string text, DateTimeOffset at) => SaysAsync(new JsonObject { ["text"] = text }, at);

    /// <summary>Words and file are one message, as in the apps.</summary>
    public Task SendsAsync(SimulatedFile file, string? caption = null)
    {
        var kind = file.ContentType.Split('/')[0] is var k and ("image" or "audio" or "video") ? k : "file";
        string id;
        lock (server.Gate) { id = server.Keep(file); }
        var message = new JsonObject();
        if (caption is not null) message["text"] = caption;
        message["attachments"] = new JsonArray(new JsonObject { ["type"] = kind, ["payload"] = new JsonObject { ["url"] = server.FileUrl(id) } });
        return SaysAsync(message);
    }

    public Task RepliesToStoryAsync(string storyId, string text) => SaysAsync(new JsonObject
    {
        ["text"] = text, ["reply_to"] = new JsonObject { ["story"] = new JsonObject { ["id"] = storyId, ["url"] = server.FileUrl(storyId) } },
    });

    /// <summary>Taps a quick reply or a button under a message.</summary>
    public Task TapsAsync(SimulatedReceived received, string title)
    {
        var message = received.Raw?["message"];
        if (message.Objects("quick_replies").FirstOrDefault(q => q.Text("title") == title) is { } reply)
        {
            return SaysAsync(new JsonObject { ["text"] = title, ["quick_reply"] = new JsonObject { ["payload"] = reply.Text("payload") } });
        }

        var payload = message?["attachment"]?["payload"];
        var button = payload.Objects("buttons").Concat(payload.Objects("elements").SelectMany(e => e.Objects("buttons"))).First(b => b.Text("title") == title);
        return TellNow("postback", new JsonObject { ["mid"] = server.NewId(), ["title"] = title, ["payload"] = button.Text("payload") });
    }

    public Task ReactsAsync(string mid, string? emoji) => TellNow("reaction", emoji is null
        ? new JsonObject { ["mid"] = mid, ["action"] = "unreact" }
        : new JsonObject { ["mid"] = mid, ["action"] = "react", ["reaction"] = "other", ["emoji"] = emoji });

    public Task EditsAsync(string mid, string text) => TellNow("message_edit", new JsonObject { ["mid"] = mid, ["text"] = text, ["num_edit"] = 1 });

    public Task TakesBackAsync(string mid) => TellNow("message", new JsonObject { ["mid"] = mid, ["is_deleted"] = true });

    public Task ReadsAsync(SimulatedReceived received) => received.Public ? Task.CompletedTask : TellNow("read", server.Instagram
        ? new JsonObject { ["mid"] = received.Id }
        : new JsonObject { ["watermark"] = server.World.Time.GetUtcNow().ToUnixTimeMilliseconds() });

    /// <summary>Comments on the account's post, or answers a comment. Gives the comment's id.</summary>
    public async Task<string> CommentsAsync(string text, string? answers = null)
    {
        Task taken;
        string id;
        lock (server.Gate)
        {
            id = server.NewCommentId();
            server.Comments[id] = new MetaComment(id, answers, this, text);
            taken = TellComment(server, server.Comments[id], "add");
        }

        await taken;
        return id;
    }

    /// <summary>Only pages hear of this.</summary>
    public Task EditsCommentAsync(string id, string text)
    {
        lock (server.Gate)
        {
            server.Comments[id].Text = text;
            return TellComment(server, server.Comments[id], "edited");
        }
    }

    internal void See(SimulatedReceived received) => Received.Add(received);

    internal Task Tell(string kind, JsonObject content, DateTimeOffset at) => server.Report(
        new JsonObject
        {
            ["sender"] = new JsonObject { ["id"] = Id }, ["recipient"] = new JsonObject { ["id"] = server.Id }, ["timestamp"] = at.ToUnixTimeMilliseconds(), [kind] = content.Copy(),
        },
        at);

    internal static Task TellComment(MetaServer server, MetaComment comment, string verb)
    {
        var now = server.World.Time.GetUtcNow();
        var author = comment.Author;
        if (server.Instagram)
        {
            var from = author is null
                ? new JsonObject { ["id"] = server.Id, ["username"] = "tarn.ember" }
                : new JsonObject { ["id"] = author.CommenterId, ["username"] = author.Name!.ToLowerInvariant().Replace(' ', '.') };
            var value = new JsonObject { ["from"] = from, ["media"] = new JsonObject { ["id"] = server.PostId, ["media_product_type"] = "FEED" }, ["id"] = comment.Id };
            if (comment.Parent is not null) value["parent_id"] = comment.Parent;
            value["text"] = comment.Text;
            return server.ReportChange("comments", value, now);
        }

        var feed = new JsonObject
        {
            ["from"] = new JsonObject { ["id"] = author?.CommenterId ?? server.Id, ["name"] = author?.Name ?? "Tarn & Ember" },
            ["post"] = new JsonObject { ["status_type"] = "added_photos", ["permalink_url"] = "https://www.facebook.com/" + server.PostId, ["id"] = server.PostId },
            ["post_id"] = server.PostId, ["comment_id"] = comment.Id, ["created_time"] = now.ToUnixTimeSeconds(), ["item"] = "comment",
            ["parent_id"] = comment.Parent ?? server.PostId, ["verb"] = verb,
        };
        if (verb != "remove") feed["message"] = comment.Text;
        return server.ReportChange("feed", feed, now);
    }

    private Task TellNow(string kind, JsonObject content)
    {
        lock (server.Gate) { return Tell(kind, content, server.World.Time.GetUtcNow()); }
    }

    private Task SaysAsync(JsonObject message, DateTimeOffset? at = null)
    {
        lock (server.Gate)
        {
            var when = at ?? server.World.Time.GetUtcNow();
            LastWroteAt = when;
            var sent = new JsonObject { ["mid"] = server.NewId() };
            foreach (var (name, value) in message) sent[name] = value?.DeepClone();
            return Tell("message", sent, when);
        }
    }
}
