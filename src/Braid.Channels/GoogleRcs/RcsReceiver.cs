using System.Globalization;
using System.Text;
using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.GoogleRcs;

internal sealed class RcsReceiver : IReceiver<GoogleRcsSettings>
{
    public Verdict Verify(WebhookRequest request, GoogleRcsSettings settings) =>
        Handshake(request.Body, settings) ?? (RcsEnvelope.IsSigned(request, settings) ? new Verdict.Genuine() : new Verdict.Forged("X-Goog-Signature does not match the client token"));

    public Reading Read(RawDelivery delivery, GoogleRcsSettings settings) =>
        ChannelJson.Read(delivery, "an RCS event", json =>
        {
            var message = Recorded.Open(json).Body.Get("message");
            if (Signatures.Base64(message.Text("data")) is not { } data) { return new Reading.Unreadable("not an RCS event: it carries no data"); }
            using var inner = JsonDocument.Parse(data);
            return Event(inner.RootElement, message);
        });

    private static Reading Event(JsonElement json, JsonElement envelope)
    {
        if (!json.IsObject()) { return new Reading.Unreadable("not an RCS event: its data is no object"); }
        if (envelope.Get("attributes").Text("type") == "agent_launch_event" || json.Get("newLaunchState").Exists()) { return Launch(json); }

        // What it is shows in the content; the attribute that should tell is not dependable.
        var phone = json.Id("senderPhoneNumber") ?? json.Id("phoneNumber");
        if (phone is null) { return new Reading.Ignored($"{json.Text("eventType") ?? "an event"} without a phone number"); }
        return json.Text("eventType") switch
        {
            null => Message(json, envelope, phone),
            "DELIVERED" => Status(json, envelope, phone, "delivered", null),
            "READ" => Status(json, envelope, phone, "read", null),
            "TTL_EXPIRATION_REVOKED" => Status(json, envelope, phone, "expired", "The phone could not be reached in time, and the message was taken back. Use SMS or another channel."),
            "TTL_EXPIRATION_REVOKE_FAILED" => Status(json, envelope, phone, "unknown", "The phone could not be reached in time, but the message could not be taken back: it may still arrive."),
            "IS_TYPING" => new Reading.Ignored("the customer is typing") { Signals = [new(SignalKind.Typing, phone, phone, json.Id("agentId"))] },
            "SUBSCRIBE" => new Reading.Ignored($"{phone} agreed to messages"),
            "UNSUBSCRIBE" => new Reading.Ignored($"{phone} wants no more promotional messages"),
            var other => new Reading.Ignored($"{other}: no content for us"),
        };
    }

    private static Reading Message(JsonElement json, JsonElement envelope, string phone)
    {
        if ((json.Id("messageId") ?? json.Id("eventId") ?? envelope.Id("messageId")) is not { } id) { return new Reading.Ignored("a message without id"); }
        var e = new InboundEvent(InboundKind.Message)
        {
            Account = json.Id("agentId"),
            ExternalId = id,
            ThreadId = phone,
            Sender = new Sender(phone)
            {
                Address = phone,
                Keys = phone.StartsWith('+') ? [new(KeyKind.Phone, phone, "wrote from this number over RCS")] : [],
            },
            Timestamp = At(json.Text("sendTime")),
        };
        return new Reading.Events([Content(e, json)]);
    }

    private static InboundEvent Content(InboundEvent e, JsonElement json)
    {
        if (json.Get("suggestionResponse") is { ValueKind: JsonValueKind.Object } tap) { return e with { Kind = InboundKind.Postback, Payload = tap.Text("postbackData"), Text = tap.Text("text") }; }
        if (json.Text("text") is { } text) { return e with { Text = text }; }
        if (json.Get("location") is { ValueKind: JsonValueKind.Object } place)
        {
            var facts = new Dictionary<string, string>();
            foreach (var name in new[] { "latitude", "longitude" })
            {
                if (place.Id(name) is { } value) { facts[name] = value; }
            }

            return e with { Attachments = [new(AttachmentKind.Location) { Facts = facts }] };
        }

        if (json.Get("userFile").Get("payload") is { ValueKind: JsonValueKind.Object } file)
        {
            var type = file.Text("mimeType");
            var kind = type?.Split('/')[0] switch { "image" => AttachmentKind.Image, "video" => AttachmentKind.Video, "audio" => AttachmentKind.Audio, _ => AttachmentKind.File };
            return e with { Attachments = [new(kind) { Name = file.Text("fileName"), ContentType = type, Size = file.Number("fileSizeBytes"), MediaRef = file.Text("fileUri") }] };
        }

        return e with { Status = "unsupported", Attachments = [new(AttachmentKind.Unknown)] };
    }

    private static Reading Status(JsonElement json, JsonElement envelope, string phone, string status, string? error) => json.Id("messageId") is not { } id
        ? new Reading.Ignored("a receipt without message")
        : new Reading.Events(
        [
            new InboundEvent(InboundKind.Status)
            {
                Account = json.Id("agentId"), ExternalId = id, TargetKey = id, ThreadId = phone, Sender = new Sender(phone), Status = status, ErrorText = error,
                Timestamp = At(json.Text("sendTime")) ?? At(envelope.Text("publishTime")),
            },
        ]);

    private static Reading.Ignored Launch(JsonElement json)
    {
        var state = json.Text("newLaunchState") ?? "unknown";
        var words = $"The agent's launch in {json.Text("regionId")?.Split('/')[^1] ?? "a region"} is now {state}{(json.Text("comment") is { } why ? $": {why}" : "")}.";
        return new Reading.Ignored(words) { News = [new(state is "REJECTED" or "SUSPENDED" ? NewsKind.Warning : NewsKind.Info, words, json.Id("agentId"))] };
    }

    /// <summary>Sent once when the webhook is set, unsigned: who knows the client token gets the secret back.</summary>
    private static Verdict? Handshake(ReadOnlyMemory<byte> body, GoogleRcsSettings settings)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var json = document.RootElement;
            if (json.Get("message").Exists() || json.Text("clientToken") is not { } token || json.Id("secret") is not { } secret) { return null; }
            return Secrets.Match(token, settings.ClientToken)
                ? new Verdict.Challenge(HttpReply.Text($"secret: {secret}"))
                : new Verdict.Forged("the client token does not match", 403);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>RFC 3339 with up to nine digits after the second.</summary>
    private static DateTimeOffset? At(string? text)
    {
        if (text is null) { return null; }
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var digits = dot < 0 ? 0 : text.Skip(dot + 1).TakeWhile(char.IsAsciiDigit).Count();
        var known = new StringBuilder(text);
        if (digits > 7) { known.Remove(dot + 8, digits - 7); }
        return DateTimeOffset.TryParse(known.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at.ToUniversalTime() : null;
    }
}
