using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.RocketChat;

/// <summary>
/// The realtime socket (DDP) of the bot user. The position is the time of the newest change read; when the socket opens, newer changes come
/// from the rooms' history.
/// </summary>
internal sealed class RocketChatListener : IListener<RocketChatSettings>
{
    private const string Stream = "stream-room-messages";

    public bool IsWanted(RocketChatSettings settings) => settings.Receive == RocketChatReceive.Socket;

    public async Task ListenAsync(RocketChatSettings settings, IListenerHost host, CancellationToken ct)
    {
        using var line = await SocketLine.OpenAsync(RocketChatApi.Socket(settings), host, ct);
        await line.SendAsync(new JsonObject { ["msg"] = "connect", ["version"] = "1", ["support"] = new JsonArray("1") }, ct);
        await line.SendAsync(new JsonObject { ["msg"] = "method", ["method"] = "login", ["id"] = "login", ["params"] = new JsonArray(new JsonObject { ["resume"] = settings.AuthToken }) }, ct);

        var position = long.TryParse(host.Position, NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? at : 0;
        while (await line.ReadAsync(ct) is { } frame)
        {
            switch (frame.Text("msg"))
            {
                case "ping":
                    await line.SendAsync(new JsonObject { ["msg"] = "pong" }, ct);
                    break;
                case "result" when frame.Id("id") == "login" && frame.Get("error").Exists():
                    host.Report("Rocket.Chat does not accept the bot's token. Create a new personal access token and enter it with its user id.");
                    throw new IOException("Rocket.Chat refused the sign-in.");
                case "result" when frame.Id("id") == "login":
                    await line.SendAsync(new JsonObject { ["msg"] = "sub", ["id"] = "all", ["name"] = Stream, ["params"] = new JsonArray("__my_messages__", false) }, ct);
                    break;
                case "ready":
                    // Subscribed first: what is said while history is read comes twice rather than never.
                    (position, var missed) = position == 0
                        ? (host.Clock.GetUtcNow().ToUnixTimeMilliseconds(), [])
                        : await new RocketChatHistory(settings, host).ReadAsync(position, ct);
                    await host.StoreAsync(missed, position.ToString(CultureInfo.InvariantCulture), ct);
                    host.Report(null);
                    break;
                case "nosub":
                    throw new IOException("Rocket.Chat does not let the bot listen.");
                case "changed" when frame.Text("collection") == Stream:
                    var message = frame.Get("fields").Items("args").FirstOrDefault();
                    if (message.Get("u").Id("_id") == settings.UserId) { break; }
                    position = Math.Max(position, RocketChatHistory.ChangedAt(message));
                    await host.StoreAsync([SocketLine.Delivery(frame, host.Clock)], position.ToString(CultureInfo.InvariantCulture), ct);
                    break;
            }
        }

        throw new IOException("Rocket.Chat closed the socket.");
    }
}

/// <summary>What changed in the bot's rooms since a moment, as the socket would have told it.</summary>
internal sealed class RocketChatHistory(RocketChatSettings settings, IListenerHost host)
{
    private const int Overlap = 5_000;

    public async Task<(long Position, List<RawDelivery> Missed)> ReadAsync(long since, CancellationToken ct)
    {
        var api = RocketChatApi.Of(settings, new ProviderContext(host.Http, host.Clock) { Tokens = host.Tokens });
        var from = DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(0, since - Overlap)).ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var rooms = await api.GetAsync($"subscriptions.get?updatedSince={from}", ct);
        if (!RocketChatApi.Yes(rooms)) { throw new IOException("Rocket.Chat does not tell the bot's rooms."); }
        var (position, missed) = (since, new List<(long At, JsonElement Frame)>());
        foreach (var room in ((ProviderAnswer.Answered)rooms).Json.Items("update"))
        {
            if (room.Id("rid") is not { } id) { continue; }
            var page = await api.GetAsync($"chat.syncMessages?roomId={Uri.EscapeDataString(id)}&lastUpdate={from}", ct);
            if (!RocketChatApi.Yes(page))
            {
                host.ReportGap(DateTimeOffset.FromUnixTimeMilliseconds(since), host.Clock.GetUtcNow(), $"The history of {room.Text("name") ?? "a room"} could not be read.");
                continue;
            }

            foreach (var message in ((ProviderAnswer.Answered)page).Json.Get("result").Items("updated").Where(m => m.Get("u").Id("_id") != settings.UserId))
            {
                position = Math.Max(position, ChangedAt(message));
                missed.Add((ChangedAt(message), Frame(message, room)));
            }
        }

        return (position, [.. missed.OrderBy(m => m.At).Select(m => SocketLine.Delivery(m.Frame, host.Clock))]);
    }

    public static long ChangedAt(JsonElement message) =>
        (RocketChatMessage.Time(message.Get("_updatedAt")) ?? RocketChatMessage.Time(message.Get("ts")))?.ToUnixTimeMilliseconds() ?? 0;

    private static JsonElement Frame(JsonElement message, JsonElement room) => JsonSerializer.SerializeToElement(new JsonObject
    {
        ["msg"] = "changed", ["collection"] = "stream-room-messages", ["id"] = "id",
        ["fields"] = new JsonObject
        {
            ["eventName"] = "__my_messages__",
            ["args"] = new JsonArray(JsonNode.Parse(message.GetRawText()), new JsonObject { ["roomType"] = room.Text("t"), ["roomName"] = room.Text("name") }),
        },
    });
}
