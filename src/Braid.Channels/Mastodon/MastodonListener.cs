using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Mastodon;

/// <summary>
/// Streams the account's events, and walks the list of mentions forward from the last one known: at the start, after each break of the
/// stream, and instead of it where an instance has none. The position is the id of the newest mention.
/// </summary>
internal sealed class MastodonListener : IListener<MastodonSettings>
{
    private const int Page = 40;
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(90); // The stream says something every 15 seconds.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(20);

    public bool IsWanted(MastodonSettings settings) => true;

    public async Task ListenAsync(MastodonSettings settings, IListenerHost host, CancellationToken ct)
    {
        var context = new ProviderContext(host.Http, host.Clock) { Tokens = host.Tokens };
        var api = MastodonApi.For(settings, context);
        var run = new Run(api, host);
        await run.StartAsync(ct);
        var address = Streaming(settings, await RequireAsync(api, "api/v2/instance", host, ct));
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + settings.AccessToken);
            using var stream = await OpenAsync(host.Http, request, ct);
            // The stream is open before the list is read, so nothing falls between them; what comes twice has the same key.
            await run.CatchUpAsync(ct);
            host.Report(null);
            if (stream is null)
            {
                await Task.Delay(Pause, host.Clock, ct);
                continue;
            }

            await foreach (var e in EventStream.ReadAsync(await stream.Content.ReadAsStreamAsync(ct), Silence, host.Clock, ct))
            {
                if (e.Name is "notification" or "status.update" or "delete") { await run.TakeAsync(e, ct); }
            }
        }
    }

    /// <summary>Null when the instance does not stream to us; mentions are then asked for.</summary>
    private static async Task<HttpResponseMessage?> OpenAsync(HttpClient http, HttpRequestMessage request, CancellationToken ct)
    {
        try
        {
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            if (response.IsSuccessStatusCode) { return response; }
            response.Dispose();
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            // Asked for instead, and tried again after the pause.
        }

        return null;
    }

    /// <summary>The streaming host the instance names; the token goes nowhere without https but to the instance itself.</summary>
    private static Uri Streaming(MastodonSettings settings, JsonElement instance)
    {
        var own = new Uri(settings.ApiBaseUrl.TrimEnd('/') + "/");
        var said = instance.Get("configuration").Get("urls").Text("streaming")?.Replace("wss://", "https://", StringComparison.OrdinalIgnoreCase).Replace("ws://", "http://", StringComparison.OrdinalIgnoreCase);
        var address = Uri.TryCreate(said?.TrimEnd('/') + "/", UriKind.Absolute, out var other) && (other.Scheme == Uri.UriSchemeHttps || other.Authority == own.Authority) ? other : own;
        return new Uri(address, "api/v1/streaming/user");
    }

    private static async Task<JsonElement> RequireAsync(JsonApi api, string path, IListenerHost host, CancellationToken ct)
    {
        while (true)
        {
            string words;
            switch (await api.GetAsync(path, ct))
            {
                case ProviderAnswer.Answered { Ok: true } yes:
                    return yes.Json;
                case ProviderAnswer.Answered { Status: 429 } busy:
                    await Task.Delay(busy.RetryAfter ?? TimeSpan.FromMinutes(1), host.Clock, ct);
                    continue;
                case ProviderAnswer.Answered { Status: 401 or 403 }:
                    words = "The instance does not accept the access token. Copy it again from the application's page.";
                    break;
                case ProviderAnswer.Answered no:
                    words = $"The instance answered {no.Status} when asked for mentions.";
                    break;
                case ProviderAnswer.NotSent lost:
                    words = $"The instance can't be reached: {lost.Reason}.";
                    break;
                default:
                    words = "The instance does not answer.";
                    break;
            }

            host.Report(words);
            throw new IOException(words);
        }
    }

    private sealed class Run(JsonApi api, IListenerHost host)
    {
        private string? position = host.Position;

        /// <summary>At the very first run only what comes from now on is ours.</summary>
        public async Task StartAsync(CancellationToken ct)
        {
            if (position is not null) { return; }
            var newest = await RequireAsync(api, "api/v1/notifications?types[]=mention&limit=1", host, ct);
            position = newest.ValueKind == JsonValueKind.Array && newest.GetArrayLength() > 0 ? newest[0].Id("id") ?? "0" : "0";
            await host.StoreAsync([], position, ct);
        }

        public async Task CatchUpAsync(CancellationToken ct)
        {
            while (true)
            {
                var page = await RequireAsync(api, $"api/v1/notifications?types[]=mention&min_id={Uri.EscapeDataString(position!)}&limit={Page}", host, ct);
                var mentions = page.ValueKind == JsonValueKind.Array ? page.EnumerateArray().Reverse().ToList() : [];
                var deliveries = new List<RawDelivery>();
                foreach (var mention in mentions) { deliveries.Add(await DeliveryAsync("notification", mention.GetRawText(), mention.Get("status"), ct)); }
                if (mentions is not [.., var last] || last.Id("id") is not { } id || id == position) { return; }
                position = id;
                await host.StoreAsync(deliveries, position, ct);
            }
        }

        public async Task TakeAsync(ServerEvent e, CancellationToken ct)
        {
            using var payload = e.Name == "delete" ? null : Parse(e.Data);
            var json = payload?.RootElement ?? default;
            var mention = json.Text("type") == "mention";
            if (e.Name == "notification" && !mention) { return; }
            // The home timeline's edits come too; only those that mention somebody can concern us.
            if (e.Name == "status.update" && !json.Items("mentions").Any()) { return; }
            if (mention && json.Id("id") is { } id) { position = id; }
            await host.StoreAsync([await DeliveryAsync(e.Name, e.Data, mention ? json.Get("status") : json, ct)], position!, ct);
        }

        private async Task<RawDelivery> DeliveryAsync(string kind, string payload, JsonElement status, CancellationToken ct)
        {
            var frame = new JsonObject { ["stream"] = new JsonArray("user"), ["event"] = kind, ["payload"] = payload };
            var headers = new Dictionary<string, string>();
            if (await RootAsync(status, ct) is { } root) { headers[MastodonReceiver.RootHeader] = root; }
            return new RawDelivery { Body = JsonSerializer.SerializeToUtf8Bytes(frame), ContentType = "application/json", Headers = headers, ReceivedAt = host.Clock.GetUtcNow() };
        }

        /// <summary>The top of the thread. A direct post's thread begins where the talk became direct: what is private never joins what is public.</summary>
        private async Task<string?> RootAsync(JsonElement status, CancellationToken ct)
        {
            if (status.Id("id") is not { } id || status.Id("in_reply_to_id") is null) { return null; }
            if (await api.GetAsync($"api/v1/statuses/{Uri.EscapeDataString(id)}/context", ct) is not ProviderAnswer.Answered { Ok: true } context) { return null; }
            var above = context.Json.Items("ancestors").ToList();
            if (status.Text("visibility") == "direct")
            {
                var direct = above.AsEnumerable().Reverse().TakeWhile(s => s.Text("visibility") == "direct").ToList();
                return direct is [.., var first] ? first.Id("id") : id;
            }

            return above is [var top, ..] ? top.Id("id") : null;
        }

        private static JsonDocument? Parse(string data)
        {
            try { return JsonDocument.Parse(data); }
            catch (JsonException) { return null; }
        }
    }
}
