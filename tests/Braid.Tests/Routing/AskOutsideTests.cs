using System.Text.Json;
using Braid.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.DependencyInjection;

namespace Braid.Tests.Routing;

/// <summary>A rule may ask a system of the company's own: it decides while it answers well, and nobody waits for it when it does not.</summary>
public class AskOutsideTests
{
    private static object Plan(string url, string team, int timeoutMs = 2000) => new
    {
        rules = Array.Empty<object>(), otherwise = new { teamId = team, ask = new { url, timeoutMs } }, offerSeconds = 0,
    };

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Its_answer_chooses_the_team(string engine)
    {
        await using var rig = await RoutingRig.StartAsync(engine);
        var (usual, special) = (await rig.TeamAsync("Usual"), await rig.TeamAsync("Special"));
        await rig.AgentAsync("Ana", teams: [usual]);
        await rig.AgentAsync("Bea", teams: [special]);
        JsonElement asked = default;
        await using var system = await OutsideAsync(async context =>
        {
            asked = (await JsonDocument.ParseAsync(context.Request.Body)).RootElement.Clone();
            await context.Response.WriteAsJsonAsync(new { teamId = special, priority = "high" });
        });
        await rig.PublishAsync(Plan(Address(system), usual));
        var talk = await rig.WritesAsync("hello, can you help me please");
        await rig.LookAsync();
        (await rig.HasAsync(talk)).ShouldBeNull("it was asked, nobody was chosen yet");
        await rig.LookAsync();
        (await rig.HasAsync(talk)).ShouldBe("Bea");
        (asked.GetProperty("conversationId").GetString(), asked.GetProperty("channel").GetString(), asked.GetProperty("language").GetString()).ShouldBe((talk.Id.ToString(), "whatsapp", "en"));
        (await rig.StoryAsync(talk)).GetProperty("log").EnumerateArray().Select(l => l.Text("act")).ShouldBe(["placed", "asked", "queued"]);
    }

    [Theory]
    [InlineData("garbage", "was not understood")]
    [InlineData("500", "answered 500")]
    [InlineData("team", "a team that does not exist")]
    [InlineData("hang", "did not answer within 300 ms")]
    public async Task Without_a_good_answer_the_rule_holds_and_the_log_says_so(string answers, string said)
    {
        await using var rig = await RoutingRig.StartAsync("sqlite");
        var usual = await rig.TeamAsync("Usual");
        await rig.AgentAsync("Ana", teams: [usual]);
        await using var system = await OutsideAsync(async context =>
        {
            switch (answers)
            {
                case "garbage": await context.Response.WriteAsync("<html>login</html>"); break;
                case "500": context.Response.StatusCode = 500; break;
                case "team": await context.Response.WriteAsJsonAsync(new { teamId = Guid.NewGuid() }); break;
                default: await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default); break;
            }
        });
        await rig.PublishAsync(Plan(Address(system), usual, 300));
        var talk = await rig.WritesAsync("hello");
        await rig.LookAsync();
        (await rig.Api.GetJsonAsync("/queues")).Json.GetProperty("queues").EnumerateArray().Sum(q => q.GetProperty("waiting").GetInt32()).ShouldBe(1, "it is seen in the queue meanwhile");
        await rig.LookAsync();
        (await rig.HasAsync(talk)).ShouldBe("Ana");
        (await rig.StoryAsync(talk)).GetProperty("log").EnumerateArray().Single(l => l.Text("act") == "problem").GetProperty("reason").Text("note")!.ShouldContain(said);
    }

    [Fact]
    public async Task Should_the_asking_itself_be_lost_time_goes_on()
    {
        await using var rig = await RoutingRig.StartAsync("sqlite");
        var usual = await rig.TeamAsync("Usual");
        await rig.AgentAsync("Ana", teams: [usual]);
        await rig.PublishAsync(Plan("http://127.0.0.1:9/route", usual, 300));
        var talk = await rig.WritesAsync("hello");
        var router = rig.Braid.Services.GetRequiredService<Braid.Routing.Router>();
        await router.RunOnceAsync(TestContext.Current.CancellationToken);
        await rig.PassAsync(TimeSpan.FromSeconds(3));
        await router.RunOnceAsync(TestContext.Current.CancellationToken);
        (await rig.HasAsync(talk)).ShouldBe("Ana", "nobody ran the job that asks");
    }

    private static async Task<WebApplication> OutsideAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return app;
    }

    private static string Address(WebApplication app) => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/route";
}
