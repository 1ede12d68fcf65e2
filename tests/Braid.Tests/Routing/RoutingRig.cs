using System.Net;
using System.Text.Json;
using Braid.Accounts;
using Braid.Conversations;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Jobs;
using Braid.Routing;
using Braid.Testing;
using Braid.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Braid.Tests.Routing;

/// <summary>A workspace that routes: agents who are there, customers who write, and a router that looks when the test says so.</summary>
internal sealed class RoutingRig : IAsyncDisposable
{
    private readonly Dictionary<string, (Agent Agent, HttpClient Client)> agents = [];
    private readonly HashSet<string> there = [];
    private readonly Dictionary<string, Inbox> inboxes = [];

    private RoutingRig(TestBraid braid, Seed seed) => (Braid, Seed) = (braid, seed);

    public TestBraid Braid { get; }
    public Seed Seed { get; }
    public HttpClient Api => Braid.Api;

    public static async Task<RoutingRig> StartAsync(string engine)
    {
        var braid = await TestBraid.StartAsync(Engines.Parse(engine), configure: Seed.Inboxes, settings: ("Braid:Roles", "web"));
        return new(braid, await Seed.OwnersAsync(braid));
    }

    public Agent this[string name] => agents[name].Agent;

    public HttpClient As(string name) => agents[name].Client;

    /// <param name="skills">Ids, each with level 3.</param>
    public async Task AgentAsync(string name, double capacity = 4, string[]? skills = null, string[]? teams = null, Role role = Role.Agent, bool online = true)
    {
        var (agent, client, _) = await Seed.AgentAsync(name, role);
        agents[name] = (agent, client);
        (await Api.PatchJsonAsync($"/agents/{agent.Id}/work", new { capacity, teamIds = teams ?? [], skills = (skills ?? []).Select(s => new { skillId = s, level = 3 }) })).Is(HttpStatusCode.OK);
        if (online) { await SaysAsync(name, "automatic"); }
    }

    public async Task SaysAsync(string name, string status)
    {
        if (status is "online" or "automatic") { there.Add(name); } else { there.Remove(name); }
        (await As(name).PutJsonAsync($"/agents/{this[name].Id}/status", new { status })).Is(HttpStatusCode.OK);
    }

    /// <summary>Their screen is closed; nobody said anything.</summary>
    public void Leaves(string name) => there.Remove(name);

    public async Task<string> SkillAsync(string name, string kind = "other", string? code = null) => (await Api.PostJsonAsync("/skills", new { name, kind, code })).Is(HttpStatusCode.Created).Text("id");

    public async Task<string> TeamAsync(string name) => (await Api.PostJsonAsync("/teams", new { name })).Is(HttpStatusCode.Created).Text("id");

    public async Task<Inbox> InboxAsync(string channel) => inboxes.TryGetValue(channel, out var known) ? known : inboxes[channel] = await Seed.InboxAsync(channel);

    public async Task<Talk> WritesAsync(string text, string channel = "whatsapp", Customer? customer = null)
    {
        var talk = await Seed.TalkAsync(customer ?? await Seed.CustomerAsync("Customer of " + text[..Math.Min(20, text.Length)]), await InboxAsync(channel));
        await Seed.SaysAsync(talk, text);
        return talk;
    }

    public async Task PublishAsync(object plan)
    {
        (await Api.PutJsonAsync("/routing/draft", plan)).Is(HttpStatusCode.OK);
        (await Api.PostJsonAsync("/routing/publish", new { })).Is(HttpStatusCode.OK);
    }

    /// <summary>The router looks, and whatever it queued is done.</summary>
    public async Task<int> LookAsync()
    {
        var placed = await Braid.Services.GetRequiredService<Router>().RunOnceAsync(TestContext.Current.CancellationToken);
        await Braid.Services.GetRequiredService<JobRunner>().DrainAsync(TestContext.Current.CancellationToken);
        return placed;
    }

    /// <summary>Time passes; whoever is there stays there.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        Braid.Clock.Advance(time);
        foreach (var name in there)
        {
            var id = this[name].Id;
            await Braid.WithDbAsync(db => db.Set<Braid.Accounts.Teams.AgentWork>().Where(w => w.AgentId == id).ExecuteUpdateAsync(set => set.SetProperty(w => w.SeenAt, Braid.Clock.GetUtcNow()).SetProperty(w => w.ActiveAt, Braid.Clock.GetUtcNow())));
        }
    }

    /// <summary>The name of who has it.</summary>
    public async Task<string?> HasAsync(Talk talk) => (await Seed.ConversationAsync(talk.Conversation.Id)).AssigneeId is { } id ? agents.First(a => a.Value.Agent.Id == id).Key : null;

    public async Task OpensAsync(string name, Talk talk) => (await As(name).PostJsonAsync($"/conversations/{talk.Id}/read")).Is(HttpStatusCode.OK);

    public async Task<JsonElement> StoryAsync(Talk talk) => (await Api.GetJsonAsync($"/conversations/{talk.Id}/routing")).Is(HttpStatusCode.OK).Json;

    public async ValueTask DisposeAsync() => await Braid.DisposeAsync();
}
