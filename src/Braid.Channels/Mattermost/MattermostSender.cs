using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Mattermost;

/// <summary>Posts texts, files and buttons. Each post carries our id in its props: any further attempt first looks whether it is there.</summary>
internal sealed class MattermostSender : ISender<MattermostSettings>
{
    private const int FilesPerPost = 5;
    /// <summary>Longer than an attempt may be repeated.</summary>
    private static readonly TimeSpan Back = TimeSpan.FromHours(25);

    public async Task<SendResult> SendAsync(OutboundMessage message, MattermostSettings settings, ProviderContext context, CancellationToken ct)
    {
        // Without an address for taps a button would do nothing: it becomes text.
        if (!settings.HasButtons) { message = RichPlan.Fit(message, RichSupport.None); }
        var parts = Parts(message);
        var forms = new Dictionary<OutboundAttachment, MultipartFormDataContent>();
        try
        {
            foreach (var file in message.Attachments)
            {
                var form = forms[file] = FileParts.Form([]);
                if (!await form.TryAddAsync("files", file, ct)) { return new SendResult.Failed(FailureKind.Content, $"The file {file.Name} can't be read. Attach it again."); }
            }

            var api = MattermostApi.Of(settings, context);
            var (channel, refused) = await ChannelAsync(api, message, ct);
            if (channel is null) { return refused!; }
            var arrived = new List<JsonElement>();
            if (message.Attempt > 1 && message.PartsSent < parts.Count)
            {
                var since = (context.Clock.GetUtcNow() - Back).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
                var look = await api.GetAsync($"channels/{Uri.EscapeDataString(channel)}/posts?since={since}", ct);
                if (look is not ProviderAnswer.Answered { Ok: true } seen) { return Outcomes.BeforeSending(MattermostApi.Error(look)); }
                if (seen.Json.Get("posts") is { ValueKind: JsonValueKind.Object } posts) { arrived.AddRange(posts.EnumerateObject().Select(p => p.Value)); }
            }

            var root = message.ReplyTo is { } quoted ? await RootAsync(api, quoted, ct) : null;
            var result = await PartwiseSend.RunAsync(message, parts, async (part, index) =>
            {
                var mark = $"{message.Id}:{index.ToString(CultureInfo.InvariantCulture)}";
                return arrived.Find(p => p.Get("props").Text(MattermostCards.Payload) == mark).Id("id") is { } there
                    ? new SendResult.Sent(there)
                    : await PostAsync(api, channel, root, part, mark, forms, settings, ct);
            });
            return result is SendResult.Sent sent && message.ThreadId is null ? sent with { ThreadId = channel } : result;
        }
        finally
        {
            foreach (var form in forms.Values) { form.Dispose(); }
        }
    }

    private static async Task<SendResult> PostAsync(
        JsonApi api, string channel, string? root, Part part, string mark, Dictionary<OutboundAttachment, MultipartFormDataContent> forms, MattermostSettings settings, CancellationToken ct)
    {
        var body = new JsonObject { ["channel_id"] = channel, ["message"] = part.Text ?? "" };
        if (root is not null) { body["root_id"] = root; }
        var ids = new JsonArray();
        foreach (var file in part.Files)
        {
            var form = forms[file];
            form.Add(new StringContent(channel), "\"channel_id\"");
            var upload = await api.CallAsync(HttpMethod.Post, "files", form, ct);
            if (upload is not ProviderAnswer.Answered { Ok: true } kept || kept.Json.Items("file_infos").FirstOrDefault().Id("id") is not { } id)
            {
                return Outcomes.BeforeSending(MattermostApi.Error(upload));
            }

            ids.Add(id);
        }

        if (ids.Count > 0) { body["file_ids"] = ids; }
        var props = new JsonObject { [MattermostCards.Payload] = mark };
        if (part.Rich is { } rich) { props["attachments"] = MattermostCards.Of(rich, settings); }
        body["props"] = props;
        var answer = await api.PostAsync("posts", body, ct);
        return answer is ProviderAnswer.Answered { Ok: true } yes && yes.Json.Id("id") is { } post ? new SendResult.Sent(post) : MattermostApi.Error(answer);
    }

    private static async Task<(string? Channel, SendResult? Refused)> ChannelAsync(JsonApi api, OutboundMessage message, CancellationToken ct)
    {
        if (message.ThreadId is { } thread) { return (thread, null); }
        var me = await api.GetAsync("users/me", ct);
        if (me is not ProviderAnswer.Answered { Ok: true } known || known.Json.Id("id") is not { } bot) { return (null, Outcomes.BeforeSending(MattermostApi.Error(me))); }
        var direct = await api.PostAsync("channels/direct", new JsonArray(bot, message.RecipientId), ct);
        return direct is ProviderAnswer.Answered { Ok: true } opened && opened.Json.Id("id") is { } channel ? (channel, null) : (null, Outcomes.BeforeSending(MattermostApi.Error(direct)));
    }

    /// <summary>Mattermost takes only a thread's first post as root; the quoted one may be an answer in it.</summary>
    private static async Task<string> RootAsync(JsonApi api, string quoted, CancellationToken ct) =>
        await api.GetAsync($"posts/{Uri.EscapeDataString(quoted)}", ct) is ProviderAnswer.Answered { Ok: true } post && post.Json.Text("root_id") is { } root ? root : quoted;

    private static List<Part> Parts(OutboundMessage message)
    {
        var texts = TextSplitter.Split(message.Text, MattermostChannel.Limits.TextLength);
        var parts = texts.Select((text, i) => new Part(text, i == texts.Count - 1 ? message.Rich : null, [])).ToList();
        if (parts.Count == 0 && message.Rich is { } rich) { parts.Add(new(null, rich, [])); }
        var groups = message.Attachments.Chunk(FilesPerPost).ToList();
        if (groups.Count > 0 && parts.Count > 0)
        {
            parts[^1] = parts[^1] with { Files = groups[0] };
            groups.RemoveAt(0);
        }

        parts.AddRange(groups.Select(group => new Part(null, null, group)));
        return parts;
    }

    private sealed record Part(string? Text, RichContent? Rich, IReadOnlyList<OutboundAttachment> Files);
}
