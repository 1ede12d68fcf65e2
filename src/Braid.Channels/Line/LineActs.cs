using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Line;

/// <summary>The loading dots (private chats only) and the read mark, which LINE sets by a token of the message.</summary>
internal sealed class LineActs : IActs<LineSettings>
{
    public Task<SendResult> ActAsync(OutboundAct act, LineSettings settings, ProviderContext context, CancellationToken ct)
    {
        var api = new LineApi(settings, context);
        return act.Kind switch
        {
            ActKind.Typing when act.ThreadId.StartsWith('U') => CallAsync(
                api, act, "v2/bot/chat/loading/start", new JsonObject { ["chatId"] = act.ThreadId, ["loadingSeconds"] = 20 }, ct),
            ActKind.Typing => No("LINE shows the loading sign in private chats only."),
            ActKind.MarkRead when act.Extra.GetValueOrDefault("markAsReadToken") is { } token => CallAsync(
                api, act, "v2/bot/chat/markAsRead", new JsonObject { ["markAsReadToken"] = token }, ct),
            ActKind.MarkRead => No("LINE gave no read mark with this message."),
            _ => No("LINE can't do this."),
        };
    }

    /// <summary>Both may be done twice without harm, so a lost answer is tried again.</summary>
    private static Task<SendResult> CallAsync(LineApi api, OutboundAct act, string path, JsonObject body, CancellationToken ct) => TokenCalls.SendAsync(async () =>
    {
        var answer = await api.CallAsync(json => json.PostAsync(path, body, ct), ct);
        return answer is ProviderAnswer.Answered { Ok: true }
            ? new SendResult.Sent(act.ExternalId ?? act.ThreadId)
            : Outcomes.BeforeSending(LineErrors.Result(answer, repeatable: true));
    });

    private static Task<SendResult> No(string reason) => Task.FromResult<SendResult>(new SendResult.Failed(FailureKind.Content, reason));
}
