using Braid.Realtime.LiveChat;
using Braid.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Braid.Tests.Realtime;

/// <summary>Visitors' limits over two nodes: those near a limit are counted together, the others cost nothing.</summary>
public class SharedPaceTests
{
    private const int Most = 20;

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task What_one_node_let_in_counts_on_the_other(string engine)
    {
        await using var here = await TestBraid.StartAsync(Engines.Parse(engine));
        await using var there = await TestBraid.StartAsync(Engines.Parse(engine), here.ConnectionString, here.Folder, here.Clock);
        var (a, b) = (here.Services.GetRequiredService<Pace>(), there.Services.GetRequiredService<Pace>());
        for (var i = 0; i < 10; i++)
        {
            a.Take("busy", Most).ShouldBeNull();
            b.Take("busy", Most).ShouldBeNull();
        }

        await TellAsync(here, there, here);
        (a.Take("busy", Most) is not null, b.Take("busy", Most) is not null).ShouldBe((true, true), "ten here and ten there are twenty");
        a.Take("somebody else", Most).ShouldBeNull();

        here.Clock.Advance(Pace.Window);
        a.Take("busy", Most).ShouldBeNull();
        await TellAsync(here, there);
        (await here.WithDbAsync(db => db.Set<PaceCount>().CountAsync())).ShouldBe(0, "what no longer counts is removed");
    }

    [Fact]
    public async Task Ordinary_visitors_are_not_written_down()
    {
        await using var braid = await TestBraid.StartAsync(TestEngine.Sqlite);
        var pace = braid.Services.GetRequiredService<Pace>();
        for (var visitor = 0; visitor < 100; visitor++)
        {
            for (var i = 0; i < 4; i++) { pace.Take($"visitor {visitor}", Most).ShouldBeNull(); }
        }

        await TellAsync(braid);
        (await braid.WithDbAsync(db => db.Set<PaceCount>().CountAsync())).ShouldBe(0);
        pace.Take("visitor 7", Most).ShouldBeNull();
        await TellAsync(braid);
        (await braid.WithDbAsync(db => db.Set<PaceCount>().SingleAsync())).ShouldSatisfyAllConditions(c => c.Count.ShouldBe(5), c => c.KeyHash.ShouldNotContain("visitor"));
    }

    private static async Task TellAsync(params TestBraid[] nodes)
    {
        foreach (var node in nodes) { await node.Services.GetRequiredService<SharedPace>().RunAsync(CancellationToken.None); }
    }
}
