using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.CustomHttp;

/// <summary>Edits, deletions, reactions, typing and read marks, each a post of its own. All may be repeated without harm.</summary>
internal sealed class CustomHttpActs : IActs<CustomHttpSettings>
{
    public async Task<SendResult> ActAsync(OutboundAct act, CustomHttpSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (Type(act.Kind) is not { } type) { return new SendResult.Failed(FailureKind.Content, "A custom channel can't hide messages."); }
        if (settings.Target is not { } target) { return CustomHttpSender.NoCallback; }

        var body = CallbackMessages.Envelope(type, act.ThreadId, act.RecipientId, context);
        if (act.ExternalId is { } id) { body["message"] = new JsonObject { ["id"] = id }; }
        if (act.Kind == ActKind.Edit) { body["message"]!["text"] = act.Text; }
        if (act.Emoji is { } emoji) { body["emoji"] = emoji; }
        return await target.PostAsync(act.IdempotencyKey, body, context, ct) switch
        {
            SendResult.Sent => new SendResult.Sent(act.ExternalId ?? act.ThreadId),
            var other => Outcomes.BeforeSending(other),
        };
    }

    private static string? Type(ActKind kind) => kind switch
    {
        ActKind.Edit => "message.update",
        ActKind.Delete => "message.delete",
        ActKind.React => "reaction.add",
        ActKind.Unreact => "reaction.remove",
        ActKind.MarkRead => "read",
        ActKind.Typing => "typing.start",
        _ => null,
    };
}
