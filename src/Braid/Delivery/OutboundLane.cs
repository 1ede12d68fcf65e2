using System.Collections.Concurrent;
using Braid.Channels;
using Braid.Inboxes;
using Braid.Platform;
using Braid.Platform.Data;
using Braid.Platform.Leases;
using Braid.Platform.Metrics;

namespace Braid.Delivery;

/// <summary>
/// Sends for one inbox while it holds the inbox's lease: in order within a thread, several threads at once, no faster than the provider
/// allows. Each attempt is committed before its call and the call ends before the lease could: so an attempt is never made by two nodes,
/// and one that a crash cut short is known as such.
/// </summary>
internal sealed partial class OutboundLane(InboxPace pace, Wake bell, IInboxDirectory inboxes, IServiceScopeFactory scopes, ProviderContexts contexts, BraidMetrics metrics, TimeProvider clock, ILogger logger)
{
    private const int Parallel = 8;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    /// <summary>An idle lane stays a moment, so that a lively chat does not take the lease anew for each message.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(5);

    /// <summary>By the real clock: how long calls under way may end by themselves when the server stops.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(8);

    private readonly ConcurrentDictionary<Task, byte> running = [];

    /// <summary>As it is now: an admin may change it while the lane runs.</summary>
    private ConnectedInbox inbox = null!;

    /// <param name="stay">False: return as soon as nothing can go now (for tests and commands that end).</param>
    public async Task RunAsync(ConnectedInbox opened, HeldLease lease, bool stay, CancellationToken leaseOrStop, CancellationToken stopping)
    {
        inbox = opened;
        using var calls = new CancellationTokenSource();
        try
        {
            await RecoverAsync(lease, leaseOrStop);
            var idleSince = clock.GetUtcNow();
            while (true)
            {
                var open = await inboxes.FindAsync(inbox.Id, leaseOrStop);
                inbox = open ?? inbox;
                var started = open is { Enabled: true } ? await StartDueAsync(lease, calls.Token, leaseOrStop) : 0;
                if (started > 0 || !running.IsEmpty) { idleSince = clock.GetUtcNow(); }
                if (running.IsEmpty && started == 0 && (!stay || clock.GetUtcNow() - idleSince >= Linger)) { return; }
                if (stay) { await bell.WaitAsync(Shorter(Poll, pace.Wait()), leaseOrStop); }
                else if (running.Keys is { Count: > 0 } tasks) { await Task.WhenAny(tasks); }
            }
        }
        finally
        {
            await EndCallsAsync(calls, stopping.IsCancellationRequested);
        }
    }

    private static TimeSpan Shorter(TimeSpan poll, TimeSpan wait) => wait > TimeSpan.Zero && wait < poll ? wait : poll;

    /// <summary>Calls whose node died: perhaps accepted, nobody heard the answer.</summary>
    private async Task RecoverAsync(HeldLease lease, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var store = scope.ServiceProvider.GetRequiredService<SendStore>();
        await store.ForgetSettledAsync(inbox, ct);
        foreach (var attempt in await store.AbandonedAsync(inbox, lease, ct))
        {
            await SettleAsync(attempt, new SendResult.Unknown("The server stopped while this was being sent."), ct);
        }
    }

