using Braid.Simulator.Mail;
using Braid.Simulator.Telegram;
using Braid.Simulator.WhatsApp;

namespace Braid.Simulator;

/// <summary>
/// A pretend world for Braid to live in: Telegram, WhatsApp and mail servers on loopback ports, the people who use them, and everything that
/// can go wrong between. It knows wire formats only and shares no code with Braid's adapters, so that one mistake can't hide on both sides.
/// </summary>
public sealed class SimulatedWorld : IAsyncDisposable
{
    private readonly World world;

    private SimulatedWorld(World world, TelegramServer telegram, WhatsAppServer whatsApp, MailWorld mail) =>
        (this.world, Telegram, WhatsApp, Mail) = (world, telegram, whatsApp, mail);

    public TelegramServer Telegram { get; }
    public WhatsAppServer WhatsApp { get; }
    public MailWorld Mail { get; }

    /// <summary>For the providers' servers.</summary>
    internal World Inner => world;

    public Faults Faults => world.Faults;

    /// <summary>Every webhook that was posted or tried.</summary>
    public Arrivals<WebhookAttempt> Webhooks => world.Webhooks;

    public static async Task<SimulatedWorld> StartAsync(SimulatorOptions options, CancellationToken ct = default)
    {
        // Straight to loopback: no proxy of the machine, no redirects, connections enough for a load run.
        var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, MaxConnectionsPerServer = 512 })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        var world = new World(options, new Faults(options.Seed), http, new Arrivals<WebhookAttempt>());
        var telegram = await TelegramServer.StartAsync(world, ct);
        var whatsApp = await WhatsAppServer.StartAsync(world, ct);
        return new SimulatedWorld(world, telegram, whatsApp, new MailWorld(world));
    }

    public async ValueTask DisposeAsync()
    {
        await Telegram.DisposeAsync();
        await WhatsApp.DisposeAsync();
        await Mail.DisposeAsync();
        world.Http.Dispose();
    }
}
