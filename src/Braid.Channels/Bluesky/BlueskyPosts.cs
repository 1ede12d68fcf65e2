using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Bluesky;

/// <summary>One message as a post, or as a chain of posts.</summary>
internal sealed class BlueskyPosts(BlueskyApi api, OutboundMessage message, BlueskySettings settings, TimeProvider clock)
{
    private const string Collection = "app.bsky.feed.post";

    public async Task<SendResult> SendAsync(CancellationToken ct)
    {
        foreach (var file in message.Attachments)
        {
            if (!file.ContentType.StartsWith("image/", StringComparison.Ordinal)) { return Content($"Bluesky posts carry pictures only. Send a link to {file.Name} instead."); }
            if (file.Size > BlueskyChannel.Limits.AttachmentBytes) { return Content($"{file.Name} is larger than the 1 MB of a Bluesky picture. Send a smaller one."); }
        }

        // Files are read before anything is asked: one that can't be read must not leave half a message.
        var pictures = new List<(OutboundAttachment File, byte[] Bytes)>();
        foreach (var file in message.Attachments)
        {
            if (await BytesAsync(file, ct) is not { } bytes) { return Content($"The file {file.Name} can't be read. Attach it again."); }
            pictures.Add((file, bytes));
        }

        var own = await api.DidAsync(ct);
        var (root, parent, trouble) = await ThreadAsync(ct);
        if (trouble is not null) { return trouble; }

        var texts = TextSplitter.Split(message.Text, BlueskyChannel.Limits.TextLength);
        var groups = pictures.Chunk(BlueskyChannel.Limits.AttachmentsPerMessage).ToList();
        var parts = Enumerable.Range(0, Math.Max(texts.Count, groups.Count)).Select(i => (Text: texts.ElementAtOrDefault(i) ?? "", Pictures: groups.ElementAtOrDefault(i) ?? [])).ToList();
        return await PartwiseSend.RunAsync(message, parts, async (part, index) =>
        {
            var key = BlueskyText.RecordKey(message.Id, message.IdempotencyKey, index);
            if (message.Attempt > 1 && await ExistsAsync(own, key, ct) is { } before)
            {
                parent = before;
                return new SendResult.Sent(before.Uri);
            }

            var record = new JsonObject { ["$type"] = Collection, ["text"] = part.Text, ["createdAt"] = Now() };
            if (settings.Language is { } language) { record["langs"] = new JsonArray(language); }
            if (BlueskyText.Links(part.Text) is { Count: > 0 } facets) { record["facets"] = facets; }
            record["reply"] = new JsonObject { ["root"] = root.Json(), ["parent"] = parent.Json() };
            if (part.Pictures.Length > 0)
            {
                var (images, refused) = await UploadAsync(part.Pictures, ct);
                if (refused is not null) { return refused; }
                record["embed"] = new JsonObject { ["$type"] = "app.bsky.embed.images", ["images"] = images };
            }

            var body = new JsonObject { ["repo"] = own, ["collection"] = Collection, ["rkey"] = key, ["record"] = record };
            var answer = await api.PostAsync("com.atproto.repo.createRecord", body, ct);
            if (answer is not ProviderAnswer.Answered { Ok: true } yes) { return BlueskyAnswers.Refused(answer); }
            if (Ref.Of(yes.Json) is not { } made) { return new SendResult.Unknown("Bluesky said yes but gave no address."); }
            parent = made;
            return new SendResult.Sent(made.Uri);
        });
    }

    /// <summary>What is answered: the quoted post, else the person's newest one in the thread. A reply names it and the top by address and hash.</summary>
    private async Task<(Ref Root, Ref Parent, SendResult? Trouble)> ThreadAsync(CancellationToken ct)
    {
        var answer = await api.GetAsync($"app.bsky.feed.getPostThread?uri={Uri.EscapeDataString(message.ReplyTo ?? message.ThreadId!)}&depth={(message.ReplyTo is null ? 10 : 0)}&parentHeight=0", ct);
        if (answer is not ProviderAnswer.Answered { Ok: true } found) { return (default, default, Outcomes.BeforeSending(BlueskyAnswers.Refused(answer))); }
        var top = found.Json.Get("thread");
        var post = message.ReplyTo is not null ? top.Get("post") : Newest(top, 0) is { ValueKind: JsonValueKind.Object } theirs ? theirs : top.Get("post");
        if (Ref.Of(post) is not { } parent) { return (default, default, new SendResult.Failed(FailureKind.Other, "The post you answer was deleted.")); }
        return (Ref.Of(post.Get("record").Get("reply").Get("root")) ?? Ref.Of(top.Get("post")) ?? parent, parent, null);
    }

    private JsonElement Newest(JsonElement thread, int depth)
    {
        var best = thread.Get("post").Get("author").Id("did") == message.RecipientId ? thread.Get("post") : default;
        if (depth > 12) { return best; }
        foreach (var reply in thread.Items("replies").Select(r => Newest(r, depth + 1)).Where(p => p.IsObject()))
        {
            if (!best.IsObject() || string.CompareOrdinal(reply.Text("indexedAt"), best.Text("indexedAt")) > 0) { best = reply; }
        }

        return best;
    }

    private async Task<Ref?> ExistsAsync(string own, string key, CancellationToken ct) =>
        await api.GetAsync($"com.atproto.repo.getRecord?repo={Uri.EscapeDataString(own)}&collection={Collection}&rkey={key}", ct) is ProviderAnswer.Answered { Ok: true } found ? Ref.Of(found.Json) : null;

    private async Task<(JsonArray? Images, SendResult? Trouble)> UploadAsync((OutboundAttachment File, byte[] Bytes)[] pictures, CancellationToken ct)
    {
        var images = new JsonArray();
        foreach (var (file, bytes) in pictures)
        {
            var answer = await api.UploadAsync(
                () => new ByteArrayContent(bytes) { Headers = { ContentType = MediaTypeHeaderValue.TryParse(file.ContentType, out var type) ? type : new("image/jpeg") } }, ct);
            if (answer is not ProviderAnswer.Answered { Ok: true } yes || !yes.Json.Get("blob").IsObject()) { return (null, Outcomes.BeforeSending(BlueskyAnswers.Refused(answer))); }
            images.Add(new JsonObject { ["alt"] = file.Name, ["image"] = JsonNode.Parse(yes.Json.Get("blob").GetRawText()) });
        }

        return (images, null);
    }

    private static async Task<byte[]?> BytesAsync(OutboundAttachment file, CancellationToken ct)
    {
        try
        {
            await using var stream = await file.OpenAsync(ct);
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes, ct);
            return bytes.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return null;
        }
    }

    private string Now() => clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static SendResult.Failed Content(string reason) => new(FailureKind.Content, reason);

    /// <summary>A post by its address and its hash.</summary>
    private readonly record struct Ref(string Uri, string Cid)
    {
        public static Ref? Of(JsonElement json) => json.Id("uri") is { } uri && json.Id("cid") is { } cid ? new(uri, cid) : null;

        public JsonObject Json() => new() { ["uri"] = Uri, ["cid"] = Cid };
    }
}
