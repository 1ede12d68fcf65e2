using System.Collections.Concurrent;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Leases;

namespace Braid.Ingest;

/// <summary>
/// Keeps a listener running for every inbox that needs one, on one node each. A listener that ends is started again, later each time;
/// one whose inbox was changed is started anew with its new settings.
/// </summary>
internal sealed partial class ListenerHost(IInboxDirectory inboxes, LeaseKeeper keeper, ListenerRun run, TimeProvider clock, ILogger<ListenerHost> logger) : BackgroundService, IListening
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    private readonly Dictionary<Id<Inbox>, Running> listeners = [];
    private readonly ConcurrentDictionary<Id<Inbox>, bool> here = new();

    public bool Here(Id<Inbox> inbox) => here.ContainsKey(inbox);

    public static string LeaseOf(Id<Inbox> inbox) => $"listen:{inbox}";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await TendAsync(stoppingToken);
                await Task.Delay(Look, clock, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                Log.CannotLook(logger, e);
                await Task.Delay(Look, clock, stoppingToken).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }

        await Task.WhenAll(listeners.Values.Select(StopAsync));
    }

    private async Task TendAsync(CancellationToken ct)
    {
        var wanted = (await inboxes.AllAsync(ct)).Where(i => i.Enabled && i.Channel.Listens(i.Settings)).ToDictionary(i => i.Id);
        foreach (var (id, running) in listeners.ToList())
        {
            if (!wanted.TryGetValue(id, out var inbox) || Mark(inbox) != running.Mark)
            {
                listeners.Remove(id);
                await StopAsync(running);
            }
        }

        foreach (var (id, inbox) in wanted)
        {
            if (!listeners.ContainsKey(id))
            {
                var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
                listeners.Add(id, new(Mark(inbox), stop, Task.Run(() => KeepAsync(inbox, stop.Token), CancellationToken.None)));
            }
        }
    }

    private static string Mark(ConnectedInbox inbox) => SettingsMark.Of(inbox.Settings);

    private async Task KeepAsync(ConnectedInbox inbox, CancellationToken ct)
    {
        for (var tries = 1; !ct.IsCancellationRequested; tries++)
        {
            var began = clock.GetTimestamp();
            try
            {
                await keeper.RunAsync(LeaseOf(inbox.Id), (lease, token) => ListenAsync(inbox, lease, token), ct);
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                Log.Broke(logger, e, inbox.Channel.Descriptor.Id, inbox.Id.Value);
            }

            // One that ran for a while was all right: begin with the short pauses again.
            if (clock.GetElapsedTime(began) > TimeSpan.FromMinutes(5)) { tries = 1; }
            try { await Task.Delay(Platform.Backoff.After(Math.Min(tries, 4)), clock, ct); }
            catch (OperationCanceledException) { return; }
        }
    }

    private async Task ListenAsync(ConnectedInbox inbox, HeldLease lease, CancellationToken ct)
    {
        here[inbox.Id] = true;
        try { await run.RunAsync(inbox, lease, ct); }
        finally { here.TryRemove(inbox.Id, out _); }
    }

    private static async Task StopAsync(Running running)
    {
        await running.Stop.CancelAsync();
        try { await running.Task; }
        catch (OperationCanceledException) { /* That is what was asked. */ }
        running.Stop.Dispose();
    }

    private sealed record Running(string Mark, CancellationTokenSource Stop, Task Task);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The listener of the {Channel} inbox {Inbox} broke and will be started again.")]
        public static partial void Broke(ILogger logger, Exception e, string channel, Guid inbox);

        [LoggerMessage(LogLevel.Warning, "Listeners can't be looked after now.")]
        public static partial void CannotLook(ILogger logger, Exception e);
    }
}
