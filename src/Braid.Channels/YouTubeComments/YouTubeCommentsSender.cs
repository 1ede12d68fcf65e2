using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.YouTubeComments;

/// <summary>Answers under the top-level comment: YouTube knows no deeper replies.</summary>
internal sealed class YouTubeCommentsSender : ISender<YouTubeCommentsSettings>
{
    public async Task<SendResult> SendAsync(OutboundMessage message, YouTubeCommentsSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (message.Attachments.Count > 0)
        {
            return new SendResult.Failed(FailureKind.Content, "Comments on YouTube are text only. Send a link instead.");
        }

        var api = new YouTubeApi(settings, context);
        return await TokenCalls.SendAsync(() => PartwiseSend.RunAsync(message, TextSplitter.Split(message.Text, YouTubeCommentsChannel.Limits.TextLength), async (text, _) =>
        {
            var body = new JsonObject { ["snippet"] = new JsonObject { ["parentId"] = message.ThreadId ?? message.RecipientId, ["textOriginal"] = text } };
            var answer = await api.CallAsync(call => call.PostAsync("comments?part=snippet", body.DeepClone(), ct), ct);
            return answer is ProviderAnswer.Answered { Ok: true } yes && yes.Json.Id("id") is { } id
                ? new SendResult.Sent(id)
                : YouTubeErrors.Result(answer, context.Clock.GetUtcNow());
        }));
    }
}
