using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.RocketChat;

/// <summary>
/// Sends texts under ids of our own, so that none is taken twice, and files. Any further attempt first looks what of the message is there.
/// </summary>
internal sealed class RocketChatSender : ISender<RocketChatSettings>
{
    /// <summary>Longer than an attempt may be repeated.</summary>
    private static readonly TimeSpan Back = TimeSpan.FromHours(25);

    public async Task<SendResult> SendAsync(OutboundMessage message, RocketChatSettings settings, ProviderContext context, CancellationToken ct)
    {
        var forms = new List<MultipartFormDataContent>();
        try
        {
            foreach (var file in message.Attachments)
            {
                forms.Add(FileParts.Form([]));
                if (!await forms[^1].TryAddAsync("file", file, ct)) { return new SendResult.Failed(FailureKind.Content, $"The file {file.Name} can't be read. Attach it again."); }
            }

            var parts = Parts(message);
            var api = RocketChatApi.Of(settings, context);
            var (room, refused) = await RoomAsync(api, message, ct);
            if (room is null) { return refused!; }
            var arrived = new List<JsonElement>();
            if (message.Attempt > 1 && message.PartsSent < parts.Count)
            {
                var since = (context.Clock.GetUtcNow() - Back).ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
                var look = await api.GetAsync($"chat.syncMessages?roomId={Uri.EscapeDataString(room)}&lastUpdate={since}", ct);
                if (!RocketChatApi.Yes(look)) { return Outcomes.BeforeSending(RocketChatApi.Error(look)); }
                arrived.AddRange(((ProviderAnswer.Answered)look).Json.Get("result").Items("updated"));
            }

            var result = await PartwiseSend.RunAsync(message, parts, (part, index) => part.File is { } file
                ? FileAsync(api, room, message, file, forms[part.Number], arrived, settings, ct)
                : TextAsync(api, room, message, part, OwnId(message.IdempotencyKey, index), arrived, ct));
            return result is SendResult.Sent sent && message.ThreadId is null ? sent with { ThreadId = room } : result;
        }
        finally
        {
            foreach (var form in forms) { form.Dispose(); }
        }
    }

    private static async Task<SendResult> TextAsync(JsonApi api, string room, OutboundMessage message, Part part, string id, List<JsonElement> arrived, CancellationToken ct)
    {
        if (arrived.Exists(m => m.Id("_id") == id)) { return new SendResult.Sent(id); }
        var body = new JsonObject { ["_id"] = id, ["rid"] = room, ["msg"] = part.Text ?? "" };
        if (message.ReplyTo is { } root) { body["tmid"] = root; }
        if (part.Rich is { } rich) { body["attachments"] = RocketChatCards.Of(rich); }
        var answer = await api.PostAsync("chat.sendMessage", new JsonObject { ["message"] = body }, ct);
        if (RocketChatApi.Yes(answer)) { return new SendResult.Sent(((ProviderAnswer.Answered)answer).Json.Get("message").Id("_id") ?? id); }

        // The id is taken: by the attempt before, whose answer was lost.
        return answer is ProviderAnswer.Answered no && (no.Json.Text("error")?.Contains("duplicate", StringComparison.OrdinalIgnoreCase) ?? false) ? new SendResult.Sent(id) : RocketChatApi.Error(answer);
    }

    private static async Task<SendResult> FileAsync(
        JsonApi api, string room, OutboundMessage message, OutboundAttachment file, HttpContent form, List<JsonElement> arrived, RocketChatSettings settings, CancellationToken ct)
    {
        // Files can't have ids of ours: the same name and size from our user is taken for it.
        var there = arrived.Find(m => m.Get("u").Id("_id") == settings.UserId && m.Get("file").Text("name") == file.Name && (m.Get("file").Number("size") ?? file.Size) == file.Size);
        if (there.Id("_id") is { } known) { return new SendResult.Sent(known); }

        var upload = await api.CallAsync(HttpMethod.Post, $"rooms.media/{Uri.EscapeDataString(room)}", form, ct);
        if (!RocketChatApi.Yes(upload) || ((ProviderAnswer.Answered)upload).Json.Get("file").Id("_id") is not { } id) { return Outcomes.BeforeSending(RocketChatApi.Error(upload)); }
        var body = new JsonObject { ["msg"] = "" };
        if (message.ReplyTo is { } root) { body["tmid"] = root; }
        var answer = await api.PostAsync($"rooms.mediaConfirm/{Uri.EscapeDataString(room)}/{Uri.EscapeDataString(id)}", body, ct);
        return RocketChatApi.Yes(answer) ? new SendResult.Sent(((ProviderAnswer.Answered)answer).Json.Get("message").Id("_id") ?? id) : RocketChatApi.Error(answer);
    }

    private static async Task<(string? Room, SendResult? Refused)> RoomAsync(JsonApi api, OutboundMessage message, CancellationToken ct)
    {
        if (message.ThreadId is { } thread) { return (thread, null); }
        var person = await api.GetAsync($"users.info?userId={Uri.EscapeDataString(message.RecipientId)}", ct);
        if (!RocketChatApi.Yes(person) || ((ProviderAnswer.Answered)person).Json.Get("user").Text("username") is not { } name) { return (null, Outcomes.BeforeSending(RocketChatApi.Error(person))); }
        var direct = await api.PostAsync("im.create", new JsonObject { ["username"] = name }, ct);
        return RocketChatApi.Yes(direct) && ((ProviderAnswer.Answered)direct).Json.Get("room") is var room && (room.Id("_id") ?? room.Id("rid")) is { } id
            ? (id, null) : (null, Outcomes.BeforeSending(RocketChatApi.Error(direct)));
    }

    private static List<Part> Parts(OutboundMessage message)
    {
        var texts = TextSplitter.Split(message.Text, RocketChatChannel.Limits.TextLength);
        var parts = texts.Select((text, i) => new Part(text, i == texts.Count - 1 ? message.Rich : null, null, 0)).ToList();
        if (parts.Count == 0 && message.Rich is { } rich) { parts.Add(new(null, rich, null, 0)); }
        parts.AddRange(message.Attachments.Select((file, i) => new Part(null, null, file, i)));
        return parts;
    }

    private static string OwnId(string key, int part) =>
        "braid" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{key}:{part.ToString(CultureInfo.InvariantCulture)}")))[..24];

    private sealed record Part(string? Text, RichContent? Rich, OutboundAttachment? File, int Number);
}

/// <summary>Rich content as attachments. A suggestion types its title for the person.</summary>
internal static class RocketChatCards
{
    public static JsonArray Of(RichContent rich)
    {
        var attachments = new JsonArray([.. rich.Cards.Select(card =>
        {
            var json = new JsonObject { ["title"] = card.Title };
            if (card.Subtitle is { } more) { json["text"] = more; }
            if (card.ImageUrl is { } image) { json["image_url"] = image; }
            return json;
        })]);
        var actions = new JsonArray(
        [
            .. rich.Buttons.Select(b => new JsonObject { ["type"] = "button", ["text"] = b.Title, ["url"] = b.Value }),
            .. rich.QuickReplies.Select(q => new JsonObject { ["type"] = "button", ["text"] = q.Title, ["msg"] = q.Title, ["msg_in_chat_window"] = true }),
        ]);
        if (actions.Count > 0) { attachments.Add(new JsonObject { ["actions"] = actions }); }
        return attachments;
    }
}
