using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Zalo;

/// <summary>Sends consultation messages. Zalo has no idempotency key: a lost answer stays unknown.</summary>
internal sealed class ZaloSender : ISender<ZaloSettings>
{
    private const int Megabyte = 1024 * 1024;

    public Task<SendResult> SendAsync(OutboundMessage message, ZaloSettings settings, ProviderContext context, CancellationToken ct)
    {
        var api = new ZaloApi(settings, context);
        var (conversation, person) = ZaloThread.Parse(message.ThreadId ?? message.RecipientId);
        return TokenCalls.SendAsync(() => PartwiseSend.RunAsync(message, Parts(message), async (part, index) =>
        {
            var content = part.Content;
            if (part.File is { } file && await UploadAsync(api, file, ct) is var upload)
            {
                if (upload.Refused is not null) { return upload.Refused; }
                content = upload.Content!;
                if (part.Caption is { } caption) { content["text"] = caption; }
            }

            if (index == 0 && message.ReplyTo is { } quoted && content["text"] is not null) { content["quote_message_id"] = quoted; }
            var recipient = conversation is null ? new JsonObject { ["user_id"] = person } : new JsonObject { ["conversation_id"] = conversation, ["anonymous_id"] = person };
            var path = conversation is null ? "v3.0/oa/message/cs" : "v2.0/oa/message";
            return ZaloErrors.Result(await api.CallAsync(json => json.PostAsync(path, new JsonObject { ["recipient"] = recipient.DeepClone(), ["message"] = content.DeepClone() }, ct), ct));
        }));
    }

    private static List<Part> Parts(OutboundMessage message)
    {
        var rich = message.Rich ?? new();
        var files = message.Attachments;
        var buttons = rich.Buttons.Concat(rich.QuickReplies).Chunk(5).ToList();
        var parts = new List<Part>();
        var caption = files.Count > 0 && buttons.Count == 0 && IsPicture(files[0]) && message.Text.Trim().Length > 0 && message.Text.Length <= ZaloChannel.Limits.TextLength;
        if (!caption) { parts.AddRange(TextSplitter.Split(message.Text, ZaloChannel.Limits.TextLength).Select(text => new Part(ZaloRich.Text(text)))); }
        parts.AddRange(files.Select((file, i) => new Part(new JsonObject(), file, caption && i == 0 ? message.Text : null)));
        parts.AddRange(rich.Cards.Select(card => new Part(ZaloRich.Card(card))));
        for (var i = 0; i < buttons.Count; i++)
        {
            // Buttons stand under the last text if there is one.
            if (i == 0 && parts.Count > 0 && parts[^1] is { File: null, Content: { } last } && last.ContainsKey("text")) { last["attachment"] = ZaloRich.Buttons(buttons[i]); }
            else { parts.Add(new(new JsonObject { ["text"] = "…", ["attachment"] = ZaloRich.Buttons(buttons[i]) })); }
        }

        return parts;
    }

    /// <summary>Nothing has reached the customer yet, so whatever is lost here can be tried again.</summary>
    private static async Task<(JsonObject? Content, SendResult? Refused)> UploadAsync(ZaloApi api, OutboundAttachment file, CancellationToken ct)
    {
        var (way, most) = TypeOf(file) switch
        {
            "image/jpeg" or "image/png" => ("image", 1 * Megabyte),
            "image/gif" => ("gif", 5 * Megabyte),
            "application/pdf" or "application/msword" or "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => ("file", 5 * Megabyte),
            _ => ("", 0),
        };
        if (way.Length == 0 || file.Size > most)
        {
            return file.Link is { } link ? (ZaloRich.Text($"{file.Name}\n{link.AbsoluteUri}"), null)
                : (null, new SendResult.Failed(FailureKind.Content, $"Zalo does not take {file.Name}: pictures to 1 MB, GIF, PDF and Word to 5 MB. Send a link instead."));
        }

        var unread = false;
        var answer = await api.CallAsync(async json =>
        {
            using var form = FileParts.Form([]);
            if (!await form.TryAddAsync("file", file, ct))
            {
                unread = true;
                return new ProviderAnswer.NotSent("the file can't be read");
            }

            return await json.CallAsync(HttpMethod.Post, "v2.0/oa/upload/" + way, form, ct);
        }, ct);
        if (unread) { return (null, new SendResult.Failed(FailureKind.Content, $"The file {file.Name} can't be read. Attach it again.")); }

        var data = (answer as ProviderAnswer.Answered)?.Json.Get("data") ?? default;
        return (way == "file" ? data.Text("token") : data.Text("attachment_id")) is { } id
            ? (way == "file" ? ZaloRich.File(id) : ZaloRich.Media(way, id), null)
            : (null, ZaloErrors.Result(answer) is var no && no is SendResult.Sent ? new SendResult.Retry("Zalo gave no id for the file") { ProviderDown = true } : Outcomes.BeforeSending(no));
    }

    private static bool IsPicture(OutboundAttachment file) => TypeOf(file) is "image/jpeg" or "image/png" && file.Size <= Megabyte;

    private static string TypeOf(OutboundAttachment file) => file.ContentType.Split(';')[0].Trim().ToLowerInvariant();

    private sealed record Part(JsonObject Content, OutboundAttachment? File = null, string? Caption = null);
}
