using System.Globalization;
using System.Text.RegularExpressions;
using Braid.Channels.Common;

namespace Braid.Channels.RocketChat;

internal static partial class RocketChatApi
{
    public static JsonApi Of(RocketChatSettings settings, ProviderContext context, string under = "/api/v1") =>
        new(settings.ApiBaseUrl.TrimEnd('/') + under, context, RocketChatChannel.Limits.CallTimeout, request =>
        {
            request.Headers.TryAddWithoutValidation("X-Auth-Token", settings.AuthToken);
            request.Headers.TryAddWithoutValidation("X-User-Id", settings.UserId);
        });

    public static Uri Socket(RocketChatSettings settings)
    {
        var address = new UriBuilder(settings.ApiBaseUrl.TrimEnd('/') + "/websocket");
        address.Scheme = address.Scheme == "http" ? "ws" : "wss";
        return address.Uri;
    }

    public static bool Yes(ProviderAnswer answer) => answer is ProviderAnswer.Answered { Ok: true } said && said.Json.Flag("success");

    public static SendResult Error(ProviderAnswer answer)
    {
        if (answer is not ProviderAnswer.Answered no || (no.Status < 300 && no.Json.Text("error") is null)) { return Outcomes.Of(answer, "Rocket.Chat"); }
        var error = no.Json.Text("errorType") ?? no.Json.Text("error") ?? no.Json.Text("message") ?? "";
        var words = error + no.Json.Text("error");
        SendResult.Failed Failed(FailureKind kind, string reason) => new(kind, reason, error.Length is > 0 and < 60 ? error : $"{no.Status}");
        return no.Status switch
        {
            429 => new SendResult.Retry("Rocket.Chat asks to slow down", no.RetryAfter ?? Wait(words)) { WholeInbox = true },
            _ when words.Contains("error-too-many-requests", StringComparison.Ordinal) => new SendResult.Retry("Rocket.Chat asks to slow down", no.RetryAfter ?? Wait(words)) { WholeInbox = true },
            // A repeat looks first whether the message is there, so a gateway's error is repeated too.
            >= 500 => new SendResult.Retry("Rocket.Chat is in trouble", no.RetryAfter) { ProviderDown = true },
            401 => Failed(FailureKind.Credentials, "Rocket.Chat does not accept the bot's token. Create a new personal access token and enter it with its user id."),
            413 => Failed(FailureKind.Content, "The file is larger than this Rocket.Chat server takes. Send a link instead."),
            _ when words.Contains("size", StringComparison.OrdinalIgnoreCase) => Failed(FailureKind.Content, "The message is too long for this Rocket.Chat server. Shorten it."),
            403 => Failed(FailureKind.Unreachable, "The bot may not write here. Invite it to the channel, or ask an admin of Rocket.Chat."),
            _ when words.Contains("channel", StringComparison.OrdinalIgnoreCase) || words.Contains("room", StringComparison.OrdinalIgnoreCase) || words.Contains("user", StringComparison.OrdinalIgnoreCase) =>
                Failed(FailureKind.Unreachable, "Rocket.Chat no longer has this room or person, or the bot is not in it."),
            _ when words.Contains("not-allowed", StringComparison.Ordinal) || words.Contains("unauthorized", StringComparison.OrdinalIgnoreCase) =>
                Failed(FailureKind.Unreachable, "The bot may not write here. Ask an admin of Rocket.Chat."),
            404 => Failed(FailureKind.Configuration, "There is no Rocket.Chat at this address, or it is too old. Check the server's address."),
            _ => Failed(FailureKind.Content, "Rocket.Chat does not take this content. Send it simpler."),
        };
    }

    /// <summary>"You must wait 46 seconds before trying this endpoint again."</summary>
    private static TimeSpan? Wait(string words) =>
        Seconds().Match(words) is { Success: true } match && int.TryParse(match.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(Math.Min(seconds, 3600)) : null;

    [GeneratedRegex(@"wait (\d{1,6}) seconds", RegexOptions.CultureInvariant)]
    private static partial Regex Seconds();
}
