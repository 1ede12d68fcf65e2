using System.Globalization;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.SignalCli;

internal sealed class SignalActs : IActs<SignalSettings>
{
    public async Task<SendResult> ActAsync(OutboundAct act, SignalSettings settings, ProviderContext context, CancellationToken ct)
    {
        var time = long.TryParse(act.ExternalId, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : (long?)null;
        if (act.Kind is ActKind.Hide or ActKind.Unhide || (act.Kind != ActKind.Typing && time is null) || (act.Kind is ActKind.Edit or ActKind.Delete && !act.Ours))
        {
            return new SendResult.Failed(FailureKind.Content, "Signal can't do this.");
        }

        // The key says who wrote the message: `author:time`.
        var author = act.Ours ? settings.Number : act.Key is { } key && key.LastIndexOf(':') is > 0 and var colon ? key[..colon] : act.RecipientId;
        var api = new SignalApi(settings, context);
        var id = act.ExternalId ?? act.ThreadId;
        if (api.Rest)
        {
            var (verb, path, body) = Rest(act, api, author, time);
            var answer = await api.RestAsync(verb, path, body, ct);
            return answer is ProviderAnswer.Answered { Ok: true } ? new SendResult.Sent(id) : SignalAnswers.Rest(answer, settings);
        }

        var (method, parameters) = Rpc(act, author, time);
        return SignalAnswers.Done(await api.RpcAsync(method, parameters, act.IdempotencyKey, ct), settings, id);
    }

    private static (string Method, JsonObject Parameters) Rpc(OutboundAct act, string author, long? time)
    {
        var to = SignalApi.To(act.ThreadId);
        switch (act.Kind)
        {
            case ActKind.Edit:
                (to["message"], to["editTimestamp"]) = (act.Text, time);
                return ("send", to);
            case ActKind.Delete:
                to["targetTimestamp"] = time;
                return ("remoteDelete", to);
            case ActKind.React or ActKind.Unreact:
                (to["emoji"], to["targetAuthor"], to["targetTimestamp"], to["remove"]) = (act.Emoji, author, time, act.Kind == ActKind.Unreact);
                return ("sendReaction", to);
            case ActKind.MarkRead:
                return ("sendReceipt", new JsonObject { ["recipient"] = author, ["targetTimestamp"] = time, ["type"] = "read" });
            default:
                return ("sendTyping", to);
        }
    }

    private static (HttpMethod Verb, string Path, JsonObject Body) Rest(OutboundAct act, SignalApi api, string author, long? time)
    {
        var to = SignalApi.RestName(act.ThreadId);
        return act.Kind switch
        {
            ActKind.Edit => (HttpMethod.Post, "v2/send", new JsonObject
            {
                ["number"] = Uri.UnescapeDataString(api.Number), ["recipients"] = new JsonArray(to), ["message"] = act.Text, ["edit_timestamp"] = time, ["text_mode"] = "normal",
            }),
            ActKind.Delete => (HttpMethod.Delete, $"v1/remote-delete/{api.Number}", new JsonObject { ["recipient"] = to, ["timestamp"] = time }),
            ActKind.React or ActKind.Unreact => (act.Kind == ActKind.React ? HttpMethod.Post : HttpMethod.Delete, $"v1/reactions/{api.Number}", new JsonObject
            {
                ["recipient"] = to, ["reaction"] = act.Emoji, ["target_author"] = author, ["timestamp"] = time,
            }),
            ActKind.MarkRead => (HttpMethod.Post, $"v1/receipts/{api.Number}", new JsonObject { ["receipt_type"] = "read", ["recipient"] = author, ["timestamp"] = time }),
            _ => (HttpMethod.Put, $"v1/typing-indicator/{api.Number}", new JsonObject { ["recipient"] = to }),
        };
    }
}
