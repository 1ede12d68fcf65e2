using System.Net;
using System.Text.Json;
using Braid.Simulator;
using Braid.Simulator.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Braid.Channels.Tests.Asia;

/// <summary>
/// An adapter and its simulated provider, talking over real HTTP: a small server stands where Braid would, verifies and reads what is posted,
/// and serves files by address.
/// </summary>
internal sealed class RoundTrip : IAsyncDisposable
{
    private readonly CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
    private readonly WebApplication app;
    private ChannelSettings? settings;

    private RoundTrip(WebApplication app, SimulatedWorld world, IChannel channel) => (this.app, World, Channel) = (app, world, channel);

    public SimulatedWorld World { get; }
    public IChannel Channel { get; }
    public ISimulatedChannel Provider { get; private set; } = null!;
    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false });
    public CancellationToken Ct => limit.Token;
    public ProviderContext Context { get; private set; } = null!;
    public ChannelSettings Settings => settings!;

    /// <summary>All that was read, in the order it came.</summary>
    public Arrivals<InboundEvent> Events { get; } = new();
    public Arrivals<Signal> Signals { get; } = new();
    public Arrivals<Verdict> Verdicts { get; } = new();
    public Arrivals<RawDelivery> Deliveries { get; } = new();
    public Arrivals<AccountNews> News { get; } = new();

    public Uri Url => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    public Uri WebhookUrl => new(Url, $"/webhooks/{Channel.Descriptor.Id}/inbox");

    /// <param name="variant">The simulated provider's name, where it is not the channel's.</param>
    public static async Task<RoundTrip> StartAsync(IChannel channel, string? variant = null)
    {
        var world = await SimulatedWorld.StartAsync(new() { WebhookRetries = [TimeSpan.FromMilliseconds(1)] });
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var app = builder.Build();
        var trip = new RoundTrip(app, world, channel);
        app.MapGet("/files/{name}", (string name) => Results.Bytes(FileBytes(name), name.EndsWith(".png", StringComparison.Ordinal) ? "image/png" : "application/pdf"));
        app.MapFallback(trip.TakeAsync);
        await app.StartAsync();
        trip.Context = new ProviderContext(trip.Http, TimeProvider.System);
        trip.Provider = await SimulatedChannels.StartAsync(variant ?? channel.Descriptor.Id, world, trip.Ct);
        trip.settings = channel.ParseSettings(JsonSerializer.SerializeToElement(trip.Provider.Settings));
        await trip.Provider.ConnectAsync(trip.WebhookUrl, trip.Ct);
        return trip;
    }

    public ConnectContext Connecting => new(Http, TimeProvider.System, WebhookUrl) { Tokens = Context.Tokens };

    public Task<SendResult> SendAsync(OutboundMessage message) => Channel.SendAsync(message, Settings, Context, Ct);

    public Task<SendResult> SendAsync(ISimulatedPerson to, string text) => SendAsync(To(to, text));

    public static OutboundMessage To(ISimulatedPerson person, string text) => new()
    {
        Id = Guid.NewGuid(), IdempotencyKey = Guid.NewGuid().ToString("n"), ThreadId = person.Id, RecipientId = person.Id, Text = text,
    };

    public OutboundAttachment File(string name, string contentType) => new(name, contentType, FileBytes(name).Length, _ => Task.FromResult<Stream>(new MemoryStream(FileBytes(name))))
    {
        Link = new Uri(Url, "/files/" + name),
    };

    public static byte[] FileBytes(string name) => name.EndsWith(".png", StringComparison.Ordinal) ? SimulatedFile.Photo().Content : SimulatedFile.Pdf(name, "Invoice").Content;

    public Task<InboundEvent> NextAsync(Func<InboundEvent, bool> wanted) => Events.WaitForAsync(wanted, Ct);

    public async Task<byte[]> OpenAsync(InboundAttachment attachment)
    {
        await using var media = await Channel.OpenMediaAsync(new MediaRequest(attachment.MediaRef.ShouldNotBeNull(), null), Settings, Context, Ct);
        using var bytes = new MemoryStream();
        await media.Stream.CopyToAsync(bytes, Ct);
        return bytes.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        await Provider.DisposeAsync();
        await World.DisposeAsync();
        await app.StopAsync();
        await app.DisposeAsync();
        Http.Dispose();
        limit.Dispose();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var request = new WebhookRequest
        {
            Method = context.Request.Method,
            Url = new Uri(WebhookUrl + context.Request.QueryString.ToString()),
            Headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            Query = context.Request.Query.ToDictionary(q => q.Key, q => q.Value.ToString()),
            Body = body.ToArray(),
            ReceivedAt = TimeProvider.System.GetUtcNow(),
        };
        var keys = new Dictionary<string, string>();
        foreach (var address in Channel.KeysFor(request, Settings)) { keys[address.AbsoluteUri] = await Http.GetStringAsync(address, Ct); }
        var verdict = Channel.Verify(request with { Keys = keys }, Settings);
        Verdicts.Add(verdict);
        var reply = verdict switch { Verdict.Challenge challenge => challenge.Answer, Verdict.Genuine genuine => genuine.Answer, _ => new HttpReply((verdict as Verdict.Forged)?.Status ?? 401, null, default) };
        if (verdict is Verdict.Genuine) { Read(new RawDelivery { Body = request.Body, ContentType = context.Request.ContentType, Headers = request.Headers, Query = request.Query, ReceivedAt = request.ReceivedAt }); }
        context.Response.StatusCode = reply?.Status ?? (int)HttpStatusCode.OK;
        if (reply is not null)
        {
            context.Response.ContentType = reply.ContentType;
            await context.Response.Body.WriteAsync(reply.Body);
        }
    }

    private void Read(RawDelivery delivery)
    {
        Deliveries.Add(delivery);
        switch (Channel.Read(delivery, Settings))
        {
            case Reading.Events events:
                foreach (var e in events.Items) { Events.Add(e); }
                foreach (var s in events.Signals) { Signals.Add(s); }
                break;
            case Reading.Ignored ignored:
                foreach (var n in ignored.News) { News.Add(n); }
                foreach (var s in ignored.Signals) { Signals.Add(s); }
                break;
        }
    }
}
