using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Meta;

/// <summary>Sends direct messages, answers comments in public, and answers a comment privately (once, within 7 days).</summary>
internal sealed class MetaSender(Func<IMetaAccount, ProviderContext, CancellationToken, Task<GraphAccess>> access) : ISender<IMetaAccount>
{
    public async Task<SendResult> SendAsync(OutboundMessage message, IMetaAccount settings, ProviderContext context, CancellationToken ct)
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

        return message.PrivateReplyTo is null && MetaThread.CommentOf(message.ThreadId) is { } comment
            ? await new MetaComments(api, settings).AnswerAsync(message, comment, ct)
            : await DirectAsync(api, message, settings, ct);
    }

    private static Task<SendResult> DirectAsync(GraphApi api, OutboundMessage message, IMetaAccount account, CancellationToken ct)
    {
        var parts = MetaParts.Of(message, account.Dialect);
        if (message.PrivateReplyTo is not null && parts.Count > 1)
        {
            return Task.FromResult<SendResult>(new SendResult.Failed(
                FailureKind.Content, "A private answer to a comment is one message until the person writes back. Shorten it, or send the rest later."));
        }

        return PartwiseSend.RunAsync(message, parts, async (part, index) =>
        {
            var content = part.Message?.DeepClone().AsObject();
            if (part.File is { } file)
            {
                var (attachment, refused) = await MetaFiles.UploadAsync(api, account, file, ct);
                if (refused is not null) return refused;
                content = new JsonObject { ["attachment"] = attachment };
            }

            var body = Envelope(message, account.Dialect, content!, index, parts.Count);
            var answer = await api.PostAsync($"{account.Node}/messages", body, ct);
            if (account.HasHumanAgent && !message.Automatic && message.PrivateReplyTo is null && MetaErrors.IsWindowClosed(answer))
            {
                // Surely not accepted. The tag opens the window to 7 days, for what people write by hand.
                (body["messaging_type"], body["tag"]) = ("MESSAGE_TAG", "HUMAN_AGENT");
                answer = await api.PostAsync($"{account.Node}/messages", body, ct);
            }

            return Result(answer, message, account.Dialect);
        });
    }

    private static JsonObject Envelope(OutboundMessage message, MetaDialect dialect, JsonObject content, int index, int count)
    {
        var to = message.PrivateReplyTo is { } comment ? new JsonObject { ["comment_id"] = comment } : new JsonObject { ["id"] = message.ThreadId ?? message.RecipientId };
        var body = new JsonObject { ["recipient"] = to };
        if (dialect.TypesAlways || content["quick_replies"] is not null) body["messaging_type"] = "RESPONSE";
        if (index == 0 && dialect.Quotes && message.ReplyTo is { } quoted && message.PrivateReplyTo is null) body["reply_to"] = new JsonObject { ["mid"] = quoted };
        if (dialect.Metadata) content["metadata"] = MetaEcho.Mark(message.Id, index, count);
        body["message"] = content;
        return body;
    }

    private static SendResult Result(ProviderAnswer answer, OutboundMessage message, MetaDialect dialect) =>
        answer is ProviderAnswer.Answered { Ok: true } yes && yes.Json.Id("message_id") is { } id
            ? new SendResult.Sent(id) { ThreadId = message.PrivateReplyTo is not null || message.ThreadId is null ? yes.Json.Id("recipient_id") : null }
            : MetaErrors.Result(answer, dialect.Name, message.PrivateReplyTo is not null);
}
