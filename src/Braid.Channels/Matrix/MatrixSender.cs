using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Matrix;

/// <summary>
/// Sends texts and files. The transaction id is made from the message's own key, so the homeserver takes a repeated part for the same one.
/// </summary>
internal sealed class MatrixSender : ISender<MatrixSettings>
{
    public Task<SendResult> SendAsync(OutboundMessage message, MatrixSettings settings, ProviderContext context, CancellationToken ct) =>
        MatrixAnswers.SignedInAsync(settings, context, async api =>
        {
            var (room, opened, trouble) = await RoomAsync(api, message, settings, ct);
            if (trouble is not null) { return trouble; }
            var result = await PartwiseSend.RunAsync(message, Parts(message), (part, index) => SendPartAsync(api, room!, message, part, index, settings, ct));
            return opened && result is SendResult.Sent sent ? sent with { ThreadId = room } : result;
        }, ct);

    private static List<Part> Parts(OutboundMessage message) =>
        [.. TextSplitter.Split(message.Text, MatrixChannel.Limits.TextLength).Select(text => new Part(text, null)), .. message.Attachments.Select(file => new Part(null, file))];

    private static async Task<SendResult> SendPartAsync(
        MatrixApi api, string room, OutboundMessage message, Part part, int index, MatrixSettings settings, CancellationToken ct)
    {
        var content = new JsonObject { ["msgtype"] = "m.text", ["body"] = part.Text };
        if (part.File is { } file)
        {
            var (uri, trouble) = await UploadAsync(api, file, settings, ct);
            if (trouble is not null) { return trouble; }
            content = FileContent(file, uri!);
        }

        if (index == 0 && message.ReplyTo is { } quoted)
        {
            content["m.relates_to"] = new JsonObject { ["m.in_reply_to"] = new JsonObject { ["event_id"] = quoted } };
            if (message.RecipientId.StartsWith('@')) { content["m.mentions"] = new JsonObject { ["user_ids"] = new JsonArray(message.RecipientId) }; }
        }

        var txn = index == 0 ? message.IdempotencyKey : $"{message.IdempotencyKey}-{index}";
        return MatrixAnswers.Result(await api.PutAsync($"rooms/{MatrixApi.Part(room)}/send/m.room.message/{MatrixApi.Part(txn)}", content, ct), settings);
    }

    private static async Task<(string? Uri, SendResult? Trouble)> UploadAsync(MatrixApi api, OutboundAttachment file, MatrixSettings settings, CancellationToken ct)
    {
        if (file.Size > MatrixChannel.Limits.AttachmentBytes)
        {
            return (null, new SendResult.Failed(FailureKind.Content, $"{file.Name} is larger than the 50 MB most homeservers take. Send a link instead."));
        }

        Stream stream;
        try
        {
            stream = await file.OpenAsync(ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return (null, new SendResult.Failed(FailureKind.Content, $"The file {file.Name} can't be read. Attach it again."));
        }

        using var body = new StreamContent(stream);
        body.Headers.ContentType = MediaTypeHeaderValue.TryParse(file.ContentType, out var type) ? type : new("application/octet-stream");
        if (!stream.CanSeek && file.Size > 0) { body.Headers.ContentLength = file.Size; }
        var answer = await api.UploadAsync(file.Name, body, ct);
        return answer switch
        {
            ProviderAnswer.Answered { Ok: true } yes when yes.Json.Text("content_uri") is { } uri => (uri, null),
            ProviderAnswer.Answered no => (null, Outcomes.BeforeSending(MatrixAnswers.Refused(no, settings))),
            _ => (null, Outcomes.BeforeSending(Outcomes.Of(answer, MatrixAnswers.Provider))),
        };
    }

    private static JsonObject FileContent(OutboundAttachment file, string uri) => new()
    {
        ["msgtype"] = file.ContentType.Split('/')[0] switch { "image" => "m.image", "video" => "m.video", "audio" => "m.audio", _ => "m.file" },
        ["body"] = file.Name,
        ["filename"] = file.Name,
        ["url"] = uri,
        ["info"] = new JsonObject { ["mimetype"] = file.ContentType, ["size"] = file.Size },
    };

    /// <summary>
    /// The thread's room, or a private one with a person we write to first. Its alias is made from their id: should the answer be lost, the
    /// next attempt finds the room again instead of inviting them to a second one.
    /// </summary>
    private static async Task<(string? Room, bool Opened, SendResult? Trouble)> RoomAsync(
        MatrixApi api, OutboundMessage message, MatrixSettings settings, CancellationToken ct)
    {
        if ((message.ThreadId ?? message.RecipientId) is var id && !id.StartsWith('@')) { return (id, false, null); }

        var alias = "braid-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(settings.UserId + " " + id)))[..20];
        var answer = await api.PostAsync("createRoom", new JsonObject
        {
            ["preset"] = "trusted_private_chat", ["is_direct"] = true, ["invite"] = new JsonArray(id), ["room_alias_name"] = alias,
        }, ct);
        if (answer is ProviderAnswer.Answered { Status: 400 } no && no.Json.Text("errcode") == "M_ROOM_IN_USE")
        {
            answer = await api.GetAsync($"directory/room/{MatrixApi.Part($"#{alias}:{settings.ServerName}")}", ct);
        }

        return answer switch
        {
            ProviderAnswer.Answered { Ok: true } yes when yes.Json.Text("room_id") is { } room => (room, true, null),
            ProviderAnswer.Answered refused => (null, false, Outcomes.BeforeSending(MatrixAnswers.Refused(refused, settings))),
            _ => (null, false, Outcomes.BeforeSending(Outcomes.Of(answer, MatrixAnswers.Provider))),
        };
    }

    private sealed record Part(string? Text, OutboundAttachment? File);
}
