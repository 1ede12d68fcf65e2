using System.Collections.Concurrent;
using System.Text;
using Braid.Channels;
using Braid.Inboxes;
using Braid.Ingest;
using Braid.Testing;
using Braid.Tests.Delivery;
using Braid.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Braid.Tests.Ingest;

public class ListenerHostTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_listener_stores_under_its_lease_and_is_started_anew_with_new_settings(string engine)
    {
        var (intake, starts) = (new Intake(), new ConcurrentQueue<(string? Position, TaskCompletionSource Started)>());
        var started = new SemaphoreSlim(0);
        var provider = new ScriptedChannel();
        provider.Listen = async (host, ct) =>
        {
            starts.Enqueue((host.Position, new()));
            await host.StoreAsync([new() { Body = Encoding.UTF8.GetBytes("hello"), ReceivedAt = host.Clock.GetUtcNow() }], "uid 7", ct);
            started.Release();
            await Task.Delay(Timeout.Infinite, ct);
        };
        await using var braid = await StartAsync(engine, provider, intake);
        var inbox = await (await Seed.OwnersAsync(braid)).InboxAsync("scripted");

        await TickUntilAsync(braid, () => started.CurrentCount > 0);
        var (receipt, position) = intake.Accepted.Single();
        (receipt.Raw.BodyText, receipt.Source, position!.Position, position.Lease, position.Fence).ShouldBe(("hello", DeliverySource.Listener, "uid 7", ListenerHost.LeaseOf(inbox.Id), 1));

        await braid.WithDbAsync(db => db.Set<Inbox>().ExecuteUpdateAsync(set => set.SetProperty(i => i.Settings, "another token").SetProperty(i => i.ListenerPosition, "uid 7")));
        await TickUntilAsync(braid, () => starts.Count == 2);
        starts.Last().Position.ShouldBe("uid 7");

        await braid.WithDbAsync(db => db.Set<Inbox>().ExecuteUpdateAsync(set => set.SetProperty(i => i.Enabled, false)));
        await TickUntilAsync(braid, () => braid.WithDbAsync(db => db.Set<Braid.Platform.Leases.Lease>().AnyAsync(l => l.Name == ListenerHost.LeaseOf(inbox.Id) && l.Until == DateTimeOffset.UnixEpoch)));
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_listener_that_breaks_is_started_again_and_the_inbox_says_so(string engine)
    {
        var tries = 0;
        var provider = new ScriptedChannel();
        provider.Listen = async (host, ct) =>
        {
            if (Interlocked.Increment(ref tries) == 1)
            {
                host.Report("The password was refused.");
                throw new InvalidOperationException("broken");
            }

            host.Report(null);
            await Task.Delay(Timeout.Infinite, ct);
        };
        await using var braid = await StartAsync(engine, provider, new Intake());
        await (await Seed.OwnersAsync(braid)).InboxAsync("scripted");
        await TickUntilAsync(braid, () => braid.WithDbAsync(db => db.Set<InboxLogEntry>().AnyAsync(e => e.Text == "Can't receive: The password was refused.")));
        await TickUntilAsync(braid, () => braid.WithDbAsync(db => db.Set<Inbox>().AnyAsync(i => i.Trouble == null && tries == 2)));
    }

    private static Task<TestBraid> StartAsync(string engine, ScriptedChannel provider, Intake intake) => TestBraid.StartAsync(Engines.Parse(engine), configure: b =>
    {
        b.Services.AddSingleton(provider);
        b.Services.Replace(ServiceDescriptor.Singleton<IInboxDirectory, ScriptedInboxes>());
        b.Services.Replace(ServiceDescriptor.Singleton<IIntake>(intake));
    });

    /// <summary>Lets the server's time pass, a little at a time, until it came to this.</summary>
    private static async Task TickUntilAsync(TestBraid braid, Func<Task<bool>> reached)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!await reached())
        {
            limit.Token.ThrowIfCancellationRequested();
            braid.Clock.Advance(TimeSpan.FromMilliseconds(500));
        }
    }

    private static async Task TickUntilAsync(TestBraid braid, Func<bool> reached)
    {
        await TickUntilAsync(braid, async () =>
        {
            await braid.WithDbAsync(db => db.Set<Inbox>().CountAsync());
            return reached();
        });
    }

    private sealed class Intake : IIntake
    {
        public ConcurrentQueue<(Receipt Receipt, ListenerPosition? Position)> Accepted { get; } = new();

        public Task AcceptAsync(IReadOnlyList<Receipt> receipts, ListenerPosition? position, CancellationToken ct)
        {
            foreach (var receipt in receipts) { Accepted.Enqueue((receipt, position)); }
            return Task.CompletedTask;
        }
    }
}
