using System.Text;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.GoogleBusinessProfile;

/// <summary>Writes, changes and deletes the one public answer. The same answer twice is one answer, so a lost one is simply repeated.</summary>
internal sealed class GoogleBusinessProfileSender : ISender<GoogleBusinessProfileSettings>, IActs<GoogleBusinessProfileSettings>
{
    private const int MostBytes = 4096;

    public Task<SendResult> SendAsync(OutboundMessage message, GoogleBusinessProfileSettings settings, ProviderContext context, CancellationToken ct) =>
        message.Attachments.Count > 0 ? No("An answer to a review is text only. Send a link instead.")
        : AnswerAsync(message.ThreadId ?? message.RecipientId, message.Text, $"{message.Id:N}", settings, context, ct);

    public Task<SendResult> ActAsync(OutboundAct act, GoogleBusinessProfileSettings settings, ProviderContext context, CancellationToken ct) => act.Kind switch
    {
        ActKind.Edit when act.Ours => AnswerAsync(act.ThreadId, act.Text ?? "", act.ExternalId ?? act.IdempotencyKey, settings, context, ct),
        ActKind.Delete when act.Ours => DeleteAsync(act, settings, context, ct),
        ActKind.Delete => No("A customer's review can't be deleted. Report it in your Business Profile."),
        _ => No("Google can't do this with reviews."),
    };

    private static Task<SendResult> AnswerAsync(string review, string text, string id, GoogleBusinessProfileSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(text)) { return No("The answer is empty. Write a text."); }
        if (Encoding.UTF8.GetByteCount(text) > MostBytes)
        {
            return No("An answer on Google has at most 4096 bytes; letters outside English take two to four. Write less.");
        }

        return CallAsync(call => call.PutAsync(PathOf(review), new JsonObject { ["comment"] = text }, ct), id, settings, context, ct);
    }

    private static Task<SendResult> DeleteAsync(OutboundAct act, GoogleBusinessProfileSettings settings, ProviderContext context, CancellationToken ct) =>
        CallAsync(call => call.DeleteAsync(PathOf(act.ThreadId), ct), act.ExternalId ?? act.IdempotencyKey, settings, context, ct, goneIsDone: true);

    private static Task<SendResult> CallAsync(
        Func<JsonApi, Task<ProviderAnswer>> call, string id, GoogleBusinessProfileSettings settings, ProviderContext context, CancellationToken ct, bool goneIsDone = false) =>
        TokenCalls.SendAsync(async () => await new GoogleBusinessProfileApi(settings, context).CallAsync(call, ct) switch
        {
            ProviderAnswer.Answered { Ok: true } yes when yes.Json.IsObject() => new SendResult.Sent(id),
            ProviderAnswer.Answered { Status: 404 } when goneIsDone => new SendResult.Sent(id),
            var answer => GoogleErrors.Result(answer, "Google", GoogleBusinessProfileApi.NoAccess),
        });

    /// <summary>The name is a path already: `accounts/…/locations/…/reviews/…`.</summary>
    private static string PathOf(string review) => string.Join('/', review.Split('/').Select(Uri.EscapeDataString)) + "/reply";

    private static Task<SendResult> No(string reason) => Task.FromResult<SendResult>(new SendResult.Failed(FailureKind.Content, reason));
}
