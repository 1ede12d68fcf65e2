using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Mattermost;

internal sealed class MattermostActs : IActs<MattermostSettings>
{
    public async Task<SendResult> ActAsync(OutboundAct act, MattermostSettings settings, ProviderContext context, CancellationToken ct)
    {
        var api = MattermostApi.Of(settings, context);
        var post = Uri.EscapeDataString(act.ExternalId ?? "");
        ProviderAnswer answer;
        switch (act.Kind)
        {
            case ActKind.Typing:
                answer = await api.PostAsync("users/me/typing", new JsonObject { ["channel_id"] = act.ThreadId }, ct);
                break;
            case ActKind.Edit when act.ExternalId is not null:
                answer = await api.PutAsync($"posts/{post}/patch", new JsonObject { ["message"] = act.Text ?? "" }, ct);
                break;
            case ActKind.Delete when act is { Ours: true, ExternalId: not null }:
                answer = await api.DeleteAsync($"posts/{post}", ct);
                break;
            case ActKind.React or ActKind.Unreact when act.ExternalId is not null:
                if (EmojiNames.Of(act.Emoji) is not { } name) { return EmojiNames.Unnamed("Mattermost"); }
                var me = await api.GetAsync("users/me", ct);
                if (me is not ProviderAnswer.Answered { Ok: true } known || known.Json.Id("id") is not { } bot) { return Outcomes.BeforeSending(MattermostApi.Error(me)); }
                answer = act.Kind == ActKind.React
                    ? await api.PostAsync("reactions", new JsonObject { ["user_id"] = bot, ["post_id"] = act.ExternalId, ["emoji_name"] = name }, ct)
                    : await api.DeleteAsync($"users/{Uri.EscapeDataString(bot)}/posts/{post}/reactions/{Uri.EscapeDataString(name)}", ct);
                break;
            default:
                return new SendResult.Failed(FailureKind.Content, "Mattermost can't do this.");
        }

        var gone = act.Kind is ActKind.Delete or ActKind.Unreact && answer is ProviderAnswer.Answered { Status: 404 };
        return gone || answer is ProviderAnswer.Answered { Ok: true } ? new SendResult.Sent(act.ExternalId ?? act.ThreadId) : MattermostApi.Error(answer);
    }
}
