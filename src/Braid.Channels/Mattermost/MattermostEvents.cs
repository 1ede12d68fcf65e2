using System.Text;
using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Mattermost;

/// <summary>Events of the socket. A post comes as JSON inside a string.</summary>
internal static class MattermostEvents
{
    public static Reading Read(string name, JsonElement json, MattermostSettings settings)
    {
        var data = json.Get("data");
        switch (name)
        {
            case "posted" or "post_edited" or "post_deleted":
                return Inner(data, "post", post => Post(name, post, data, settings));
            case "reaction_added" or "reaction_removed":
                return Inner(data, "reaction", reaction => Reaction(reaction, json, name == "reaction_added" ? "added" : "removed", settings));
            case "typing" when (json.Get("broadcast").Id("channel_id") ?? data.Id("channel_id")) is { } channel:
                return new Reading.Ignored("typing") { Signals = [new(SignalKind.Typing, channel, data.Id("user_id"))] };
            default:
                return new Reading.Ignored($"{name}: no content for us");
        }
    }

    private static Reading Post(string name, JsonElement post, JsonElement data, MattermostSettings settings)
    {
        if (post.Id("id") is not { } id || post.Id("channel_id") is not { } channel || post.Id("user_id") is not { } user) { return new Reading.Ignored("a post without id, channel or person"); }
        if (user == settings.BotUserId) { return new Reading.Ignored("our own post"); }
        if (post.Text("type") is { } type && type.StartsWith("system_", StringComparison.Ordinal)) { return new Reading.Ignored($"{type}: a notice of Mattermost's"); }
        // Previews and reactions also count as edits; people's edits have a time.
        if (name == "post_edited" && post.Epoch("edit_at") is null) { return new Reading.Ignored("a preview or a reaction, not an edit"); }

        var direct = data.Text("channel_type") == "D";
        var root = post.Id("root_id");
        var text = Text(post, settings);
        List<InboundAttachment> files = name == "post_deleted" ? [] : Files(post);
        var unknown = name == "posted" && text is null && files.Count == 0;
        return new Reading.Events([new(name switch { "posted" => InboundKind.Message, "post_edited" => InboundKind.Edit, _ => InboundKind.Delete })
        {
            ExternalId = id,
            TargetKey = name == "posted" ? root : id,
            Sender = MattermostReceiver.Person(user, data.Text("sender_name")),
            ThreadId = channel,
            Audience = direct ? Audience.Private : Audience.Shared,
            ThreadTitle = direct ? null : data.Text("channel_display_name"),
            Text = name == "post_deleted" ? null : text,
            Attachments = unknown ? [new(AttachmentKind.Unknown)] : files,
            Status = unknown ? "unsupported" : null,
            ReplyTo = name == "posted" ? root : null,
            Timestamp = post.Epoch(name switch { "posted" => "create_at", "post_edited" => "edit_at", _ => "delete_at" }),
        }]);
    }

    private static Reading Reaction(JsonElement reaction, JsonElement json, string status, MattermostSettings settings)
    {
        if (reaction.Id("post_id") is not { } post || reaction.Id("user_id") is not { } user || json.Get("broadcast").Id("channel_id") is not { } channel)
        {
            return new Reading.Ignored("a reaction without post, person or channel");
        }

        return user == settings.BotUserId ? new Reading.Ignored("our own reaction") : new Reading.Events([new(InboundKind.Reaction)
        {
            TargetKey = post, ReplyTo = post, Sender = new(user), ThreadId = channel, Audience = Audience.Shared, Text = reaction.Text("emoji_name"), Status = status,
            Timestamp = status == "added" ? reaction.Epoch("create_at") : null,
        }]);
    }

    private static string? Text(JsonElement post, MattermostSettings settings)
    {
        var text = post.Text("message")?.Trim();
        if (text is not null && settings.Address is { } mention && text.StartsWith(mention, StringComparison.OrdinalIgnoreCase))
        {
            var rest = text[mention.Length..];
            if (rest.Length == 0 || !(char.IsLetterOrDigit(rest[0]) || rest[0] is '-' or '_' or '.')) { text = rest.Trim(); }
        }

        if (!string.IsNullOrEmpty(text)) { return text; }
        var integrations = string.Join('\n', post.Get("props").Items("attachments").Select(a => a.Text("text") ?? a.Text("fallback") ?? a.Text("title")).OfType<string>());
        return integrations.Length == 0 ? null : integrations;
    }

    /// <summary>What is known of a file comes beside its id, or not at all.</summary>
    private static List<InboundAttachment> Files(JsonElement post)
    {
        var described = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var file in post.Get("metadata").Items("files"))
        {
            if (file.Id("id") is { } id) { described[id] = file; }
        }

        return [.. post.Items("file_ids").Select(ChannelJson.AsId).OfType<string>().Concat(described.Keys).Distinct().Select(id =>
        {
            var file = described.GetValueOrDefault(id);
            return new InboundAttachment(file.Text("mime_type")?.Split('/')[0] switch { "image" => AttachmentKind.Image, "video" => AttachmentKind.Video, "audio" => AttachmentKind.Audio, _ => AttachmentKind.File })
            {
                Name = file.Text("name"), ContentType = file.Text("mime_type"), Size = file.Number("size"), MediaRef = id,
            };
        })];
    }

    private static Reading Inner(JsonElement data, string name, Func<JsonElement, Reading> read)
    {
        if (data.Text(name) is not { } text) { return new Reading.Ignored($"an event without its {name}"); }
        try
        {
            using var document = JsonDocument.Parse(Encoding.UTF8.GetBytes(text));
            return read(document.RootElement);
        }
        catch (JsonException)
        {
            return new Reading.Unreadable($"the {name} inside is not JSON");
        }
    }
}
