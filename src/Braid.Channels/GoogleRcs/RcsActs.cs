using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.GoogleRcs;

/// <summary>Typing and read marks; a message of ours can be taken back until it was delivered.</summary>
internal sealed class RcsActs : IActs<GoogleRcsSettings>
{
    public Task<SendResult> ActAsync(OutboundAct act, GoogleRcsSettings settings, ProviderContext context, CancellationToken ct)
    {
        var api = new RcsApi(settings, context);
        var eventId = StableId.Of(act.IdempotencyKey, 0);
        return act switch
        {
            { Kind: ActKind.Typing } => EventAsync(new JsonObject { ["eventType"] = "IS_TYPING" }),
            { Kind: ActKind.MarkRead, ExternalId: { } id } => EventAsync(new JsonObject { ["eventType"] = "READ", ["messageId"] = id }),
            { Kind: ActKind.Delete, Ours: true, ExternalId: { } id } => TokenCalls.SendAsync(async () => Outcomes.BeforeSending(RcsApi.Result(
                await api.CallAsync(json => json.DeleteAsync(api.Path(act.RecipientId, "agentMessages/" + Uri.EscapeDataString(id)), ct), ct), id) switch
            {
                SendResult.Failed { Kind: FailureKind.Unreachable } => new SendResult.Failed(FailureKind.Content, "The message was delivered already and can't be taken back."),
                var result => result,
            })),
            _ => Task.FromResult<SendResult>(new SendResult.Failed(FailureKind.Content, "RCS can't do this.")),
        };

        // All of it may be done twice without harm, so a lost answer is tried again.
        Task<SendResult> EventAsync(JsonObject body) => TokenCalls.SendAsync(async () => Outcomes.BeforeSending(RcsApi.Result(
            await api.CallAsync(json => json.PostAsync(api.Path(act.RecipientId, "agentEvents", ("eventId", eventId)), body, ct), ct), act.ExternalId ?? eventId)));
    }
}