    private async Task<int> StartDueAsync(HeldLease lease, CancellationToken call, CancellationToken ct)
    {
        var free = Parallel - running.Count;
        if (free <= 0 || pace.Wait() > TimeSpan.Zero || pace.Refuses(inbox.Settings))
        {
            return 0;
        }

        await using var scope = scopes.CreateAsyncScope();
        var store = scope.ServiceProvider.GetRequiredService<SendStore>();
        var due = await store.DueAsync(inbox, free, ct);
        var go = pace.Take(due.Count);
        var begun = go == 0 ? [] : await store.BeginAsync([.. due.Take(go)], lease, ct);
        if (go > 0 && begun.Count == 0) { pace.TakeBackProbe(); }
        foreach (var attempt in begun)
        {
            var work = Task.Run(() => AttemptAsync(attempt, call), CancellationToken.None);
            running.TryAdd(work, 0);
            _ = work.ContinueWith(done =>
            {
                running.TryRemove(done, out _);
                bell.Ring();
            }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        return begun.Count;
    }

    private async Task AttemptAsync(Attempt attempt, CancellationToken ct)
    {
        SendResult result;
        try
        {
            result = await CallAsync(attempt, ct);
        }
        catch (Exception e)
        {
            // Nothing was called yet: the message could not even be read.
            pace.TakeBackProbe();
            Log.NotCalled(logger, e, attempt.Message.Value);
            result = new SendResult.Retry("The message could not be read from the database.");
        }

        await KeepAsync(attempt, result, ct);
    }

    /// <summary>What the provider said must be kept, also over a while without a database. If we die first, the next lane calls it unknown.</summary>
    private async Task KeepAsync(Attempt attempt, SendResult result, CancellationToken ct)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await SettleAsync(attempt, result, CancellationToken.None);
                return;
            }
            catch (Exception e)
            {
                Log.NotSettled(logger, e, attempt.Message.Value, attempt.Number);
                if (ct.IsCancellationRequested || (tries >= 3 && !Database.IsUnavailable(e))) { return; }
            }

            try { await Task.Delay(Poll, clock, ct); }
            catch (OperationCanceledException) { return; }
        }
    }

    private async Task<SendResult> CallAsync(Attempt attempt, CancellationToken ct)
    {
        OutboundMessage? message;
        await using (var scope = scopes.CreateAsyncScope())
        {
            (message, var refused) = await scope.ServiceProvider.GetRequiredService<OutboundMessages>().BuildAsync(attempt, inbox, ct);
            if (message is null)
            {
                pace.TakeBackProbe();
                return refused!;
            }
        }

        // The adapter limits each of its calls; this ends an adapter that forgot, or a message of very many parts.
        using var tooLong = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var timer = clock.CreateTimer(_ => tooLong.Cancel(), null, inbox.Channel.Descriptor.Limits.CallTimeout * 4, Timeout.InfiniteTimeSpan);
        try
        {
            var result = await inbox.Channel.SendAsync(message, inbox.Settings, contexts.Of(inbox), tooLong.Token);
            pace.Learn(result);
            return result;
        }
        catch (OperationCanceledException) when (tooLong.IsCancellationRequested)
        {
            if (ct.IsCancellationRequested) { return new SendResult.Unknown("The server stopped while this was being sent."); }
            pace.Learn(new SendResult.Unknown(""));
            return new SendResult.Unknown("The provider did not answer in time.");
        }
        catch (Exception e)
        {
            pace.TakeBackProbe();
            Log.AdapterThrew(logger, e, inbox.Channel.Descriptor.Id, attempt.Message.Value);
            return new SendResult.Unknown("Something went wrong on our side while this was being sent.");
        }
    }

    private async Task SettleAsync(Attempt attempt, SendResult result, CancellationToken ct)
    {
        var settlement = Settlement.Decide(
            result, inbox.Channel.Descriptor.WhenUnknown, attempt.Number, attempt.PartsSent, attempt.QueuedAt, clock.GetUtcNow(), Random.Shared.NextDouble());
        switch (settlement)
        {
            case Settlement.Again { WholeInbox: true } again: pace.PauseUntil(again.DueAt); break;
            case Settlement.Stopped: pace.Refuse(inbox.Settings); break;
        }

        metrics.Sent(inbox.Channel.Descriptor.Id, inbox.Workspace, settlement switch
        {
            Settlement.Sent => "sent",
            Settlement.Again => "retry",
            Settlement.Unconfirmed => "unconfirmed",
            Settlement.Stopped => "stopped",
            _ => "failed",
        });
        await using var scope = scopes.CreateAsyncScope();
        if (!await scope.ServiceProvider.GetRequiredService<SettleSend>().RunAsync(attempt, inbox, settlement, ct))
        {
            Log.TooLate(logger, attempt.Message.Value, attempt.Number);
        }
    }

    private async Task EndCallsAsync(CancellationTokenSource calls, bool stopping)
    {
        if (stopping && !running.IsEmpty)
        {
            await Task.WhenAny(Task.WhenAll(running.Keys), Task.Delay(Grace, CancellationToken.None));
        }

        await calls.CancelAsync();
        await Task.WhenAll(running.Keys);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Message {Message} could not be read for sending.")]
        public static partial void NotCalled(ILogger logger, Exception e, Guid message);

        [LoggerMessage(LogLevel.Error, "Attempt {Number} of message {Message} could not be settled.")]
        public static partial void NotSettled(ILogger logger, Exception e, Guid message, int number);

        [LoggerMessage(LogLevel.Error, "The channel {Channel} threw while sending message {Message}.")]
        public static partial void AdapterThrew(ILogger logger, Exception e, string channel, Guid message);

        [LoggerMessage(LogLevel.Warning, "Attempt {Number} of message {Message} ended after it had been given up.")]
        public static partial void TooLate(ILogger logger, Guid message, int number);
    }
}
