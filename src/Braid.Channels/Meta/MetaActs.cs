using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Meta;

/// <summary>Acts on direct messages (seen, typing, reactions) and on comments. All may be repeated, so a lost answer is tried again.</summary>
internal sealed class MetaActs(Func<IMetaAccount, ProviderContext, CancellationToken, Task<GraphAccess>> access) : IActs<IMetaAccount>
{
    public async Task<SendResult> ActAsync(OutboundAct act, IMetaAccount settings, ProviderContext context, CancellationToken ct)
    {
        GraphApi api;
        try
        {
            api = new GraphApi(await access(settings, context, ct), context.Http, context.Clock);
        }
        catch (TokenRefusedException refused)
        {
            return new SendResult.Failed(FailureKind.Credentials, $"{Outcomes.Sentence(refused.Message)} {refused.Fix}", "190");
        }

        if (MetaThread.CommentOf(act.ThreadId) is { } comment) return await new MetaComments(api, settings).ActAsync(act, act.ExternalId ?? comment, ct);
        if (Body(act, settings.Dialect) is not { } body) return No(act, settings.Dialect);

        var answer = await api.PostAsync($"{settings.Node}/messages", body, ct);
        return answer is ProviderAnswer.Answered { Ok: true }
            ? new SendResult.Sent(act.ExternalId ?? act.ThreadId)
            : Outcomes.BeforeSending(MetaErrors.Result(answer, settings.Dialect.Name));
    }

    private static JsonObject? Body(OutboundAct act, MetaDialect dialect)
    {
        var body = new JsonObject { ["recipient"] = new JsonObject { ["id"] = act.ThreadId } };
        switch (act.Kind)
        {
            case ActKind.MarkRead:
                body["sender_action"] = "mark_seen";
                return body;
            case ActKind.Typing:
                body["sender_action"] = "typing_on";
                return body;
            case ActKind.React when act.ExternalId is { } id && Reaction(act.Emoji) is { } reaction:
                body["sender_action"] = "react";
                body["payload"] = new JsonObject { ["message_id"] = id, ["reaction"] = reaction };
                return body;
            case ActKind.Unreact when act.ExternalId is { } id:
                body["sender_action"] = "unreact";
                body["payload"] = new JsonObject { ["message_id"] = id };
                return body;
            default:
                return null;
        }
    }

    /// <summary>Reactions go by name, and there are these.</summary>
    private static string? Reaction(string? emoji) => emoji?.TrimEnd('\uFE0F') switch
    {
        "❤" or "🥰" or "😍" => "love",
        "😂" or "😆" or "😄" => "smile",
        "😮" or "😯" => "wow",
        "😢" or "😭" => "sad",
        "😠" or "😡" => "angry",
        "👍" => "like",
        "👎" => "dislike",
        _ => null,
    };

    private static SendResult.Failed No(OutboundAct act, MetaDialect dialect) => new(FailureKind.Content, act.Kind switch
    {
        ActKind.React => $"{dialect.Name} knows only ❤️ 😆 😮 😢 😠 👍 👎 as reactions. Choose one of them.",
        ActKind.Delete => $"{dialect.Name} does not let a business take back a direct message.",
        ActKind.Edit => $"{dialect.Name} does not let a business change what it sent.",
        _ => $"{dialect.Name} can do this only to comments.",
    });
}
