using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Http;

namespace Braid.Simulator.Meta;

/// <summary>POST /{account}/messages: sender actions, direct messages, private answers to comments. Called under the gate.</summary>
internal sealed class MetaSending(MetaServer server, Call call)
{
    private static readonly TimeSpan Window = TimeSpan.FromHours(24);

    public Answer Send()
    {
        var recipient = call.Object("recipient") ?? throw MetaAnswer.Refuse(100, "(#100) The parameter recipient is required.");
        var comment = recipient.Text("comment_id") is { } id ? Comment(id) : null;
        var person = comment?.Author ?? server.FindById(recipient.Text("id"))
            ?? throw MetaAnswer.Refuse(100, "(#100) No matching user found", server.Instagram ? 2534014 : 2018001);
        if (call.Text("sender_action") is { } action) return Act(person, action);

        var message = call.Object("message") ?? throw MetaAnswer.Refuse(100, "(#100) Param message is required.");
        var (text, files) = Content(message);
        if (person.Gone) throw MetaAnswer.Refuse(551, "(#551) This person isn't available right now.", 1545041);
        if (comment is null) CheckWindow(person);
        else comment.AnsweredPrivately = true;

        var mid = server.NewId();
        person.Opened = true;
        person.See(new(mid, text, files) { Raw = call.Parameters.DeepClone() });
        Echo(person, mid, message);
        return MetaAnswer.Ok(new JsonObject { ["recipient_id"] = person.Id, ["message_id"] = mid });
    }

    private MetaComment Comment(string id)
    {
        var comment = server.Comments.GetValueOrDefault(id) ?? throw MetaAnswer.Unknown(id);
        return comment.AnsweredPrivately ? throw MetaAnswer.Refuse(10900, "Activity already replied to") : comment;
    }

    private Answer Act(MetaPerson person, string action)
    {
        if (action is not ("typing_on" or "typing_off" or "mark_seen" or "react" or "unreact")) throw MetaAnswer.Refuse(100, "(#100) Invalid sender action");
        var payload = call.Object("payload");
        if (action is "react" or "unreact" && payload?.Text("message_id") is null) throw MetaAnswer.Refuse(100, "(#100) Param payload must have message_id");
        person.Actions.Add(action == "react" ? $"react:{payload!.Text("reaction")}" : action);
        return MetaAnswer.Ok(new JsonObject { ["recipient_id"] = person.Id });
    }

    private void CheckWindow(MetaPerson person)
    {
        var age = server.World.Time.GetUtcNow() - (person.LastWroteAt ?? DateTimeOffset.MinValue);
        var tagged = call.Text("messaging_type") == "MESSAGE_TAG" && call.Text("tag") == "HUMAN_AGENT";
        if (tagged && !server.HumanAgent) throw MetaAnswer.Refuse(200, "(#200) The app has no human_agent permission.");
        if (age > (tagged ? TimeSpan.FromDays(7) : Window))
        {
            throw MetaAnswer.Refuse(10, "(#10) This message is sent outside of allowed window.", server.Instagram ? 2534022 : 2018278);
        }
    }

    private (string Text, IReadOnlyList<SimulatedFile> Files) Content(JsonObject message)
    {
        var replies = message.Objects("quick_replies").ToList();
        if (replies.Count > 13 || replies.Exists(r => r.Text("content_type") == "text" && r.Text("title") is not { Length: >= 1 and <= 20 }))
        {
            throw MetaAnswer.Refuse(100, "(#100) Length of param title must be less than or equal to 20, and there may be 13 quick replies");
        }

        if (message.Text("text") is { } text)
        {
            var length = server.Instagram ? Encoding.UTF8.GetByteCount(text) : text.Length;
            if (length == 0 || length > (server.Instagram ? 1000 : 2000)) throw MetaAnswer.Refuse(100, "(#100) Length of param message[text] must be less than or equal to the limit");
            return (text, []);
        }

        if (message["attachment"] is not JsonObject attachment || attachment["payload"] is not JsonObject payload) throw MetaAnswer.Refuse(100, "(#100) Param message must have text or attachment");
        if (attachment.Text("type") == "template") return (Template(payload), []);
        return payload.Text("attachment_id") is { } id && server.Files.TryGetValue(id, out var file)
            ? ("", [file])
            : throw MetaAnswer.Refuse(100, "(#100) Param attachment_id must be a valid attachment", 2018007);
    }

    private static string Template(JsonObject payload)
    {
        var elements = payload.Objects("elements").ToList();
        var buttons = payload.Objects("buttons").Concat(elements.SelectMany(e => e.Objects("buttons"))).ToList();
        if (buttons.Exists(b => b.Text("title") is not { Length: >= 1 and <= 20 } || b.Text("type") is not ("postback" or "web_url" or "phone_number")))
        {
            throw MetaAnswer.Refuse(100, "(#100) Param buttons is not valid");
        }

        switch (payload.Text("template_type"))
        {
            case "button" when payload.Text("text") is { Length: >= 1 and <= 640 } text && buttons.Count is >= 1 and <= 3:
                return text;
            case "generic" when elements.Count is >= 1 and <= 10 && elements.TrueForAll(e => e.Text("title") is { Length: >= 1 and <= 80 } && (e.Text("subtitle")?.Length ?? 0) <= 80):
                return string.Join('\n', elements.Select(e => e.Text("title")));
            default:
                throw MetaAnswer.Refuse(100, "(#100) Param template is not valid");
        }
    }

    /// <summary>What an account sends comes back to its app; pages hear of the delivery, too.</summary>
    private void Echo(MetaPerson person, string mid, JsonObject message)
    {
        var now = server.World.Time.GetUtcNow();
        var echo = new JsonObject { ["mid"] = mid, ["is_echo"] = true };
        if (message["text"] is { } text) echo["text"] = text.DeepClone();
        if (!server.Instagram)
        {
            echo["app_id"] = long.Parse(server.AppId, System.Globalization.CultureInfo.InvariantCulture);
            if (message["metadata"] is { } metadata) echo["metadata"] = metadata.DeepClone();
        }

        if (message["attachment"] is JsonObject attachment) echo["attachments"] = new JsonArray(new JsonObject { ["type"] = attachment.Text("type"), ["payload"] = new JsonObject() });
        server.Report(
            new JsonObject
            {
                ["sender"] = new JsonObject { ["id"] = server.Id }, ["recipient"] = new JsonObject { ["id"] = person.Id }, ["timestamp"] = now.ToUnixTimeMilliseconds(), ["message"] = echo,
            },
            now);
        if (!server.Instagram) person.Tell("delivery", new JsonObject { ["mids"] = new JsonArray(mid), ["watermark"] = now.ToUnixTimeMilliseconds() }, now);
    }
}
