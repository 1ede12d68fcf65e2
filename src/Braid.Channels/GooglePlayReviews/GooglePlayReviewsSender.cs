using Braid.Channels.Common;

namespace Braid.Channels.GooglePlayReviews;

/// <summary>Writes the one public answer; writing again, or editing, replaces it, so a lost answer is simply repeated.</summary>
internal sealed class GooglePlayReviewsSender : ISender<GooglePlayReviewsSettings>, IActs<GooglePlayReviewsSettings>
{
    public Task<SendResult> SendAsync(OutboundMessage message, GooglePlayReviewsSettings settings, ProviderContext context, CancellationToken ct) =>
        message.Attachments.Count > 0 ? No("An answer to a review is text only. Send a link instead.")
        : AnswerAsync(message.ThreadId ?? message.RecipientId, message.Text, $"{message.Id:N}", settings, context, ct);

    public Task<SendResult> ActAsync(OutboundAct act, GooglePlayReviewsSettings settings, ProviderContext context, CancellationToken ct) => act.Kind switch
    {
        ActKind.Edit when act.Ours => AnswerAsync(act.ThreadId, act.Text ?? "", act.ExternalId ?? act.IdempotencyKey, settings, context, ct),
        ActKind.Delete => No("Google Play lets no answer be deleted. Edit it instead."),
        _ => No("Google Play can't do this with reviews."),
    };

    private static Task<SendResult> AnswerAsync(string review, string text, string id, GooglePlayReviewsSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(text)) { return No("The answer is empty. Write a text."); }
        if (text.Length > GooglePlayReviewsChannel.Limits.TextLength)
        {
            return No($"An answer on Google Play has at most {GooglePlayReviewsChannel.Limits.TextLength} characters. Write less.");
        }

        return TokenCalls.SendAsync(async () =>
        {
            var answer = await new GooglePlayReviewsApi(settings, context).ReplyAsync(review, text, ct);
            return answer is ProviderAnswer.Answered { Ok: true } yes && yes.Json.Get("result").IsObject()
                ? new SendResult.Sent(id)
                : GoogleErrors.Result(answer, "Google Play", GooglePlayReviewsApi.NoAccess);
        });
    }

    private static Task<SendResult> No(string reason) => Task.FromResult<SendResult>(new SendResult.Failed(FailureKind.Content, reason));
}
