using System.Text.Encodings.Web;
using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Mattermost;

internal sealed class MattermostReceiver : IReceiver<MattermostSettings>
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Mattermost signs nothing: a webhook repeats its token, a button the secret we gave it.</summary>
    public Verdict Verify(WebhookRequest request, MattermostSettings settings)
    {
        var (token, secret) = Proof(request);
        if (Secrets.Match(token, settings.WebhookToken)) { return new Verdict.Genuine(); }
        return Secrets.Match(secret, settings.ButtonSecret)
            ? new Verdict.Genuine(HttpReply.Text("{}", contentType: "application/json"))
            : new Verdict.Forged("the token in the body does not match");
    }

    public Reading Read(RawDelivery delivery, MattermostSettings settings) => FormBody.Is(delivery)
        ? Webhook(JsonSerializer.SerializeToElement(FormBody.Read(delivery.Body)), settings)
        : ChannelJson.Read(delivery, "a Mattermost event", json =>
            json.Text("event") is { } name ? MattermostEvents.Read(name, json, settings)
            : json.Get("context").Exists() && json.Id("trigger_id") is not null ? Tap(json)
            : json.Id("channel_id") is not null ? Webhook(json, settings)
            : json.Get("seq_reply").Exists() ? new Reading.Ignored("an answer on the socket")
            : new Reading.Unreadable("not a Mattermost event"));

    /// <summary>An outgoing webhook (with a post) or a slash command (with a trigger). It never comes from a direct message.</summary>
    private static Reading Webhook(JsonElement json, MattermostSettings settings)
    {
        if (json.Id("channel_id") is not { } channel || json.Id("user_id") is not { } user) { return new Reading.Ignored("a call without channel or person"); }
        if (user == settings.BotUserId) { return new Reading.Ignored("our own post"); }
        var sender = Person(user, json.Text("user_name"));
        if (json.Text("command") is { } command && json.Id("trigger_id") is { } trigger)
        {
            return new Reading.Events([new(InboundKind.Postback)
            {
                ExternalId = trigger, Sender = sender, ThreadId = channel, Audience = Audience.Shared, ThreadTitle = json.Text("channel_name"),
                Text = $"{command} {json.Text("text")}".Trim(), Payload = command,
            }]);
        }

        if (json.Id("post_id") is not { } post) { return new Reading.Ignored("a call without a post"); }
        List<InboundAttachment> files = [.. (json.Text("file_ids") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(id => new InboundAttachment(AttachmentKind.File) { MediaRef = id })];
        var text = json.Text("text")?.Trim();
        var unknown = text is null && files.Count == 0;
        return new Reading.Events([new(InboundKind.Message)
        {
            ExternalId = post, Sender = sender, ThreadId = channel, Audience = Audience.Shared, ThreadTitle = json.Text("channel_name"), Text = text,
            Attachments = unknown ? [new(AttachmentKind.Unknown)] : files, Status = unknown ? "unsupported" : null, Timestamp = json.Epoch("timestamp"),
        }]);
    }

    private static Reading Tap(JsonElement json)
    {
        if (json.Id("channel_id") is not { } channel || json.Id("user_id") is not { } user) { return new Reading.Ignored("a tap without channel or person"); }
        var context = json.Get("context");
        var post = json.Id("post_id");
        var ours = context.Text(MattermostCards.Payload);
        return new Reading.Events([new(InboundKind.Postback)
        {
            ExternalId = json.Id("trigger_id"),
            Sender = Person(user, json.Text("user_name")),
            ThreadId = channel,
            Audience = json.Text("channel_name")?.Contains("__", StringComparison.Ordinal) == true ? Audience.Private : Audience.Shared,
            Text = ours is null ? null : context.Text(MattermostCards.Title),
            // A list returns its row beside what we gave it; without ours, the whole context is the business's own.
            Payload = ours is null ? JsonText.WellFormed(JsonSerializer.Serialize(context, Plain)) : context.Text("selected_option") ?? ours,
            ReplyTo = post,
            TargetKey = post,
        }]);
    }

    internal static Sender Person(string id, string? username) => new(id)
    {
        Name = username?.TrimStart('@'), Username = username?.TrimStart('@'), Address = username is null ? null : "@" + username.TrimStart('@'),
    };

    private static (string? Token, string? Secret) Proof(WebhookRequest request)
    {
        if (request.Header("Content-Type")?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true)
        {
            return (FormBody.Read(request.Body).Text("token"), null);
        }

        try
        {
            using var document = JsonDocument.Parse(request.Body);
            return (document.RootElement.Text("token"), document.RootElement.Get("context").Text(MattermostCards.Secret));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return default;
        }
    }
}
