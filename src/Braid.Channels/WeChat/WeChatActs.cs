using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.WeChat;

/// <summary>Shows that somebody is typing. WeChat takes nothing back and changes nothing.</summary>
internal sealed class WeChatActs : IActs<WeChatSettings>
{
    public async Task<SendResult> ActAsync(OutboundAct act, WeChatSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (act.Kind != ActKind.Typing) { return new SendResult.Failed(FailureKind.Content, "WeChat can't do this."); }
        var api = new WeChatApi(settings, context);
        return await TokenCalls.SendAsync(async () =>
        {
            var answer = await api.PostAsync("cgi-bin/message/custom/typing", new JsonObject { ["touser"] = act.RecipientId, ["command"] = "Typing" }, ct);
            // 45081: shown already.
            return answer is ProviderAnswer.Answered { Ok: true } yes && WeChatApi.Code(yes.Json) is 0 or 45081
                ? new SendResult.Sent(act.IdempotencyKey)
                : WeChatErrors.Result(answer, api.Now);
        });
    }
}
