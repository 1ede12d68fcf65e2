using Braid.Platform.Leases;
using Braid.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Braid.Platform.Data;

namespace Braid.Tests.Platform;

public class LeaseTests
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(15);

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task One_node_owns_it_and_the_fence_rises_with_each_owner(string engine)
    {
        await using var one = await TestBraid.StartAsync(Engines.Parse(engine), settings: ("Braid:Roles", "web"));
        await using var two = await TestBraid.StartAsync(Engines.Parse(engine), one.ConnectionString, clock: one.Clock, settings: ("Braid:Roles", "web"));
        var (here, there) = (Store(one), Store(two));

        var first = (await here.TryAcquireAsync("mailbox", Length, CancellationToken.None))!;
        (await there.TryAcquireAsync("mailbox", Length, CancellationToken.None)).ShouldBeNull();
        (await there.TryAcquireAsync("another", Length, CancellationToken.None)).ShouldNotBeNull();
        one.Clock.Advance(Length / 2);
        (await here.RenewAsync(first, Length, CancellationToken.None)).ShouldBeTrue();
        one.Clock.Advance(Length);

        var second = (await there.TryAcquireAsync("mailbox", Length, CancellationToken.None))!;
        second.Fence.ShouldBe(first.Fence + 1);
        (await here.RenewAsync(first, Length, CancellationToken.None)).ShouldBeFalse();
        await here.ReleaseAsync(first, CancellationToken.None);
        (await HoldsAsync(one, first)).ShouldBeFalse();
        (await HoldsAsync(one, second)).ShouldBeTrue();

        await there.ReleaseAsync(second, CancellationToken.None);
        (await here.TryAcquireAsync("mailbox", Length, CancellationToken.None))!.Fence.ShouldBe(second.Fence + 1, "a release does not lower it");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Work_ends_when_its_lease_is_taken_away(string engine)
    {
        await using var braid = await TestBraid.StartAsync(Engines.Parse(engine), settings: ("Braid:Roles", "web"));
        var began = new TaskCompletionSource<HeldLease>(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var keeping = braid.Services.GetRequiredService<LeaseKeeper>().RunAsync("socket", async (lease, ct) =>
        {
            await using var fallen = ct.Register(ended.SetResult);
            began.SetResult(lease);
            await Task.Delay(Timeout.Infinite, ct);
        }, CancellationToken.None);

        await began.Task;
        // Somebody else owns it by now: this node was thought dead.
        await braid.WithDbAsync(db => db.Set<Lease>().ExecuteUpdateAsync(set => set.SetProperty(l => l.Owner, "another node").SetProperty(l => l.Fence, l => l.Fence + 1)));
        while (!ended.Task.IsCompleted)
        {
            braid.Clock.Advance(LeaseKeeper.Length / 5);
            await Task.WhenAny(ended.Task, Task.Yield().AsTask());
        }

        await keeping.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private static LeaseStore Store(TestBraid braid) => braid.Services.GetRequiredService<LeaseStore>();

    private static Task<bool> HoldsAsync(TestBraid braid, HeldLease lease) => braid.WithDbAsync(async db =>
    {
        var holds = false;
        await db.InTransactionAsync(async ct => holds = await LeaseStore.HoldsAsync(
            db.Database.GetDbConnection(), db.Database.CurrentTransaction!.GetDbTransaction(), db.Engine, lease.Name, lease.Fence, ct), CancellationToken.None);
        return holds;
    });
}

internal static class Yielding
{
    public static async Task AsTask(this System.Runtime.CompilerServices.YieldAwaitable yielding) => await yielding;
}
