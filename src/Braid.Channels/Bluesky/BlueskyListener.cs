using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Bluesky;

/// <summary>
/// Asks for notifications and the chat log every few seconds. Notifications come newest first and are paged back to the last known time; the
/// chat log has a cursor. The position holds both.
/// </summary>
internal sealed class BlueskyListener : IListener<BlueskySettings>
{
    private const int MostPages = 40;

    public bool IsWanted(BlueskySettings settings) => true;

    public async Task ListenAsync(BlueskySettings settings, IListenerHost host, CancellationToken ct)
    {
        var context = new ProviderContext(host.Http, host.Clock) { Tokens = host.Tokens };
        var run = new Run(settings, new BlueskyApi(settings, context), host);
        try
        {
            await run.StartAsync(ct);
            while (true)
            {
                ct.ThrowIfCancellationRequested();
                await run.NotificationsAsync(ct);
                var trouble = await run.ChatAsync(ct);
                host.Report(trouble);
                await Task.Delay(TimeSpan.FromSeconds(settings.PollSeconds ?? 6), host.Clock, ct);
            }
        }
        catch (TokenRefusedException e)
        {
            host.Report($"{e.Message} {e.Fix}");
            throw new IOException(e.Message);
        }
        catch (TokenUnavailableException e)
        {
            host.Report(e.Message);
            throw new IOException(e.Message);
        }
    }

    private sealed class Run(BlueskySettings settings, BlueskyApi api, IListenerHost host)
    {
        private readonly Dictionary<string, JsonNode> convos = new(StringComparer.Ordinal);
        private Place place = Place.Of(host.Position);

        /// <summary>At the very first run only what comes from now on is ours.</summary>
        public async Task StartAsync(CancellationToken ct)
        {
            if (host.Position is not null) { return; }
            var newest = await RequireAsync("app.bsky.notification.listNotifications?limit=1", ct);
            var latest = newest.Json.Items("notifications").FirstOrDefault();
            place = new(latest.Text("indexedAt") ?? "", latest.Id("uri") is { } uri ? [uri] : [], null);
            for (var page = 0; page < MostPages && !settings.WithoutChat; page++)
            {
                if (await api.GetAsync(LogPath(), ct) is not ProviderAnswer.Answered { Ok: true } log || log.Json.Text("cursor") is not { } cursor || cursor == place.Chat) { break; }
                place = place with { Chat = cursor };
                if (!log.Json.Items("logs").Any()) { break; }
            }

            await host.StoreAsync([], place.ToString(), ct);
        }

        public async Task NotificationsAsync(CancellationToken ct)
        {
            var fresh = new List<JsonElement>();
            string? cursor = null;
            for (var page = 0; page < MostPages; page++)
            {
                var answer = await RequireAsync($"app.bsky.notification.listNotifications?limit=50{(cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor))}", ct);
                var items = answer.Json.Items("notifications").ToList();
                var known = items.FindIndex(n => string.CompareOrdinal(n.Text("indexedAt") ?? "", place.Since) < 0);
                fresh.AddRange((known < 0 ? items : items.Take(known)).Where(n => !place.Seen.Contains(n.Id("uri") ?? "")));
                cursor = answer.Json.Text("cursor");
                if (known >= 0 || items.Count == 0 || cursor is null) { break; }
            }

            if (fresh.Count == 0) { return; }
            fresh.Reverse();
            var since = fresh[^1].Text("indexedAt") ?? place.Since;
            var same = fresh.Where(n => n.Text("indexedAt") == since).Select(n => n.Id("uri")).OfType<string>();
            place = place with { Since = since, Seen = since == place.Since ? [.. place.Seen, .. same] : [.. same] };
            await host.StoreAsync([Delivery(new JsonObject { ["notifications"] = Array(fresh) })], place.ToString(), ct);
        }

