using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Mastodon;

/// <summary>Edits and deletes our own posts.</summary>
internal sealed class MastodonActs : IActs<MastodonSettings>
{
    public async Task<SendResult> ActAsync(OutboundAct act, MastodonSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (!act.Ours || act.ExternalId is not { } id) { return new SendResult.Failed(FailureKind.Content, "On Mastodon only our own posts can be changed."); }
        var api = MastodonApi.For(settings, context);
        var path = $"api/v1/statuses/{Uri.EscapeDataString(id)}";
        switch (act.Kind)
        {
            case ActKind.Delete:
                var gone = await api.DeleteAsync(path, ct);
                return gone is ProviderAnswer.Answered { Ok: true } or ProviderAnswer.Answered { Status: 404 or 410 } ? new SendResult.Sent(id) : MastodonApi.Refused(gone);
            case ActKind.Edit when !string.IsNullOrWhiteSpace(act.Text):
                var before = await api.GetAsync(path, ct);
                if (before is not ProviderAnswer.Answered { Ok: true } post) { return MastodonApi.Refused(before); }
                var changed = await api.PutAsync(path, Edited(post, act.Text), ct);
                return changed is ProviderAnswer.Answered { Ok: true } ? new SendResult.Sent(id) : MastodonApi.Refused(changed);
            default:
                return new SendResult.Failed(FailureKind.Content, "Mastodon can't do this.");
        }
    }

    /// <summary>The whole post anew: what is not said again (mentions, files, warning) would be lost.</summary>
    private static JsonObject Edited(ProviderAnswer.Answered post, string text)
    {
        var mentions = post.Json.Items("mentions").Select(m => m.Text("acct")).OfType<string>().Select(acct => "@" + acct).Where(m => !text.Contains(m, StringComparison.OrdinalIgnoreCase));
        var json = new JsonObject { ["status"] = string.Join(' ', mentions.Append(text)) };
        var media = post.Json.Items("media_attachments").Select(m => m.Id("id")).OfType<string>().ToList();
        if (media.Count > 0) { json["media_ids"] = new JsonArray([.. media.Select(m => JsonValue.Create(m))]); }
        if (post.Json.Text("spoiler_text") is { } warning) { json["spoiler_text"] = warning; }
        return json;
    }
}
