using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Discord;

internal static class DiscordApi
{
    private const string Provider = "https://discord.com/api/v10";

    public static JsonApi Of(DiscordSettings settings, ProviderContext context) =>
        new(JsonApi.Base(settings.ApiBaseUrl, Provider), context, DiscordChannel.Limits.CallTimeout, request =>
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Bot " + settings.BotToken);
            request.Headers.TryAddWithoutValidation("User-Agent", "DiscordBot (https://discord.com/developers, 1.0)");
        });

    /// <summary>
    /// The socket's address, if it is Discord's (or, with an API address of one's own, on that host): the bot token is the first thing sent there.
    /// </summary>
    public static Uri? Gateway(string? url, DiscordSettings settings)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address)) { return null; }
        var discord = address.Scheme == "wss" && (address.Host.EndsWith(".discord.gg", StringComparison.Ordinal) || address.Host.EndsWith(".discord.com", StringComparison.Ordinal));
        var ours = !string.IsNullOrWhiteSpace(settings.ApiBaseUrl) && new Uri(settings.ApiBaseUrl).Host == address.Host && address.Scheme is "ws" or "wss";
        return discord || ours ? new Uri(address, "/?v=10&encoding=json") : null;
    }

    /// <summary>What a tap or a command must be answered with within three seconds.</summary>
    public static JsonObject AnswerTo(long? interactionType, DiscordSettings settings) => interactionType switch
    {
        1 => new() { ["type"] = 1 },
        2 => new() { ["type"] = 4, ["data"] = new JsonObject { ["content"] = settings.CommandAnswer, ["flags"] = 64 } },
        4 => new() { ["type"] = 8, ["data"] = new JsonObject { ["choices"] = new JsonArray() } },
        _ => new() { ["type"] = 6 },
    };
}
