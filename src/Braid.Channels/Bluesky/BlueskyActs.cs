using System.Globalization;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Bluesky;

/// <summary>Deletes our posts; reacts and marks read in chats.</summary>
internal sealed class BlueskyActs : IActs<BlueskySettings>
{
    public Task<SendResult> ActAsync(OutboundAct act, BlueskySettings settings, ProviderContext context, CancellationToken ct)
    {
        var api = new BlueskyApi(settings, context);
        var chat = !act.ThreadId.StartsWith("at://", StringComparison.Ordinal);
        return (act.Kind, chat) switch
        {
            (ActKind.Delete, false) when act.Ours && act.ExternalId?.Split('/') is ["at:", "", var repo, var collection, var key] =>
                DoAsync("com.atproto.repo.deleteRecord", new JsonObject { ["repo"] = repo, ["collection"] = collection, ["rkey"] = key }),
            (ActKind.React or ActKind.Unreact, true) when act.Emoji is { } emoji => DoAsync(
                act.Kind == ActKind.React ? "chat.bsky.convo.addReaction" : "chat.bsky.convo.removeReaction",
                new JsonObject { ["convoId"] = act.ThreadId, ["messageId"] = act.ExternalId, ["value"] = emoji }),
            (ActKind.MarkRead, true) => DoAsync("chat.bsky.convo.updateRead", new JsonObject { ["convoId"] = act.ThreadId, ["messageId"] = act.ExternalId }),
            (ActKind.MarkRead, false) => DoAsync("app.bsky.notification.updateSeen", new JsonObject
            {
                ["seenAt"] = context.Clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            }),
            (ActKind.Delete, true) => No("Bluesky deletes a chat message on one side only: the customer would go on seeing it."),
            (ActKind.React or ActKind.Unreact, false) => No("On Bluesky reactions are for chats only."),
            _ => No("Bluesky can't do this."),
        };

        Task<SendResult> DoAsync(string method, JsonObject body) => BlueskyAnswers.WithSessionAsync(async () =>
            await api.PostAsync(method, body, ct) is var answer && answer is ProviderAnswer.Answered { Ok: true } ? new SendResult.Sent(act.ExternalId ?? act.ThreadId) : BlueskyAnswers.Refused(answer));
    }

    private static Task<SendResult> No(string reason) => Task.FromResult<SendResult>(new SendResult.Failed(FailureKind.Content, reason));
}
