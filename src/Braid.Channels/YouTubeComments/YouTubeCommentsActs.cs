using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.YouTubeComments;

/// <summary>Holds a customer's comment, publishes or rejects it; changes and deletes our own.</summary>
internal sealed class YouTubeCommentsActs : IActs<YouTubeCommentsSettings>
{
    public async Task<SendResult> ActAsync(OutboundAct act, YouTubeCommentsSettings settings, ProviderContext context, CancellationToken ct)
    {
        Func<JsonApi, Task<ProviderAnswer>>? call = act switch
        {
            { ExternalId: not { Length: > 0 } } => null,
            { Kind: ActKind.Hide } => api => ModerateAsync(api, act.ExternalId, "heldForReview", ct),
            { Kind: ActKind.Unhide } => api => ModerateAsync(api, act.ExternalId, "published", ct),
            { Kind: ActKind.Delete, Ours: false } => api => ModerateAsync(api, act.ExternalId, "rejected", ct),
            { Kind: ActKind.Delete } => api => api.DeleteAsync($"comments?id={Uri.EscapeDataString(act.ExternalId)}", ct),
            { Kind: ActKind.Edit, Ours: true, Text: { Length: > 0 } text } => api => api.PutAsync(
                "comments?part=snippet", new JsonObject { ["id"] = act.ExternalId, ["snippet"] = new JsonObject { ["textOriginal"] = text } }, ct),
            _ => null,
        };
        if (call is null) { return new SendResult.Failed(FailureKind.Content, "YouTube can't do this with comments."); }

        return await TokenCalls.SendAsync(async () => await new YouTubeApi(settings, context).CallAsync(call, ct) switch
        {
            ProviderAnswer.Answered { Status: >= 200 and < 300 } => new SendResult.Sent(act.ExternalId!),
            // What is gone is deleted.
            ProviderAnswer.Answered { Status: 404 } when act.Kind == ActKind.Delete => new SendResult.Sent(act.ExternalId!),
            var answer => YouTubeErrors.Result(answer, context.Clock.GetUtcNow()),
        });
    }

    private static Task<ProviderAnswer> ModerateAsync(JsonApi api, string comment, string status, CancellationToken ct) =>
        api.CallAsync(HttpMethod.Post, $"comments/setModerationStatus?id={Uri.EscapeDataString(comment)}&moderationStatus={status}&banAuthor=false", null, ct);
}
