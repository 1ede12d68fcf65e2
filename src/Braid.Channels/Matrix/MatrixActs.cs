using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Matrix;

internal sealed class MatrixActs : IActs<MatrixSettings>
{
    public Task<SendResult> ActAsync(OutboundAct act, MatrixSettings settings, ProviderContext context, CancellationToken ct)
    {
        var room = $"rooms/{MatrixApi.Part(act.ThreadId)}";
        var target = act.ExternalId ?? "";
        var txn = MatrixApi.Part(act.IdempotencyKey);
        return act.Kind switch
        {
            ActKind.Edit when act.Ours && !string.IsNullOrWhiteSpace(act.Text) => DoAsync(api => api.PutAsync($"{room}/send/m.room.message/{txn}", Edit(target, act.Text!), ct)),
            ActKind.Delete when act.Ours => DoAsync(api => api.PutAsync($"{room}/redact/{MatrixApi.Part(target)}/{txn}", [], ct)),
            ActKind.React when act.Emoji is { } emoji => DoAsync(api => api.PutAsync($"{room}/send/m.reaction/{txn}", Reaction(target, emoji), ct)),
            ActKind.Unreact when act.Emoji is { } emoji => MatrixAnswers.SignedInAsync(settings, context, api => UnreactAsync(api, room, target, emoji, txn, settings, ct), ct),
            ActKind.MarkRead => DoAsync(api => api.PostAsync($"{room}/receipt/m.read/{MatrixApi.Part(target)}", [], ct)),
            ActKind.Typing => DoAsync(api => api.PutAsync($"{room}/typing/{MatrixApi.Part(settings.UserId)}", new JsonObject { ["typing"] = true, ["timeout"] = 5000 }, ct)),
            _ => Task.FromResult<SendResult>(new SendResult.Failed(FailureKind.Content, "Matrix can't do this.")),
        };

        Task<SendResult> DoAsync(Func<MatrixApi, Task<ProviderAnswer>> call) => MatrixAnswers.SignedInAsync(
            settings, context, async api => Done(await call(api), target, settings), ct);
    }

    private static SendResult Done(ProviderAnswer answer, string target, MatrixSettings settings) => answer switch
    {
        ProviderAnswer.Answered { Ok: true } yes => new SendResult.Sent(yes.Json.Text("event_id") ?? target),
        ProviderAnswer.Answered no => MatrixAnswers.Refused(no, settings),
        _ => Outcomes.Of(answer, MatrixAnswers.Provider),
    };

    private static JsonObject Edit(string target, string text) => new()
    {
        ["msgtype"] = "m.text",
        ["body"] = "* " + text, // What clients show that know no edits.
        ["m.new_content"] = new JsonObject { ["msgtype"] = "m.text", ["body"] = text },
        ["m.relates_to"] = new JsonObject { ["rel_type"] = "m.replace", ["event_id"] = target },
    };

    private static JsonObject Reaction(string target, string emoji) => new()
    {
        ["m.relates_to"] = new JsonObject { ["rel_type"] = "m.annotation", ["event_id"] = target, ["key"] = emoji },
    };

    /// <summary>A reaction is an event of its own; ours is looked for and redacted. None left means done.</summary>
    private static async Task<SendResult> UnreactAsync(MatrixApi api, string room, string target, string emoji, string txn, MatrixSettings settings, CancellationToken ct)
    {
        var found = await api.GetAsync($"../v1/{room}/relations/{MatrixApi.Part(target)}/m.annotation/m.reaction?limit=100", ct);
        if (found is not ProviderAnswer.Answered { Ok: true } list) { return Done(found, target, settings); }
        var mine = list.Json.Items("chunk").FirstOrDefault(e => e.Id("sender") == settings.UserId && e.Get("content").Get("m.relates_to").Text("key") == emoji);
        return mine.Id("event_id") is not { } id
            ? new SendResult.Sent(target)
            : Done(await api.PutAsync($"{room}/redact/{MatrixApi.Part(id)}/{txn}", [], ct), target, settings);
    }
}
