using System.Text.Json.Nodes;

namespace Braid.Channels.Common;

/// <summary>A message of ours as another system gets it; a long text becomes several posts, files go with the first, buttons with the last.</summary>
internal static class CallbackMessages
{
    public const int TextLength = 4000;

    public static async Task<SendResult> SendAsync(OutboundMessage message, CallbackTarget target, ProviderContext context, CancellationToken ct)
    {
        var (files, problem) = message.PartsSent > 0 ? (new JsonArray(), null) : await CallbackFiles.WriteAsync(message.Attachments, ct);
        if (problem is not null) { return new SendResult.Failed(FailureKind.Content, problem); }

        var texts = TextSplitter.Split(message.Text, TextLength);
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
