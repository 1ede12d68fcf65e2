using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.TikTok;

/// <summary>Typing and "seen" in conversations; hiding comments and deleting our own.</summary>
internal sealed class TikTokActs : IActs<TikTokSettings>
{
    public async Task<SendResult> ActAsync(OutboundAct act, TikTokSettings settings, ProviderContext context, CancellationToken ct)
    {
        var thread = TikTokThread.Comments(act.ThreadId);
        (string Path, JsonObject Body)? call = act.Kind switch
        {
            ActKind.Typing when thread is null => Signal("TYPING"),
            ActKind.MarkRead when thread is null => Signal("MARK_READ"),
            ActKind.Hide when thread is { VideoId.Length: > 0 } at => ("business/comment/hide/", Comment(at, "HIDE")),
            ActKind.Unhide when thread is { VideoId.Length: > 0 } at => ("business/comment/hide/", Comment(at, "UNHIDE")),
            ActKind.Delete when thread is { } && act.Ours => ("business/comment/delete/", new JsonObject { ["business_id"] = settings.BusinessId, ["comment_id"] = act.ExternalId }),
            _ => null,
        };
        if (call is not var (path, body)) { return new SendResult.Failed(FailureKind.Content, Why(act, thread is not null)); }

        var api = new TikTokApi(settings, context);
        return await TokenCalls.SendAsync(async () =>
        {
            var answer = await api.PostAsync(path, body, ct);
            return TikTokApi.IsYes(answer, out _) ? new SendResult.Sent(act.ExternalId ?? act.IdempotencyKey) : TikTokErrors.Result(answer);
        });

        (string, JsonObject) Signal(string action) => ("business/message/send/", new JsonObject
        {
            ["business_id"] = settings.BusinessId, ["recipient_type"] = "CONVERSATION", ["recipient"] = act.ThreadId, ["message_type"] = "SENDER_ACTION", ["sender_action"] = action,
        });

        JsonObject Comment(TikTokThread at, string action) => new()
        {
            ["business_id"] = settings.BusinessId, ["video_id"] = at.VideoId, ["comment_id"] = act.ExternalId, ["action"] = action,
        };
    }

    private static string Why(OutboundAct act, bool comments) => (act.Kind, comments) switch
    {
        (ActKind.Delete, true) => "TikTok lets only our own comments be deleted. Hide it instead.",
        (ActKind.Delete, false) => "A direct message can't be taken back on TikTok.",
        (ActKind.Hide or ActKind.Unhide, true) => "TikTok does not say under which video this comment stands. Hide it in TikTok's own app.",
        (ActKind.Hide or ActKind.Unhide, false) => "Only comments can be hidden.",
        _ => "TikTok can't do this here.",
    };
}
