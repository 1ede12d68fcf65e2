using System.Collections.Concurrent;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Leases;
using Braid.Platform.Metrics;

namespace Braid.Delivery;

/// <summary>
/// Opens a lane for each inbox that has something to send, on whichever node gets the inbox's lease first. Lanes end when they run dry,
/// so a thousand quiet inboxes cost nothing.
/// </summary>
internal sealed partial class OutboundHost(
    IServiceScopeFactory scopes, IInboxDirectory inboxes, LeaseKeeper keeper, LeaseStore leases, IListening listening, OutboundBells bells, ProviderContexts contexts, BraidMetrics metrics, TimeProvider clock, ILogger<OutboundHost> logger)
    : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Id<Inbox>, Task> lanes = new();
    private readonly ConcurrentDictionary<Id<Inbox>, InboxPace> paces = new();

    public static string LeaseOf(Id<Inbox> inbox) => $"outbound:{inbox}";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                foreach (var id in await BusyAsync(stoppingToken))
                {
                    _ = lanes.GetOrAdd(id, key => Task.Run(() => LaneAsync(key, stoppingToken), CancellationToken.None));
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Log.CannotLook(logger, e);
            }

            try { await bells.Any.WaitAsync(Poll, stoppingToken); }
            catch (OperationCanceledException) { break; }
        }

        await Task.WhenAll(lanes.Values);
    }

    /// <summary>Sends what may go now, until nothing more can, without waiting for what is due later: for tests and commands that end.</summary>
    public async Task DrainAsync(CancellationToken ct)
    {
        foreach (var id in await BusyAsync(ct))
        {
            if (await inboxes.FindAsync(id, ct) is null) { await FailRemovedAsync(id, ct); }
            if (await UsableAsync(id, ct) is { } inbox && await leases.TryAcquireAsync(LeaseOf(id), LeaseKeeper.Length, ct) is { } lease)
            {
                await Lane(inbox).RunAsync(inbox, lease, stay: false, ct, ct);
                await leases.ReleaseAsync(lease, ct);
            }
        }
    }

    private async Task<IReadOnlyList<Id<Inbox>>> BusyAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<SendStore>().BusyInboxesAsync(ct);
    }

    private async Task FailRemovedAsync(Id<Inbox> id, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<SendStore>().FailRemovedAsync(id, ct);
    }

    private async Task LaneAsync(Id<Inbox> id, CancellationToken stopping)
    {
        try
        {
            // An inbox that is switched off or was refused keeps its queue; the next poll asks again.
            if (await UsableAsync(id, stopping) is { } inbox)
            {
                await keeper.RunAsync(LeaseOf(id), (lease, ct) => Lane(inbox).RunAsync(inbox, lease, stay: true, ct, stopping), stopping);
            }
            else if (await inboxes.FindAsync(id, stopping) is null)
            {
                await FailRemovedAsync(id, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The server stops.
        }
        catch (Exception e)
        {
            Log.LaneBroke(logger, e, id.Value);
        }
        finally
        {
            lanes.TryRemove(id, out _);
        }
    }

    private async Task<ConnectedInbox?> UsableAsync(Id<Inbox> id, CancellationToken ct) =>
        await inboxes.FindAsync(id, ct) is { Enabled: true } inbox && !PaceOf(inbox).Refuses(inbox.Settings)
            && (!inbox.Channel.Descriptor.SendsThroughListener || listening.Here(id)) ? inbox : null;

    private OutboundLane Lane(ConnectedInbox inbox) => new(PaceOf(inbox), bells.Of(inbox.Id), inboxes, scopes, contexts, metrics, clock, logger);

    private InboxPace PaceOf(ConnectedInbox inbox) => paces.GetOrAdd(inbox.Id, _ => new(inbox.Channel.Descriptor.Limits, clock));

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The outbox can't be read now.")]
        public static partial void CannotLook(ILogger logger, Exception e);

        [LoggerMessage(LogLevel.Warning, "Sending for the inbox {Inbox} was interrupted and starts again.")]
        public static partial void LaneBroke(ILogger logger, Exception e, Guid inbox);
    }
}
