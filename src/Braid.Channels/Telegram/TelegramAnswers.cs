using Braid.Channels.Common;

namespace Braid.Channels.Telegram;

/// <summary>Every answer of a send, as what it means for the message.</summary>
internal static class TelegramAnswers
{
    public static SendResult Result(ProviderAnswer answer, TelegramThread thread) => answer switch
    {
        ProviderAnswer.NotSent lost => new SendResult.Retry(lost.Reason) { ProviderDown = true },
        ProviderAnswer.NoAnswer lost => new SendResult.Unknown(lost.Reason),
        ProviderAnswer.Answered { Ok: true } yes => yes.Json.Get("result").Id("message_id") is { } id
            ? new SendResult.Sent(id, thread.Key(id))
            : new SendResult.Unknown("Telegram said yes but gave no message id."),
        ProviderAnswer.Answered no => Refused(no, no.Json.Text("description") ?? "", thread),
        _ => throw new InvalidOperationException(),
    };

    private static SendResult Refused(ProviderAnswer.Answered no, string says, TelegramThread thread) => no.Status switch
    {
        // Groups have a limit of their own (20 a minute); a person's chat hits the bot's.
        429 => new SendResult.Retry("Telegram asks to slow down", Wait(no)) { WholeInbox = !thread.Chat.StartsWith('-') },
        401 or 404 => new SendResult.Failed(
            FailureKind.Credentials, "Telegram does not accept the bot token. Copy it again from @BotFather.", $"{no.Status}"),
        403 => new SendResult.Failed(FailureKind.Unreachable, Unreachable(says), "403"),
        409 => new SendResult.Failed(
            FailureKind.Configuration, "Another program receives this bot's messages. Stop it, or give Braid a bot of its own.", "409"),
        413 => new SendResult.Failed(FailureKind.Content, "The file is too large for Telegram.", "413"),
        >= 500 when says.Length > 0 || no.Status == 503 => new SendResult.Retry("Telegram is in trouble", no.RetryAfter) { ProviderDown = true },
        >= 500 => new SendResult.Unknown($"a gateway answered {no.Status} in Telegram's place"),
        _ => BadRequest(no.Status, says),
    };

    private static SendResult.Failed BadRequest(int status, string says)
    {
        bool Says(string words) => says.Contains(words, StringComparison.OrdinalIgnoreCase);
        var (kind, reason) = says switch
        {
            _ when Says("chat not found") || Says("PEER_ID_INVALID") || Says("user not found") =>
                (FailureKind.Unreachable, "Telegram does not know this chat. The person must write to the bot first."),
            _ when Says("too long") => (FailureKind.Content, "The text is too long for Telegram. Shorten it."),
            _ when Says("text is empty") => (FailureKind.Content, "The text is empty."),
            _ when Says("can't parse entities") => (FailureKind.Content, "Telegram can't read the formatting. Send it as plain text."),
            _ when Says("too big") || Says("wrong file") || Says("PHOTO_INVALID") || Says("IMAGE_PROCESS_FAILED") =>
                (FailureKind.Content, "Telegram does not take this file. Try another format or a smaller one."),
            _ when Says("not enough rights") || Says("CHAT_WRITE_FORBIDDEN") => (FailureKind.Other, "The bot may not write in this group. Ask its admin for the right."),
            _ when Says("BUSINESS_") => (FailureKind.Other, "The owner of the business account has not allowed the bot to answer here."),
            _ => (FailureKind.Content, $"Telegram refused the message: {says.TrimEnd('.')}."),
        };
        return new(kind, reason, $"{status}");
    }

    private static string Unreachable(string says) =>
        says.Contains("blocked", StringComparison.OrdinalIgnoreCase) ? "The customer blocked the bot. Use another channel."
        : says.Contains("deactivated", StringComparison.OrdinalIgnoreCase) ? "The customer's Telegram account no longer exists. Use another channel."
        : says.Contains("initiate", StringComparison.OrdinalIgnoreCase) ? "On Telegram the customer must write first."
        : "The bot is no longer in this chat. Ask a member to add it again.";

    private static TimeSpan? Wait(ProviderAnswer.Answered no) =>
        no.Json.Get("parameters").Number("retry_after") is > 0 and < 86_400 and var seconds ? TimeSpan.FromSeconds(seconds) : no.RetryAfter;
}
