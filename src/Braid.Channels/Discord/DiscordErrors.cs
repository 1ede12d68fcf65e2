using System.Globalization;
using Braid.Channels.Common;

namespace Braid.Channels.Discord;

/// <summary>Every no of Discord's, as what it means for the message.</summary>
internal static class DiscordErrors
{
    public static SendResult Result(ProviderAnswer answer)
    {
        if (answer is not ProviderAnswer.Answered no || no.Status < 300) { return Outcomes.Of(answer, "Discord"); }
        var code = no.Json.Number("code") ?? 0;
        var named = code == 0 ? no.Status.ToString(CultureInfo.InvariantCulture) : code.ToString(CultureInfo.InvariantCulture);
        SendResult.Failed Failed(FailureKind kind, string reason) => new(kind, reason, named);
        return (no.Status, code) switch
        {
            (_, 20028 or 40003 or 20016) => new SendResult.Retry("This Discord channel allows few messages", Wait(no)),
            (429, _) => new SendResult.Retry("Discord asks to slow down", Wait(no)) { WholeInbox = no.Json.Flag("global") },
            // The nonce makes a repeat harmless, so a gateway's error is repeated too.
            ( >= 500, _) => new SendResult.Retry("Discord is in trouble", no.RetryAfter) { ProviderDown = true },
            (401, _) => Failed(FailureKind.Credentials, "Discord does not accept the bot token. Reset it in the developer portal, under Bot, and enter the new one."),
            (_, 50007 or 50278) => Failed(FailureKind.Unreachable, "This person does not accept messages from the bot."),
            (_, 10003 or 10013) => Failed(FailureKind.Unreachable, "Discord does not know this channel or person any more."),
            (_, 50001) => Failed(FailureKind.Other, "The bot may not see this channel. Ask an admin of the Discord server to let it in."),
            (_, 50013 or 160002) => Failed(FailureKind.Other, "The bot lacks the right to do this here. Ask an admin of the Discord server for it."),
            (_, 10008) => Failed(FailureKind.Other, "Discord no longer has that message."),
            (_, 10062) => Failed(FailureKind.Other, "That tap is too old to be answered."),
            (_, 50006) => Failed(FailureKind.Content, "The message is empty. Write a text or add a file."),
            (413, _) or (_, 40005) => Failed(FailureKind.Content, "This is too large for Discord, which takes files to 10 MB. Send a link instead."),
            (400, _) => Failed(FailureKind.Content, "Discord does not take this content. Shorten it, or use fewer and shorter buttons."),
            _ => Failed(FailureKind.Other, $"Discord refused the message ({named})."),
        };
    }

    private static TimeSpan? Wait(ProviderAnswer.Answered busy) =>
        busy.RetryAfter ?? (busy.Json.Get("retry_after") is { ValueKind: System.Text.Json.JsonValueKind.Number } seconds && seconds.TryGetDouble(out var wait) && wait is > 0 and < 100_000
            ? TimeSpan.FromSeconds(wait) : null);
}
