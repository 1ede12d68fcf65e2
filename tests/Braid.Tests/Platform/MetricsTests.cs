using System.Net;
using System.Net.Http.Headers;
using Braid.Channels;
using Braid.Platform.Metrics;
using Braid.Tests.Delivery;
using Braid.Tests.Ingest;
using Braid.Testing;

namespace Braid.Tests.Platform;

/// <summary>`/metrics`: what is counted, how it is written, and who may read it.</summary>
public class MetricsTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Deliveries_are_counted_by_channel_and_by_how_they_ended(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        var inbox = spine.Inbox();
        await spine.WritesAsync(inbox, Spine.Says("1", "hello"));
        await spine.WritesAsync(inbox, Spine.Says("1", "hello"));
        await spine.WritesAsync(inbox, Spine.Says("2", "elsewhere") with { Account = "nobody's" });
        using var garbled = ScriptChannel.Delivery(inbox.Id.Value, []);
        garbled.Content = new StringContent("{{{");
        await spine.Braid.Api.SendAsync(garbled);
        using var forged = ScriptChannel.Delivery(inbox.Id.Value, [Spine.Says("3", "x")], secret: "wrong");
        await spine.Braid.Api.SendAsync(forged);

        var text = await ReadAsync(spine.Braid);
        text.ShouldContain("braid_deliveries_received_total{channel=\"script\"} 4\n");
        foreach (var outcome in new[] { "applied", "duplicate", "ignored", "parked" })
        {
            text.ShouldContain($"braid_deliveries_ended_total{{channel=\"script\",outcome=\"{outcome}\"}} 1\n");
        }

        text.ShouldContain("braid_deliveries_refused_total{channel=\"script\",reason=\"forged\"} 1\n");
        text.ShouldContain("braid_apply_seconds_count{channel=\"script\"} 4\n");
        text.ShouldContain("braid_apply_seconds_bucket{channel=\"script\",le=\"+Inf\"} 4\n");
        text.ShouldContain("braid_ledger_parked 1\n");
        text.ShouldContain("braid_database_up 1\n");
        text.ShouldContain("# TYPE braid_apply_seconds histogram\n");
        text.ShouldContain("process_resident_memory_bytes ");
        text.ShouldNotContain(spine.Workspace.ToString(), Case.Insensitive, "tenants are named only where the admin asks for it");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Attempts_to_send_are_counted_by_how_they_ended(string engine)
    {
        await using var outbox = await Outbox.StartAsync(engine);
        foreach (var result in new SendResult[] { new SendResult.Retry("busy", TimeSpan.FromSeconds(30)), new SendResult.Unknown("silence"), new SendResult.Failed(FailureKind.Content, "no") })
        {
            outbox.Provider.Results.Enqueue(result);
        }

        foreach (var person in new[] { "Maya", "Ben", "Kim", "Lee" })
        {
            await outbox.WriteAsync(await outbox.TalkAsync(person), "hello");
            await outbox.RunAsync();
        }

        var text = await ReadAsync(outbox.Braid);
        foreach (var outcome in new[] { "retry", "unconfirmed", "failed", "sent" })
        {
            text.ShouldContain($"braid_sends_total{{channel=\"scripted\",outcome=\"{outcome}\"}} 1\n");
        }

        text.ShouldContain("braid_outbox_length{state=\"queued\"} 1\n");
    }

    [Fact]
    public async Task A_workspace_is_named_where_the_admin_asks_for_it()
    {
        await using var spine = await Spine.StartAsync("sqlite", settings: ("Braid:Metrics:PerWorkspace", "true"));
        await spine.WritesAsync(spine.Inbox(), Spine.Says("1", "hello"));
        (await ReadAsync(spine.Braid)).ShouldContain($"braid_deliveries_received_total{{channel=\"script\",workspace=\"{spine.Workspace}\"}} 1\n");
    }

    [Theory, InlineData("web,worker"), InlineData("worker")]
    public async Task A_token_opens_it_and_without_one_only_this_machine_may_read(string roles)
    {
        await using var open = await TestBraid.StartAsync(TestEngine.Sqlite, settings: ("Braid:Roles", roles));
        using var anybody = open.Client(null);
        (await anybody.GetAsync(new Uri("/metrics", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.OK);
        using (var forwarded = new HttpRequestMessage(HttpMethod.Get, "/metrics"))
        {
            forwarded.Headers.Add("X-Forwarded-For", "203.0.113.7");
            (await anybody.SendAsync(forwarded)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        }

        await using var guarded = await TestBraid.StartAsync(TestEngine.Sqlite, settings: [("Braid:Roles", roles), ("Braid:Metrics:Token", "look at me")]);
        using var stranger = guarded.Client(null);
        (await stranger.GetAsync(new Uri("/metrics", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using var watcher = guarded.Client("look at me");
        using var asked = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        if (roles == "worker") { asked.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "look at me"); }
        (await watcher.SendAsync(asked)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public void Labels_can_not_break_the_format() =>
        PrometheusText.Write([], [new Gauge("g", "A \\ and\na line", 0.5, ("l", "a\"b\\c\nd"))])
            .ShouldBe("# HELP g A \\\\ and\\na line\n# TYPE g gauge\ng{l=\"a\\\"b\\\\c\\nd\"} 0.5\n");

    private static Task<string> ReadAsync(TestBraid braid) => braid.Api.GetStringAsync(new Uri("/metrics", UriKind.Relative));
}
