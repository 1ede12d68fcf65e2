using System.Net;
using Braid.Accounts;
using Braid.Conversations;
using Braid.Platform.Events;
using Braid.Realtime;
using Braid.Testing;
using Braid.Tests.Testing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Braid.Tests.Realtime;

public class RealtimeTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Who_was_away_fills_the_gap_and_ends_where_the_others_are(string engine)
    {
        await using var braid = await Seed.StartAsync(engine);
        var seed = await Seed.OwnersAsync(braid);
        var (ana, anas, token) = await seed.AgentAsync("Ana");
        var talk = await seed.TalkAsync(await seed.CustomerAsync("Maya"), await seed.InboxAsync("telegram"));
        await using var steady = await LiveAgent.ConnectAsync(braid, token);
        await using var shaky = await LiveAgent.ConnectAsync(braid, token);

        await anas.SendAsync($"/conversations/{talk.Id}/assign", new { agentId = ana.Id.Value });
        await shaky.PushedAsync("conversation.assigned");
        await shaky.LoseConnectionAsync();
        for (var i = 0; i < 4; i++)
        {
            await anas.SendAsync($"/conversations/{talk.Id}/resolve");
            await anas.SendAsync($"/conversations/{talk.Id}/reopen");
        }

        await shaky.ReconnectAsync();
        await anas.SendAsync($"/conversations/{talk.Id}/snooze", new { until = seed.Now.AddHours(1) });
        await shaky.CatchUpAsync();
        await steady.PushedAsync("conversation.snoozed");

        shaky.Applied.ShouldBe(steady.Applied);
        steady.Applied.Count.ShouldBe(10);
        shaky.Last.ShouldBe(steady.Last);
        steady.Applied.Values.First().ShouldBe($"conversation.assigned {talk.Id}");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task What_happens_in_a_restricted_inbox_reaches_its_members_only(string engine)
    {
        await using var braid = await Seed.StartAsync(engine);
        var seed = await Seed.OwnersAsync(braid);
        var (ana, anas, anasToken) = await seed.AgentAsync("Ana");
        var (_, bens, bensToken) = await seed.AgentAsync("Ben");
        var secret = await seed.TalkAsync(await seed.CustomerAsync("Maya"), await seed.InboxAsync("email", onlyFor: ana));
        var open = await seed.TalkAsync(await seed.CustomerAsync("Kim"), await seed.InboxAsync("telegram"));
        await using var member = await LiveAgent.ConnectAsync(braid, anasToken);
        await using var outsider = await LiveAgent.ConnectAsync(braid, bensToken);
        var start = outsider.Last;

        await anas.SendAsync($"/conversations/{secret.Id}/resolve");
        await anas.SendAsync($"/conversations/{open.Id}/snooze", new { until = seed.Now.AddHours(1) });
        await member.PushedAsync("conversation.snoozed");
        await outsider.PushedAsync("conversation.snoozed");

        member.Applied.Values.ShouldBe([$"conversation.resolved {secret.Id}", $"conversation.snoozed {open.Id}"]);
        outsider.Applied.Values.ShouldBe([$"conversation.snoozed {open.Id}"]);
        outsider.Last.ShouldBe(member.Last, "last moves over what may not be seen");
        var first = await bens.ReadAsync($"/events?after={start}&limit=1");
        (first.Items().Count, first.GetProperty("last").GetInt64()).ShouldBe((0, start + 1));
        await Should.ThrowAsync<HubException>(() => outsider.WatchAsync(secret.Id));
        await member.WatchAsync(secret.Id);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Events_are_walled_by_workspace_and_closed_to_strangers(string engine)
    {
        await using var braid = await Seed.StartAsync(engine);
        var seed = await Seed.OwnersAsync(braid);
        var talk = await seed.TalkAsync(await seed.CustomerAsync("Maya"), await seed.InboxAsync("telegram"));
        await braid.Api.SendAsync($"/conversations/{talk.Id}/resolve");
        var (_, eves, eveToken) = await (await Seed.StrangersAsync(braid)).AgentAsync("Eve");
        using var nobody = braid.Client(null);

        (await braid.Api.ReadAsync("/events?after=0&limit=1000")).Texts("kind").ShouldContain("conversation.resolved");
        (await eves.ReadAsync("/events?after=0")).Items().ShouldBeEmpty();
        await nobody.ReadAsync("/events?after=0", HttpStatusCode.Unauthorized);
        await braid.Api.ReadAsync("/events?after=-1", HttpStatusCode.UnprocessableEntity);
        var last = (await braid.Api.ReadAsync("/events")).GetProperty("last").GetInt64();
        (await braid.Api.ReadAsync("/events?after=999999")).GetProperty("last").GetInt64().ShouldBe(last, "a number from another database");
        await Should.ThrowAsync<Exception>(() => LiveAgent.ConnectAsync(braid, "braid_made_up"));
        await using var eve = await LiveAgent.ConnectAsync(braid, eveToken);
        await Should.ThrowAsync<HubException>(() => eve.WatchAsync(talk.Id));
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_disabled_agents_socket_ends_within_five_seconds(string engine)
    {
        await using var braid = await Seed.StartAsync(engine);
        var seed = await Seed.OwnersAsync(braid);
        var (ana, _, token) = await seed.AgentAsync("Ana");
        await using var live = await LiveAgent.ConnectAsync(braid, token);
        await live.WatchAsync(null);
        await braid.WithDbAsync(db => db.Set<Agent>().Where(a => a.Id == ana.Id).ExecuteUpdateAsync(s => s.SetProperty(a => a.State, AgentState.Disabled)));
        // The watch looks by itself at each tick; which of the ticks of one leap of the clock it sees is the scheduler's choice, so it is asked.
        braid.Clock.Advance(TimeSpan.FromSeconds(4.9) - SignOutWatch.Every);
        await braid.Services.GetRequiredService<SignOutWatch>().CheckAsync(TestContext.Current.CancellationToken);
        await live.HearAllAsync("signedOut", "closed");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Viewers_see_each_other_look_type_and_go(string engine)
    {
        await using var braid = await Seed.StartAsync(engine);
        await PresenceAsync(braid, braid);
    }

    internal static async Task PresenceAsync(TestBraid here, TestBraid there)
    {
        var seed = await Seed.OwnersAsync(here);
        var (_, _, anasToken) = await seed.AgentAsync("Ana");
        var (_, _, bensToken) = await seed.AgentAsync("Ben");
        var talk = await seed.TalkAsync(await seed.CustomerAsync("Maya"), await seed.InboxAsync("telegram"));
        await using var ana = await LiveAgent.ConnectAsync(here, anasToken);
        await using var ben = await LiveAgent.ConnectAsync(there, bensToken);
        static bool Shows(System.Text.Json.JsonElement body, string people) => string.Join(",", body.Items("people").Select(p => $"{p.Text("name")} {p.Text("state")}")) == people;

        await ana.WatchAsync(talk.Id);
        await ben.WatchAsync(talk.Id);
        await ana.HearAsync("presence", p => Shows(p, "Ana viewing,Ben viewing"));
        await ben.TypeAsync(talk.Id);
        await ana.HearAsync("presence", p => Shows(p, "Ana viewing,Ben typing"));

        here.Services.GetRequiredService<LiveSignals>().CustomerTyping(seed.Workspace, talk.Thread.InboxId.Value, talk.Thread.ExternalId, true);
        (await ben.HearAsync("customerTyping")).GetProperty("typing").GetBoolean().ShouldBeTrue();

        await ben.WatchAsync(null);
        await ana.HearAsync("presence", p => Shows(p, "Ana viewing"));
    }

    [Fact]
    public async Task Who_falls_silent_is_forgotten_after_ten_seconds()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var presence = new Braid.Realtime.Presence(new LiveSignals(clock), clock);
        var (conversation, agent) = (Guid.NewGuid(), Guid.NewGuid());
        var shown = 0;
        presence.Changed += _ => shown++;
        presence.Hear(new LiveSignal.AgentSeen(Guid.Empty, conversation, agent, "Ana", SeenState.Typing));
        clock.Advance(TimeSpan.FromSeconds(9));
        presence.Hear(new LiveSignal.AgentSeen(Guid.Empty, conversation, agent, "Ana", SeenState.Viewing));
        presence.Of(conversation).People.ShouldHaveSingleItem().State.ShouldBe("typing", "looking on does not end the typing");
        clock.Advance(TimeSpan.FromSeconds(1));
        presence.Expire();
        presence.Of(conversation).People.ShouldHaveSingleItem().State.ShouldBe("viewing");
        clock.Advance(TimeSpan.FromSeconds(9));
        presence.Expire();
        presence.Of(conversation).People.ShouldBeEmpty();
        shown.ShouldBe(3);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task A_client_that_takes_nothing_is_cut_off_instead_of_buffered_for()
    {
        var client = new Stuck();
        var cut = 0;
        var connection = new Braid.Realtime.AgentConnection("1", Actor.System(new(Guid.NewGuid())), new(), client, () => cut++);
        using var closed = new CancellationTokenSource();
        var pump = connection.PumpAsync(closed.Token);
        var events = Enumerable.Range(1, 500).Select(i => new Braid.Realtime.EventItem(i, "x", default, null, null, null, null, null)).ToList();
        connection.Offer(events, 500);
        await client.Asked.Task;
        for (var i = 0; i < 4; i++)
        {
            connection.Offer(events, 1000 + i);
        }

        cut.ShouldBe(0);
        connection.Offer(events, 2000);
        cut.ShouldBe(1);
        await closed.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => pump);
        client.Frames.ShouldBe(1);
    }

    private sealed class Stuck : IClientProxy
    {
        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public int Frames { get; private set; }

        public Task SendCoreAsync(string method, object?[] args, CancellationToken cancellationToken = default)
        {
            Frames++;
            Asked.TrySetResult();
            return Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }
}
