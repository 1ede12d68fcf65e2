using Braid.Accounts;
using Braid.Conversations;
using Braid.Platform.Data;
using Braid.Routing;
using Braid.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Braid.Tests.Routing;

public class ClaimRaceTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Whoever_decides_at_once_nothing_is_given_twice_and_nobody_above_their_capacity(string engine)
    {
        await using var rig = await RoutingRig.StartAsync(engine);
        string[] names = ["Ana", "Bea", "Cleo"];
        foreach (var name in names) { await rig.AgentAsync(name, capacity: 3); }
        var talks = new List<Talk>();
        for (var i = 0; i < 12; i++) { talks.Add(await rig.WritesAsync($"number {i}")); }

        // Six deciders with the same old picture, each of which would give everything away in an order of its own.
        var given = await Task.WhenAll(Enumerable.Range(0, 6).Select(seed => Task.Run(async () =>
        {
            var random = new Random(seed);
            var (of, won) = (talks.OrderBy(_ => random.Next()).ToList(), new List<Claim>());
            foreach (var few in of.Chunk(4))
            {
                await using var scope = rig.Braid.Services.CreateAsyncScope();
                var (db, claim) = (scope.ServiceProvider.GetRequiredService<BraidDb>(), scope.ServiceProvider.GetRequiredService<ClaimAgents>());
                await db.InTransactionAsync(async ct => won.AddRange(await claim.RunAsync(rig.Seed.Workspace, [.. few.Select(t => new Claim(t.Conversation.Id, rig[names[random.Next(3)]].Id, 10, new RoutingReason()))], TimeSpan.Zero, ct)), TestContext.Current.CancellationToken);
            }

            return won;
        })));

        var all = given.SelectMany(g => g).ToList();
        all.Select(c => c.Conversation).ShouldBeUnique();
        all.GroupBy(c => c.Agent).ShouldAllBe(g => g.Count() <= 3);
        all.Count.ShouldBeInRange(6, 9, "nine places; a locked conversation may be passed over");
        var assigned = await rig.Braid.WithDbAsync(db => db.Set<Conversation>().AsNoTracking().Where(c => c.AssigneeId != null).ToDictionaryAsync(c => c.Id, c => c.AssigneeId!.Value));
        assigned.ShouldBe(all.ToDictionary(c => c.Conversation, c => c.Agent), ignoreOrder: true);
        (await rig.Braid.WithDbAsync(db => db.Set<Activity>().CountAsync(a => a.Kind == "conversation.assigned"))).ShouldBe(all.Count);
    }
}
