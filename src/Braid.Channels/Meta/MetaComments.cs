using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Meta;

/// <summary>What we do to public comments: answer, hide, show again, delete, like.</summary>
internal sealed class MetaComments(GraphApi api, IMetaAccount account)
{
    private readonly MetaDialect dialect = account.Dialect;

    /// <summary>Instagram puts every answer under the top-level comment; on a page an answer may go to one of its answers, too.</summary>
    public Task<SendResult> AnswerAsync(OutboundMessage message, string comment, CancellationToken ct)
    {
        var plain = RichPlan.Fit(message, RichSupport.None);
        var target = dialect.Object == "page" ? message.ReplyTo ?? comment : comment;
        var parts = TextSplitter.Split(plain.Text, dialect.CommentLength).Select(text => new Part(text, null)).ToList();
        for (var i = 0; i < plain.Attachments.Count; i++)
        {
            if (i == 0 && parts.Count == 1) parts[0] = parts[0] with { File = plain.Attachments[0] };
            else parts.Add(new(null, plain.Attachments[i]));
        }

        return PartwiseSend.RunAsync(plain, parts, async (part, _) =>
        {
            var body = new JsonObject();
            if (part.Text is not null) body["message"] = part.Text;
            if (part.File is { } file)
            {
                var (photo, refused) = await MetaFiles.UploadPhotoAsync(api, account, file, ct);
                if (refused is not null) return refused;
                body["attachment_id"] = photo;
            }

            var answer = await api.PostAsync($"{Uri.EscapeDataString(target)}/{dialect.CommentPath}", body, ct);
            return answer is ProviderAnswer.Answered { Ok: true } yes && yes.Json.Id("id") is { } id
                ? new SendResult.Sent(id)
                : MetaErrors.Result(answer, dialect.Name, comment: true);
        });
    }

    public async Task<SendResult> ActAsync(OutboundAct act, string id, CancellationToken ct)
    {
        var path = Uri.EscapeDataString(id);
        ProviderAnswer? answer = act.Kind switch
        {
            ActKind.Hide or ActKind.Unhide => await api.PostAsync(path, new JsonObject { [dialect.HideField] = act.Kind == ActKind.Hide }, ct),
            ActKind.Delete => await api.DeleteAsync(path, ct),
            ActKind.React when dialect.Likes => await api.PostAsync($"{path}/likes", [], ct),
            ActKind.Unreact when dialect.Likes => await api.DeleteAsync($"{path}/likes", ct),
            _ => null,
        };
        return answer switch
        {
            null => new SendResult.Failed(FailureKind.Content, $"{dialect.Name} can't do this to a comment."),
            ProviderAnswer.Answered { Ok: true } => new SendResult.Sent(id),
            ProviderAnswer.Answered gone when act.Kind == ActKind.Delete && new GraphError(gone.Json.Get("error")) is { Code: 100, Subcode: 33 } => new SendResult.Sent(id),
            _ => Outcomes.BeforeSending(MetaErrors.Result(answer, dialect.Name, comment: true)),
        };
    }

    private sealed record Part(string? Text, OutboundAttachment? File);
}
