using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Mastodon;

/// <summary>Posts answers. Every post has an idempotency key, so a repeated one is the same one; a long text becomes a thread.</summary>
internal sealed class MastodonSender : ISender<MastodonSettings>
{
    private const int MostPolls = 30;

    public async Task<SendResult> SendAsync(OutboundMessage message, MastodonSettings settings, ProviderContext context, CancellationToken ct)
    {
        var api = MastodonApi.For(settings, context);
        if (message.Attachments.FirstOrDefault(f => f.ContentType.Split('/')[0] is not ("image" or "video" or "audio")) is { } odd)
        {
            return new SendResult.Failed(FailureKind.Content, $"Mastodon takes pictures, videos and sound only. Send a link to {odd.Name} instead.");
        }

        var (thread, trouble) = await MastodonThread.FindAsync(api, message, ct);
        if (trouble is not null) { return trouble; }

        string? last = null;
        var result = await PartwiseSend.RunAsync(message, Parts(message, settings.PostLength - thread!.Mention.Length - 1), async (part, index) =>
        {
            var media = new List<string>();
            foreach (var file in part.Files)
            {
                var (id, refused) = await UploadAsync(api, file, context.Clock, ct);
                if (refused is not null) { return refused; }
                media.Add(id!);
            }

            var key = index == 0 ? message.IdempotencyKey : $"{message.IdempotencyKey}-{index}";
            var body = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(thread.Post(part.Text, last, media, settings))) { Headers = { ContentType = new("application/json") } };
            var answer = await api.CallAsync(HttpMethod.Post, "api/v1/statuses", body, ct, r => r.Headers.TryAddWithoutValidation("Idempotency-Key", key));
            if (answer is not ProviderAnswer.Answered { Ok: true } yes) { return MastodonApi.Refused(answer); }
            if (yes.Json.Id("id") is not { } posted) { return new SendResult.Unknown("The instance said yes but gave no post."); }
            last = posted;
            return new SendResult.Sent(posted);
        });

        // A post that answers nothing, or answers in private, is the root of its own thread.
        return result is SendResult.Sent sent && (message.PrivateReplyTo is not null || thread.InReplyTo is null) ? sent with { ThreadId = sent.ExternalId } : result;
    }

    private static List<Part> Parts(OutboundMessage message, int limit)
    {
        var texts = TextSplitter.Split(message.Text, Math.Max(limit, 50));
        var files = message.Attachments.Chunk(MastodonChannel.Limits.AttachmentsPerMessage).ToList();
        return [.. Enumerable.Range(0, Math.Max(texts.Count, files.Count)).Select(i => new Part(texts.ElementAtOrDefault(i), files.ElementAtOrDefault(i) ?? []))];
    }

    private static async Task<(string? Id, SendResult? Trouble)> UploadAsync(JsonApi api, OutboundAttachment file, TimeProvider clock, CancellationToken ct)
    {
        using var form = FileParts.Form([new("description", file.Name)]);
        if (!await form.TryAddAsync("file", file, ct))
        {
            return (null, new SendResult.Failed(FailureKind.Content, $"The file {file.Name} can't be read. Attach it again."));
        }

        var answer = await api.CallAsync(HttpMethod.Post, "api/v2/media", form, ct);
        for (var i = 0; i < MostPolls && answer is ProviderAnswer.Answered { Status: 202 or 206 } busy && busy.Json.Id("id") is { } waiting; i++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), clock, ct);
            answer = await api.GetAsync($"api/v1/media/{Uri.EscapeDataString(waiting)}", ct);
        }

        return answer switch
        {
            ProviderAnswer.Answered { Status: 202 or 206 } => (null, new SendResult.Retry("The instance is still working on the file", TimeSpan.FromSeconds(30))),
            ProviderAnswer.Answered { Ok: true } yes when yes.Json.Id("id") is { } id => (id, null),
            ProviderAnswer.Answered { Status: 422 } => (null, new SendResult.Failed(FailureKind.Content, $"The instance does not take {file.Name}. Try another format or a smaller one.", "422")),
            _ => (null, Outcomes.BeforeSending(MastodonApi.Refused(answer))),
        };
    }

    private sealed record Part(string? Text, IReadOnlyList<OutboundAttachment> Files);
}
