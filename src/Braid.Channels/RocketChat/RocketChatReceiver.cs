using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.RocketChat;

internal sealed class RocketChatReceiver : IReceiver<RocketChatSettings>
{
    /// <summary>Rocket.Chat signs nothing: an integration repeats its token in the body, Omnichannel its secret in a header.</summary>
    public Verdict Verify(WebhookRequest request, RocketChatSettings settings) =>
        request.HeaderEquals("X-RocketChat-Livechat-Token", settings.LivechatSecret) || Secrets.Match(TokenIn(request.Body), settings.WebhookToken)
            ? new Verdict.Genuine()
            : new Verdict.Forged("neither the token in the body nor the Omnichannel secret matches");

    public Reading Read(RawDelivery delivery, RocketChatSettings settings) => ChannelJson.Read(delivery, "a Rocket.Chat event", json =>
    {
        if (json.Text("msg") is { } kind && json.Get("collection").Exists()) { return kind == "changed" ? Realtime(json, settings) : new Reading.Ignored($"{kind}: the connection's own"); }
        if (json.Get("visitor").IsObject()) { return Omnichannel(json); }
        return json.Id("message_id") is not null || json.Id("channel_id") is not null ? Integration(json, settings) : new Reading.Unreadable("not a Rocket.Chat event");
    });

    private static Reading Integration(JsonElement json, RocketChatSettings settings)
    {
        if (json.Id("message_id") is not { } id || json.Id("channel_id") is not { } room || json.Id("user_id") is not { } user) { return new Reading.Ignored("a call without message, room or person"); }
        // Our own posts come back, marked as a bot's; so would another bot's, and two bots must not talk to each other.
        if (json.Get("bot") is { ValueKind: JsonValueKind.Object or JsonValueKind.True } || user == settings.UserId) { return new Reading.Ignored("a bot's message"); }

        var username = json.Text("user_name");
        return Said(new RocketChatMessage(id, room, username is null ? new(user) : new(user) { Name = username, Username = username, Address = "@" + username })
        {
            Text = json.Text("text"), Root = json.Id("tmid"), Edited = json.Flag("isEdited"), At = RocketChatMessage.Time(json.Get("timestamp")),
            Private = !json.Get("channel_name").Exists(), Title = json.Text("channel_name"), Files = RocketChatMessage.FilesOf(json.Get("message")),
        }, settings);
    }

    private static Reading Realtime(JsonElement json, RocketChatSettings settings)
    {
        var arguments = json.Get("fields").Items("args").ToList();
        if (arguments.Count == 0 || RocketChatMessage.Of(arguments[0]) is not { } message) { return new Reading.Ignored("an event without a message"); }
        if (message.Sender.Id == settings.UserId || arguments[0].Get("bot").IsObject()) { return new Reading.Ignored("a bot's message"); }
        var room = arguments.Count > 1 ? arguments[1] : default;
        message = message with { Private = room.Text("roomType") is "d" or "l", Title = room.Text("roomType") is "d" ? null : room.Text("roomName") };
        return arguments[0].Text("t") switch
        {
            null => Said(message, settings),
            "rm" => new Reading.Events([message.Event(InboundKind.Delete) with { ExternalId = message.Id, TargetKey = message.Id, Timestamp = RocketChatMessage.Time(arguments[0].Get("_updatedAt")) }]),
            var notice => new Reading.Ignored($"{notice}: a notice of Rocket.Chat's"),
        };
    }

    /// <summary>A visitor's conversation: all messages of the batch. What an agent wrote in Rocket.Chat is our side's.</summary>
    private static Reading Omnichannel(JsonElement json)
    {
        if (json.Text("type") is not "Message") { return new Reading.Ignored($"{json.Text("type") ?? "an Omnichannel event"}: no content for us"); }
        var (events, skipped) = (new List<InboundEvent>(), new List<string>());
        var visitor = json.Get("visitor");
        foreach (var item in json.Items("messages"))
        {
            if (RocketChatMessage.Of(item) is not { } message)
            {
                skipped.Add("a message without id, room or person");
                continue;
            }

            var agent = item.Id("agentId") is not null || (visitor.Id("_id") is { } guest && guest != message.Sender.Id);
            var files = item.Get("fileUpload").Text("publicFilePath") is { } path
                ? [new InboundAttachment(RocketChatMessage.Kind(item.Get("fileUpload").Text("type"))) { ContentType = item.Get("fileUpload").Text("type"), Size = item.Get("fileUpload").Number("size"), MediaRef = path }]
                : message.Files;
            var unknown = message.Text is null && files.Count == 0;
            events.Add(message.Event(InboundKind.Message) with
            {
                ExternalId = message.Id,
                Sender = agent ? message.Sender : message.Sender with { Keys = Keys(visitor) },
                Audience = Audience.Private,
                Text = message.Text,
                Attachments = unknown ? [new(AttachmentKind.Unknown)] : files,
                Status = unknown ? "unsupported" : null,
                Outbound = agent,
            });
        }

        return events.Count == 0 ? new Reading.Ignored(skipped.Count == 0 ? "no message" : string.Join("; ", skipped)) : new Reading.Events(events) { Skipped = skipped };
    }

    private static Reading.Events Said(RocketChatMessage message, RocketChatSettings settings)
    {
        var text = message.Text;
        if (text is not null && settings.Address is { } mention && text.StartsWith(mention + " ", StringComparison.OrdinalIgnoreCase)) { text = text[mention.Length..].Trim(); }
        if (string.IsNullOrEmpty(text)) { text = null; }
        var unknown = text is null && message.Files.Count == 0 && !message.Edited;
        return new Reading.Events([message.Event(message.Edited ? InboundKind.Edit : InboundKind.Message) with
        {
            ExternalId = message.Id,
            TargetKey = message.Edited ? message.Id : message.Root,
            Text = text,
            Attachments = unknown ? [new(AttachmentKind.Unknown)] : message.Files,
            Status = unknown ? "unsupported" : null,
            ReplyTo = message.Edited ? null : message.Root,
        }]);
    }

    /// <summary>What visitors enter about themselves nobody has checked.</summary>
    private static IReadOnlyList<ContactKey> Keys(JsonElement visitor) =>
    [
        .. visitor.Items("email").Select(e => e.Text("address")).OfType<string>().Select(e => new ContactKey(KeyKind.Email, e.ToLowerInvariant(), null)),
        .. visitor.Items("phone").Select(p => p.Text("phoneNumber")).OfType<string>().Where(p => p.StartsWith('+')).Select(p => new ContactKey(KeyKind.Phone, p, null)),
    ];

    private static string? TokenIn(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Text("token");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
