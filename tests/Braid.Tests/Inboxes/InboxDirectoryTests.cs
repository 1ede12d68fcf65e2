using System.Net;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Events;
using Braid.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Braid.Tests.Inboxes;

public class InboxDirectoryTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_change_on_one_node_is_seen_on_the_other(string engine)
    {
        await using var one = await TestChannel.StartAsync(engine);
        await using var two = await TestBraid.StartAsync(Engines.Parse(engine), one.ConnectionString, configure: b => TestChannel.Add(b));
        var there = two.Services.GetRequiredService<InboxDirectory>();
        (await there.AllAsync(default)).ShouldBeEmpty();
        var id = Id<Inbox>.Parse((await one.Api.PostJsonAsync("/inboxes", new { channel = "test", name = "A", settings = new { token = "one", number = "1" } })).Is(HttpStatusCode.Created).Text("id"), null);
        await there.CheckAsync(default);
        (await there.FindAsync(id, default))!.Settings.ShouldBe(new TestChannel.TestSettings { Token = "one", Number = "1" });
        var workspace = (await there.FindAsync(id, default))!.Workspace;
        (await there.FindByAccountAsync(workspace, "test", "1", default))!.Id.ShouldBe(id);
        (await there.FindByAccountAsync(Id<Workspace>.New(), "test", "1", default)).ShouldBeNull();

        (await one.Api.PatchJsonAsync($"/inboxes/{id}", new { settings = new { token = "two" } })).Is(HttpStatusCode.OK);
        ((TestChannel.TestSettings)(await there.FindAsync(id, default))!.Settings).Token.ShouldBe("one");
        await there.CheckAsync(default);
        ((TestChannel.TestSettings)(await there.FindAsync(id, default))!.Settings).Token.ShouldBe("two");

        (await one.Api.DeleteJsonAsync($"/inboxes/{id}")).Is(HttpStatusCode.NoContent);
        await there.CheckAsync(default);
        (await there.FindAsync(id, default)).ShouldBeNull();
        var kinds = await one.WithDbAsync(db => db.Set<StoredEvent>().Where(e => e.InboxId == id.Value).OrderBy(e => e.Number).Select(e => e.Kind).ToListAsync());
        kinds.ShouldBe(["inbox.changed", "inbox.changed", "inbox.changed"]);
    }

    [Fact]
    public async Task Finding_a_known_inbox_costs_no_memory()
    {
        await using var braid = await TestChannel.StartAsync("sqlite");
        var id = Id<Inbox>.Parse((await braid.Api.PostJsonAsync("/inboxes", new { channel = "test", name = "A", settings = new { token = "t" } })).Text("id"), null);
        var directory = braid.Services.GetRequiredService<InboxDirectory>();
        (await directory.FindAsync(id, default)).ShouldNotBeNull();
        var found = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            var find = directory.FindAsync(id, default);
            found += find.IsCompletedSuccessfully ? 1 : 0;
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(10_000);
        found.ShouldBe(10_000);
    }

    [Fact]
    public async Task Under_another_master_key_an_inbox_says_so_and_the_server_runs()
    {
        await using var one = await TestChannel.StartAsync("sqlite");
        var id = (await one.Api.PostJsonAsync("/inboxes", new { channel = "test", name = "A", settings = new { token = "t" } })).Text("id");
        await using var two = await TestBraid.StartAsync(TestEngine.Sqlite, one.ConnectionString, configure: b => TestChannel.Add(b), settings: ("Braid:Security:MasterKey", "quite another master key"));
        (await two.Services.GetRequiredService<IInboxDirectory>().AllAsync(default)).ShouldBeEmpty();
        var shown = (await two.Api.GetJsonAsync($"/inboxes/{id}")).Is(HttpStatusCode.OK);
        shown["health"].GetProperty("state").GetString().ShouldBe("trouble");
        shown["health"].GetProperty("message").GetString()!.ShouldContain("master key");
    }

    [Fact]
    public async Task Without_a_setting_the_master_key_is_a_file_for_its_owner_only()
    {
        var folder = Directory.CreateTempSubdirectory("braid-key-").FullName;
        await using var braid = await TestBraid.StartAsync(TestEngine.Sqlite, folder: folder, settings: ("Braid:Security:MasterKey", ""));
        var file = Path.Combine(folder, "master.key");
        Convert.FromBase64String(File.ReadAllText(file).Trim()).Length.ShouldBe(32);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var ring = await braid.WithDbAsync(db => db.Set<Braid.Platform.Secrets.DataProtectionKey>().Select(k => k.Xml).SingleAsync());
        ring.ShouldContain("wrapped");
        ring.ShouldNotContain("<value>");
    }
}
