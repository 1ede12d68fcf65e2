using System.Text.Json.Nodes;
using Braid.Simulator.Channels;
using Braid.Simulator.Http;

namespace Braid.Simulator.Demo;

/// <summary>
/// `demo --channels all`: one inbox of every channel that can be pretended, and somebody who writes there now and then. What can't be
/// connected is said, and the others go on.
/// </summary>
internal sealed class DemoChannels(BraidApi api, SimulatedWorld world, DemoPace pace, Action<string> say) : IAsyncDisposable
{
    /// <summary>The company's four have inboxes of their own already.</summary>
    private static readonly string[] Connected = ["telegram", "whatsapp"];

    private static readonly string[] People = ["Noor Haddad", "Tomás Rivas", "Mei Lin", "Priya Nair", "Jonas Weber", "Aiko Mori", "Olu Bankole", "Freja Dahl", "Sam Okafor", "Lea Martin"];

    private static readonly string[] Questions =
    [
        "Is the blue kettle back in stock?", "My parcel says delivered, but nothing is here.", "Can I change the address of order 5512?", "Which lid fits the 1.7 litre pot?",
        "The handle is loose. Is that covered?", "Do you ship to Norway?", "I was charged twice for one teapot.", "Could I get an invoice with our tax number?", "What a lovely colour! Is there a mug as well?",
    ];

    private readonly List<(string Name, ISimulatedChannel Channel)> open = [];

    public async Task ConnectAsync(CancellationToken ct)
    {
        var channels = (await api.GetAsync("/channels", ct)).Objects("items").ToList();
        foreach (var name in SimulatedChannels.Names.Except(Connected))
        {
            try
            {
                open.Add((name, await ConnectAsync(name, channels, ct)));
            }
            catch (Exception e) when (DemoRunner.IsTrouble(e))
            {
                say($"{name} is not part of the demo: {e.Message}");
            }
        }

        say($"{open.Count} more channels are connected.");
    }

    /// <summary>Everybody writes once, then somebody somewhere every few seconds.</summary>
    public async Task GoOnAsync(CancellationToken ct)
    {
        for (var turn = 0; open.Count > 0; turn++)
        {
            var (name, channel) = open[turn % open.Count];
            try
            {
                await channel.Person(People[turn % People.Length]).WritesAsync(Questions[turn % Questions.Length]);
            }
            catch (Exception e) when (DemoRunner.IsTrouble(e))
            {
                say($"{name}: {e.Message}");
            }

            await (turn < open.Count ? pace.SoonAsync(ct) : pace.NextAsync(ct));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, channel) in open) { await channel.DisposeAsync(); }
    }

    private async Task<ISimulatedChannel> ConnectAsync(string name, List<JsonObject> channels, CancellationToken ct)
    {
        var descriptor = channels.Find(c => c.Text("id") == name || c.Objects("variants").Any(v => v.Text("id") == name)) ?? throw new DemoException("this Braid does not know it.");
        var variant = descriptor.Objects("variants").FirstOrDefault(v => v.Text("id") == name);
        var channel = await SimulatedChannels.StartAsync(name, world, ct);
        var settings = channel.Settings.DeepClone().AsObject();
        foreach (var (key, value) in variant?["settings"] as JsonObject ?? []) { settings[key] = value?.DeepClone(); }
        var inbox = await api.PostAsync("/inboxes", new JsonObject { ["channel"] = descriptor.Text("id"), ["name"] = variant?.Text("name") ?? descriptor.Text("name"), ["settings"] = settings }, ct);
        var webhook = inbox["webhookUrl"] is JsonValue url ? new Uri(api.Braid, new Uri(url.GetValue<string>()).PathAndQuery) : api.Braid;
        await channel.ConnectAsync(webhook, ct);
        return channel;
    }
}