        /// <summary>What is wrong with the chat, in words; mentions are read all the same.</summary>
        public async Task<string?> ChatAsync(CancellationToken ct)
        {
            for (var page = 0; page < MostPages && !settings.WithoutChat; page++)
            {
                var answer = await api.GetAsync(LogPath(), ct);
                if (answer is ProviderAnswer.Answered { Status: >= 400 and < 500 and not 429 } no && BlueskyApi.IsScope(no))
                {
                    return "The app password does not allow direct messages. Make a new one that does, or choose \"Without chat\".";
                }

                if (answer is not ProviderAnswer.Answered { Ok: true } log) { return "Bluesky's chat can't be read now; mentions are."; }
                var logs = log.Json.Items("logs").ToList();
                if (log.Json.Text("cursor") is not { } cursor || cursor == place.Chat || logs.Count == 0) { return null; }
                place = place with { Chat = cursor };
                var body = new JsonObject
                {
                    ["logs"] = Array(logs),
                    ["braid"] = new JsonObject { ["did"] = await api.DidAsync(ct), ["convos"] = await ConvosAsync(logs, ct) },
                };
                await host.StoreAsync([Delivery(body)], place.ToString(), ct);
            }

            return null;
        }

        /// <summary>Who is in the conversations of these entries: a log names people by id only.</summary>
        private async Task<JsonObject> ConvosAsync(IEnumerable<JsonElement> logs, CancellationToken ct)
        {
            var found = new JsonObject();
            foreach (var id in logs.Where(l => l.Get("message").IsObject()).Select(l => l.Id("convoId")).OfType<string>().Distinct())
            {
                if (!convos.ContainsKey(id) && await api.GetAsync($"chat.bsky.convo.getConvo?convoId={Uri.EscapeDataString(id)}", ct) is ProviderAnswer.Answered { Ok: true } convo)
                {
                    convos[id] = new JsonArray([.. convo.Json.Get("convo").Items("members").Select(JsonNode (m) => new JsonObject
                    {
                        ["did"] = m.Id("did"), ["handle"] = m.Text("handle"), ["displayName"] = m.Text("displayName"),
                    })]);
                }

                if (convos.TryGetValue(id, out var members)) { found[id] = new JsonObject { ["members"] = members.DeepClone() }; }
            }

            return found;
        }

        private string LogPath() => "chat.bsky.convo.getLog" + (place.Chat is null ? "" : "?cursor=" + Uri.EscapeDataString(place.Chat));

        private async Task<ProviderAnswer.Answered> RequireAsync(string method, CancellationToken ct)
        {
            while (true)
            {
                var answer = await api.GetAsync(method, ct);
                if (answer is ProviderAnswer.Answered { Ok: true } yes) { return yes; }
                if (answer is ProviderAnswer.Answered { Status: 429 } busy)
                {
                    await Task.Delay(busy.RetryAfter ?? TimeSpan.FromMinutes(1), host.Clock, ct);
                    continue;
                }

                var words = answer switch
                {
                    ProviderAnswer.Answered { Status: 400 or 401 or 403 } => "Bluesky does not accept the app password. Make a new one and enter it in the inbox's settings.",
                    ProviderAnswer.Answered no => $"Bluesky answered {no.Status} when asked for notifications.",
                    ProviderAnswer.NotSent lost => $"Bluesky can't be reached: {lost.Reason}.",
                    _ => "Bluesky does not answer.",
                };
                host.Report(words);
                throw new IOException(words);
            }
        }

        private RawDelivery Delivery(JsonObject body) => new() { Body = JsonSerializer.SerializeToUtf8Bytes(body), ContentType = "application/json", ReceivedAt = host.Clock.GetUtcNow() };

        private static JsonArray Array(IEnumerable<JsonElement> items) => new([.. items.Select(i => JsonNode.Parse(i.GetRawText()))]);
    }

    /// <param name="Seen">The posts of exactly that time, which the next page may show again.</param>
    private sealed record Place(string Since, IReadOnlyList<string> Seen, string? Chat)
    {
        public static Place Of(string? position)
        {
            if (position is null) { return new("", [], null); }
            using var json = JsonDocument.Parse(position);
            return new(json.RootElement.Text("since") ?? "", [.. json.RootElement.Items("seen").Select(s => s.AsId()).OfType<string>()], json.RootElement.Text("chat"));
        }

        public override string ToString() =>
            new JsonObject { ["since"] = Since, ["seen"] = new JsonArray([.. Seen.Select(s => JsonValue.Create(s))]), ["chat"] = Chat }.ToJsonString();
    }
}
