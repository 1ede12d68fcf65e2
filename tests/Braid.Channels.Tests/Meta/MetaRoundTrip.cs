using System.Text.Json;
using Braid.Simulator;
using Braid.Simulator.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Braid.Channels.Tests.Meta;

/// <summary>
/// One channel's adapter and its provider's simulator, over real HTTP: what the provider posts is verified and read, what we send is seen by
/// people.
/// </summary>
internal sealed class MetaRoundTrip : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly System.Threading.Channels.Channel<InboundEvent> read = System.Threading.Channels.Channel.CreateUnbounded<InboundEvent>();
    private readonly CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));

    private MetaRoundTrip(WebApplication app, SimulatedWorld world, ISimulatedChannel provider, IChannel channel)
    {
        (this.app, World, Provider, Channel) = (app, world, provider, channel);
        Settings = channel.ParseSettings(JsonSerializer.SerializeToElement(provider.Settings));
    }

    public SimulatedWorld World { get; }
    public ISimulatedChannel Provider { get; }
    public IChannel Channel { get; }
    public ChannelSettings Settings { get; }
    public List<Reading> Readings { get; } = [];
    public List<byte[]> Bodies { get; } = [];
    public List<string> Forged { get; } = [];
    public CancellationToken Ct => limit.Token;
    public ProviderContext Context { get; } = new(new HttpClient(new SocketsHttpHandler { UseProxy = false }), TimeProvider.System);
    public Uri WebhookUrl => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/hook");

    public static async Task<MetaRoundTrip> StartAsync(IChannel channel)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        var app = builder.Build();
        MetaRoundTrip? trip = null;
        app.Run(context => trip!.TakeAsync(context));
        await app.StartAsync();
        var world = await SimulatedWorld.StartAsync(new() { WebhookRetries = [TimeSpan.FromMilliseconds(5)] });
        trip = new(app, world, await SimulatedChannels.StartAsync(channel.Descriptor.Id, world, default), channel);
        return trip;
    }

    public async Task ConnectAsync()
    {
        var steps = await Channel.ConnectAsync(Settings, new(Context.Http, TimeProvider.System, WebhookUrl), Ct);
        steps.ShouldAllBe(step => step.Ok, string.Join("; ", steps.Select(s => $"{s.Name}: {s.Message}")));
    }

    public async Task<InboundEvent> NextAsync(Func<InboundEvent, bool> wanted)
    {
        while (true)
        {
            var e = await read.Reader.ReadAsync(Ct);
            if (wanted(e)) return e;
        }
    }

    public Task<SendResult> SendAsync(OutboundMessage message) => Channel.SendAsync(message, Settings, Context, Ct);

    public Task<SendResult> ActAsync(OutboundAct act) => Channel.ActAsync(act, Settings, Context, Ct);

    public static OutboundMessage To(string thread, string text, string? recipient = null) =>
        new() { Id = Guid.NewGuid(), IdempotencyKey = Guid.NewGuid().ToString(), ThreadId = thread, RecipientId = recipient ?? thread, Text = text };

    public static OutboundAttachment File(SimulatedFile file) =>
        new(file.Name, file.ContentType, file.Content.Length, _ => Task.FromResult<Stream>(new MemoryStream(file.Content)));

    public async Task<byte[]> FetchAsync(InboundAttachment attachment)
    {
        await using var media = await Channel.OpenMediaAsync(new(attachment.MediaRef!, null), Settings, Context, Ct);
        using var bytes = new MemoryStream();
        await media.Stream.CopyToAsync(bytes, Ct);
        return bytes.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        await Provider.DisposeAsync();
        await World.DisposeAsync();
        await app.DisposeAsync();
        Context.Http.Dispose();
        limit.Dispose();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var verdict = Channel.Verify(new WebhookRequest
        {
            Method = context.Request.Method, Url = WebhookUrl, Body = body.ToArray(), ReceivedAt = TimeProvider.System.GetUtcNow(),
            Headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            Query = context.Request.Query.ToDictionary(q => q.Key, q => q.Value.ToString()),
        }, Settings);
        switch (verdict)
        {
            case Verdict.Challenge challenge:
                await context.Response.Body.WriteAsync(challenge.Answer.Body);
                return;
            case Verdict.Forged forged:
                lock (Forged) { Forged.Add(forged.Reason); }
                context.Response.StatusCode = forged.Status;
                return;
        }

        var reading = Channel.Read(new RawDelivery { Body = body.ToArray(), ReceivedAt = TimeProvider.System.GetUtcNow() }, Settings);
        lock (Readings)
        {
            Readings.Add(reading);
            Bodies.Add(body.ToArray());
        }

        if (reading is Reading.Events events)
        {
            foreach (var e in events.Items) await read.Writer.WriteAsync(e);
        }
    }
}
