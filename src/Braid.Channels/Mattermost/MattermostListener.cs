using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Mattermost;

/// <summary>
/// The socket of the bot account. The position is the time of the newest post read: whatever is newer is fetched from the channels' history
/// when the socket opens, so nothing said in between is lost.
/// </summary>
internal sealed class MattermostListener : IListener<MattermostSettings>
{
    private static readonly HashSet<string> Wanted = new(StringComparer.Ordinal) { "posted", "post_edited", "post_deleted", "reaction_added", "reaction_removed" };

    public bool IsWanted(MattermostSettings settings) => settings.Receive == MattermostReceive.Socket;

    public async Task ListenAsync(MattermostSettings settings, IListenerHost host, CancellationToken ct)
    {
        var api = MattermostApi.Of(settings, new ProviderContext(host.Http, host.Clock) { Tokens = host.Tokens });
        var me = await api.GetAsync("users/me", ct);
        if (me is not ProviderAnswer.Answered { Ok: true } known || known.Json.Id("id") is not { } bot)
        {
            var trouble = MattermostApi.Error(me) is SendResult.Failed no ? no.Reason : "Mattermost can't be reached. Braid tries again.";
            host.Report(trouble);
            throw new IOException(trouble);
        }

        var position = long.TryParse(host.Position, NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? at : 0;
        using var line = await SocketLine.OpenAsync(MattermostApi.Socket(settings), host, ct);
        await line.SendAsync(new JsonObject { ["seq"] = 1, ["action"] = "authentication_challenge", ["data"] = new JsonObject { ["token"] = settings.BotToken } }, ct);

        // The socket is open first: what is said while history is read comes twice rather than never.
        (position, var missed) = position == 0
            ? (host.Clock.GetUtcNow().ToUnixTimeMilliseconds(), [])
            : await new MattermostHistory(api, host, bot).ReadAsync(position, ct);
        await host.StoreAsync(missed, position.ToString(CultureInfo.InvariantCulture), ct);
        host.Report(null);

        long? next = null;
        var direct = new HashSet<string>(StringComparer.Ordinal);
        while (await line.ReadAsync(ct) is { } frame)
        {
            if (frame.Number("seq") is { } seq)
            {
                if (next is { } expected && seq != expected) { throw new IOException("Events of the socket are missing; Braid reads the history."); }
                next = seq + 1;
            }

            if (frame.Text("status") == "FAIL")
            {
                host.Report("Mattermost does not accept the bot's token. Create a new one under Integrations, Bot Accounts.");
                throw new IOException("Mattermost refused the socket.");
            }

            // Typing in public channels would be a flood.
            var channel = frame.Get("broadcast").Id("channel_id");
            if (frame.Get("data").Text("channel_type") == "D" && channel is not null) { direct.Add(channel); }
            if (frame.Text("event") == "typing" && channel is not null && direct.Contains(channel))
            {
                await host.StoreAsync([SocketLine.Delivery(frame, host.Clock)], position.ToString(CultureInfo.InvariantCulture), ct);
                continue;
            }

            if (frame.Text("event") is not { } name || !Wanted.Contains(name) || MattermostHistory.Post(frame.Get("data").Text("post")) is not { } post) { continue; }
            if (post.IsObject() && post.Id("user_id") == bot) { continue; }
            position = Math.Max(position, post.Number("update_at") ?? 0);
            await host.StoreAsync([SocketLine.Delivery(frame, host.Clock)], position.ToString(CultureInfo.InvariantCulture), ct);
        }

        throw new IOException("Mattermost closed the socket.");
    }
}

/// <summary>What was posted, edited or deleted in the bot's channels since a moment, as the socket would have told it.</summary>
internal sealed class MattermostHistory(JsonApi api, IListenerHost host, string bot)
{
    private const int Overlap = 5_000;

    public async Task<(long Position, List<RawDelivery> Missed)> ReadAsync(long since, CancellationToken ct)
    {
        var answer = await api.GetAsync("users/me/channels", ct);
        if (answer is not ProviderAnswer.Answered { Ok: true, Json.ValueKind: JsonValueKind.Array } channels) { throw new IOException("Mattermost does not tell the bot's channels."); }
        var (position, missed) = (since, new List<(long At, JsonElement Frame)>());
        foreach (var channel in channels.Json.EnumerateArray().Where(c => (c.Number("last_post_at") ?? long.MaxValue) >= since - Overlap))
        {
            if (channel.Id("id") is not { } id) { continue; }
            var page = await api.GetAsync($"channels/{Uri.EscapeDataString(id)}/posts?since={(since - Overlap).ToString(CultureInfo.InvariantCulture)}", ct);
            if (page is not ProviderAnswer.Answered { Ok: true } read || !read.Json.Get("posts").IsObject())
            {
                host.ReportGap(DateTimeOffset.FromUnixTimeMilliseconds(since), host.Clock.GetUtcNow(), $"The history of {channel.Text("display_name") ?? "a channel"} could not be read.");
                continue;
            }

            foreach (var post in read.Json.Get("posts").EnumerateObject().Select(p => p.Value).Where(p => p.Id("user_id") != bot))
            {
                position = Math.Max(position, post.Number("update_at") ?? 0);
                missed.Add((post.Number("create_at") ?? 0, Frame(post, channel, id, since)));
            }
        }

        return (position, [.. missed.OrderBy(m => m.At).Select(m => SocketLine.Delivery(m.Frame, host.Clock))]);
    }

    /// <summary>The post in a socket's event; an undefined value for events without one, null when it is no JSON.</summary>
    public static JsonElement? Post(string? text)
    {
        if (text is null) { return default(JsonElement); }
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonElement Frame(JsonElement post, JsonElement channel, string id, long since) => JsonSerializer.SerializeToElement(new JsonObject
    {
        ["event"] = post.Number("delete_at") > 0 ? "post_deleted" : post.Number("create_at") < since - Overlap && post.Number("edit_at") > 0 ? "post_edited" : "posted",
        ["data"] = new JsonObject { ["channel_type"] = channel.Text("type"), ["channel_display_name"] = channel.Text("display_name"), ["post"] = post.GetRawText() },
        ["broadcast"] = new JsonObject { ["channel_id"] = id },
    });
}
