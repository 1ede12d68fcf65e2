using System.Net;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Braid.Tests.Inboxes;

public class InboxTests
{
    private const string Canary = "canary-3f1d9c-secret";

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task An_inbox_is_connected_changed_and_removed(string engine)
    {
        await using var braid = await TestChannel.StartAsync(engine);
        var made = (await braid.Api.PostJsonAsync("/inboxes", new { channel = "test", name = "Support", settings = new { token = "t1", number = "4930", rate = 3 } })).Is(HttpStatusCode.Created);
        var id = made.Text("id");
        made.Headers["Location"].ShouldBe($"/api/v1/inboxes/{id}");
        made.Text("address").ShouldBe("+4930");
        made.Text("join").ShouldBe("join");
        made["enabled"].GetBoolean().ShouldBeTrue();
        made["settings"].GetRawText().ShouldBe("""{"number":"4930","rate":3}""");
        made["secretsSet"].GetRawText().ShouldBe("""["token"]""");
        made["health"].GetProperty("state").GetString().ShouldBe("waiting");
        new Uri(made.Text("webhookUrl")).AbsolutePath.ShouldStartWith($"/webhooks/test/{id}/");
        new Uri(made.Text("webhookUrl")).Segments[^1].Length.ShouldBe(32);

        var changed = (await braid.Api.PatchJsonAsync($"/inboxes/{id}", new { name = "Sales", join = "own", settings = new { rate = 4, token = "" } })).Is(HttpStatusCode.OK);
        changed.Text("name").ShouldBe("Sales");
        changed.Text("join").ShouldBe("own");
        changed["settings"].GetRawText().ShouldBe("""{"number":"4930","rate":4}""");
        changed.Text("webhookUrl").ShouldBe(made.Text("webhookUrl"));
        var connected = await braid.Services.GetRequiredService<IInboxDirectory>().FindAsync(Id<Inbox>.Parse(id, null), default);
        ((TestChannel.TestSettings)connected!.Settings).ShouldBe(new() { Token = "t1", Number = "4930", Rate = 4 });

        (await braid.Api.PatchJsonAsync($"/inboxes/{id}", new { enabled = false })).Is(HttpStatusCode.OK)["health"].GetProperty("state").GetString().ShouldBe("disabled");
        (await braid.Services.GetRequiredService<IInboxDirectory>().FindAsync(Id<Inbox>.Parse(id, null), default))!.Enabled.ShouldBeFalse();
        (await braid.Api.DeleteJsonAsync($"/inboxes/{id}")).Is(HttpStatusCode.NoContent);
        (await braid.Api.GetJsonAsync($"/inboxes/{id}")).Refused(HttpStatusCode.NotFound, "not_found");
        (await braid.Services.GetRequiredService<IInboxDirectory>().FindAsync(Id<Inbox>.Parse(id, null), default)).ShouldBeNull();
        (await braid.Api.GetJsonAsync("/inboxes")).Is(HttpStatusCode.OK)["items"].GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Wrong_settings_are_named_by_field()
    {
        await using var braid = await TestChannel.StartAsync("sqlite");
        var refused = (await braid.Api.PostJsonAsync("/inboxes", new { channel = "test", name = "S", settings = new { number = "abc", rate = 99 } })).Refused(HttpStatusCode.UnprocessableEntity, "invalid");
        refused["errors"].EnumerateObject().Select(e => e.Name).Order().ShouldBe(["settings.number", "settings.rate", "settings.token"]);
        refused["errors"].GetProperty("settings.token").GetString().ShouldBe("Enter the token.");
        (await braid.Api.PostJsonAsync("/inboxes", new { channel = "test", name = "S", settings = new { token = "t", rate = "many" } }))
            .Refused(HttpStatusCode.UnprocessableEntity, "invalid")["errors"].EnumerateObject().Single().Name.ShouldBe("settings.rate");
        (await braid.Api.PostJsonAsync("/inboxes", new { channel = "pigeon", name = "S", settings = new { } })).Refused(HttpStatusCode.UnprocessableEntity, "invalid")["errors"].TryGetProperty("channel", out _).ShouldBeTrue();
        (await braid.Api.PostJsonAsync("/inboxes", new { channel = "test", settings = new { token = "t" } })).Refused(HttpStatusCode.UnprocessableEntity, "invalid")["errors"].TryGetProperty("name", out _).ShouldBeTrue();
        (await braid.Api.PostJsonAsync("/inboxes", new { channel = "test", name = "S", settings = new { token = "t" }, memberIds = new[] { Guid.NewGuid() } }))
            .Refused(HttpStatusCode.UnprocessableEntity, "invalid")["errors"].TryGetProperty("memberIds", out _).ShouldBeTrue();
        (await braid.Api.GetJsonAsync("/inboxes"))["items"].GetArrayLength().ShouldBe(0);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task One_account_is_connected_once(string engine)
    {
        await using var braid = await TestChannel.StartAsync(engine);
        var body = new { channel = "test", name = "First", settings = new { token = "t", number = "1" } };
        var first = (await braid.Api.PostJsonAsync("/inboxes", body)).Is(HttpStatusCode.Created).Text("id");
        (await braid.Api.PostJsonAsync("/inboxes", body)).Refused(HttpStatusCode.Conflict, "account_in_use").Text("detail").ShouldContain("\"First\"");
        (await braid.Api.PatchJsonAsync($"/inboxes/{first}", new { enabled = false })).Is(HttpStatusCode.OK);
        var second = (await braid.Api.PostJsonAsync("/inboxes", body)).Is(HttpStatusCode.Created).Text("id");
        (await braid.Api.PatchJsonAsync($"/inboxes/{first}", new { enabled = true })).Refused(HttpStatusCode.Conflict, "account_in_use");
        (await braid.Api.DeleteJsonAsync($"/inboxes/{second}")).Is(HttpStatusCode.NoContent);
        (await braid.Api.PatchJsonAsync($"/inboxes/{first}", new { enabled = true })).Is(HttpStatusCode.OK);

        // Two at once: whatever the order, one inbox.
        var both = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => braid.Api.PostJsonAsync("/inboxes", new { channel = "test", name = "Race", settings = new { token = "t", number = "2" } })));
        both.Count(a => a.Status == HttpStatusCode.Created).ShouldBe(1);
        both.Where(a => a.Status != HttpStatusCode.Created).ShouldAllBe(a => a.Refused(HttpStatusCode.Conflict, "account_in_use") != null);
    }

