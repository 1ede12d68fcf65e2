using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Zulip;

/// <summary>
/// Long polling of an event queue. A queue that was not asked for ten minutes is gone: a new one is registered first, then the messages
/// since the last one seen are read from history.
/// </summary>
internal sealed class ZulipListener : IListener<ZulipSettings>
{
    private static readonly TimeSpan PollTime = TimeSpan.FromSeconds(120);

    public bool IsWanted(ZulipSettings settings) => settings.Receive == ZulipReceive.Queue;

    public async Task ListenAsync(ZulipSettings settings, IListenerHost host, CancellationToken ct)
    {
        var context = new ProviderContext(host.Http, host.Clock) { Tokens = host.Tokens };
        var (api, poll) = (ZulipApi.Of(settings, context), ZulipApi.Of(settings, context, timeout: PollTime));
        var position = ZulipPosition.Of(host.Position);
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            if (position.Queue is null) { await RegisterAsync(api, position, settings, host, ct); }
            var answer = await poll.GetAsync($"events?queue_id={Uri.EscapeDataString(position.Queue!)}&last_event_id={position.Event.ToString(CultureInfo.InvariantCulture)}", ct);
            switch (answer)
            {
                case ProviderAnswer.Answered { Ok: true } yes:
                    host.Report(null);
                    await StoreAsync(yes.Json, position, settings, host, ct);
                    break;
                case ProviderAnswer.Answered { Status: 400 } gone when gone.Json.Text("code") == "BAD_EVENT_QUEUE_ID":
                    position.Queue = null;
                    break;
                case ProviderAnswer.NoAnswer:
                    break; // A quiet poll that a proxy cut: ask again.
                default:
                    await PauseAsync(answer, host, ct);
                    break;
            }
        }
    }

    private static async Task RegisterAsync(JsonApi api, ZulipPosition position, ZulipSettings settings, IListenerHost host, CancellationToken ct)
    {
        var answer = await api.PostFormAsync("register",
        [
            new("event_types", """["message","update_message","delete_message","reaction"]"""), new("fetch_event_types", """["message"]"""), new("apply_markdown", "false"),
        ], ct);
        if (answer is not ProviderAnswer.Answered { Ok: true } yes || yes.Json.Id("queue_id") is not { } queue)
        {
            await PauseAsync(answer, host, ct);
            throw new IOException("Zulip gave no event queue.");
        }

        (position.Queue, position.Event) = (queue, yes.Json.Number("last_event_id") ?? -1);
        var missed = new List<RawDelivery>();
        if (position.Message is null) { position.Message = yes.Json.Number("max_message_id") ?? 0; }
        else { await CatchUpAsync(api, position, settings, missed, host, ct); }
        await host.StoreAsync(missed, position.ToString(), ct);
        host.Report(null);
    }

    private static async Task CatchUpAsync(JsonApi api, ZulipPosition position, ZulipSettings settings, List<RawDelivery> missed, IListenerHost host, CancellationToken ct)
    {
        while (true)
        {
            var path = $"messages?anchor={position.Message!.Value.ToString(CultureInfo.InvariantCulture)}&num_before=0&num_after=500&include_anchor=false&apply_markdown=false";
            if (await api.GetAsync(path, ct) is not ProviderAnswer.Answered { Ok: true } page)
            {
                host.ReportGap(host.Clock.GetUtcNow(), host.Clock.GetUtcNow(), "Zulip's history could not be read; what was written while Braid was away may be missing.");
                return;
            }

            var messages = page.Json.Items("messages").ToList();
            foreach (var message in messages)
            {
                position.Saw(message);
                if (message.Text("sender_email") == settings.BotEmail) { continue; }
                missed.Add(SocketLine.Delivery(JsonSerializer.SerializeToElement(new JsonObject
                {
                    ["result"] = "success", ["events"] = new JsonArray(new JsonObject { ["type"] = "message", ["message"] = JsonNode.Parse(message.GetRawText()) }),
                }), host.Clock));
            }

            if (messages.Count == 0 || page.Json.Flag("found_newest")) { return; }
        }
    }

    /// <summary>One delivery per event that says something; the queue's position moves with all of them.</summary>
    private static async Task StoreAsync(JsonElement json, ZulipPosition position, ZulipSettings settings, IListenerHost host, CancellationToken ct)
    {
        var deliveries = new List<RawDelivery>();
        foreach (var item in json.Items("events"))
        {
            position.Event = Math.Max(position.Event, item.Number("id") ?? position.Event);
            position.Saw(item.Get("message"));
            if (item.Text("type") is null or "heartbeat" || item.Get("message").Text("sender_email") == settings.BotEmail) { continue; }
            deliveries.Add(new RawDelivery
            {
                Body = (byte[])[.. "{\"result\":\"success\",\"events\":["u8, .. JsonMarshal.GetRawUtf8Value(item), .. "]}"u8], ContentType = "application/json", ReceivedAt = host.Clock.GetUtcNow(),
            });
        }

        await host.StoreAsync(deliveries, position.ToString(), ct);
    }

    private static async Task PauseAsync(ProviderAnswer answer, IListenerHost host, CancellationToken ct)
    {
        switch (ZulipApi.Error(answer))
        {
            case SendResult.Retry { ProviderDown: false } busy:
                await Task.Delay(busy.After ?? TimeSpan.FromSeconds(10), host.Clock, ct);
                return;
            case SendResult.Failed no:
                host.Report(no.Reason);
                throw new IOException(no.Reason);
            default:
                host.Report("Zulip can't be reached. Braid tries again.");
                throw new IOException("Zulip can't be reached.");
        }
    }
}

/// <summary>The queue, its last event, and the newest message for the day the queue is gone.</summary>
internal sealed record ZulipPosition
{
    public string? Queue { get; set; }
    public long Event { get; set; } = -1;
    public long? Message { get; set; }

    public static ZulipPosition Of(string? text)
    {
        try
        {
            return text is null ? new() : JsonSerializer.Deserialize<ZulipPosition>(text) ?? new();
        }
        catch (JsonException)
        {
            return new();
        }
    }

    public void Saw(JsonElement message)
    {
        if (message.Number("id") is { } id && id > (Message ?? 0)) { Message = id; }
    }

    public override string ToString() => JsonSerializer.Serialize(this);
}
