using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.XDm;

/// <summary>Hides replies to our posts, and deletes our own posts. A message can only be deleted from one's own view, which helps nobody.</summary>
internal sealed class XDmActs : IActs<XDmSettings>
{
    public async Task<SendResult> ActAsync(OutboundAct act, XDmSettings settings, ProviderContext context, CancellationToken ct)
    {
        var api = new XDmApi(settings, context).Account;
        if (act.ExternalId is not { } id) { return No("X can't do this."); }
        if (act.Kind is not (ActKind.Hide or ActKind.Unhide or ActKind.Delete)) { return No("X can't do this."); }
        if (!XDmThread.IsPublic(act.ThreadId, act.RecipientId)) { return No("X can do this with public posts only."); }
        if (act.Kind == ActKind.Delete && !act.Ours) { return No("On X only the author can delete a post. Hide it instead."); }

        var path = $"2/tweets/{Uri.EscapeDataString(id)}";
        var answer = act.Kind == ActKind.Delete
            ? await api.DeleteAsync(path, ct)
            : await api.PutAsync(path + "/hidden", new JsonObject { ["hidden"] = act.Kind == ActKind.Hide }, ct);
        return answer is ProviderAnswer.Answered { Ok: true } or ProviderAnswer.Answered { Status: 404 } && (act.Kind == ActKind.Delete || answer is ProviderAnswer.Answered { Ok: true })
            ? new SendResult.Sent(id)
            : Outcomes.BeforeSending(XDmErrors.Result(answer));
    }

    private static SendResult.Failed No(string reason) => new(FailureKind.Content, reason);
}
