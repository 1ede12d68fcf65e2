using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.GoogleChat;

/// <summary>Sends texts and cards. The request's id is the same for each attempt, so a repeat returns the first message.</summary>
internal sealed class GoogleChatSender : ISender<GoogleChatSettings>
{
    private const string Threads = "/threads/";

    public Task<SendResult> SendAsync(OutboundMessage message, GoogleChatSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (message.Attachments.Count > 0)
        {
            return Done(new SendResult.Failed(FailureKind.Content, "Apps can't send files in Google Chat. Send a link instead."));
        }

        var thread = message.ThreadId ?? message.RecipientId;
        if (!thread.StartsWith("spaces/", StringComparison.Ordinal))
        {
            return Done(new SendResult.Failed(FailureKind.Unreachable, "Google Chat lets the app write only where somebody wrote to it first."));
        }

        var at = thread.IndexOf(Threads, StringComparison.Ordinal);
        var space = at < 0 ? thread : thread[..at];
        var api = new GoogleChatApi(settings, context);
        return PartwiseSend.RunAsync(message, Parts(message), (part, index) =>
        {
            var body = new JsonObject();
            if (part.Rich is { } rich) { body["cardsV2"] = GoogleChatCards.Of(part.Text, rich); }
            if (!string.IsNullOrWhiteSpace(part.Text) && (part.Rich is null || !GoogleChatCards.HoldsText(part.Rich))) { body["text"] = part.Text; }
            if (at >= 0) { body["thread"] = new JsonObject { ["name"] = thread }; }
            var path = $"v1/{GoogleChatApi.Name(space)}/messages?requestId={RequestId(message.IdempotencyKey, index)}&messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD";
            return api.CallAsync(HttpMethod.Post, path, body, answer => answer is ProviderAnswer.Answered { Ok: true } yes && yes.Json.Id("name") is { } name
                ? new SendResult.Sent(name) : GoogleChatErrors.Result(answer), ct);
        });
    }

    private static Task<SendResult> Done(SendResult result) => Task.FromResult(result);

    private static List<(string Text, RichContent? Rich)> Parts(OutboundMessage message)
    {
        var texts = TextSplitter.Split(message.Text, GoogleChatChannel.Limits.TextLength);
        if (texts.Count == 0) { return message.Rich is null ? [] : [("", message.Rich)]; }
        return [.. texts.Select((text, i) => (text, i == texts.Count - 1 ? message.Rich : null))];
    }

    private static Guid RequestId(string key, int part) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"{key}:{part.ToString(CultureInfo.InvariantCulture)}")).AsSpan(0, 16));
}