    [Fact]
    public async Task Settings_are_encrypted_at_rest_and_never_come_back()
    {
        await using var braid = await TestChannel.StartAsync("sqlite");
        var made = (await braid.Api.PostJsonAsync("/inboxes", new { channel = "test", name = "S", settings = new { token = Canary, number = "7" } }, ("Idempotency-Key", "once"))).Is(HttpStatusCode.Created);
        var token = (await braid.Api.PostJsonAsync("/tokens", new { name = "CI" }, ("Idempotency-Key", "token-once"))).Is(HttpStatusCode.OK).Text("secret");
        var id = made.Text("id");
        string[] answers =
        [
            made.Raw, (await braid.Api.GetJsonAsync($"/inboxes/{id}")).Raw, (await braid.Api.GetJsonAsync("/inboxes")).Raw, (await braid.Api.PatchJsonAsync($"/inboxes/{id}", new { name = "T" })).Raw,
            (await braid.Api.PostJsonAsync($"/inboxes/{id}/check")).Raw, (await braid.Api.GetJsonAsync($"/inboxes/{id}/log")).Raw,
            (await braid.Api.PatchJsonAsync($"/inboxes/{id}", new { settings = new { rate = 77 } })).Refused(HttpStatusCode.UnprocessableEntity, "invalid").Raw,
        ];
        answers.ShouldAllBe(a => !a.Contains(Canary));

        await braid.WithDbAsync(async db => await db.Database.ExecuteSqlRawAsync("pragma wal_checkpoint(truncate)"));
        var bytes = string.Concat(Directory.GetFiles(braid.Folder).Select(f => System.Text.Encoding.Latin1.GetString(ReadShared(f))));
        bytes.ShouldContain("Bootstrap");
        bytes.ShouldNotContain(Canary);
        bytes.ShouldNotContain(token);
        bytes.ShouldNotContain(TestBraid.OwnerPassword);
        bytes.ShouldNotContain(TestBraid.OwnerToken);
        var stored = await braid.WithDbAsync(db => db.Set<Inbox>().Select(i => i.Settings).SingleAsync());
        braid.Services.GetRequiredService<InboxSettings>().Open(stored)["token"]!.GetValue<string>().ShouldBe(Canary);
    }

