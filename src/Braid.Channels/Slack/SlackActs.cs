using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Slack;

/// <summary>Edits and deletes what we posted; reacts to anything.</summary>
internal sealed class SlackActs : IActs<SlackSettings>
{
    public async Task<SendResult> ActAsync(OutboundAct act, SlackSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (Method(act) is not { } method || act.ExternalId is not { } ts) { return new SendResult.Failed(FailureKind.Content, "Slack can't do this."); }
        var body = new JsonObject { ["channel"] = SlackThread.Parse(act.ThreadId).Channel };
        if (act.Kind is ActKind.React or ActKind.Unreact)
        {
            if (EmojiNames.Of(act.Emoji) is not { } name) { return EmojiNames.Unnamed("Slack"); }
            (body["timestamp"], body["name"]) = (ts, name);
        }
        else
        {
            body["ts"] = ts;
            if (act.Kind == ActKind.Edit) { body["text"] = SlackText.Escape(act.Text ?? ""); }
        }

        var (token, refused) = await TokenTry.GetAsync(() => SlackTokens.GetAsync(settings, context, ct));
        if (token is null) { return refused!; }
        var answer = await new SlackApi(settings, context, token.Value).PostAsync(method, body, ct);
        return SlackApi.Yes(answer) || IsDone(act.Kind, SlackApi.ErrorOf(answer)) ? new SendResult.Sent(ts) : SlackErrors.Result(answer);
    }

    private static string? Method(OutboundAct act) => act.Kind switch
    {
        ActKind.Edit => "chat.update",
        ActKind.Delete when act.Ours => "chat.delete",
        ActKind.React => "reactions.add",
        ActKind.Unreact => "reactions.remove",
        _ => null,
    };

    private static bool IsDone(ActKind kind, string? error) => (kind, error) switch
    {
        (ActKind.React, "already_reacted") or (ActKind.Unreact, "no_reaction") or (ActKind.Delete, "message_not_found") => true,
        _ => false,
    };
}
