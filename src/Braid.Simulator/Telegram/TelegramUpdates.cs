using System.Text.Json.Nodes;
using Braid.Simulator.Http;
using Braid.Simulator.Webhooks;

namespace Braid.Simulator.Telegram;

/// <summary>The updates of one bot: posted to its webhook, or kept for getUpdates. Exactly one of the two at a time, as Telegram has it.</summary>
internal sealed class TelegramUpdates(World world) : IAsyncDisposable
{
    private static readonly string[] OnRequestOnly = ["chat_member", "message_reaction", "message_reaction_count"];
    private readonly Lock gate = new();
    private readonly List<(long Id, WebhookEvent Event)> pending = [];
    private readonly List<WebhookQueue> retired = [];
    private TaskCompletionSource arrived = New();
    private CancellationTokenSource? poller;
    private WebhookQueue? queue;
    private HashSet<string>? allowed;
    private long nextId = world.Number(100_000_000, 900_000_000);

    public Uri? WebhookUrl { get; private set; }
    public string? Secret { get; private set; }

    public (long Id, WebhookEvent Event)? Add(string kind, JsonObject content, DateTimeOffset at)
    {
        lock (gate)
        {
            if (allowed is { Count: > 0 } ? !allowed.Contains(kind) : OnRequestOnly.Contains(kind))
            {
                return null;
            }

            var id = nextId++;
            var item = new WebhookEvent(new JsonObject { ["update_id"] = id, [kind] = content }, at);
            if (queue is not null)
            {
                queue.Add(item);
            }

            pending.Add((id, item));
            _ = item.Acknowledged.ContinueWith(_ => Forget(id), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            arrived.TrySetResult();
            return (id, item);
        }
    }

    public Answer SetWebhook(Call call)
    {
        var url = call.Text("url");
        if (string.IsNullOrEmpty(url))
        {
            return DeleteWebhook(call);
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out var address))
        {
            throw TelegramAnswer.Bad("bad webhook: Failed to resolve host");
        }

        // The real one wants https; on a loopback address there is nobody to listen in.
        if (address.Scheme != Uri.UriSchemeHttps && !address.IsLoopback)
        {
            throw TelegramAnswer.Bad("bad webhook: An HTTPS URL must be provided for webhook");
        }

        if (call.Text("secret_token") is { } secret && (secret.Length is 0 or > 256 || secret.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not '_' and not '-')))
        {
            throw TelegramAnswer.Bad("secret token contains unallowed characters");
        }

        lock (gate)
        {
            (WebhookUrl, Secret) = (address, call.Text("secret_token"));
            SetAllowed(call);
            Retire();
            Drop(call);
            queue = new WebhookQueue(world, SimulatedProvider.Telegram, batches: false, TimeSpan.FromHours(24), events => Request(address, events[0]));
            pending.ForEach(p => queue.Add(p.Event));
            poller?.Cancel();
        }

        return Done("Webhook was set");
    }

    public Answer DeleteWebhook(Call call)
    {
        lock (gate)
        {
            (WebhookUrl, Secret) = (null, null);
            Retire();
            Drop(call);
        }

        return Done("Webhook was deleted");
    }

    public Answer Info()
    {
        lock (gate)
        {
            var info = new JsonObject
            {
                ["url"] = WebhookUrl?.ToString() ?? "", ["has_custom_certificate"] = false, ["pending_update_count"] = pending.Count, ["max_connections"] = 40,
            };
            if (WebhookUrl is { } url && world.Webhooks.Items.LastOrDefault(a => a.Address == url) is { Status: not (>= 200 and < 300) } last)
            {
                info["last_error_date"] = world.Time.GetUtcNow().ToUnixTimeSeconds();
                info["last_error_message"] = last.Status is { } status ? $"Wrong response from the webhook: {status}" : "Connection refused";
            }

            if (allowed is { Count: > 0 })
            {
                info["allowed_updates"] = new JsonArray([.. allowed.Select(a => (JsonNode)a)]);
            }

            return TelegramAnswer.Ok(info);
        }
    }

    /// <summary>Long poll: answers at once when there is something, else when something comes or the time is up.</summary>
    public async Task<Answer> GetAsync(Call call, CancellationToken gone)
    {
        CancellationTokenSource mine;
        lock (gate)
        {
            if (WebhookUrl is not null)
            {
                throw TelegramAnswer.Conflict("can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first");
            }

            poller?.Cancel();
            mine = poller = CancellationTokenSource.CreateLinkedTokenSource(gone);
            SetAllowed(call);
            Confirm(call.Number("offset") ?? 0);
        }

        var until = world.Time.GetUtcNow() + TimeSpan.FromSeconds(Math.Clamp(call.Number("timeout") ?? 0, 0, 50));
        var limit = (int)Math.Clamp(call.Number("limit") ?? 100, 1, 100);
        while (true)
        {
            Task more;
            lock (gate)
            {
                if (mine.IsCancellationRequested)
                {
                    throw TelegramAnswer.Conflict("terminated by other getUpdates request; make sure that only one bot instance is running");
                }

                var left = until - world.Time.GetUtcNow();
                if (pending.Count > 0 || left <= TimeSpan.Zero)
                {
                    poller = poller == mine ? null : poller;
                    return TelegramAnswer.Ok(new JsonArray([.. pending.Take(limit).Select(p => (JsonNode)p.Event.Body.Copy())]));
                }

                arrived = arrived.Task.IsCompleted ? New() : arrived;
                more = arrived.Task.WaitAsync(left, world.Time, mine.Token);
            }

            await more.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            Retire();
        }

        foreach (var old in retired)
        {
            await old.DisposeAsync();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static Answer Done(string what) => new(200, new JsonObject { ["ok"] = true, ["result"] = true, ["description"] = what });

    private HttpRequestMessage Request(Uri address, WebhookEvent item)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(WireJson.Bytes(item.Body)) };
        request.Content.Headers.ContentType = new("application/json");
        if (Secret is { } secret)
        {
            request.Headers.Add("X-Telegram-Bot-Api-Secret-Token", secret);
        }

        return request;
    }

    private void SetAllowed(Call call)
    {
        if (call.Parameters["allowed_updates"] is JsonArray names)
        {
            allowed = [.. names.Select(n => n!.GetValue<string>())];
        }
    }

    // A negative offset counts from the end of the queue.
    private void Confirm(long offset)
    {
        var first = offset < 0 ? pending.Count == 0 ? 0 : pending[Math.Max(0, pending.Count + (int)offset)].Id : offset;
        foreach (var (_, item) in pending.Where(p => p.Id < first).ToList())
        {
            item.Taken();
        }

        pending.RemoveAll(p => p.Id < first);
    }

    private void Drop(Call call)
    {
        if (call.Parameters.Flag("drop_pending_updates"))
        {
            pending.Clear();
        }
    }

    private void Forget(long id)
    {
        lock (gate)
        {
            pending.RemoveAll(p => p.Id == id);
        }
    }

    // A queue in the middle of a post can't be awaited under the lock; it is stopped here and awaited at the end.
    private void Retire()
    {
        if (queue is not null)
        {
            queue.Stop();
            retired.Add(queue);
            queue = null;
        }
    }
}