    [Fact]
    public async Task Checking_says_each_step_and_turns_the_light()
    {
        var channel = new TestChannel();
        await using var braid = await TestChannel.StartAsync("sqlite", channel);
        var id = (await braid.Api.PostJsonAsync("/inboxes", new { channel = "test", name = "S", settings = new { token = "t" } })).Text("id");
        channel.Broken = "The provider says no.";
        var check = (await braid.Api.PostJsonAsync($"/inboxes/{id}/check")).Is(HttpStatusCode.OK);
        check["ok"].GetBoolean().ShouldBeFalse();
        check["steps"].GetArrayLength().ShouldBe(2);
        check["steps"][1].GetProperty("fix").GetString().ShouldBe("Mend it.");
        var health = (await braid.Api.GetJsonAsync($"/inboxes/{id}"))["health"];
        health.GetProperty("state").GetString().ShouldBe("trouble");
        health.GetProperty("message").GetString().ShouldBe("Webhook: The provider says no.");

        channel.Broken = null;
        (await braid.Api.PostJsonAsync($"/inboxes/{id}/connect")).Is(HttpStatusCode.OK)["ok"].GetBoolean().ShouldBeTrue();
        (await braid.Api.GetJsonAsync($"/inboxes/{id}"))["health"].GetProperty("state").GetString().ShouldBe("waiting");
        var first = await braid.Api.GetJsonAsync($"/inboxes/{id}/log?limit=3");
        first["items"].GetArrayLength().ShouldBe(3);
        var rest = await braid.Api.GetJsonAsync($"/inboxes/{id}/log?limit=3&cursor={first.Text("nextCursor")}");
        rest["items"].GetArrayLength().ShouldBe(1);
        rest["nextCursor"].ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }

    [Fact]
    public async Task Channels_tell_what_they_can_and_which_settings_they_need()
    {
        await using var braid = await TestChannel.StartAsync("sqlite");
        var channel = (await braid.Api.GetJsonAsync("/channels")).Is(HttpStatusCode.OK)["items"][0];
        channel.GetProperty("id").GetString().ShouldBe("test");
        channel.GetProperty("ingress").GetString().ShouldBe("webhook");
        channel.GetProperty("replyWindowHours").GetDouble().ShouldBe(24);
        channel.GetProperty("capabilities").GetProperty("readReceipts").GetBoolean().ShouldBeFalse();
        channel.GetProperty("settingsSchema").GetProperty("properties").GetProperty("token").GetProperty("writeOnly").GetBoolean().ShouldBeTrue();
        var hub = (await braid.Api.PostJsonAsync("/inboxes", new { channel = "hub", name = "Site", settings = new { } })).Is(HttpStatusCode.Created);
        hub["webhookUrl"].ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        hub.Text("snippet").ShouldBe($"<script async src=\"{braid.Address.AbsoluteUri}widget/loader.js\" data-inbox=\"{hub.Text("id")}\"></script>");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Restricted_inboxes_exist_for_their_members_only(string engine)
    {
        await using var braid = await TestChannel.StartAsync(engine);
        var ana = await braid.JoinAsync("agent", "ana@braid.example");
        var ben = await braid.JoinAsync("agent", "ben@braid.example");
        var anaId = (await ana.GetJsonAsync("/session"))["me"].GetProperty("id").GetString();
        var id = (await braid.Api.PostJsonAsync("/inboxes", new { channel = "test", name = "HR", settings = new { token = "t" }, restricted = true, memberIds = new[] { anaId } })).Is(HttpStatusCode.Created).Text("id");
        var seen = (await ana.GetJsonAsync($"/inboxes/{id}")).Is(HttpStatusCode.OK);
        seen["webhookUrl"].ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        seen["settings"].EnumerateObject().ShouldBeEmpty();
        (await ben.GetJsonAsync($"/inboxes/{id}")).Refused(HttpStatusCode.NotFound, "not_found");
        (await ben.GetJsonAsync("/inboxes"))["items"].GetArrayLength().ShouldBe(0);
        (await ana.GetJsonAsync("/inboxes"))["items"].GetArrayLength().ShouldBe(1);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Refused_requests_are_counted_in_one_row(string engine)
    {
        await using var braid = await TestChannel.StartAsync(engine);
        var id = Id<Inbox>.Parse((await braid.Api.PostJsonAsync("/inboxes", new { channel = "test", name = "S", settings = new { token = "t" } })).Text("id"), null);
        var inbox = (await braid.Services.GetRequiredService<IInboxDirectory>().FindAsync(id, default))!;
        var counter = braid.Services.GetRequiredService<RefusedCounter>();
        for (var i = 0; i < 1000; i++) { counter.Count(inbox, "forged", "no signature"); }
        await counter.FlushAsync(default);
        counter.Count(inbox, "forged", "wrong signature");
        counter.Count(inbox, "too_large", null);
        await counter.FlushAsync(default);
        var rows = await braid.WithDbAsync(db => RefusedCounter.ListAsync(db, inbox.Workspace, default));
        rows.OrderBy(r => r.Reason).Select(r => (r.Reason, r.Count, r.Detail)).ShouldBe([("forged", 1001L, "wrong signature"), ("too_large", 1L, "")]);
    }

    private static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
