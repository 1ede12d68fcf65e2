using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Bluesky;

/// <summary>Answers posts in public and chats in private. Which one it is shows in the thread: posts have at-addresses.</summary>
internal sealed class BlueskySender : ISender<BlueskySettings>
{
    public Task<SendResult> SendAsync(OutboundMessage message, BlueskySettings settings, ProviderContext context, CancellationToken ct)
    {
        var api = new BlueskyApi(settings, context);
        var post = message.PrivateReplyTo is null && message.ThreadId?.StartsWith("at://", StringComparison.Ordinal) == true;
        return BlueskyAnswers.WithSessionAsync(() => post ? new BlueskyPosts(api, message, settings, context.Clock).SendAsync(ct) : ChatAsync(api, message, ct));
    }

    private static async Task<SendResult> ChatAsync(BlueskyApi api, OutboundMessage message, CancellationToken ct)
    {
        if (message.Attachments.Count > 0) { return new SendResult.Failed(FailureKind.Content, "Bluesky chats carry no files. Send a link instead."); }

        var opens = message.PrivateReplyTo is not null || message.ThreadId is null;
        var convo = message.ThreadId;
        if (opens)
        {
            var found = await api.GetAsync($"chat.bsky.convo.getConvoForMembers?members={Uri.EscapeDataString(message.RecipientId)}", ct);
            if (found is not ProviderAnswer.Answered { Ok: true } yes) { return Outcomes.BeforeSending(BlueskyAnswers.Refused(found)); }
            convo = yes.Json.Get("convo").Id("id");
            if (convo is null) { return new SendResult.Retry("Bluesky opened no chat") { ProviderDown = true }; }
        }

        var parts = TextSplitter.Split(message.Text, BlueskyChannel.ChatLength);
        var result = await PartwiseSend.RunAsync(message, parts, async (text, index) =>
        {
            if (message.Attempt > 1 && await SaidAsync(api, convo!, text, message.Id, ct) is { } before) { return new SendResult.Sent(before, $"{convo}:{before}"); }
            var said = new JsonObject { ["text"] = text };
            if (BlueskyText.Links(text) is { Count: > 0 } facets) { said["facets"] = facets; }
            if (index == 0 && message.ReplyTo is { } quoted) { said["replyTo"] = new JsonObject { ["messageId"] = quoted }; }
            var answer = await api.PostAsync("chat.bsky.convo.sendMessage", new JsonObject { ["convoId"] = convo, ["message"] = said }, ct);
            if (answer is not ProviderAnswer.Answered { Ok: true } sent) { return BlueskyAnswers.Refused(answer); }
            return sent.Json.Id("id") is { } id ? new SendResult.Sent(id, $"{convo}:{id}") : new SendResult.Unknown("Bluesky said yes but gave no message id.");
        });
        return opens && result is SendResult.Sent done ? done with { ThreadId = convo } : result;
    }

    /// <summary>Chats know no idempotency key, so a later attempt looks whether the earlier one arrived: our words, since the message was written.</summary>
    private static async Task<string?> SaidAsync(BlueskyApi api, string convo, string text, Guid message, CancellationToken ct)
    {
        var own = await api.DidAsync(ct);
        if (await api.GetAsync($"chat.bsky.convo.getMessages?limit=30&convoId={Uri.EscapeDataString(convo)}", ct) is not ProviderAnswer.Answered { Ok: true } page) { return null; }
        return page.Json.Items("messages").FirstOrDefault(m =>
            m.Get("sender").Id("did") == own && m.Text("text") == text && BlueskyReceiver.Time(m, "sentAt") is { } at && at >= BlueskyText.Written(message).AddMinutes(-1)).Id("id");
    }
}
