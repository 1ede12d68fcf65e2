using Braid.Channels.Common;

namespace Braid.Channels.AppleMessages;

internal sealed class AppleActs : IActs<AppleMessagesSettings>
{
    /// <summary>May be shown twice without harm, so a lost answer is tried again.</summary>
    public async Task<SendResult> ActAsync(OutboundAct act, AppleMessagesSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (act.Kind != ActKind.Typing) { return new SendResult.Failed(FailureKind.Content, "Apple Messages can't do this."); }
        var api = new AppleApi(settings, context);
        var id = StableId.Of(act.IdempotencyKey, 0);
        return Outcomes.BeforeSending(AppleApi.Result(await api.SendAsync(api.Envelope("typing_start", id, act.RecipientId), ct), id));
    }
}
