using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Teams;

/// <summary>Edits and deletes what we sent, shows that an agent is typing. Bots can't react.</summary>
internal sealed class TeamsActs : IActs<TeamsSettings>
{
    public Task<SendResult> ActAsync(OutboundAct act, TeamsSettings settings, ProviderContext context, CancellationToken ct)
    {
        var api = new TeamsApi(settings, context);
        var one = $"{TeamsApi.Activities(act.ThreadId)}/{Uri.EscapeDataString(act.ExternalId ?? "")}";
        SendResult Done(ProviderAnswer answer) =>
            answer is ProviderAnswer.Answered { Ok: true } || (act.Kind == ActKind.Delete && answer is ProviderAnswer.Answered { Status: 404 } no && no.Json.Get("error").Text("code") == "ActivityNotFoundInConversation")
                ? new SendResult.Sent(act.ExternalId ?? act.ThreadId) : TeamsErrors.Result(answer);
        switch (act.Kind)
        {
            case ActKind.Typing:
                return api.CallAsync(HttpMethod.Post, TeamsApi.Activities(act.ThreadId), new JsonObject { ["type"] = "typing", ["from"] = TeamsBodies.Bot(settings) }, Done, ct);
            case ActKind.Edit when act.ExternalId is not null:
                var body = TeamsBodies.Message(settings, act.ThreadId, act.RecipientId);
                body["text"] = TeamsText.Markdown(act.Text ?? "");
                return api.CallAsync(HttpMethod.Put, one, body, Done, ct);
            case ActKind.Delete when act is { Ours: true, ExternalId: not null }:
                return api.CallAsync(HttpMethod.Delete, one, null, Done, ct);
            default:
                return Task.FromResult<SendResult>(new SendResult.Failed(FailureKind.Content, "Teams can't do this."));
        }
    }
}
