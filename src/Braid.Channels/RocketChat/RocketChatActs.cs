using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.RocketChat;

internal sealed class RocketChatActs : IActs<RocketChatSettings>
{
    public async Task<SendResult> ActAsync(OutboundAct act, RocketChatSettings settings, ProviderContext context, CancellationToken ct)
    {
        var api = RocketChatApi.Of(settings, context);
        ProviderAnswer answer;
        switch (act)
        {
            case { Kind: ActKind.Edit, ExternalId: { } id }:
                answer = await api.PostAsync("chat.update", new JsonObject { ["roomId"] = act.ThreadId, ["msgId"] = id, ["text"] = act.Text ?? "" }, ct);
                break;
            case { Kind: ActKind.Delete, Ours: true, ExternalId: { } id }:
                answer = await api.PostAsync("chat.delete", new JsonObject { ["roomId"] = act.ThreadId, ["msgId"] = id }, ct);
                break;
            case { Kind: ActKind.React or ActKind.Unreact, ExternalId: { } id }:
                if (EmojiNames.Of(act.Emoji) is not { } name) { return EmojiNames.Unnamed("Rocket.Chat"); }
                answer = await api.PostAsync("chat.react", new JsonObject { ["messageId"] = id, ["emoji"] = $":{name}:", ["shouldReact"] = act.Kind == ActKind.React }, ct);
                break;
            default:
                return new SendResult.Failed(FailureKind.Content, "Rocket.Chat can't do this.");
        }

        return RocketChatApi.Yes(answer) ? new SendResult.Sent(act.ExternalId ?? act.ThreadId) : RocketChatApi.Error(answer);
    }
}
