using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Telegram;

/// <summary>What we do to messages: edit, delete, react, show typing. All may be repeated, so a lost answer is tried again.</summary>
internal sealed class TelegramActing : IActs<TelegramSettings>
{
    public async Task<SendResult> ActAsync(OutboundAct act, TelegramSettings settings, ProviderContext context, CancellationToken ct)
    {
        var thread = TelegramThread.Parse(act.ThreadId);
        var api = new TelegramApi(settings, context.Http, context.Clock);
        var parameters = TelegramSender.Address(thread, replyTo: null);
        if (act.Kind != ActKind.Typing)
        {
            if (act.ExternalId is not { } id) return No();
            parameters.Remove("message_thread_id");
            parameters["message_id"] = TelegramSender.Number(id);
        }

        switch (act.Kind)
        {
            case ActKind.Edit when act.Text is { } text:
                if (text.Length > TelegramChannel.Limits.TextLength) return new SendResult.Failed(FailureKind.Content, "The text is too long for Telegram. Shorten it.");
                parameters["text"] = text;
                var edited = await api.CallAsync("editMessageText", parameters.DeepClone().AsObject(), ct);
                if (!Says(edited, "no text in the message")) return Result(edited, act, thread);
                // A file's words are its caption.
                parameters.Remove("text");
                parameters["caption"] = text;
                return Result(await api.CallAsync("editMessageCaption", parameters, ct), act, thread);
            case ActKind.Delete:
                return Result(thread.Business is { } business
                    ? await api.CallAsync("deleteBusinessMessages", new JsonObject { ["business_connection_id"] = business, ["message_ids"] = new JsonArray(TelegramSender.Number(act.ExternalId!)) }, ct)
                    : await api.CallAsync("deleteMessage", parameters, ct), act, thread);
            case ActKind.React or ActKind.Unreact:
                parameters.Remove("business_connection_id");
                // Telegram writes the heart and its like without the selector that phones add.
                parameters["reaction"] = act.Kind == ActKind.Unreact ? [] : new JsonArray(new JsonObject { ["type"] = "emoji", ["emoji"] = act.Emoji?.Replace("\uFE0F", "", StringComparison.Ordinal) });
                return Result(await api.CallAsync("setMessageReaction", parameters, ct), act, thread);
            case ActKind.Typing:
                parameters["action"] = "typing";
                return Result(await api.CallAsync("sendChatAction", parameters, ct), act, thread);
            default:
                return No();
        }
    }

    private static SendResult Result(ProviderAnswer answer, OutboundAct act, TelegramThread thread) => answer switch
    {
        ProviderAnswer.Answered { Ok: true } => new SendResult.Sent(act.ExternalId ?? act.ThreadId, act.Key),
        _ when Says(answer, "message is not modified") || (act.Kind == ActKind.Delete && Says(answer, "message to delete not found")) =>
            new SendResult.Sent(act.ExternalId ?? act.ThreadId, act.Key),
        _ when Says(answer, "can't be deleted") => new SendResult.Failed(FailureKind.Content, "Telegram deletes messages for 48 hours only, and others' only where the bot is an admin.", "400"),
        _ when Says(answer, "can't be edited") => new SendResult.Failed(FailureKind.Content, "Telegram lets the bot change its own messages only.", "400"),
        _ when Says(answer, "REACTION_INVALID") => new SendResult.Failed(FailureKind.Content, "Telegram does not have this reaction. Choose another.", "400"),
        _ => Outcomes.BeforeSending(TelegramAnswers.Result(answer, thread)),
    };

    private static bool Says(ProviderAnswer answer, string words) =>
        answer is ProviderAnswer.Answered no && no.Json.Text("description")?.Contains(words, StringComparison.OrdinalIgnoreCase) == true;

    private static SendResult.Failed No() => new(FailureKind.Content, "Telegram can't do this.");
}
