using System.Text.Json.Nodes;

namespace Braid.Simulator.Webhooks;

/// <summary>One event on its way to Braid.</summary>
internal sealed class WebhookEvent(JsonObject body, DateTimeOffset at)
{
    private readonly TaskCompletionSource acknowledged = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public JsonObject Body { get; } = body;
    public DateTimeOffset At { get; } = at;

    /// <summary>Done when Braid has taken it with a 2xx (or a poll has confirmed it).</summary>
    public Task Acknowledged => acknowledged.Task;

    public void Taken() => acknowledged.TrySetResult();
}
