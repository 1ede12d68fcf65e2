using Braid.Channels.Common;

namespace Braid.Channels.Reddit;

/// <summary>Changes and deletes our own, removes others' as a moderator, marks messages as read.</summary>
internal sealed class RedditActs : IActs<RedditSettings>
{
    public async Task<SendResult> ActAsync(OutboundAct act, RedditSettings settings, ProviderContext context, CancellationToken ct)
    {
        (string Path, KeyValuePair<string, string>[] Fields)? call = act switch
        {
            { ExternalId: not { Length: > 0 } } => null,
            { Kind: ActKind.Edit, Ours: true, Text: { Length: > 0 } text } => ("api/editusertext", [new("thing_id", act.ExternalId), new("text", text)]),
            { Kind: ActKind.Delete, Ours: true } => ("api/del", [new("id", act.ExternalId)]),
            { Kind: ActKind.Delete } => ("api/remove", [new("id", act.ExternalId), new("spam", "false")]),
            { Kind: ActKind.MarkRead } => ("api/read_message", [new("id", act.ExternalId)]),
            _ => null,
        };
        if (call is not var (path, fields)) { return new SendResult.Failed(FailureKind.Content, "Reddit can't do this."); }

        return await TokenCalls.SendAsync(async () =>
        {
            var answer = await new RedditApi(settings, context).PostAsync(path, fields, ct);
            return RedditErrors.IsYes(answer, out _) ? new SendResult.Sent(act.ExternalId!) : RedditErrors.Result(answer);
        });
    }
}
