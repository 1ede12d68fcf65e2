using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Matrix;

/// <summary>
/// Long-polls /sync. The position is the since-token; what a server leaves out after a pause (`limited`) is fetched from the room's history.
/// </summary>
internal sealed class MatrixListener : IListener<MatrixSettings>
{
    private const int MostPages = 20;

    public bool IsWanted(MatrixSettings settings) => true;

    public async Task ListenAsync(MatrixSettings settings, IListenerHost host, CancellationToken ct)
    {
        var context = new ProviderContext(host.Http, host.Clock) { Tokens = host.Tokens, Dial = host.Dial };
        var rooms = new MatrixRooms();
        var since = host.Position;
        var limit = 50;
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var api = await OpenAsync(settings, context, host, ct);
            var sync = await RequireAsync(() => api.GetAsync(SyncPath(since, limit), ct), host, ct);
            if (sync.Json.Text("next_batch") is not { } next)
            {
                // An answer too long to be read whole ends as none: ask for less, and page through the rest.
                if (limit == 1) { throw Trouble(host, "The homeserver's answers can't be read. Check that the address is a Matrix homeserver's."); }
                limit = Math.Max(1, limit / 7);
                continue;
            }

            host.Report(null);
            // At the very first sync the past is not ours to answer.
            var deliveries = since is null ? [] : await DeliveriesAsync(api, rooms, sync.Json, since, limit, host, ct);
            await host.StoreAsync(deliveries, next, ct);
            since = next;
            limit = 50;
            if (!settings.LeaveInvitations) { await JoinAsync(api, sync.Json, ct); }
        }
    }

    private static async Task<List<RawDelivery>> DeliveriesAsync(
        MatrixApi api, MatrixRooms rooms, JsonElement sync, string since, int limit, IListenerHost host, CancellationToken ct)
    {
        var deliveries = new List<RawDelivery>();
        if (!sync.Get("rooms").Get("join").IsObject()) { return deliveries; }
        foreach (var room in sync.Get("rooms").Get("join").EnumerateObject())
        {
            var timeline = room.Value.Get("timeline");
            var events = timeline.Items("events").ToList();
            if (timeline.Flag("limited") && timeline.Text("prev_batch") is { } before)
            {
                events = [.. await MissedAsync(api, room.Name, before, since, limit, host, ct), .. events];
            }

            var ephemeral = room.Value.Get("ephemeral").Items("events").Where(e => e.Text("type") is "m.receipt" or "m.typing").ToList();
            if (events.Count == 0 && ephemeral.Count == 0) { continue; }
            var body = new JsonObject
            {
                ["rooms"] = new JsonObject
                {
                    ["join"] = new JsonObject
                    {
                        [room.Name] = new JsonObject { ["timeline"] = new JsonObject { ["events"] = Array(events) }, ["ephemeral"] = new JsonObject { ["events"] = Array(ephemeral) } },
                    },
                },
                ["braid"] = await rooms.FactsAsync(api, room.Name, events, ct),
            };
            deliveries.Add(new RawDelivery { Body = JsonSerializer.SerializeToUtf8Bytes(body), ContentType = "application/json", ReceivedAt = host.Clock.GetUtcNow() });
        }

        return deliveries;
    }

    /// <summary>What lies between the last sync and this one, oldest first.</summary>
    private static async Task<List<JsonElement>> MissedAsync(
        MatrixApi api, string room, string before, string since, int limit, IListenerHost host, CancellationToken ct)
    {
        var missed = new List<JsonElement>();
        var from = before;
        for (var page = 0; page < MostPages; page++)
        {
            var answer = await RequireAsync(
                () => api.GetAsync($"rooms/{MatrixApi.Part(room)}/messages?dir=b&from={MatrixApi.Part(from)}&to={MatrixApi.Part(since)}&limit={Math.Max(limit, 20)}", ct), host, ct);
            var chunk = answer.Json.Items("chunk").ToList();
            missed.AddRange(chunk);
            if (chunk.Count == 0 || answer.Json.Text("end") is not { } end || end == from || end == since)
            {
                missed.Reverse();
                return missed;
            }

            from = end;
        }

        var oldest = missed[^1].Epoch("origin_server_ts") ?? host.Clock.GetUtcNow();
        host.ReportGap(oldest.AddDays(-1), oldest, "More was written in one Matrix room than can be fetched; the oldest messages are left out.");
        missed.Reverse();
        return missed;
    }

    private static async Task JoinAsync(MatrixApi api, JsonElement sync, CancellationToken ct)
    {
        if (!sync.Get("rooms").Get("invite").IsObject()) { return; }
        // One that can't be joined (the inviter left) comes again with no sync; it was theirs to invite once more.
        foreach (var invite in sync.Get("rooms").Get("invite").EnumerateObject()) { await api.PostAsync($"join/{MatrixApi.Part(invite.Name)}", [], ct); }
    }

    private static string SyncPath(string? since, int limit)
    {
        var filter = """{"presence":{"types":[]},"account_data":{"types":[]},"room":{"timeline":{"limit":LIMIT},"state":{"lazy_load_members":true,"types":[]},"account_data":{"types":[]},"ephemeral":{"types":["m.receipt","m.typing"]}}}"""
            .Replace("LIMIT", limit.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        return $"sync?timeout={(since is null ? 0 : 30_000)}&filter={MatrixApi.Part(filter)}{(since is null ? "" : "&since=" + MatrixApi.Part(since))}";
    }

    private static async Task<MatrixApi> OpenAsync(MatrixSettings settings, ProviderContext context, IListenerHost host, CancellationToken ct)
    {
        try
        {
            return await MatrixApi.OpenAsync(settings, context, ct, TimeSpan.FromSeconds(75));
        }
        catch (TokenRefusedException e)
        {
            throw Trouble(host, $"{e.Message} {e.Fix}");
        }
        catch (TokenUnavailableException e)
        {
            throw Trouble(host, e.Message);
        }
    }

    /// <summary>Waits out "slow down"; anything else that is not a yes ends this run: the host starts it again later.</summary>
    private static async Task<ProviderAnswer.Answered> RequireAsync(Func<Task<ProviderAnswer>> call, IListenerHost host, CancellationToken ct)
    {
        while (true)
        {
            switch (await call())
            {
                case ProviderAnswer.Answered { Ok: true } yes:
                    return yes;
                case ProviderAnswer.Answered { Status: 429 } busy:
                    await Task.Delay(MatrixAnswers.Wait(busy) ?? TimeSpan.FromSeconds(5), host.Clock, ct);
                    break;
                case ProviderAnswer.Answered { Status: 401 }:
                    throw Trouble(host, "The homeserver does not accept our sign-in. If this stays, enter a new access token or the password in the inbox's settings.");
                case ProviderAnswer.Answered no:
                    throw Trouble(host, $"The homeserver answered {no.Status} ({no.Json.Text("errcode") ?? "no reason given"}).");
                case ProviderAnswer.NotSent lost:
                    throw Trouble(host, $"The homeserver can't be reached: {lost.Reason}.");
                case ProviderAnswer.NoAnswer lost:
                    throw Trouble(host, $"The homeserver does not answer: {lost.Reason}.");
            }
        }
    }

    private static IOException Trouble(IListenerHost host, string words)
    {
        host.Report(words);
        return new IOException(words);
    }

    private static JsonArray Array(IEnumerable<JsonElement> events) => new([.. events.Select(e => JsonNode.Parse(e.GetRawText()))]);
}
