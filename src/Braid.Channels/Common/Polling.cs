using System.Runtime.InteropServices;
using System.Text.Json;

namespace Braid.Channels.Common;

/// <summary>A round of polling came to nothing: in words for an admin. With a wait it goes on by itself, else the host starts anew, later.</summary>
internal sealed class PollException(string trouble, TimeSpan? wait = null) : Exception(trouble)
{
    public TimeSpan? Wait { get; } = wait;
}

/// <summary>Asks a provider again and again, and tells the inbox's light how it goes.</summary>
internal static class Polling
{
    public static async Task RunAsync(IListenerHost host, TimeSpan every, Func<Task> round, CancellationToken ct)
    {
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var wait = every;
            try
            {
                await round();
                host.Report(null);
            }
            catch (Exception e) when (e is PollException or TokenRefusedException or TokenUnavailableException)
            {
                var trouble = e is TokenRefusedException no ? $"{no.Message} {no.Fix}" : e.Message;
                host.Report(trouble);
                wait = (e as PollException)?.Wait ?? throw new IOException(trouble);
            }

            await Task.Delay(wait, host.Clock, ct);
        }
    }

    /// <summary>The answer's content, or the trouble in words.</summary>
    /// <param name="fix">What the admin does when the provider says no.</param>
    public static JsonElement Require(ProviderAnswer answer, string provider, string fix) => answer switch
    {
        ProviderAnswer.Answered { Ok: true } yes => yes.Json,
        ProviderAnswer.Answered { Status: 429 } busy => throw new PollException($"{provider} asks to slow down.", busy.RetryAfter ?? TimeSpan.FromMinutes(5)),
        ProviderAnswer.Answered { Status: >= 500 } down => throw new PollException($"{provider} is in trouble ({down.Status})."),
        ProviderAnswer.Answered no => throw new PollException($"{provider} says no ({no.Status}). {fix}"),
        ProviderAnswer.NotSent lost => throw new PollException($"{provider} can't be reached: {lost.Reason}."),
        ProviderAnswer.NoAnswer lost => throw new PollException($"{provider} does not answer: {lost.Reason}."),
        _ => throw new InvalidOperationException(),
    };

    /// <summary>One item as a delivery of its own. <paramref name="note"/>: what only the listener can know about it.</summary>
    public static RawDelivery Delivery(JsonElement item, TimeProvider clock, string? note = null) => new()
    {
        Body = JsonMarshal.GetRawUtf8Value(item).ToArray(),
        ContentType = "application/json",
        Query = note is null ? new Dictionary<string, string>() : new Dictionary<string, string> { [note] = "1" },
        ReceivedAt = clock.GetUtcNow(),
    };

    /// <summary>
    /// For a list that is turned round later: adds an item that is new, or changed since it was read. What is marked as changed but not known
    /// may have been read long ago: first as it is now (nothing new if it is known after all), then as a change.
    /// </summary>
    /// <returns>False when it was read already.</returns>
    public static bool Take(this SeenItems seen, List<RawDelivery> newestFirst, JsonElement item, string id, DateTimeOffset at, bool edited, TimeProvider clock, string first)
    {
        var known = seen.Knows(id);
        if (!seen.Take(id, at)) { return false; }
        if (edited && (known || !seen.Begins)) { newestFirst.Add(Delivery(item, clock)); }
        if (!known) { newestFirst.Add(Delivery(item, clock, first)); }
        return true;
    }
}
