using Braid.Platform.Data;
using Braid.Platform.Events;
using Braid.Testing;
using Microsoft.EntityFrameworkCore;

namespace Braid.Tests.Platform;

public class SchemaTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Events_saved_with_a_change_are_numbered_without_holes(string engine)
    {
        await using var braid = await TestBraid.StartAsync(Engines.Parse(engine));
        var workspace = new Workspace { Name = "Second" };
        await braid.WithDbAsync(async db =>
        {
            db.Add(workspace);
            db.Events.Add(new Happened(workspace.Id, "one"));
            db.Events.Add(new Happened(workspace.Id, "two"));
            return await db.SaveChangesAsync();
        });
        var numbers = await braid.WithDbAsync(db => db.Set<StoredEvent>().Where(e => e.WorkspaceId == workspace.Id).OrderBy(e => e.Number).Select(e => e.Number + ":" + e.Kind).ToListAsync());
        numbers.ShouldBe(["1:one", "2:two"]);
    }

    private sealed record Happened(Id<Workspace> Workspace, string Kind) : DomainEvent(Workspace, Kind);
}
