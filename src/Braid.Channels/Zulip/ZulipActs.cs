using Braid.Channels.Common;

namespace Braid.Channels.Zulip;

internal sealed class ZulipActs : IActs<ZulipSettings>
{
    public async Task<SendResult> ActAsync(OutboundAct act, ZulipSettings settings, ProviderContext context, CancellationToken ct)
    {
        var api = ZulipApi.Of(settings, context);
        var message = $"messages/{Uri.EscapeDataString(act.ExternalId ?? "")}";
        ProviderAnswer answer;
        switch (act.Kind)
        {
            case ActKind.Typing:
                answer = await api.PostFormAsync("typing", [new("op", "start"), .. Typing(act)], ct);
                break;
            case ActKind.Edit when act.ExternalId is not null:
                answer = await api.CallAsync(HttpMethod.Patch, message, Form("content", act.Text ?? ""), ct);
                break;
            case ActKind.Delete when act is { Ours: true, ExternalId: not null }:
                answer = await api.DeleteAsync(message, ct);
                break;
            case ActKind.React or ActKind.Unreact when act.ExternalId is not null:
                if (EmojiNames.Of(act.Emoji) is not { } name) { return EmojiNames.Unnamed("Zulip"); }
                answer = await api.CallAsync(act.Kind == ActKind.React ? HttpMethod.Post : HttpMethod.Delete, $"{message}/reactions", Form("emoji_name", name), ct);
                break;
            default:
                return new SendResult.Failed(FailureKind.Content, "Zulip can't do this.");
        }

        var done = answer is ProviderAnswer.Answered { Ok: true }
            || (answer is ProviderAnswer.Answered no && (act.Kind, no.Json.Text("code")) is (ActKind.React, "REACTION_ALREADY_EXISTS") or (ActKind.Unreact, "REACTION_DOES_NOT_EXIST"));
        return done ? new SendResult.Sent(act.ExternalId ?? act.ThreadId) : ZulipApi.Error(answer);
    }

    /// <summary>Here a channel is named by `stream_id`, not by `to`.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Typing(OutboundAct act)
    {
        var thread = ZulipThread.Parse(act.ThreadId);
        return thread.Stream is { } stream ? [new("type", "stream"), new("stream_id", stream), new("topic", thread.Rest)] : ZulipSender.Place(thread, act.RecipientId);
    }

    private static FormUrlEncodedContent Form(string name, string value) => new([new(name, value)]);
}
