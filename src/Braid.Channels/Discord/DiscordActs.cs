using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Discord;

/// <summary>Edits and deletes what we posted, reacts to anything, shows that an agent is typing.</summary>
internal sealed class DiscordActs : IActs<DiscordSettings>
{
    public async Task<SendResult> ActAsync(OutboundAct act, DiscordSettings settings, ProviderContext context, CancellationToken ct)
    {
        var api = DiscordApi.Of(settings, context);
        var channel = $"channels/{Uri.EscapeDataString(act.ThreadId)}";
        var message = $"{channel}/messages/{Uri.EscapeDataString(act.ExternalId ?? "")}";
        var reaction = $"{message}/reactions/{Uri.EscapeDataString(act.Emoji ?? "")}/@me";
        ProviderAnswer answer;
        switch (act.Kind)
        {
            case ActKind.Typing:
                answer = await api.CallAsync(HttpMethod.Post, $"{channel}/typing", null, ct);
                break;
            case ActKind.Edit when act.ExternalId is not null:
                answer = await api.PatchAsync(message, new JsonObject { ["content"] = act.Text ?? "", ["components"] = new JsonArray() }, ct);
                break;
            case ActKind.Delete when act is { Ours: true, ExternalId: not null }:
                answer = await api.DeleteAsync(message, ct);
                break;
            case ActKind.React when act is { ExternalId: not null, Emoji.Length: > 0 }:
                answer = await api.CallAsync(HttpMethod.Put, reaction, null, ct);
                break;
            case ActKind.Unreact when act is { ExternalId: not null, Emoji.Length: > 0 }:
                answer = await api.DeleteAsync(reaction, ct);
                break;
            default:
                return new SendResult.Failed(FailureKind.Content, "Discord can't do this.");
        }

        var gone = act.Kind is ActKind.Delete or ActKind.Unreact && answer is ProviderAnswer.Answered { Status: 404 } no && no.Json.Number("code") is 10008 or 10014;
        return gone || answer is ProviderAnswer.Answered { Ok: true } ? new SendResult.Sent(act.ExternalId ?? act.ThreadId) : DiscordErrors.Result(answer);
    }
}
