using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Mastodon;

/// <summary>
/// Where an answer goes: the post it answers, who must be mentioned, who may see it. Never wider than the post it answers; a private answer is
/// always direct.
/// </summary>
internal sealed record MastodonThread(string? InReplyTo, string Mention, string Visibility)
{
    public static async Task<(MastodonThread? Thread, SendResult? Trouble)> FindAsync(JsonApi api, OutboundMessage message, CancellationToken ct)
    {
        var target = message.PrivateReplyTo ?? message.ReplyTo;
        JsonElement status = default;
        if (target is null && message.ThreadId is { } root)
        {
            var context = await api.GetAsync($"api/v1/statuses/{Uri.EscapeDataString(root)}/context", ct);
            if (context is not ProviderAnswer.Answered { Ok: true } known) { return (null, Outcomes.BeforeSending(MastodonApi.Refused(context))); }
            // The newest word of the person we answer, so that their app shows the answer below it.
            status = known.Json.Items("descendants").LastOrDefault(s => s.Get("account").Id("id") == message.RecipientId);
            target = status.Id("id") ?? root;
        }

        if (target is not null && !status.IsObject())
        {
            var answer = await api.GetAsync($"api/v1/statuses/{Uri.EscapeDataString(target)}", ct);
            if (answer is not ProviderAnswer.Answered { Ok: true } found) { return (null, Outcomes.BeforeSending(MastodonApi.Refused(answer))); }
            status = found.Json;
        }

        var author = status.Get("account");
        var acct = author.Id("id") == message.RecipientId ? author.Text("acct")
            : message.RecipientId.Contains('@') ? message.RecipientId.TrimStart('@')
            : status.Items("mentions").FirstOrDefault(m => m.Id("id") == message.RecipientId).Text("acct");
        if (acct is null)
        {
            var person = await api.GetAsync($"api/v1/accounts/{Uri.EscapeDataString(message.RecipientId)}", ct);
            if (person is not ProviderAnswer.Answered { Ok: true } known || known.Json.Text("acct") is not { } name) { return (null, Outcomes.BeforeSending(MastodonApi.Refused(person))); }
            acct = name;
        }

        var visibility = message.PrivateReplyTo is not null || target is null ? "direct" : status.Text("visibility") ?? "direct";
        return (new(target, "@" + acct, visibility), null);
    }

    public JsonObject Post(string? text, string? inReplyTo, IReadOnlyList<string> media, MastodonSettings settings)
    {
        var words = string.IsNullOrWhiteSpace(text) ? Mention : text.Contains(Mention, StringComparison.OrdinalIgnoreCase) ? text : $"{Mention} {text}";
        var json = new JsonObject { ["status"] = words };
        if ((inReplyTo ?? InReplyTo) is { } parent) { json["in_reply_to_id"] = parent; }
        json["visibility"] = Visibility;
        if (media.Count > 0) { json["media_ids"] = new JsonArray([.. media.Select(id => JsonValue.Create(id))]); }
        if (settings.Language is { } language) { json["language"] = language; }
        return json;
    }
}
