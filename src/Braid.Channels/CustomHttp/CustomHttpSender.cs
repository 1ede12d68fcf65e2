using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.CustomHttp;

/// <summary>Posts `message.create` to the callback URL. The message's id is the idempotency key, so a lost answer is simply repeated.</summary>
internal sealed class CustomHttpSender : ISender<CustomHttpSettings>
{
    public Task<SendResult> SendAsync(OutboundMessage message, CustomHttpSettings settings, ProviderContext context, CancellationToken ct) =>
        settings.Target is { } target ? CustomHttpMessages.SendAsync(message, target, context, ct) : Task.FromResult<SendResult>(NoCallback);

    public static SendResult.Failed NoCallback { get; } = new(FailureKind.Configuration, "This inbox has no callback URL, so answers can't leave. Enter one in its settings.");
}

/// <summary>A message of ours as another system gets it; a long text becomes several posts, files go with the first, buttons with the last.</summary>
internal static class CustomHttpMessages
{
    public static async Task<SendResult> SendAsync(OutboundMessage message, CallbackTarget target, ProviderContext context, CancellationToken ct)
    {
        var (files, problem) = message.PartsSent > 0 ? (new JsonArray(), null) : await CustomHttpFiles.WriteAsync(message.Attachments, ct);
        if (problem is not null) { return new SendResult.Failed(FailureKind.Content, problem); }

        var texts = TextSplitter.Split(message.Text, CustomHttpChannel.Limits.TextLength);
        if (texts.Count == 0 && (message.Attachments.Count > 0 || message.Rich is not null)) { texts = [""]; }
        return await PartwiseSend.RunAsync(message, texts, (text, index) =>
        {
            var id = index == 0 ? message.IdempotencyKey : $"{message.IdempotencyKey}-{index}";
            return target.PostAsync(id, Body(message, id, text, index == 0, index == texts.Count - 1, index == 0 ? files! : [], context), context, ct);
        });
    }

    public static JsonObject Envelope(string type, string? thread, string recipient, ProviderContext context)
    {
        var body = new JsonObject { ["type"] = type };
        if (SignedPost.InboxId(context.WebhookUrl) is { } inbox) { body["inboxId"] = inbox; }
        if (thread is not null) { body["conversation"] = new JsonObject { ["id"] = thread }; }
        body["recipient"] = new JsonObject { ["id"] = recipient };
        return body;
    }

    private static JsonObject Body(OutboundMessage message, string id, string text, bool first, bool last, JsonArray files, ProviderContext context)
    {
        var content = new JsonObject { ["id"] = id, ["text"] = text, ["attachments"] = files };
        if (first && message.ReplyTo is { } quoted) { content["replyTo"] = quoted; }
        if (last && message.Rich is { } rich) { AddRich(content, files, rich); }
        if (!string.IsNullOrWhiteSpace(message.AuthorName)) { content["agent"] = new JsonObject { ["name"] = message.AuthorName }; }
        var body = Envelope("message.create", message.ThreadId, message.RecipientId, context);
        body["message"] = content;
        body["createdAt"] = SignedPost.CreatedAt(message.Id, context.Clock);
        return body;
    }

    private static void AddRich(JsonObject content, JsonArray files, RichContent rich)
    {
        if (rich.QuickReplies.Count > 0) { content["quickReplies"] = new JsonArray([.. rich.QuickReplies.Select(q => (JsonNode)new JsonObject { ["title"] = q.Title, ["payload"] = q.Value })]); }
        if (rich.Buttons.Count > 0)
        {
            content["buttons"] = new JsonArray([.. rich.Buttons.Select(b => (JsonNode)(b.Kind == RichButtonKind.Link
                ? new JsonObject { ["type"] = "url", ["title"] = b.Title, ["url"] = b.Value }
                : new JsonObject { ["type"] = "postback", ["title"] = b.Title, ["payload"] = b.Value }))]);
        }

        if (rich.Location is { } place)
        {
            files.Add(new JsonObject { ["type"] = "location", ["latitude"] = place.Latitude, ["longitude"] = place.Longitude, ["label"] = place.Name, ["address"] = place.Address });
        }
    }
}
