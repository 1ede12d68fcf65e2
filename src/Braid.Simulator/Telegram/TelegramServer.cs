using System.Globalization;
using Braid.Simulator.Http;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Telegram;

/// <summary>
/// A Bot API server (api.telegram.org of the pretend world): `/bot{token}/{method}` by GET or POST, `/file/bot{token}/{path}`. Set an inbox's
/// apiBaseUrl to <see cref="Url"/>.
/// </summary>
public sealed class TelegramServer : IAsyncDisposable
{
    private readonly World world;
    private readonly Dictionary<string, TelegramBot> bots = new(StringComparer.Ordinal);
    private ProviderHost host = null!;
    private long nextPerson;

    private TelegramServer(World world)
    {
        this.world = world;
        nextPerson = world.Number(500_000_000, 5_000_000_000);
        Bot = AddBot("Tarn & Ember", "tarn_ember_bot");
    }

    public Uri Url => host.Address;

    /// <summary>The bot that is always there.</summary>
    public TelegramBot Bot { get; }

    internal static async Task<TelegramServer> StartAsync(World world, CancellationToken ct)
    {
        var server = new TelegramServer(world);
        server.host = await ProviderHost.StartAsync(world.Options.TelegramPort, server.HandleAsync, ct);
        return server;
    }

    public TelegramBot AddBot(string name, string username, string? token = null)
    {
        const string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        token ??= world.Number(1_000_000_000, 9_000_000_000).ToString(CultureInfo.InvariantCulture) + ":AA" + world.Letters(33, letters);
        var bot = new TelegramBot(world, token, name, username);
        lock (bots)
        {
            bots.Add(token, bot);
        }

        return bot;
    }

    public TelegramBot? FindBot(string token)
    {
        lock (bots)
        {
            return bots.GetValueOrDefault(token);
        }
    }

    /// <summary>A person who may write to a bot (the default one when none is named). The bot can't write first, as in life.</summary>
    public TelegramPerson Person(
        string firstName, string? lastName = null, string? username = null, string? language = "en", long? id = null, TelegramBot? bot = null) =>
        new(bot ?? Bot, id ?? Interlocked.Add(ref nextPerson, 7919), firstName, lastName, username, language);

    public TelegramGroup Group(string title, params IReadOnlyList<TelegramPerson> members)
    {
        lock (Bot.Gate)
        {
            var json = new System.Text.Json.Nodes.JsonObject { ["id"] = world.SupergroupId(), ["title"] = title, ["type"] = "supergroup" };
            return new TelegramGroup(Bot, Bot.Open(json, members), title);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var bot in bots.Values)
        {
            await bot.DisposeAsync();
        }

        await host.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var parts = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts is ["file", var fileBot, .. var path])
        {
            await ServeAsync(context, "file", () => Task.FromResult(Download(fileBot, string.Join('/', path))));
            return;
        }

        if (parts is not [var head, var method])
        {
            await ServeAsync(context, "unknown", () => Task.FromResult(TelegramAnswer.Error(404, "Not Found")));
            return;
        }

        await ServeAsync(context, method, async () => BotOf(head) switch
        {
            { } bot => await new TelegramApi(bot, world).CallAsync(method, await Call.ReadAsync(context.Request), context.RequestAborted),
            // A token that was real and is revoked gets 401; one that never was a token gets 404.
            null => head.Length > 3 && head.Contains(':', StringComparison.Ordinal) ? TelegramAnswer.Error(401, "Unauthorized") : TelegramAnswer.Error(404, "Not Found"),
        });
    }

    private Task ServeAsync(HttpContext context, string method, Func<Task<Answer>> act) =>
        ProviderHost.ServeAsync(context, world, SimulatedProvider.Telegram, method, TelegramAnswer.Of, act);

    private Answer Download(string head, string path)
    {
        if (BotOf(head) is not { } bot)
        {
            return TelegramAnswer.Error(401, "Unauthorized");
        }

        lock (bot.Gate)
        {
            return bot.Files.FindByPath(path) is { } file
                ? new Answer(200, null) { Content = file.Content, ContentType = "application/octet-stream" }
                : TelegramAnswer.Error(404, "Not Found");
        }
    }

    private TelegramBot? BotOf(string head) => head.StartsWith("bot", StringComparison.Ordinal) ? FindBot(head[3..]) : null;
}
