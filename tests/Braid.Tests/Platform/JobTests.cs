using Braid.Platform.Data;
using Braid.Platform.Jobs;
using Braid.Testing;
using Braid.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Braid.Tests.Platform;

public class JobTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_job_runs_if_and_only_if_its_cause_was_committed(string engine)
    {
        await using var world = await World.StartAsync(engine);
        await world.EnqueueAsync("kept");
        await Should.ThrowAsync<InvalidOperationException>(() => world.EnqueueAsync("lost", fail: true));
        await world.DrainAsync();
        world.Work.Done.ShouldBe(["kept"]);
        (await world.JobsAsync()).ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_key_waits_once_but_may_wait_again_while_the_first_runs(string engine)
    {
        await using var world = await World.StartAsync(engine);
        await world.EnqueueAsync("one", key: "k");
        await world.EnqueueAsync("two", key: "k");
        (await world.JobsAsync()).Count.ShouldBe(1);
        var running = (await world.Store.ClaimAsync(Work.KindName, 1, CancellationToken.None)).Single();
        await world.EnqueueAsync("three", key: "k");
        await world.Store.FinishAsync(running, CancellationToken.None);
        await world.DrainAsync();
        world.Work.Done.ShouldBe(["three"]);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task What_fails_is_tried_again_later_and_later_and_at_last_waits_for_a_person(string engine)
    {
        await using var world = await World.StartAsync(engine);
        world.Work.Fail = () => new InvalidOperationException("broken");
        await world.EnqueueAsync("x");
        for (var i = 0; i < 3; i++)
        {
            await world.DrainAsync();
            world.Work.Tried.ShouldBe(i + 1);
            await world.DrainAsync();
            world.Work.Tried.ShouldBe(i + 1, "not before its time");
            world.Braid.Clock.Advance(TimeSpan.FromMinutes(2));
        }

        var job = (await world.JobsAsync()).Single();
        (job.State, job.LastError, job.Failures).ShouldBe((JobState.Dead, "broken", 3));
        world.Work.Fail = () => new JobIsDeadException("gone");
        await world.EnqueueAsync("y");
        await world.DrainAsync();
        (await world.JobsAsync()).Select(j => j.LastError).Order().ShouldBe(["broken", "gone"]);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_node_that_was_given_up_can_not_finish_what_another_took_over(string engine)
    {
        await using var world = await World.StartAsync(engine);
        await world.EnqueueAsync("x");
        var slow = (await world.Store.ClaimAsync(Work.KindName, 1, CancellationToken.None)).Single();
        (await world.Store.ClaimAsync(Work.KindName, 1, CancellationToken.None)).ShouldBeEmpty();
        world.Braid.Clock.Advance(JobStore.Lease);
        var quick = (await world.Store.ClaimAsync(Work.KindName, 1, CancellationToken.None)).Single();
        quick.Attempt.ShouldBe(slow.Attempt + 1);
        (await world.Store.FinishAsync(slow, CancellationToken.None)).ShouldBeFalse();
        (await world.Store.RenewAsync(slow, CancellationToken.None)).ShouldBeFalse();
        await Should.ThrowAsync<JobLostException>(() => world.Braid.WithDbAsync(async db =>
        {
            await slow.FinishAsync(db, CancellationToken.None);
            return 0;
        }));
        (await world.Store.FinishAsync(quick, CancellationToken.None)).ShouldBeTrue();
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Two_nodes_never_claim_the_same_job(string engine)
    {
        await using var world = await World.StartAsync(engine);
        for (var i = 0; i < 30; i++) { await world.EnqueueAsync($"{i}"); }
        var claims = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => world.Store.ClaimAsync(Work.KindName, 5, CancellationToken.None)));
        var ids = claims.SelectMany(c => c).Select(c => c.Id).ToList();
        ids.Count.ShouldBe(ids.Distinct().Count());
        ids.Count.ShouldBeGreaterThan(0);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task The_running_server_starts_a_job_as_soon_as_it_is_committed(string engine)
    {
        await using var world = await World.StartAsync(engine, "web,worker");
        await world.EnqueueAsync("now");
        await world.Work.Ran.Task.WaitAsync(TimeSpan.FromSeconds(30));
        world.Work.Done.ShouldBe(["now"]);
    }

    internal sealed class Work
    {
        public const string KindName = "test.work";
        public List<string> Done { get; } = [];
        public int Tried { get; set; }
        public Func<Exception>? Fail { get; set; }
        public TaskCompletionSource Ran { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Handler(Work work) : IJobHandler
    {
        public string Kind => Work.KindName;
        public int Tries => 3;

        public Task RunAsync(JobRun run, CancellationToken ct)
        {
            work.Tried++;
            if (work.Fail is { } fail) { throw fail(); }
            work.Done.Add(run.Read<string>());
            work.Ran.TrySetResult();
            return Task.CompletedTask;
        }
    }

    private sealed class World(TestBraid braid, Work work, Id<Workspace> workspace) : IAsyncDisposable
    {
        public TestBraid Braid => braid;
        public Work Work => work;
        public JobStore Store => braid.Services.GetRequiredService<JobStore>();

        public static async Task<World> StartAsync(string engine, string roles = "web")
        {
            var work = new Work();
            var braid = await TestBraid.StartAsync(Engines.Parse(engine), configure: b =>
            {
                b.Services.AddSingleton(work);
                b.Services.AddJobHandler<Handler>();
            }, settings: ("Braid:Roles", roles));
            return new(braid, work, (await Seed.OwnersAsync(braid)).Workspace);
        }

        public async Task EnqueueAsync(string payload, string? key = null, bool fail = false)
        {
            await using var scope = braid.Services.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<BraidDb>();
            await db.InTransactionAsync(async ct =>
            {
                await scope.ServiceProvider.GetRequiredService<JobQueue>().EnqueueAsync(NewJob.Of(workspace, Work.KindName, payload) with { UniqueKey = key }, ct);
                if (fail) { throw new InvalidOperationException(); }
            }, CancellationToken.None);
        }

        public Task<int> DrainAsync() => braid.Services.GetRequiredService<JobRunner>().DrainAsync(CancellationToken.None);

        public Task<List<Job>> JobsAsync() => braid.WithDbAsync(db => db.Set<Job>().AsNoTracking().Where(j => j.Kind == Work.KindName).ToListAsync());

        public ValueTask DisposeAsync() => braid.DisposeAsync();
    }
}
