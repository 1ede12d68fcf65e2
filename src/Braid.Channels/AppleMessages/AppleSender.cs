using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.AppleMessages;

/// <summary>Sends texts, files, quick replies and list pickers. Each call has an id that Apple takes once, so a lost answer is repeated.</summary>
internal sealed class AppleSender : ISender<AppleMessagesSettings>
{
    public Task<SendResult> SendAsync(OutboundMessage message, AppleMessagesSettings settings, ProviderContext context, CancellationToken ct)
    {
        var api = new AppleApi(settings, context);
        return PartwiseSend.RunAsync(message, Parts(message), async (part, index) =>
        {
            var id = StableId.Of(message.IdempotencyKey, index);
            var body = api.Envelope(part.Choice is null ? "text" : "interactive", id, message.RecipientId);
            if (part.File is { } file)
            {
                var (attachment, refused) = await AppleUpload.RunAsync(api, context, file, ct);
                if (refused is not null) { return refused; }
                body["body"] = "\uFFFC";
                body["attachments"] = new JsonArray(attachment);
            }
            else if (part.Choice is { } choice)
            {
                body["interactiveData"] = choice(StableId.Of(message.IdempotencyKey, -1));
            }
            else
            {
                body["body"] = part.Text;
            }

            return AppleApi.Result(await api.SendAsync(body, ct), id);
        });
    }

    private static List<Part> Parts(OutboundMessage message)
    {
        var rich = message.Rich ?? new();
        var can = AppleRich.Capabilities(message);
        var (choices, rest) = AppleRich.Of(message.Text, rich, can);
        var parts = TextSplitter.Split(rest, AppleMessagesChannel.Limits.TextLength).Select(text => new Part(text)).ToList();
        parts.AddRange(message.Attachments.Select(file => new Part(null, file)));
        parts.AddRange(choices.Select(choice => new Part(null, null, choice)));
        return parts;
    }

    private sealed record Part(string? Text, OutboundAttachment? File = null, Func<string, JsonObject>? Choice = null);
}
