using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.LiveChat;

internal sealed class LiveChatReceiver : IReceiver<LiveChatSettings>
{
    /// <summary>What visitors write comes through the hub, which knows them by their token. A webhook can only be made up.</summary>
    public Verdict Verify(WebhookRequest request, LiveChatSettings settings) => new Verdict.Forged("Live chat takes no webhooks.", 403);

    public Reading Read(RawDelivery delivery, LiveChatSettings settings)
    {
        if (Parse(delivery) is not { } said) { return new Reading.Unreadable("not a live chat delivery"); }
        if (string.IsNullOrEmpty(said.VisitorId)) { return new Reading.Unreadable("the visitor's id is missing"); }

        return said.Kind switch
        {
            LiveChatKinds.Message or LiveChatKinds.Email => Message(said, delivery.ReceivedAt),
            LiveChatKinds.Seen => Seen(said, delivery.ReceivedAt),
            null => new Reading.Unreadable("the kind is missing"),
            _ => new Reading.Ignored($"unknown kind {said.Kind}"),
        };
    }

    private static Reading Message(LiveChatDelivery said, DateTimeOffset receivedAt)
    {
        if (string.IsNullOrEmpty(said.ClientId)) { return new Reading.Unreadable("the client id is missing"); }

        var text = Clean(said.Text);
        // A hand-made body may hold nulls where files should be.
        var files = (said.Files ?? []).OfType<LiveChatFile>().ToList();
        if (text is null && files.Count == 0) { return new Reading.Ignored("a message without text or files"); }

        var sender = LiveChatPeople.SenderOf(said);
        return new Reading.Events(
        [
            new InboundEvent(InboundKind.Message)
            {
                ExternalId = said.ClientId,
                // Browsers make the client ids, so one visitor's must not stand for another's.
                Key = $"{Thread(said, sender)}:{said.ClientId}",
                Sender = sender,
                ThreadId = Thread(said, sender),
                Text = text,
                Attachments = [.. files.Select(Attachment)],
                Timestamp = said.At ?? receivedAt,
                Extra = Extras(said),
            },
        ]);
    }

    private static Reading Seen(LiveChatDelivery said, DateTimeOffset receivedAt)
    {
        if (string.IsNullOrEmpty(said.MessageId)) { return new Reading.Unreadable("the id of the message seen is missing"); }

        var sender = LiveChatPeople.SenderOf(said);
        return new Reading.Events(
        [
            new InboundEvent(InboundKind.Read)
            {
                ExternalId = said.MessageId,
                TargetKey = said.MessageId,
                Sender = sender,
                ThreadId = Thread(said, sender),
                Timestamp = said.At ?? receivedAt,
            },
        ]);
    }

    private static LiveChatDelivery? Parse(RawDelivery delivery)
    {
        try
        {
            return JsonSerializer.Deserialize(delivery.Body.Span, LiveChatJson.Default.LiveChatDelivery) is { } said
                ? Storable(said)
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string Thread(LiveChatDelivery said, Sender sender) => string.IsNullOrEmpty(said.ThreadId) ? sender.Id : said.ThreadId;

    private static string? Clean(string? text) => string.IsNullOrWhiteSpace(text) ? null : JsonText.WellFormed(text);

    // Ids come from the hub, but a replayed or hand-made body may hold anything, and PostgreSQL refuses NUL.
    private static LiveChatDelivery Storable(LiveChatDelivery said) => said with
    {
        VisitorId = Storable(said.VisitorId),
        ThreadId = Storable(said.ThreadId),
        ClientId = Storable(said.ClientId),
        MessageId = Storable(said.MessageId),
        Page = Storable(said.Page),
        Locale = Storable(said.Locale),
        Identity = said.Identity is { UserId: { } userId } user ? user with { UserId = JsonText.WellFormed(userId) } : null,
    };

    private static string? Storable(string? text) => text is null ? null : JsonText.WellFormed(text);

    private static InboundAttachment Attachment(LiveChatFile file) => new(KindOf(file.ContentType))
    {
        Name = Clean(file.Name), ContentType = Storable(file.ContentType), Size = file.Size, MediaRef = Storable(file.Id),
    };

    private static AttachmentKind KindOf(string? contentType) => contentType?.Split('/', 2)[0].ToLowerInvariant() switch
    {
        // A drawing can carry scripts: it is a file to download, not a picture to show.
        "image" when !contentType.StartsWith("image/svg", StringComparison.OrdinalIgnoreCase) => AttachmentKind.Image,
        "video" => AttachmentKind.Video,
        "audio" => AttachmentKind.Audio,
        _ => AttachmentKind.File,
    };

    private static Dictionary<string, string> Extras(LiveChatDelivery said)
    {
        var extras = new Dictionary<string, string>();
        if (said.Page is { Length: > 0 } page) { extras["page"] = page.Length <= 500 ? page : page[..500]; }
        if (said.Kind == LiveChatKinds.Email && LiveChatIdentity.Email(said.Email) is { } email) { extras["answerTo"] = email; }
        return extras;
    }
}
