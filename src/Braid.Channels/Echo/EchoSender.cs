using System.Net.Http.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Echo;

/// <summary>Posts to <c>{apiBaseUrl}/messages</c>. The idempotency key makes it safe to repeat a send whose answer was lost.</summary>
internal sealed class EchoSender : ISender<EchoSettings>
{
    public async Task<SendResult> SendAsync(OutboundMessage message, EchoSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (string.IsNullOrEmpty(settings.ApiBaseUrl))
        {
            return new SendResult.Failed(FailureKind.Configuration, "This Echo inbox has no address for answers. Enter one in its settings.");
        }

        if (message.Attachments.Count > 0) return new SendResult.Failed(FailureKind.Content, "Echo can't carry files. Send the text alone.");

        return await PartwiseSend.RunAsync(message, TextSplitter.Split(message.Text, EchoChannel.Limits.TextLength), async (text, part) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, settings.ApiBaseUrl.TrimEnd('/') + "/messages");
            request.Headers.TryAddWithoutValidation("X-Echo-Secret", settings.Secret);
            request.Headers.TryAddWithoutValidation("Idempotency-Key", part == 0 ? message.IdempotencyKey : $"{message.IdempotencyKey}-{part}");
            request.Content = JsonContent.Create(new
            {
                to = message.RecipientId,
                thread = message.ThreadId ?? message.RecipientId,
                text,
                replyTo = part == 0 ? message.ReplyTo : null,
            });
            return Result(await ProviderCall.SendAsync(request, context.Http, context.Clock, EchoChannel.Limits.CallTimeout, ct));
        });
    }

    private static SendResult Result(ProviderAnswer answer) => answer switch
    {
        ProviderAnswer.Answered { Ok: true } yes when yes.Json.Id("id") is { } id => new SendResult.Sent(id),
        ProviderAnswer.Answered { Ok: true } => new SendResult.Unknown("The receiver said yes but gave no id."),
        ProviderAnswer.Answered { Status: 429 } busy => new SendResult.Retry("too many messages", busy.RetryAfter) { WholeInbox = true },
        ProviderAnswer.Answered { Status: >= 500 } down => new SendResult.Retry("the receiver is in trouble", down.RetryAfter) { ProviderDown = true },
        ProviderAnswer.Answered { Status: 401 or 403 } => new SendResult.Failed(
            FailureKind.Credentials, "The receiver does not accept the secret. Check it in the inbox's settings."),
        ProviderAnswer.Answered { Status: 404 } => new SendResult.Failed(
            FailureKind.Configuration, "Nothing answers at the address for answers. Check it in the inbox's settings."),
        ProviderAnswer.Answered other => new SendResult.Failed(FailureKind.Content, $"The receiver refused the message ({other.Status}).", $"{other.Status}"),
        ProviderAnswer.NotSent lost => new SendResult.Retry(lost.Reason) { ProviderDown = true },
        ProviderAnswer.NoAnswer lost => new SendResult.Unknown(lost.Reason),
        _ => throw new InvalidOperationException(),
    };
}
