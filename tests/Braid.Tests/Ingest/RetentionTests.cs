using System.Net;
using System.Text.Json;
using Braid.Accounts;
using Braid.Channels;
using Braid.Inboxes;
using Braid.Ingest;
using Braid.Platform.Data;
using Braid.Platform.Files;
using Braid.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using LedgerRow = Braid.Ingest.Delivery;

namespace Braid.Tests.Ingest;

/// <summary>Raw bodies go when the inbox's days are over, what became of them stays; and who looks at one is written down.</summary>
public class RetentionTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_body_goes_after_its_inboxs_days_and_what_became_of_it_stays(string engine)
    {
        await using var braid = await StartAsync(engine);
        var (usual, shorter) = (await InboxAsync(braid, "usual"), await InboxAsync(braid, "shorter", keepBodiesDays: 7));
        await WritesAsync(braid, usual, "1", "kept for thirty days");
        await WritesAsync(braid, shorter, "2", "kept for seven days");
        await WritesAsync(braid, shorter, "3", new string('x', 100_000));
        var file = await braid.WithDbAsync(db => db.Set<DeliveryBody>().Where(b => b.FileHash != null).Select(b => new { b.WorkspaceId, b.FileHash }).SingleAsync());
        var store = braid.Services.GetRequiredService<IFileStore>();

        await PassAsync(braid, TimeSpan.FromDays(6.9));
        (await ForgetAsync(braid)).ShouldBe(0);
        await PassAsync(braid, TimeSpan.FromDays(0.2));
        (await store.ExistsAsync(file.WorkspaceId, file.FileHash!, default)).ShouldBeTrue();
        (await ForgetAsync(braid)).ShouldBe(2);
        (await store.ExistsAsync(file.WorkspaceId, file.FileHash!, default)).ShouldBeFalse("the file of a large body goes too");

        var rows = (await braid.Api.GetJsonAsync("/deliveries")).Is(HttpStatusCode.OK)["items"].EnumerateArray().ToList();
        rows.Count.ShouldBe(3);
        foreach (var row in rows)
        {
            var gone = row.GetProperty("inboxId").GetString() == shorter;
            row.GetProperty("hasBody").GetBoolean().ShouldBe(!gone);
            row.GetProperty("bodyRemovedAt").ValueKind.ShouldBe(gone ? JsonValueKind.String : JsonValueKind.Null);
            row.GetProperty("state").GetString().ShouldBe("applied");
            row.GetProperty("events").EnumerateArray().ShouldHaveSingleItem().GetProperty("outcome").GetString().ShouldBe("applied");
            if (!gone) { continue; }
            row.GetProperty("bodyHash").GetString()!.Length.ShouldBe(64);
            var id = row.GetProperty("id").GetString();
            (await braid.Api.GetJsonAsync($"/deliveries/{id}/body")).Refused(HttpStatusCode.Gone, "body_removed").Text("detail").ShouldContain("after 7 days");
            (await braid.Api.PostJsonAsync($"/deliveries/{id}/replay")).Refused(HttpStatusCode.Gone, "body_removed").Text("detail").ShouldStartWith("It can't be applied again");
        }

        rows.Select(r => r.GetProperty("bodyHash").GetString()).Distinct().Count().ShouldBe(3);
        await PassAsync(braid, TimeSpan.FromDays(23));
        (await ForgetAsync(braid)).ShouldBe(1);
        (await braid.WithDbAsync(db => db.Set<DeliveryBody>().CountAsync())).ShouldBe(0);
        (await ForgetAsync(braid)).ShouldBe(0);
    }

    [Fact]
    public async Task The_same_body_has_the_same_hash_under_this_servers_key_only()
    {
        await using var here = await TestBraid.StartAsync(TestEngine.Sqlite);
        await using var there = await TestBraid.StartAsync(TestEngine.Sqlite, settings: ("Braid:Security:MasterKey", "another key, long enough"));
        var (ours, theirs) = (here.Services.GetRequiredService<BodyHash>(), there.Services.GetRequiredService<BodyHash>());
        var (a, b) = (Id<Workspace>.New(), Id<Workspace>.New());
        ours.Of(a, "body"u8).ShouldBe(ours.Of(a, "body"u8));
        new[] { ours.Of(a, "body"u8), ours.Of(a, "bodY"u8), ours.Of(b, "body"u8), theirs.Of(a, "body"u8) }.Distinct().Count().ShouldBe(4);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Many_go_in_steps_and_what_is_not_applied_keeps_its_body(string engine)
    {
        await using var braid = await StartAsync(engine);
        var inbox = await InboxAsync(braid, "busy");
        for (var i = 0; i < 5; i++)
        {
            using var batch = ScriptChannel.Delivery(Guid.Parse(inbox), Enumerable.Range(0, 100).Select(n => Spine.Says($"{i}-{n}", "hello")));
            (await braid.Api.SendAsync(batch)).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        // As many rows as fill two steps and a half.
        await braid.WithDbAsync(async db =>
        {
            var like = await db.Set<LedgerRow>().AsNoTracking().OrderBy(d => d.ReceivedAt).FirstAsync();
            for (var i = 0; i < 2 * ForgetBodies.Step; i++)
            {
                var row = new LedgerRow { WorkspaceId = like.WorkspaceId, InboxId = like.InboxId, Channel = like.Channel, ReceivedAt = like.ReceivedAt.AddMilliseconds(i / 7), State = DeliveryState.Ignored };
                db.Add(row);
                db.Add(new DeliveryBody { WorkspaceId = row.WorkspaceId, DeliveryId = row.Id, Body = [1] });
            }

            return await db.SaveChangesAsync();
        });
        var pending = await braid.WithDbAsync(db => db.Set<LedgerRow>().OrderByDescending(d => d.ReceivedAt).Select(d => d.Id).FirstAsync());
        await PassAsync(braid, TimeSpan.FromDays(31));
        await braid.WithDbAsync(db => db.Set<LedgerRow>().Where(d => d.Id == pending).ExecuteUpdateAsync(s => s.SetProperty(d => d.State, DeliveryState.Pending)));

        (await ForgetAsync(braid)).ShouldBe(2 * ForgetBodies.Step + 4);
        (await braid.WithDbAsync(db => db.Set<DeliveryBody>().Select(b => b.DeliveryId).SingleAsync())).ShouldBe(pending);
        await braid.WithDbAsync(db => db.Set<LedgerRow>().Where(d => d.Id == pending).ExecuteUpdateAsync(s => s.SetProperty(d => d.State, DeliveryState.Applied)));
        (await ForgetAsync(braid)).ShouldBe(1, "it was waited for");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Only_admins_open_a_body_and_each_look_is_written_down(string engine)
    {
        await using var braid = await StartAsync(engine);
        await WritesAsync(braid, await InboxAsync(braid, "support"), "1", "private words");
        var id = (await braid.Api.GetJsonAsync("/deliveries"))["items"][0].GetProperty("id").GetString()!;
        foreach (var role in new[] { "agent", "supervisor" })
        {
            using var person = await braid.JoinAsync(role, $"{role}@braid.example");
            (await person.GetJsonAsync($"/deliveries/{id}/body")).Refused(HttpStatusCode.Forbidden, "forbidden");
        }

        (await LooksAsync(braid)).ShouldBeEmpty();
        using var admin = await braid.JoinAsync("admin", "admin@braid.example");
        (await admin.GetJsonAsync($"/deliveries/{id}/body")).Is(HttpStatusCode.OK).Raw.ShouldContain("private words");
        (await admin.GetJsonAsync($"/deliveries/{id}/body")).Is(HttpStatusCode.OK);
        var agent = await braid.WithDbAsync(db => db.Set<Agent>().Where(a => a.Email == "admin@braid.example").Select(a => a.Id).SingleAsync());
        (await LooksAsync(braid)).ShouldBe([(agent, Guid.Parse(id)), (agent, Guid.Parse(id))]);
    }

    [Fact]
    public async Task Days_out_of_bounds_are_refused()
    {
        await using var braid = await StartAsync("sqlite");
        var inbox = await InboxAsync(braid, "support");
        foreach (var days in new[] { 0, -1, 4000 })
        {
            (await braid.Api.PatchJsonAsync($"/inboxes/{inbox}", new { keepBodiesDays = days })).Refused(HttpStatusCode.UnprocessableEntity, "invalid")["errors"].TryGetProperty("keepBodiesDays", out _).ShouldBeTrue();
        }

        (await braid.Api.PatchJsonAsync($"/inboxes/{inbox}", new { keepBodiesDays = 90 })).Is(HttpStatusCode.OK)["keepBodiesDays"].GetInt32().ShouldBe(90);
    }

    private static Task<TestBraid> StartAsync(string engine) =>
        TestBraid.StartAsync(Engines.Parse(engine), configure: b => b.Services.AddSingleton<IChannel>(new ScriptChannel()), settings: ("Braid:Roles", "web"));

    private static async Task<string> InboxAsync(TestBraid braid, string name, int? keepBodiesDays = null) =>
        (await braid.Api.PostJsonAsync("/inboxes", new { channel = "script", name, settings = new { secret = "s3cret" }, keepBodiesDays })).Is(HttpStatusCode.Created).Text("id");

    private static async Task WritesAsync(TestBraid braid, string inbox, string id, string text)
    {
        using var delivery = ScriptChannel.Delivery(Guid.Parse(inbox), [Spine.Says(id, text)]);
        (await braid.Api.SendAsync(delivery)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static Task<int> ForgetAsync(TestBraid braid) => braid.Services.GetRequiredService<ForgetBodies>().RunAsync(CancellationToken.None);

    /// <summary>Rows and files grow older, which costs nothing; the clock would ring every timer on its way.</summary>
    private static async Task PassAsync(TestBraid braid, TimeSpan time)
    {
        var ms = (long)time.TotalMilliseconds;
        await braid.WithDbAsync(db => db.Database.ExecuteSqlAsync($"update deliveries set received_at = received_at - {ms}, body_removed_at = body_removed_at - {ms}"));
        await braid.WithDbAsync(db => db.Database.ExecuteSqlAsync($"update inboxes set bodies_from = bodies_from - {ms}"));
        foreach (var file in Directory.CreateDirectory(Path.Combine(braid.Folder, "files")).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            file.LastWriteTimeUtc -= time;
        }
    }

    private static Task<List<(Id<Agent>, Guid)>> LooksAsync(TestBraid braid) => braid.WithDbAsync(async db =>
        (await db.Set<AuditEntry>().Where(a => a.Action == "delivery.body.read").OrderBy(a => a.At).ToListAsync()).ConvertAll(a => (a.AgentId!.Value, a.SubjectId!.Value)));
}
