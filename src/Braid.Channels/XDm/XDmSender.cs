using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.XDm;

/// <summary>Sends direct messages and public replies. X has no idempotency key: a lost answer stays unknown.</summary>
internal sealed class XDmSender : ISender<XDmSettings>
{
    public Task<SendResult> SendAsync(OutboundMessage message, XDmSettings settings, ProviderContext context, CancellationToken ct)
    {
        var api = new XDmApi(settings, context).Account;
        var inPublic = message.PrivateReplyTo is null && XDmThread.IsPublic(message.ThreadId, message.RecipientId);
        var quick = message.Rich?.QuickReplies is { Count: > 0 } replies && settings.QuickReplies && !inPublic && !IsGroup(message) && message.Attachments.Count == 0 ? replies : [];
        var text = quick.Count == 0 && message.Rich is { } rich ? RichPlan.Of(message.Text, rich, RichSupport.None).Text : message.Text;
        return PartwiseSend.RunAsync(message, Parts(text, message.Attachments, inPublic), async (part, index) =>
        {
            string? media = null;
            if (part.File is { } file && await XDmUpload.RunAsync(api, file, inPublic ? "tweet" : "dm", context.Clock, ct) is var upload)
            {
                if (upload.Refused is not null) { return upload.Refused; }
                media = upload.MediaId;
            }

            return inPublic ? await PostAsync(api, message, part.Text, media, ct)
                : quick.Count > 0 && part.Last ? await QuickAsync(api, message, part.Text ?? "", quick, ct)
                : await DirectAsync(api, message, part.Text, media, ct);
        });
    }

    /// <summary>One file per call; the text rides on the first one if it fits.</summary>
    private static List<Part> Parts(string text, IReadOnlyList<OutboundAttachment> attachments, bool inPublic)
    {
        var limit = inPublic ? XDmWeight.Limit(text) : XDmChannel.Limits.TextLength;
        var files = attachments.Where(f => XDmUpload.Category(f, "dm") is not null || f.Link is null).ToList();
        var links = attachments.Except(files).Select(f => $"{f.Name}\n{f.Link!.AbsoluteUri}");
        var texts = TextSplitter.Split(string.Join("\n\n", links.Prepend(text).Where(t => t.Trim().Length > 0)), limit).ToList();
        var parts = new List<Part>();
        var rides = files.Count > 0 && texts.Count == 1;
        if (!rides) { parts.AddRange(texts.Select((t, i) => new Part(t, null, i == texts.Count - 1))); }
        parts.AddRange(files.Select((f, i) => new Part(rides && i == 0 ? texts[0] : null, f, false)));
        return parts;
    }

    private static async Task<SendResult> DirectAsync(JsonApi api, OutboundMessage message, string? text, string? media, CancellationToken ct)
    {
        var body = new JsonObject();
        if (text is not null) { body["text"] = text; }
        if (media is not null) { body["attachments"] = new JsonArray(new JsonObject { ["media_id"] = media }); }
        var way = IsGroup(message) ? message.ThreadId![XDmThread.Group.Length..] : "with/" + Uri.EscapeDataString(message.RecipientId);
        var answer = await api.PostAsync($"2/dm_conversations/{way}/messages", body, ct);
        var data = (answer as ProviderAnswer.Answered)?.Json.Get("data") ?? default;
        return answer is ProviderAnswer.Answered { Ok: true } && data.Id("dm_event_id") is { } id
            ? new SendResult.Sent(id) { ThreadId = message.ThreadId is null || message.PrivateReplyTo is not null ? data.Id("dm_conversation_id") : null }
            : XDmErrors.Result(answer);
    }

    /// <summary>Only version 1.1 knows options to tap.</summary>
    private static async Task<SendResult> QuickAsync(JsonApi api, OutboundMessage message, string text, IReadOnlyList<RichButton> replies, CancellationToken ct)
    {
        var options = new JsonArray([.. replies.Select(r => new JsonObject { ["label"] = r.Title, ["metadata"] = r.Value })]);
        var data = new JsonObject { ["text"] = text, ["quick_reply"] = new JsonObject { ["type"] = "options", ["options"] = options } };
        var create = new JsonObject { ["target"] = new JsonObject { ["recipient_id"] = message.RecipientId }, ["message_data"] = data };
        var answer = await api.PostAsync("1.1/direct_messages/events/new.json", new JsonObject { ["event"] = new JsonObject { ["type"] = "message_create", ["message_create"] = create } }, ct);
        return answer is ProviderAnswer.Answered { Ok: true } yes && yes.Json.Get("event").Id("id") is { } id ? new SendResult.Sent(id) : XDmErrors.Result(answer);
    }

    private static async Task<SendResult> PostAsync(JsonApi api, OutboundMessage message, string? text, string? media, CancellationToken ct)
    {
        // The agent answers a comment; without one, the newest of the customer's, else the post that began it all.
        var parent = message.ReplyTo ?? message.LatestExtra.GetValueOrDefault("answerTo") ?? message.ThreadId!;
        var body = new JsonObject();
        if (text is not null) { body["text"] = text; }
        if (media is not null) { body["media"] = new JsonObject { ["media_ids"] = new JsonArray(media) }; }
        body["reply"] = new JsonObject { ["in_reply_to_tweet_id"] = parent };
        var answer = await api.PostAsync("2/tweets", body, ct);
        return answer is ProviderAnswer.Answered { Ok: true } yes && yes.Json.Get("data").Id("id") is { } id ? new SendResult.Sent(id) : XDmErrors.Result(answer);
    }

    private static bool IsGroup(OutboundMessage message) => message.PrivateReplyTo is null && message.ThreadId?.StartsWith(XDmThread.Group, StringComparison.Ordinal) == true;

    private sealed record Part(string? Text, OutboundAttachment? File, bool Last);
}

/// <summary>Posts have 280 units, of which most scripts besides Latin take two a character. Counted on the safe side.</summary>
internal static class XDmWeight
{
    public static int Limit(string text) => text.AsSpan().IndexOfAnyInRange('\u1100', '\uffff') < 0 ? 280 : 140;
}
