using System.Net;
using Braid.Conversations;
using Braid.Testing;
using Braid.Tests.Delivery;
using Microsoft.Extensions.Options;

namespace Braid.Tests.Platform;

/// <summary>`Braid__Roles`: what a node with one role does, and what it leaves to others.</summary>
public class RolesTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_web_node_queues_what_only_a_worker_sends(string engine)
    {
        var listened = 0;
        var provider = new ScriptedChannel { Listen = async (_, ct) => { Interlocked.Increment(ref listened); await Task.Delay(Timeout.Infinite, ct); } };
        await using var web = await Outbox.StartAsync(engine, provider);
        var message = await web.WriteAsync(await web.TalkAsync(), "hello");
        // Long enough for every loop that a worker would have.
        for (var second = 0; second < 10; second++) { web.Braid.Clock.Advance(TimeSpan.FromSeconds(1)); await Task.Yield(); }
        (await web.StatusAsync(message)).ShouldBe(SendStatus.Queued);
        web.Provider.Calls.ShouldBeEmpty();
        listened.ShouldBe(0);

        await using var worker = await Outbox.StartAsync(engine, web.Provider, besides: web, roles: "worker");
        await OnceAsync(async () => await web.StatusAsync(message) == SendStatus.Sent && listened > 0, web.Braid);
        web.Provider.Texts.ShouldBe(["hello"]);
    }

    [Fact]
    public async Task A_worker_answers_for_its_health_and_nothing_else()
    {
        await using var braid = await TestBraid.StartAsync(TestEngine.Sqlite, settings: ("Braid:Roles", "worker"));
        foreach (var address in new[] { "/health/live", "/health/ready" })
        {
            (await braid.Api.GetAsync(new Uri(address, UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.OK, address);
        }

        foreach (var address in new[] { "/", "/app/", "/api/v1/session", "/api/v1/setup", "/webhooks/echo/" + Guid.NewGuid(), "/widget/frame.html", "/openapi/v1.json", "/hub" })
        {
            (await braid.Api.GetAsync(new Uri(address, UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NotFound, address);
        }
    }

    [Theory, InlineData("wroker"), InlineData("web,"), InlineData(""), InlineData("web;worker")]
    public async Task A_role_that_does_not_exist_is_said_at_the_start(string roles)
    {
        var start = async () => { await using var braid = await TestBraid.StartAsync(TestEngine.Sqlite, settings: ("Braid:Roles", roles)); };
        if (roles == "web,") { await start(); return; }
        (await start.ShouldThrowAsync<OptionsValidationException>()).Message.ShouldContain("Braid__Roles");
    }

    private static async Task OnceAsync(Func<Task<bool>> state, TestBraid braid)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await state())
        {
            limit.IsCancellationRequested.ShouldBeFalse("it never came");
            braid.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(20, CancellationToken.None);
        }
    }
}
