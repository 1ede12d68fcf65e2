using Braid.Channels.Common;

namespace Braid.Channels.Mattermost;

internal static class MattermostApi
{
    public static JsonApi Of(MattermostSettings settings, ProviderContext context) =>
        new(settings.ApiBaseUrl.TrimEnd('/') + "/api/v4", context, MattermostChannel.Limits.CallTimeout, JsonApi.Bearer(settings.BotToken));

    public static Uri Socket(MattermostSettings settings)
    {
        var address = new UriBuilder(settings.ApiBaseUrl.TrimEnd('/') + "/api/v4/websocket");
        address.Scheme = address.Scheme == "http" ? "ws" : "wss";
        return address.Uri;
    }

    public static SendResult Error(ProviderAnswer answer)
    {
        if (answer is not ProviderAnswer.Answered no || no.Status < 300) { return Outcomes.Of(answer, "Mattermost"); }
        var id = no.Json.Text("id") ?? $"{no.Status}";
        SendResult.Failed Failed(FailureKind kind, string reason) => new(kind, reason, id);
        return no.Status switch
        {
            429 => new SendResult.Retry("Mattermost asks to slow down", no.RetryAfter) { WholeInbox = true },
            // A repeat looks first whether the post is there, so a gateway's error is repeated too.
            >= 500 => new SendResult.Retry("Mattermost is in trouble", no.RetryAfter) { ProviderDown = true },
            401 => Failed(FailureKind.Credentials, "Mattermost does not accept the bot's token. Create a new one under Integrations, Bot Accounts."),
            403 => Failed(FailureKind.Unreachable, "The bot may not write here. Invite it to the channel, or ask an admin of Mattermost."),
            404 => Failed(FailureKind.Unreachable, "Mattermost no longer has this channel or message."),
            413 => Failed(FailureKind.Content, "The file is larger than this Mattermost server takes. Send a link instead."),
            400 => Failed(FailureKind.Content, "Mattermost does not take this content. Shorten it, or send it simpler."),
            _ => Outcomes.Of(answer, "Mattermost"),
        };
    }
}
