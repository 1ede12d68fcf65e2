using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Discord;

/// <summary>Posts texts, components and files. The nonce makes Discord return the earlier message when a post is repeated within minutes.</summary>
internal sealed class DiscordSender : ISender<DiscordSettings>
{
    private const long MostRequestBytes = 24 * 1024 * 1024;

    public async Task<SendResult> SendAsync(OutboundMessage message, DiscordSettings settings, ProviderContext context, CancellationToken ct)
    {
        var parts = Parts(message);
        if (parts.SelectMany(p => p.Files).FirstOrDefault(f => f.Size > DiscordChannel.Limits.AttachmentBytes) is { } large)
        {
            return new SendResult.Failed(FailureKind.Content, $"{large.Name} is larger than the 10 MB Discord takes from bots. Send a link instead.");
        }

        var api = DiscordApi.Of(settings, context);
        var (channel, refused) = await ChannelAsync(api, message, ct);
        if (channel is null) { return refused!; }

        var result = await PartwiseSend.RunAsync(message, parts, (part, index) => PostAsync(api, channel, message, part, index, ct));
        return result is SendResult.Sent sent && message.ThreadId is null ? sent with { ThreadId = channel } : result;
    }

    /// <summary>Written to a person: Discord gives the direct message's channel, the same one every time.</summary>
    private static async Task<(string? Channel, SendResult? Refused)> ChannelAsync(JsonApi api, OutboundMessage message, CancellationToken ct)
    {
        if (message.ThreadId is { } thread) { return (thread, null); }
        var answer = await api.PostAsync("users/@me/channels", new JsonObject { ["recipient_id"] = message.RecipientId }, ct);
        return answer is ProviderAnswer.Answered { Ok: true } yes && yes.Json.Id("id") is { } id ? (id, null) : (null, Outcomes.BeforeSending(DiscordErrors.Result(answer)));
    }

    private static async Task<SendResult> PostAsync(JsonApi api, string channel, OutboundMessage message, Part part, int index, CancellationToken ct)
    {
        var body = new JsonObject();
        if (!string.IsNullOrEmpty(part.Text)) { body["content"] = part.Text; }
        if (part.Rich is { } rich) { DiscordComponents.Fill(body, rich); }
        var mentions = new JsonObject { ["parse"] = new JsonArray() };
        body["allowed_mentions"] = mentions;
        if (index == 0 && message.ReplyTo is { } quoted)
        {
            body["message_reference"] = new JsonObject { ["message_id"] = quoted, ["fail_if_not_exists"] = false };
            mentions["replied_user"] = false;
        }

        body["nonce"] = Nonce(message.IdempotencyKey, index);
        body["enforce_nonce"] = true;
        var path = $"channels/{Uri.EscapeDataString(channel)}/messages";
        if (part.Files.Count == 0) { return Result(await api.PostAsync(path, body, ct)); }

        body["attachments"] = new JsonArray([.. part.Files.Select((f, i) => new JsonObject { ["id"] = i, ["filename"] = f.Name })]);
        using var form = FileParts.Form([new("payload_json", body.ToJsonString())]);
        for (var i = 0; i < part.Files.Count; i++)
        {
            if (!await form.TryAddAsync($"files[{i}]", part.Files[i], ct))
            {
                return new SendResult.Failed(FailureKind.Content, $"The file {part.Files[i].Name} can't be read. Attach it again.");
            }
        }

        return Result(await api.CallAsync(HttpMethod.Post, path, form, ct));
    }

    private static SendResult Result(ProviderAnswer answer) =>
        answer is ProviderAnswer.Answered { Ok: true } yes && yes.Json.Id("id") is { } id ? new SendResult.Sent(id) : DiscordErrors.Result(answer);

    private static List<Part> Parts(OutboundMessage message)
    {
        var texts = TextSplitter.Split(message.Text, DiscordChannel.Limits.TextLength);
        var groups = Groups(message.Attachments);
        var parts = texts.Select((text, i) => new Part(text, i == texts.Count - 1 ? message.Rich : null, [])).ToList();
        if (parts.Count == 0 && message.Rich is { } rich) { parts.Add(new(null, rich, [])); }
        if (groups.Count > 0 && parts.Count > 0)
        {
            // The first files stand under the last text.
            parts[^1] = parts[^1] with { Files = groups[0] };
            groups.RemoveAt(0);
        }

        parts.AddRange(groups.Select(group => new Part(null, null, group)));
        return parts;
    }

    private static List<List<OutboundAttachment>> Groups(IReadOnlyList<OutboundAttachment> files)
    {
        var groups = new List<List<OutboundAttachment>>();
        foreach (var file in files)
        {
            if (groups is not [.., var last] || last.Count == DiscordChannel.Limits.AttachmentsPerMessage || last.Sum(f => f.Size) + file.Size > MostRequestBytes)
            {
                groups.Add(last = []);
            }

            last.Add(file);
        }

        return groups;
    }

    /// <summary>25 characters at most, the same for every attempt of this part.</summary>
    private static string Nonce(string key, int part) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key + ":" + part.ToString(CultureInfo.InvariantCulture))))[..24];

    private sealed record Part(string? Text, RichContent? Rich, List<OutboundAttachment> Files);
}
