using Braid.Channels.Common;

namespace Braid.Channels.Reddit;

/// <summary>Answers a comment, a post or a message by its full name; a comment privately by a message to its author.</summary>
internal sealed class RedditSender : ISender<RedditSettings>
{
    public async Task<SendResult> SendAsync(OutboundMessage message, RedditSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (message.Attachments.Count > 0) { return new SendResult.Failed(FailureKind.Content, "Reddit takes text only. Send a link instead."); }
        var api = new RedditApi(settings, context);
        return await TokenCalls.SendAsync(async () =>
        {
            var (author, refused) = message.PrivateReplyTo is null ? default : await AuthorAsync(api, message.PrivateReplyTo, ct);
            if (refused is not null) { return refused; }
            return await PartwiseSend.RunAsync(message, TextSplitter.Split(message.Text, RedditChannel.Limits.TextLength), async (text, index) =>
            {
                var answer = author is null
                    ? await api.PostAsync("api/comment", [new("thing_id", message.ReplyTo ?? message.ThreadId ?? message.RecipientId), new("text", text)], ct)
                    : await api.PostAsync("api/compose", [new("to", author), new("subject", "Your comment"), new("text", text)], ct);
                if (!RedditErrors.IsYes(answer, out var data)) { return RedditErrors.Result(answer); }
                return new SendResult.Sent(data.Items("things").Select(t => t.Get("data").Id("name")).OfType<string>().FirstOrDefault() ?? $"{message.Id:N}-{index}");
            });
        });
    }

    /// <summary>Asked anew: a name that an agent may have changed must not decide who reads a private answer.</summary>
    private static async Task<(string? Name, SendResult? Refused)> AuthorAsync(RedditApi api, string comment, CancellationToken ct)
    {
        var answer = await api.GetAsync($"api/info?id={Uri.EscapeDataString(comment)}", ct);
        if (answer is not ProviderAnswer.Answered { Ok: true } yes) { return (null, Outcomes.BeforeSending(RedditErrors.Result(answer))); }
        return yes.Json.Get("data").Items("children").Select(c => c.Get("data").Text("author")).FirstOrDefault() is { } name and not "[deleted]"
            ? (name, null)
            : (null, new SendResult.Failed(FailureKind.Unreachable, "The comment or its author is gone."));
    }
}
