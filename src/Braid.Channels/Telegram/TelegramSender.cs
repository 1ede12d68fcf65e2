using System.Globalization;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Telegram;

/// <summary>Sends texts and files. Telegram has no idempotency key and no receipts: a lost answer stays unknown.</summary>
internal sealed class TelegramSender : ISender<TelegramSettings>
{
    public Task<SendResult> SendAsync(OutboundMessage message, TelegramSettings settings, ProviderContext context, CancellationToken ct)
    {
        message = TelegramMarkup.Fit(message);
        var thread = TelegramThread.Parse(message.ThreadId ?? message.RecipientId);
        var api = new TelegramApi(settings, context.Http, context.Clock);
        return PartwiseSend.RunAsync(message, Parts(message), async (part, index) =>
        {
            var replyTo = index == 0 ? message.ReplyTo : null;
            var result = await SendPartAsync(api, thread, part, replyTo, ct);
            if (result is not Moved moved) return result.Result;

            // The group became a supergroup: the new address is good for this and all later messages.
            thread = thread with { Chat = moved.Chat };
            var again = await SendPartAsync(api, thread, part, replyTo, ct);
            return again.Result is SendResult.Sent sent ? sent with { ThreadId = thread.ToString() } : again.Result;
        });
    }

    /// <summary>
    /// A short text rides on the first file as its caption; a long one goes before the files. A keyboard hangs on the text, and where there is
    /// none on a sign that points at it.
    /// </summary>
    private static List<Part> Parts(OutboundMessage message)
    {
        var files = message.Attachments;
        var parts = new List<Part>();
        var keyboard = TelegramMarkup.Keyboard(message.Rich);
        var caption = files.Count > 0 && keyboard is null && !string.IsNullOrWhiteSpace(message.Text) && message.Text.Length <= TelegramChannel.Limits.CaptionLength;
        if (!caption) parts.AddRange(TextSplitter.Split(message.Text, TelegramChannel.Limits.TextLength).Select(text => new Part(text, null)));
        if (keyboard is not null && parts.Count == 0) parts.Add(new Part("👇", null));
        if (keyboard is not null) parts[^1] = parts[^1] with { Keyboard = keyboard };
        parts.AddRange(files.Select((file, i) => new Part(caption && i == 0 ? message.Text : null, file)));
        if (message.Rich?.Location is { } place) parts.Add(new Part(null, null) { Place = place });
        return parts;
    }

    private static async Task<Outcome> SendPartAsync(TelegramApi api, TelegramThread thread, Part part, string? replyTo, CancellationToken ct)
    {
        if (part.Place is { } place)
        {
            var (send, where) = TelegramMarkup.Place(place, Address(thread, replyTo));
            return Outcome.Of(await api.CallAsync(send, where, ct), thread);
        }

        if (part.File is null)
        {
            var json = Address(thread, replyTo);
            json["text"] = part.Text;
            if (part.Keyboard is not null) json["reply_markup"] = part.Keyboard.DeepClone();
            return Outcome.Of(await api.CallAsync("sendMessage", json, ct), thread);
        }

        if (part.File.Size > TelegramChannel.Limits.AttachmentBytes)
        {
            return new(new SendResult.Failed(FailureKind.Content, $"{part.File.Name} is larger than the 50 MB a Telegram bot may send. Send a link instead."));
        }

        var (method, field) = TelegramFileMethod.For(part.File);
        using var form = FileParts.Form(Address(thread, replyTo).Select(p => KeyValuePair.Create(p.Key, FormValue(p.Value!))));
        if (part.Text is not null) form.Add(new StringContent(part.Text), "\"caption\"");
        return await form.TryAddAsync(field, part.File, ct)
            ? Outcome.Of(await api.CallAsync(method, form, ct), thread)
            : new(new SendResult.Failed(FailureKind.Content, $"The file {part.File.Name} can't be read. Attach it again."));
    }

    public static JsonObject Address(TelegramThread thread, string? replyTo)
    {
        var json = new JsonObject { ["chat_id"] = Number(thread.Chat) };
        if (thread.Business is not null) json["business_connection_id"] = thread.Business;
        if (thread.Topic is not null) json["message_thread_id"] = Number(thread.Topic);
        if (replyTo is not null) json["reply_parameters"] = new JsonObject { ["message_id"] = Number(replyTo), ["allow_sending_without_reply"] = true };
        return json;
    }

    private static string FormValue(JsonNode value) => value is JsonObject structured ? structured.ToJsonString() : value.ToString();

    /// <summary>Ids are numbers on the wire; a channel may also be named as @name.</summary>
    public static JsonNode Number(string id) =>
        long.TryParse(id, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : id;

    private sealed record Part(string? Text, OutboundAttachment? File)
    {
        public JsonObject? Keyboard { get; init; }
        public RichLocation? Place { get; init; }
    }

    internal record Outcome(SendResult Result)
    {
        public static Outcome Of(ProviderAnswer answer, TelegramThread thread) =>
            answer is ProviderAnswer.Answered no && no.Json.Get("parameters").Id("migrate_to_chat_id") is { } chat
                ? new Moved(chat)
                : new Outcome(TelegramAnswers.Result(answer, thread));
    }

    internal sealed record Moved(string Chat)
        : Outcome(new SendResult.Failed(FailureKind.Unreachable, "The group moved to a new address twice. Ask a member to write again."));
}
