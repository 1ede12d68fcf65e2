using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Line;

/// <summary>
/// Pushes messages under a retry key, so that a lost answer is simply repeated. A reply token has no such key: it is used only where the
/// admin wants it, at the first attempt, and while it is surely good.
/// </summary>
internal sealed class LineSender : ISender<LineSettings>
{
    private static readonly TimeSpan ReplyTokenLife = TimeSpan.FromSeconds(45);

    public Task<SendResult> SendAsync(OutboundMessage message, LineSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (LineMessages.Problem(message) is { } problem) { return Task.FromResult<SendResult>(new SendResult.Failed(FailureKind.Content, problem)); }

        var api = new LineApi(settings, context);
        var calls = LineMessages.Of(message);
        var replyToken = settings.UseReplyTokens && message.Attempt == 1 && calls.Count == 1
            && message.LatestAt is { } wrote && context.Clock.GetUtcNow() - wrote < ReplyTokenLife
                ? message.LatestExtra.GetValueOrDefault("replyToken")
                : null;
        return TokenCalls.SendAsync(() => PartwiseSend.RunAsync(message, calls, async (messages, index) =>
            (replyToken is null ? null : await ReplyAsync(api, replyToken, messages, ct)) ?? await PushAsync(api, message, messages, index, ct)));
    }

    private static async Task<SendResult> PushAsync(LineApi api, OutboundMessage message, JsonArray messages, int index, CancellationToken ct)
    {
        var key = StableId.Of(message.IdempotencyKey, index);
        var answer = await CallAsync(api, "push", new JsonObject { ["to"] = message.ThreadId ?? message.RecipientId, ["messages"] = messages.DeepClone() }, key, ct);
        return answer is ProviderAnswer.Answered { Ok: true } yes ? LineErrors.Accepted(yes.Json, key) : LineErrors.Result(answer, repeatable: true);
    }

    /// <returns>Null when the token is no longer good and nothing was sent: then the message is pushed.</returns>
    private static async Task<SendResult?> ReplyAsync(LineApi api, string token, JsonArray messages, CancellationToken ct)
    {
        var answer = await CallAsync(api, "reply", new JsonObject { ["replyToken"] = token, ["messages"] = messages.DeepClone() }, null, ct);
        return answer switch
        {
            ProviderAnswer.Answered { Ok: true } yes => LineErrors.Accepted(yes.Json, token),
            ProviderAnswer.Answered { Status: 400 } no when no.Json.Text("message")?.StartsWith(LineErrors.BadReplyToken, StringComparison.Ordinal) == true => null,
            // Repeating is not safe here: the token may be used up, and a push would double what LINE perhaps took.
            ProviderAnswer.NoAnswer or ProviderAnswer.Answered { Status: >= 500 } => new SendResult.Failed(
                FailureKind.Other, "LINE did not answer, so it may have shown this already. Look into the chat on LINE before you send it again."),
            _ => LineErrors.Result(answer, repeatable: false),
        };
    }

    private static Task<ProviderAnswer> CallAsync(LineApi api, string way, JsonObject body, string? retryKey, CancellationToken ct) => api.CallAsync(
        json => json.CallAsync(
            HttpMethod.Post, "v2/bot/message/" + way,
            new ByteArrayContent(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(body)) { Headers = { ContentType = new("application/json") } }, ct,
            request => { if (retryKey is not null) { request.Headers.TryAddWithoutValidation("X-Line-Retry-Key", retryKey); } }),
        ct);
}
