using Braid.Channels.Common;

namespace Braid.Channels.Teams;

/// <summary>Every no of the connector, as what it means for the message.</summary>
internal static class TeamsErrors
{
    public static SendResult Result(ProviderAnswer answer)
    {
        if (answer is not ProviderAnswer.Answered no || no.Status < 300) { return Outcomes.Of(answer, "Teams"); }
        var code = no.Json.Get("error").Text("code");
        SendResult.Failed Failed(FailureKind kind, string reason) => new(kind, reason, code ?? $"{no.Status}");
        return (no.Status, code) switch
        {
            // Limits are counted per conversation first.
            (429, _) => new SendResult.Retry("Teams asks to slow down", no.RetryAfter),
            (412, _) => new SendResult.Retry("Teams is in trouble", no.RetryAfter) { ProviderDown = true },
            (>= 500, not null) => new SendResult.Retry("Teams is in trouble", no.RetryAfter) { ProviderDown = true },
            (401, _) => Failed(FailureKind.Credentials, "Teams does not accept the bot's token. Check App ID, tenant id and client secret."),
            (403, "ConversationBlockedByUser") => Failed(FailureKind.Unreachable, "This person blocked the bot in Teams."),
            (403, "BotNotInConversationRoster") => Failed(FailureKind.Unreachable, "The bot is no longer in this chat or team. Somebody there must install the app again."),
            (403, "BotDisabledByAdmin" or "MessageWritesBlocked" or "ForbiddenOperationException") => Failed(FailureKind.Unreachable, "The bot may not write here. Ask an admin of Teams."),
            (403, _) => Failed(FailureKind.Unreachable, "Teams does not let the bot write here. Check that the app is installed in this chat or team."),
            (404, "ActivityNotFoundInConversation") => Failed(FailureKind.Content, "Teams no longer has that message."),
            (404, _) => Failed(FailureKind.Unreachable, "Teams no longer has this conversation. The person must write to the bot again."),
            (413, _) => Failed(FailureKind.Content, "This is too large for Teams. Shorten it, or send a link."),
            (400, _) => Failed(FailureKind.Content, "Teams does not take this content. Send it simpler: plain text or fewer buttons."),
            _ => Outcomes.Of(answer, "Teams"),
        };
    }
}
