using System.Net.WebSockets;

namespace Braid.Simulator.Demo;

/// <summary>
/// A fictional company with customers around the world, living in a Braid that is already running. It speaks to Braid from outside only: the
/// REST API, webhooks, mail and the chat widget's protocol.
/// </summary>
public static class DemoRunner
{
    private const int StoriesAtOnce = 4;

    /// <summary>
    /// Runs until cancelled. <paramref name="apiToken"/> is an owner's or admin's. <paramref name="say"/> hears, in short sentences, what the
    /// demo is doing and what it could not do. Braid must allow private targets: the pretend world lives on 127.0.0.1.
    /// </summary>
    public static async Task RunAsync(Uri braidUrl, string apiToken, TimeProvider time, CancellationToken ct, Action<string>? say = null, bool allChannels = false)
    {
        say ??= _ => { };
        var now = time.GetUtcNow();
        var options = new SimulatorOptions
        {
            Time = time,
            // Ids must not repeat those of yesterday's demo on the same data.
            Seed = (int)(now.ToUnixTimeSeconds() % int.MaxValue),
            FirstMessageId = now.ToUnixTimeSeconds() - 1_700_000_000,
        };
        await using var world = await SimulatedWorld.StartAsync(options, ct);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false });
        var api = new BraidApi(http, braidUrl, apiToken, null);
        var team = new DemoTeam(api);
        var inboxes = new DemoInboxes(api, world);
        await team.GatherAsync(ct);
        await inboxes.ConnectAsync(ct);

        var pace = new DemoPace(time, options.Seed);
        await using var voices = new DemoVoices(world, api, inboxes.ChatInbox, time, pace);
        var desk = new DemoDesk(api, team, time);
        await using var more = new DemoChannels(api, world, pace, say);
        var routing = new DemoRouting(api, team, time);
        await using var crm = new DemoCrm(api, world);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var life = new DemoLife(story => new DemoTeller(story, voices.For(story), desk, pace, time), team, pace, say, ending.Token);
        try
        {
            await life.FillAsync(DemoCast.History, told: inboxes.Known, StoriesAtOnce);
            say($"{DemoCast.Company} is open: {DemoCast.History.Count} conversations so far, and more to come.");
            try { await routing.SetUpAsync(ct); }
            catch (Exception e) when (IsTrouble(e)) { say($"Routing stays off: {e.Message}"); }
            try { await new DemoWork(api, team).SetUpAsync(ct); }
            catch (Exception e) when (IsTrouble(e)) { say($"There are no tickets: {e.Message}"); }
            try { await crm.ConnectAsync(ct); }
            catch (Exception e) when (IsTrouble(e)) { say($"The CRM and the shop stay away: {e.Message}"); }
            if (allChannels) { await more.ConnectAsync(ct); }
            await Task.WhenAll(life.GoOnAsync(DemoCast.Live), allChannels ? more.GoOnAsync(ct) : Task.CompletedTask, routing.GoOnAsync(ct));
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The visitor closes the demo.
        }
        finally
        {
            await ending.CancelAsync();
            await life.EndAsync();
        }
    }

    /// <summary>Troubles of one story that must not end the others.</summary>
    internal static bool IsTrouble(Exception e) => e is DemoException or HttpRequestException or IOException or WebSocketException or InvalidOperationException;
}
