using System.Globalization;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Zulip;

/// <summary>Sends texts; files are uploaded and linked in the text. Zulip has no idempotency key: a lost answer stays unknown.</summary>
internal sealed class ZulipSender : ISender<ZulipSettings>
{
    public async Task<SendResult> SendAsync(OutboundMessage message, ZulipSettings settings, ProviderContext context, CancellationToken ct)
    {
        var forms = new List<MultipartFormDataContent>();
        try
        {
            foreach (var file in message.Attachments)
            {
                forms.Add(FileParts.Form([]));
                if (!await forms[^1].TryAddAsync("file", file, ct)) { return new SendResult.Failed(FailureKind.Content, $"The file {file.Name} can't be read. Attach it again."); }
            }

            var api = ZulipApi.Of(settings, context);
            var texts = TextSplitter.Split(message.Text, ZulipChannel.Limits.TextLength).ToList();
            if (texts.Count == 0 && forms.Count > 0) { texts.Add(""); }
            var thread = message.ThreadId;
            if (thread is null)
            {
                var (own, refused) = await OwnIdAsync(api, ct);
                if (own is null) { return refused!; }
                thread = ZulipThread.OfPeople([own, message.RecipientId]).ToString();
            }

            var result = await PartwiseSend.RunAsync(message, texts, async (text, index) =>
            {
                if (index == texts.Count - 1 && forms.Count > 0)
                {
                    var (links, refused) = await UploadAsync(api, message.Attachments, forms, ct);
                    if (links is null) { return refused!; }
                    text = string.Join('\n', new[] { text }.Where(t => t.Length > 0).Concat(links));
                }

                var answer = await api.PostFormAsync("messages", [.. Place(ZulipThread.Parse(thread), message.RecipientId), new("content", text)], ct);
                return answer is ProviderAnswer.Answered { Ok: true } yes && yes.Json.Id("id") is { } id ? new SendResult.Sent(id) : ZulipApi.Error(answer);
            });
            return result is SendResult.Sent sent && message.ThreadId is null ? sent with { ThreadId = thread } : result;
        }
        finally
        {
            foreach (var form in forms) { form.Dispose(); }
        }
    }

    /// <summary>Between two, the other one is enough; in a group all are named (Zulip leaves ourselves out).</summary>
    internal static IEnumerable<KeyValuePair<string, string>> Place(ZulipThread thread, string recipient) => thread.Stream is { } stream
        ? [new("type", "stream"), new("to", stream), new("topic", thread.Rest)]
        : [new("type", "direct"), new("to", Ids(thread.People.Count > 2 ? thread.People : [recipient]))];

    private static string Ids(IEnumerable<string> people) => new JsonArray([.. people.Select(id =>
        long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number) : JsonValue.Create(id))]).ToJsonString();

    private static async Task<(List<string>? Links, SendResult? Refused)> UploadAsync(
        JsonApi api, IReadOnlyList<OutboundAttachment> files, List<MultipartFormDataContent> forms, CancellationToken ct)
    {
        var links = new List<string>();
        for (var i = 0; i < files.Count; i++)
        {
            var answer = await api.CallAsync(HttpMethod.Post, "user_uploads", forms[i], ct);
            if (answer is not ProviderAnswer.Answered { Ok: true } kept || (kept.Json.Text("url") ?? kept.Json.Text("uri")) is not { } url) { return (null, Outcomes.BeforeSending(ZulipApi.Error(answer))); }
            links.Add($"[{files[i].Name.Replace("[", "(", StringComparison.Ordinal).Replace("]", ")", StringComparison.Ordinal)}]({url})");
        }

        return (links, null);
    }

    private static async Task<(string? Id, SendResult? Refused)> OwnIdAsync(JsonApi api, CancellationToken ct)
    {
        var answer = await api.GetAsync("users/me", ct);
        return answer is ProviderAnswer.Answered { Ok: true } me && me.Json.Id("user_id") is { } id ? (id, null) : (null, Outcomes.BeforeSending(ZulipApi.Error(answer)));
    }
}
