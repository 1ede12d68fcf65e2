using Braid.Channels;
using Braid.Inboxes;
using Braid.Platform;
using Braid.Platform.Data;
using Braid.Platform.Leases;
using Microsoft.EntityFrameworkCore;

namespace Braid.Ingest;

/// <summary>One run of a listener under its lease: from the stored position until it is stopped or breaks. What breaks it is shown to the admin.</summary>
internal sealed class ListenerRun(IServiceScopeFactory scopes, IIntake intake, ProviderContexts contexts)
{
    public async Task RunAsync(ConnectedInbox inbox, HeldLease lease, CancellationToken ct)
    {
        var position = await WithAsync(s => s.GetRequiredService<BraidDb>().Set<Inbox>().Where(i => i.Id == inbox.Id).Select(i => i.ListenerPosition).FirstOrDefaultAsync(ct));
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var host = new Host(inbox, lease, intake, contexts.Of(inbox), scopes) { Position = position };
        var reporting = ReportAsync(inbox, host, ended.Token);
        try
        {
            await inbox.Channel.ListenAsync(inbox.Settings, host, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            await ShowAsync(inbox, e is FenceLostException ? null : host.Trouble ?? "The connection broke; it is being made again.", CancellationToken.None);
            throw;
        }
        finally
        {
            await ended.CancelAsync();
            await reporting;
        }
    }

    /// <summary>Reports come from within sockets and loops that must not wait for our database: the newest is written, in turn.</summary>
    private async Task ReportAsync(ConnectedInbox inbox, Host host, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                await host.News.WaitAsync(TimeSpan.FromMinutes(1), ct);
                if (host.TakeNews() is (true, var trouble)) { await ShowAsync(inbox, trouble, ct); }
            }
        }
        catch (OperationCanceledException)
        {
            if (host.TakeNews() is (true, { } last)) { await ShowAsync(inbox, last, CancellationToken.None); }
        }
    }

    private async Task ShowAsync(ConnectedInbox inbox, string? trouble, CancellationToken ct)
    {
        try
        {
            await WithAsync(async s =>
            {
                var health = s.GetRequiredService<InboxHealth>();
                await (trouble is null ? health.MendedAsync(inbox, InboxHealth.Receiving, ct) : health.TroubleAsync(inbox, InboxHealth.Receiving, trouble, ct));
                return true;
            });
        }
        catch (Exception e) when (Database.IsUnavailable(e))
        {
            // The light is a courtesy; the listener goes on.
        }
    }

    private async Task<T> WithAsync<T>(Func<IServiceProvider, Task<T>> work)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await work(scope.ServiceProvider);
    }

    private sealed class Host(ConnectedInbox inbox, HeldLease lease, IIntake intake, ProviderContext provider, IServiceScopeFactory scopes) : IListenerHost
    {
        private readonly Lock gate = new();
        private bool news;

        public HttpClient Http => provider.Http;
        public TimeProvider Clock => provider.Clock;
        public LineDialer Dial => provider.Dial;
        public IKeptTokens Tokens => provider.Tokens;
        public string? Position { get; set; }
        public Wake News { get; } = new(provider.Clock);
        public string? Trouble { get; private set; }

        public async Task StoreAsync(IReadOnlyList<RawDelivery> deliveries, string position, CancellationToken ct)
        {
            await intake.AcceptAsync(
                [.. deliveries.Select(raw => new Receipt(inbox, raw, DeliverySource.Listener))], new(inbox.Id, position, lease.Name, lease.Fence), ct);
            Position = position;
        }

        public void Report(string? trouble)
        {
            lock (gate)
            {
                (Trouble, news) = (trouble, true);
            }

            News.Ring();
        }

        public void ReportGap(DateTimeOffset from, DateTimeOffset until, string reason) => _ = Task.Run(async () =>
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<InboxHealth>().MissedAsync(inbox, from, until, reason, CancellationToken.None);
        });

        public (bool Is, string? Trouble) TakeNews()
        {
            lock (gate)
            {
                var fresh = news;
                news = false;
                return (fresh, Trouble);
            }
        }
    }
}
