using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.GoogleChat;

/// <summary>Edits and deletes what the app sent. Reactions and typing are not for apps.</summary>
internal sealed class GoogleChatActs : IActs<GoogleChatSettings>
{
    public Task<SendResult> ActAsync(OutboundAct act, GoogleChatSettings settings, ProviderContext context, CancellationToken ct)
    {
        var api = new GoogleChatApi(settings, context);
        return (act.Kind, act.ExternalId) switch
        {
            (ActKind.Edit, { } name) => api.CallAsync(HttpMethod.Patch, $"v1/{GoogleChatApi.Name(name)}?updateMask=text", new JsonObject { ["text"] = act.Text ?? "" }, a => Done(a, name), ct),
            (ActKind.Delete, { } name) when act.Ours => api.CallAsync(HttpMethod.Delete, $"v1/{GoogleChatApi.Name(name)}", null, a => a is ProviderAnswer.Answered { Status: 404 } ? new SendResult.Sent(name) : Done(a, name), ct),
            _ => Task.FromResult<SendResult>(new SendResult.Failed(FailureKind.Content, "Google Chat can't do this.")),
        };
    }

    private static SendResult Done(ProviderAnswer answer, string name) => answer is ProviderAnswer.Answered { Ok: true } ? new SendResult.Sent(name) : GoogleChatErrors.Result(answer);
}
