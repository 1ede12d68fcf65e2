using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Discord;

/// <summary>
/// The gateway: hello, identify or resume, heartbeats, events. A lost connection resumes and Discord replays what was missed; a lost session
/// is made good from each channel's history.
/// </summary>
internal sealed class DiscordListener : IListener<DiscordSettings>
{
    // Servers, messages and reactions there and in direct messages, and typing in direct messages only: in a busy server that would be a flood.
    private const int Intents = (1 << 0) | (1 << 9) | (1 << 10) | (1 << 12) | (1 << 13) | (1 << 14);
    private const int MessageContent = 1 << 15;

    private static readonly HashSet<string> Wanted = new(StringComparer.Ordinal)
    {
        "MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK", "MESSAGE_REACTION_ADD", "MESSAGE_REACTION_REMOVE", "INTERACTION_CREATE", "GUILD_DELETE", "TYPING_START",
    };

    public bool IsWanted(DiscordSettings settings) => true;

    public async Task ListenAsync(DiscordSettings settings, IListenerHost host, CancellationToken ct)
    {
        var api = DiscordApi.Of(settings, new ProviderContext(host.Http, host.Clock) { Tokens = host.Tokens });
        var position = DiscordPosition.Of(host.Position);
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var address = DiscordApi.Gateway(position.Gateway, settings) ?? await GatewayAsync(api, settings, host, ct);
            using var line = await SocketLine.OpenAsync(address, host, ct);
            await new Session(line, api, position, settings, host).RunAsync(ct);
        }
    }

    /// <summary>Who we are; with a session that may still be open: where we were.</summary>
    internal static JsonObject Hello(DiscordPosition position, DiscordSettings settings) => position is { Session: { } session, Sequence: { } sequence }
        ? new() { ["op"] = 6, ["d"] = new JsonObject { ["token"] = settings.BotToken, ["session_id"] = session, ["seq"] = sequence } }
        : new()
        {
            ["op"] = 2,
            ["d"] = new JsonObject
            {
                ["token"] = settings.BotToken, ["intents"] = Intents | (settings.MessageContent ? MessageContent : 0),
                ["properties"] = new JsonObject { ["os"] = "linux", ["browser"] = "braid", ["device"] = "braid" },
            },
        };

    private static async Task<Uri> GatewayAsync(JsonApi api, DiscordSettings settings, IListenerHost host, CancellationToken ct)
    {
        var answer = await api.GetAsync("gateway/bot", ct);
        if (answer is ProviderAnswer.Answered { Ok: true } yes && DiscordApi.Gateway(yes.Json.Text("url"), settings) is { } address) { return address; }
        throw Broken(host, DiscordErrors.Result(answer) is SendResult.Failed no ? no.Reason : "Discord does not tell where to connect. Braid tries again.");
    }

    private static IOException Broken(IListenerHost host, string trouble)
    {
        host.Report(trouble);
        return new IOException(trouble);
    }

    /// <summary>One connection.</summary>
    private sealed class Session(SocketLine line, JsonApi api, DiscordPosition position, DiscordSettings settings, IListenerHost host)
    {
        private bool answered = true;

        public async Task RunAsync(CancellationToken ct)
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var heart = Task.CompletedTask;
            try
            {
                while (true)
                {
                    var frame = await line.ReadAsync(over.Token);
                    if (frame is null) { Closed(line.CloseCode); return; }
                    var (op, json) = (frame.Value.Number("op"), frame.Value);
                    if (json.Number("s") is { } sequence) { position.Sequence = sequence; }
                    switch (op)
                    {
                        case 10:
                            heart = BeatAsync(TimeSpan.FromMilliseconds(Math.Clamp(json.Get("d").Number("heartbeat_interval") ?? 41_250, 100, 300_000)), over);
                            await line.SendAsync(Hello(position, settings), ct);
                            break;
                        case 1:
                            await BeatOnceAsync(ct);
                            break;
                        case 11:
                            answered = true;
                            break;
                        case 7:
                            return; // Discord moves us: connect again and resume.
                        case 9:
                            if (json.Get("d").ValueKind != JsonValueKind.True) { position.ForgetSession(); }
                            await host.StoreAsync([], position.ToString(), ct);
                            await Task.Delay(TimeSpan.FromSeconds(1 + (4 * Random.Shared.NextDouble())), host.Clock, ct);
                            return;
                        case 0:
                            await EventAsync(json, ct);
                            break;
                    }
                }
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                // The heart stopped: connect again and resume.
            }
            finally
            {
                await over.CancelAsync();
                await heart.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }

        private async Task EventAsync(JsonElement frame, CancellationToken ct)
        {
            var (name, item) = (frame.Text("t"), frame.Get("d"));
            switch (name)
            {
                case "READY":
                    (position.Session, position.Gateway) = (item.Text("session_id"), item.Text("resume_gateway_url"));
                    var missed = await DiscordHistory.ReadAsync(api, position, host, ct);
                    await host.StoreAsync(missed, position.ToString(), ct);
                    host.Report(null);
                    return;
                case "RESUMED":
                    host.Report(null);
                    return;
                case null:
                    return;
            }

            if (!Wanted.Contains(name)) { return; }
            if (name == "MESSAGE_CREATE") { position.Saw(item); }
            await host.StoreAsync([SocketLine.Delivery(frame, host.Clock)], position.ToString(), ct);
            if (name != "INTERACTION_CREATE" || item.Id("id") is not { } id || item.Text("token") is not { } token) { return; }

            // Only the look of a button hangs on it: whatever comes back is fine.
            await api.PostAsync($"interactions/{Uri.EscapeDataString(id)}/{Uri.EscapeDataString(token)}/callback", DiscordApi.AnswerTo(item.Number("type"), settings), ct);
        }

        private async Task BeatAsync(TimeSpan every, CancellationTokenSource over)
        {
            await Task.Delay(every * Random.Shared.NextDouble(), host.Clock, over.Token);
            while (true)
            {
                if (!answered)
                {
                    // A line that takes our beats and gives none back is dead.
                    await over.CancelAsync();
                    return;
                }

                await BeatOnceAsync(over.Token);
                await Task.Delay(every, host.Clock, over.Token);
            }
        }

        private Task BeatOnceAsync(CancellationToken ct)
        {
            answered = false;
            return line.SendAsync(new JsonObject { ["op"] = 1, ["d"] = position.Sequence }, ct);
        }

        private void Closed(int? code)
        {
            switch (code)
            {
                case 4004:
                    throw Broken(host, "Discord does not accept the bot token. Reset it in the developer portal, under Bot, and enter the new one.");
                case 4014:
                    throw Broken(host, "Discord does not let the bot read messages. Switch on the Message Content intent in the developer portal, under Bot.");
                case 4010 or 4011 or 4012 or 4013:
                    throw Broken(host, $"Discord refuses the connection ({code}). This bot may be in too many servers for one connection.");
                case 4007 or 4009 or 4003:
                    position.ForgetSession();
                    return;
                default:
                    throw Broken(host, "The connection to Discord ended. Braid connects again.");
            }
        }
    }
}
