using System.Net;
using System.Text.Json;
using Braid.Integrations;
using Braid.Platform.Data;
using Braid.Platform.Jobs;
using Braid.Simulator;
using Braid.Simulator.Crm;
using Braid.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Braid.Tests.Integrations;

/// <summary>A Braid without workers beside a pretend world: jobs run when the test says so, and nothing runs beside it.</summary>
internal sealed class CrmStory : IAsyncDisposable
{
    private CrmStory(TestBraid braid, SimulatedWorld world) => (Braid, World) = (braid, world);

    public TestBraid Braid { get; }
    public SimulatedWorld World { get; }
    public string Integration { get; private set; } = "";
    public Uri Hook { get; private set; } = new("http://localhost/");

    public static async Task<CrmStory> StartAsync(string engine)
    {
        var braid = await TestBraid.StartAsync(Engines.Parse(engine), settings: ("Braid:Roles", "web"));
        return new(braid, await SimulatedWorld.StartAsync(new SimulatorOptions { Time = braid.Clock }));
    }

    public static object HubSpotSettings(HubSpotCrm crm) => new { accessToken = HubSpotCrm.Token, clientSecret = HubSpotCrm.Secret, appId = HubSpotCrm.AppId, apiBaseUrl = crm.Url.AbsoluteUri };

    public async Task<Answer> ConnectAsync(string kind, object settings, object? change = null)
    {
        var made = (await Braid.Api.PostJsonAsync("/integrations", new { kind, settings })).Is(HttpStatusCode.Created);
        Integration = made.Text("id");
        if (made["hookUrl"].ValueKind == JsonValueKind.String) { Hook = new Uri(made.Text("hookUrl")); }
        return change is null ? made : (await Braid.Api.PatchJsonAsync($"/integrations/{Integration}", change)).Is(HttpStatusCode.OK);
    }

    public async Task StartSyncAsync()
    {
        (await Braid.Api.PostJsonAsync($"/integrations/{Integration}/start")).Is(HttpStatusCode.OK);
        await SyncAsync();
    }

    /// <summary>Lets the sync have its turns until nothing more is to be done at this time.</summary>
    public async Task SyncAsync(int turns = 4)
    {
        for (var i = 0; i < turns; i++)
        {
            await using (var scope = Braid.Services.CreateAsyncScope())
            {
                var db = scope.ServiceProvider.GetRequiredService<BraidDb>();
                foreach (var row in db.Set<Integration>().ToList()) { await scope.ServiceProvider.GetRequiredService<JobQueue>().EnqueueAsync(SyncRun.Of(row), CancellationToken.None); }
            }

            await Braid.Services.GetRequiredService<JobRunner>().DrainAsync(CancellationToken.None);
            Braid.Clock.Advance(TimeSpan.FromSeconds(5));
        }
    }

    /// <summary>Long enough for what is asked for by the clock.</summary>
    public async Task LaterAsync(double minutes = 11)
    {
        Braid.Clock.Advance(TimeSpan.FromMinutes(minutes));
        await SyncAsync();
    }

    public async Task<Answer> StateAsync() => (await Braid.Api.GetJsonAsync($"/integrations/{Integration}")).Is(HttpStatusCode.OK);

    public async Task<IReadOnlyList<JsonElement>> ProblemsAsync() => [.. (await Braid.Api.GetJsonAsync($"/integrations/{Integration}/problems")).Is(HttpStatusCode.OK)["items"].EnumerateArray()];

    public async Task<string> CustomerAsync(string? name, string? email = null, string? phone = null)
    {
        var keys = new[] { ("email", email), ("phone", phone) }.Where(k => k.Item2 is not null).Select(k => new { kind = k.Item1, value = k.Item2 });
        return (await Braid.Api.PostJsonAsync("/customers", new { name, keys })).Is(HttpStatusCode.Created).Text("id");
    }

    public async Task<Answer> ReadAsync(string customer) => (await Braid.Api.GetJsonAsync($"/customers/{customer}")).Is(HttpStatusCode.OK);

    public async Task ChangeAsync(string customer, object changes) => (await Braid.Api.PatchJsonAsync($"/customers/{customer}", changes)).Is(HttpStatusCode.OK);

    public async Task<string> FindAsync(string q) => (await Braid.Api.GetJsonAsync($"/customers?q={Uri.EscapeDataString(q)}")).Is(HttpStatusCode.OK)["items"][0].GetProperty("id").GetString()!;

    public async ValueTask DisposeAsync()
    {
        await World.DisposeAsync();
        await Braid.DisposeAsync();
    }
}
