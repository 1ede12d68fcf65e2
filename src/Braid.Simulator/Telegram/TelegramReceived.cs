using System.Text.Json.Nodes;

namespace Braid.Simulator.Telegram;

/// <summary>
/// One thing a person's Telegram showed. <paramref name="Kind"/> is text, photo, document, video, audio, voice, animation, sticker, location,
/// contact, typing, edit, delete, reaction or callbackAnswer.
/// </summary>
public sealed record TelegramReceived(string Kind, long ChatId, long MessageId, string? Text, JsonObject Message, SimulatedFile? File, DateTimeOffset At)
{
    /// <summary>The id of the message this one answers.</summary>
    public long? ReplyTo => Message["reply_to_message"]?["message_id"]?.GetValue<long>();

    /// <summary>Labels of the buttons under the message, row by row.</summary>
    public IReadOnlyList<string> Buttons =>
        [.. ((Message["reply_markup"]?["inline_keyboard"] ?? Message["reply_markup"]?["keyboard"]) as JsonArray ?? [])
            .OfType<JsonArray>().SelectMany(row => row).Select(b => b?["text"]?.GetValue<string>() ?? "")];
}

/// <summary>One thing a person said on Telegram.</summary>
public sealed record TelegramSaid(long ChatId, long MessageId, long UpdateId, JsonObject Update, Task Acknowledged);
