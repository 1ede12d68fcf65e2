using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.GoogleChat;

/// <summary>Messages and taps. Names such as `spaces/A/messages/B` are unique all over Google Chat.</summary>
internal static class GoogleChatMessages
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Reading Message(JsonElement message, JsonElement space, JsonElement user)
    {
        var sender = Person(message.Get("sender")) ?? Person(user);
        if (message.Id("name") is not { } name || sender is null || Thread(message, space) is not { } thread) { return new Reading.Ignored("a message without name, sender or space"); }
        if (message.Get("sender").Text("type") == "BOT") { return new Reading.Ignored("a message of an app"); }

        var text = (message.Text("argumentText") ?? message.Text("text"))?.Trim();
        List<InboundAttachment> files = [.. message.Items("attachment").Where(a => a.IsObject()).Select(File), .. message.Items("attachedGifs").Where(g => g.IsObject()).Select(Gif)];
        var unknown = text is null && files.Count == 0;
        return new Reading.Events(
        [
            new(InboundKind.Message)
            {
                ExternalId = name,
                TargetKey = message.Get("quotedMessageMetadata").Id("name"),
                Sender = sender,
                ThreadId = thread,
                Audience = AudienceOf(space.IsObject() ? space : message.Get("space")),
                ThreadTitle = space.Text("displayName"),
                Text = text,
                Attachments = unknown ? [new(AttachmentKind.Unknown)] : files,
                Status = unknown ? "unsupported" : null,
                ReplyTo = message.Get("quotedMessageMetadata").Id("name"),
                Timestamp = Time(message, "createTime"),
            },
        ]);
    }

    /// <param name="owner">Where user and time stand.</param>
    /// <param name="tapped">Where message and space stand.</param>
    public static Reading Tap(JsonElement owner, JsonElement tapped, JsonElement common)
    {
        var message = tapped.Get("message");
        if (Person(owner.Get("user")) is not { } sender || Thread(message, tapped.Get("space")) is not { } thread) { return new Reading.Ignored("a tap without person or space"); }
        var (text, payload) = Chosen(tapped.Get("action"), common);
        var card = message.Id("name");
        return new Reading.Events(
        [
            new(InboundKind.Postback)
            {
                // Google gives taps no id; who, when and what together are one.
                Key = $"{sender.Id}:{owner.Text("eventTime")}:{card}",
                Sender = sender,
                ThreadId = thread,
                Audience = AudienceOf(tapped.Get("space").IsObject() ? tapped.Get("space") : message.Get("space")),
                ThreadTitle = tapped.Get("space").Text("displayName"),
                Text = text,
                Payload = payload,
                ReplyTo = card,
                TargetKey = card,
                Timestamp = Time(owner, "eventTime"),
            },
        ]);
    }

    private static (string? Text, string? Payload) Chosen(JsonElement action, JsonElement common)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var parameter in action.Items("parameters"))
        {
            if (parameter.Text("key") is { } key) { given[key] = parameter.Text("value") ?? ""; }
        }

        if (given.Count == 0 && common.Get("parameters").IsObject())
        {
            foreach (var parameter in common.Get("parameters").EnumerateObject()) { given[JsonText.WellFormed(parameter.Name)] = parameter.Value.AsId() ?? ""; }
        }

        if (given.TryGetValue(GoogleChatCards.Payload, out var ours)) { return (given.GetValueOrDefault(GoogleChatCards.Title), ours); }
        if (common.Get("formInputs").Get(GoogleChatCards.Payload).Get("stringInputs").Items("value").FirstOrDefault().AsId() is { } row) { return (null, row); }
        return (null, given.Count > 0
            ? JsonSerializer.Serialize(given, Plain)
            : common.Text("invokedFunction") ?? action.Text("actionMethodName"));
    }

    private static InboundAttachment File(JsonElement file) => new(file.Text("contentType")?.Split('/')[0] switch
    {
        "image" => AttachmentKind.Image, "video" => AttachmentKind.Video, "audio" => AttachmentKind.Audio, _ => AttachmentKind.File,
    })
    {
        Name = file.Text("contentName"),
        ContentType = file.Text("contentType"),
        // Files that lie in Drive need Drive's own rights: their link is all we can show.
        MediaRef = file.Get("attachmentDataRef").Text("resourceName"),
        Facts = file.Get("driveDataRef").Text("driveFileId") is { } drive ? new Dictionary<string, string> { ["url"] = "https://drive.google.com/open?id=" + Uri.EscapeDataString(drive) } : new Dictionary<string, string>(),
    };

    private static InboundAttachment Gif(JsonElement gif) => new(AttachmentKind.Image) { MediaRef = gif.Text("uri") };

    private static Sender? Person(JsonElement user) => user.Id("name") is not { } id ? null : new(id)
    {
        Name = user.Text("displayName"), Address = user.Text("email"),
        Keys = user.Text("email") is { } email ? [new(KeyKind.Email, email.ToLowerInvariant(), Proof: null)] : [],
    };

    private static string? Thread(JsonElement message, JsonElement space) => message.Get("thread").Id("name") ?? space.Id("name") ?? message.Get("space").Id("name");

    private static Audience AudienceOf(JsonElement space) =>
        space.Text("spaceType") is "DIRECT_MESSAGE" || (space.Text("spaceType") is null && space.Text("type") is "DM") ? Audience.Private : Audience.Shared;

    private static DateTimeOffset? Time(JsonElement json, string name) =>
        DateTimeOffset.TryParse(json.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
