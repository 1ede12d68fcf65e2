using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.TikTok;

/// <summary>Answers in a conversation, under a comment, or a comment by a direct message.</summary>
internal sealed class TikTokSender : ISender<TikTokSettings>
{
    private sealed record Part(string Type, JsonObject? Content, OutboundAttachment? File = null);

    public Task<SendResult> SendAsync(OutboundMessage message, TikTokSettings settings, ProviderContext context, CancellationToken ct)
    {
        var api = new TikTokApi(settings, context);
        return TokenCalls.SendAsync(() => message.PrivateReplyTo is null && TikTokThread.Comments(message.ThreadId) is { } thread
            ? CommentAsync(api, message, thread, settings, ct)
            : PartwiseSend.RunAsync(message, Parts(message), (part, index) => SendPartAsync(api, message, part, index, settings, ct)));
    }

    private static List<Part> Parts(OutboundMessage message)
    {
        var (text, buttons) = (message.Text, message.Rich?.Buttons ?? []);
        if (buttons.Count > 0 && text.Length > 0 && buttons.All(b => b.Value.Length <= 40))
        {
            return [new("TEMPLATE", new JsonObject
            {
                ["type"] = "QA_BUTTON_CARD", ["title"] = text,
                ["buttons"] = new JsonArray([.. buttons.Select(b => new JsonObject { ["type"] = "REPLY", ["title"] = b.Title, ["id"] = b.Value })]),
            }), .. message.Attachments.Select(f => new Part("IMAGE", null, f))];
        }

        // A card must have a title and short ids; else the choices are told in words.
        if (buttons.Count > 0) { text = string.Join("\n", buttons.Select((b, i) => $"{i + 1}. {b.Title}").Prepend(text).Where(line => line.Length > 0)); }
        return
        [
            .. TextSplitter.Split(text, TikTokChannel.Limits.TextLength).Select(t => new Part("TEXT", new JsonObject { ["body"] = t })),
            .. message.Attachments.Select(f => new Part("IMAGE", null, f)),
        ];
    }

    private static async Task<SendResult> SendPartAsync(TikTokApi api, OutboundMessage message, Part part, int index, TikTokSettings settings, CancellationToken ct)
    {
        var body = new JsonObject { ["business_id"] = settings.BusinessId };
        if (message.PrivateReplyTo is null) { (body["recipient_type"], body["recipient"]) = ("CONVERSATION", message.ThreadId ?? message.RecipientId); }
        body["message_type"] = part.Type;
        var content = part.Content;
        if (part.File is { } file)
        {
            var (media, refused) = await UploadAsync(api, file, settings, ct);
            if (media is null) { return refused!; }
            content = new JsonObject { ["media_id"] = media };
        }

        body[part.Type.ToLowerInvariant()] = content!.DeepClone();
        if (message.PrivateReplyTo is { } comment)
        {
            body["direct_reply"] = new JsonObject { ["reply_type"] = "COMMENT_REPLY", ["comment_reply"] = new JsonObject { ["comment_id"] = comment } };
        }
        else if (message.ReplyTo is { } quoted && part.Type == "TEXT" && index == 0)
        {
            body["referenced_message_info"] = new JsonObject { ["referenced_message_id"] = quoted };
        }

        var answer = await api.PostAsync("business/message/send/", body, ct);
        return TikTokApi.IsYes(answer, out var data) && data.Get("message").Id("message_id") is { } id
            ? new SendResult.Sent(id) { ThreadId = data.Get("message").Id("conversation_id") }
            : TikTokErrors.Result(answer);
    }

    private static async Task<SendResult> CommentAsync(TikTokApi api, OutboundMessage message, TikTokThread thread, TikTokSettings settings, CancellationToken ct)
    {
        if (message.Attachments.Count > 0) { return No("TikTok takes no files under a comment. Send a link instead."); }
        if (message.Text.Length == 0) { return No("The message is empty. Write a text."); }
        if (message.Text.Length > TikTokChannel.CommentLength)
        {
            return No($"A comment on TikTok has at most {TikTokChannel.CommentLength} characters. Write less.");
        }

        if (thread.VideoId.Length == 0)
        {
            return No("TikTok does not say under which video this comment stands. Answer it privately, or in TikTok's own app.");
        }

        var answer = await api.PostAsync("business/comment/reply/create/", new JsonObject
        {
            ["business_id"] = settings.BusinessId, ["video_id"] = thread.VideoId, ["comment_id"] = message.ReplyTo ?? thread.CommentId, ["text"] = message.Text,
        }, ct);
        return TikTokApi.IsYes(answer, out var data) ? new SendResult.Sent(data.Id("comment_id") ?? $"{message.Id:N}") : TikTokErrors.Result(answer);
    }

    /// <summary>Nothing has reached the customer yet, so whatever is lost here can be tried again.</summary>
    private static async Task<(string? MediaId, SendResult? Refused)> UploadAsync(TikTokApi api, OutboundAttachment file, TikTokSettings settings, CancellationToken ct)
    {
        if (file.ContentType.Split(';')[0].Trim() is not ("image/jpeg" or "image/png"))
        {
            return (null, No($"TikTok can't show {file.Name}: it takes JPEG and PNG pictures only. Send a link instead."));
        }

        if (file.Size > TikTokChannel.Limits.AttachmentBytes)
        {
            return (null, No($"{file.Name} is larger than the 3 MB TikTok takes. Send a smaller picture or a link."));
        }

        ProviderAnswer answer;
        try
        {
            answer = await api.CallAsync(async call =>
            {
                var form = FileParts.Form([new("business_id", settings.BusinessId ?? ""), new("media_type", "IMAGE")]);
                if (!await form.TryAddAsync("file", file, ct)) { throw new MediaUnavailableException("The file can't be read."); }
                return await call.CallAsync(HttpMethod.Post, "business/message/media/upload/", form, ct);
            }, ct);
        }
        catch (MediaUnavailableException)
        {
            return (null, No($"The file {file.Name} can't be read. Attach it again."));
        }

        return TikTokApi.IsYes(answer, out var data) && data.Id("media_id") is { } id ? (id, null) : (null, Outcomes.BeforeSending(TikTokErrors.Result(answer)));
    }

    private static SendResult.Failed No(string reason) => new(FailureKind.Content, reason);
}
