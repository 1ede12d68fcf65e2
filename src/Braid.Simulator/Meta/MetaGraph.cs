using System.Text.Json.Nodes;
using Braid.Simulator.Http;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Meta;

/// <summary>The Graph API's paths around one account. Files lie on a network of their own and need no token.</summary>
internal sealed class MetaGraph(MetaServer server)
{
    public async Task<Answer> CallAsync(HttpRequest request, string[] parts, Call call)
    {
        if (parts is ["cdn", var file]) return Download(file);

        var token = request.Headers.Authorization.ToString() is ['B', 'e', 'a', 'r', 'e', 'r', ' ', .. var bearer] ? bearer : call.Text("access_token");
        if (token is null) return MetaAnswer.Error(401, 190, "An access token is required to request this resource.");
        if (parts is [var app, "subscriptions"] && app == server.AppId) return await RegisterAsync(call, token, request.HttpContext.RequestAborted);
        if (token != server.AccessToken) return MetaAnswer.Error(400, 190, "Error validating access token: The session has been invalidated.", 460);

        lock (server.Gate)
        {
            return (request.Method, parts) switch
            {
                ("POST", [var id, "messages"]) => Ours(id, () => new MetaSending(server, call).Send()),
                ("POST", [var id, "message_attachments"]) => Ours(id, () => Upload(call)),
                ("POST", [var id, "photos"]) when !server.Instagram => Ours(id, () => MetaAnswer.Ok(new JsonObject { ["id"] = server.Keep(Part(call, "source")) })),
                ("POST", [var id, "subscribed_apps"]) => Ours(id, () => Subscribe(call)),
                ("GET", [var id, "subscribed_apps"]) => Ours(id, Subscriptions),
                ("POST", [var id, "comments" or "replies"]) when parts[1] == (server.Instagram ? "replies" : "comments") => Answer(Comment(id), call),
                ("POST" or "DELETE", [var id, "likes"]) when !server.Instagram && Comment(id) is not null => MetaAnswer.Success(),
                ("DELETE", [var id]) => Delete(Comment(id)),
                ("POST", [var id]) => Hide(Comment(id), call),
                ("GET", [var id]) when id == server.Id || id == "me" => MetaAnswer.Ok(new JsonObject { ["id"] = server.Id, [server.Instagram ? "username" : "name"] = "tarn.ember" }),
                ("GET", [var id]) when server.FindById(id) is { } person => MetaAnswer.Ok(new JsonObject { ["id"] = id, ["name"] = person.Name }),
                _ => throw MetaAnswer.Unknown(parts.FirstOrDefault() ?? ""),
            };
        }
    }

    private Answer Download(string id)
    {
        lock (server.Gate)
        {
            return server.Files.TryGetValue(id, out var file)
                ? new Answer(200, null) { Content = file.Content, ContentType = file.ContentType }
                : new Answer(403, null) { Content = "URL signature expired"u8.ToArray(), ContentType = "text/plain" };
        }
    }

    /// <summary>The app's own token is its id and secret.</summary>
    private async Task<Answer> RegisterAsync(Call call, string token, CancellationToken ct)
    {
        if (token != $"{server.AppId}|{server.AppSecret}") return MetaAnswer.Error(400, 190, "Error validating application. Invalid application secret.");
        if (call.Text("object") != (server.Instagram ? "instagram" : "page") || call.Text("callback_url") is not { } url) return MetaAnswer.Error(400, 100, "(#100) Invalid parameter");
        return await server.RegisterAsync(new Uri(url), call.Text("verify_token") ?? "", ct)
            ? MetaAnswer.Success()
            : MetaAnswer.Error(400, 2200, "(#2200) Callback verification failed with the following errors: the response does not match the challenge.");
    }

    private Answer Ours(string id, Func<Answer> act) => id == server.Id || id == server.PageId || id == "me" ? act() : throw MetaAnswer.Unknown(id);

    private Answer Subscribe(Call call)
    {
        if (string.IsNullOrEmpty(call.Text("subscribed_fields"))) throw MetaAnswer.Refuse(100, "(#100) The parameter subscribed_fields is required.");
        server.Subscribed = true;
        return MetaAnswer.Success();
    }

    private Answer Subscriptions() => MetaAnswer.Ok(new JsonObject
    {
        ["data"] = server.Subscribed ? new JsonArray(new JsonObject { ["id"] = server.AppId, ["name"] = "Braid" }) : [],
    });

    private Answer Upload(Call call)
    {
        var file = Part(call, "filedata");
        var type = (call.Object("message")?["attachment"] as JsonObject)?.Text("type");
        if (type is not ("image" or "video" or "audio" or "file")) throw MetaAnswer.Refuse(100, "(#100) Incorrect attachment type", 2018047);
        if (server.Instagram && call.Text("platform") != "instagram") throw MetaAnswer.Refuse(100, "(#100) Param platform must be instagram");
        if (file.Content.Length > (type == "image" ? 8 : 25) * 1024 * 1024) throw MetaAnswer.Refuse(100, "(#100) The attachment is too large", 2018047);
        return MetaAnswer.Ok(new JsonObject { ["attachment_id"] = server.Keep(file) });
    }

    private static SimulatedFile Part(Call call, string name) =>
        call.Files.TryGetValue(name, out var file) ? file : throw MetaAnswer.Refuse(100, $"(#100) No file in {name}", 2018008);

    private MetaComment Comment(string id) => server.Comments.TryGetValue(id, out var comment) ? comment : throw MetaAnswer.Unknown(id);

    private Answer Answer(MetaComment parent, Call call)
    {
        var text = call.Text("message") ?? "";
        var files = call.Text("attachment_id") is { } photo && server.Files.TryGetValue(photo, out var file) ? new[] { file } : [];
        if (text.Length == 0 && files.Length == 0) throw MetaAnswer.Refuse(100, "(#100) Missing message or attachment");
        if (server.Instagram && parent.Parent is not null) throw MetaAnswer.Refuse(100, "(#100) Replies go to top-level comments only");

        var id = server.NewCommentId();
        server.Comments[id] = new MetaComment(id, parent.Id, null, text);
        // Everybody above hears of it.
        for (var above = parent; above is not null; above = above.Parent is { } up ? server.Comments.GetValueOrDefault(up) : null)
        {
            above.Author?.See(new(id, text, files) { Raw = call.Parameters.DeepClone(), Public = true });
        }

        MetaPerson.TellComment(server, server.Comments[id], "add");
        return MetaAnswer.Ok(new JsonObject { ["id"] = id });
    }

    private Answer Hide(MetaComment comment, Call call)
    {
        if (call.Text(server.Instagram ? "hide" : "is_hidden") is not { } hide) throw MetaAnswer.Refuse(100, "(#100) Invalid parameter");
        comment.Hidden = hide is "true" or "True";
        return MetaAnswer.Success();
    }

    private Answer Delete(MetaComment comment)
    {
        server.Comments.Remove(comment.Id);
        if (!server.Instagram) MetaPerson.TellComment(server, comment, "remove");
        return MetaAnswer.Success();
    }
}
