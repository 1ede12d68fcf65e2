using System.Text.Json;
using Braid.Channels.Tests.Conformance;
using Braid.Simulator;
using Braid.Simulator.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Braid.Channels.Tests.Asia2;

/// <summary>
/// An adapter and its pretend provider, talking over real HTTP: what the provider posts or holds ready is verified and read, what is sent
/// reaches the person. Stands in for the product, with one inbox.
/// </summary>
internal sealed class RoundTrip : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly System.Threading.Channels.Channel<InboundEvent> events = System.Threading.Channels.Channel.CreateUnbounded<InboundEvent>();
    private readonly CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private string? position;

    private RoundTrip(IChannel channel, SimulatedWorld world, ISimulatedChannel provider, WebApplication app)
    {
        (Channel, World, Provider, this.app) = (channel, world, provider, app);
        Settings = channel.ParseSettings(JsonSerializer.SerializeToElement(provider.Settings));
        Tokens = new MemoryTokens(TimeProvider.System);
        app.Run(HandleAsync);
    }

    public IChannel Channel { get; }
    public SimulatedWorld World { get; }
    public ISimulatedChannel Provider { get; }
    public ChannelSettings Settings { get; }
    public IKeptTokens Tokens { get; }
    public List<Verdict> Verdicts { get; } = [];
    public List<string> Ignored { get; } = [];
    public List<string?> Reports { get; } = [];
    public CancellationToken Ct => limit.Token;
    public ProviderContext Context => new(http, TimeProvider.System) { Tokens = Tokens };
    public Uri WebhookUrl { get; private set; } = null!;

    public static async Task<RoundTrip> StartAsync(string channel, SimulatorOptions? options = null)
    {
        var world = await SimulatedWorld.StartAsync(options ?? new SimulatorOptions { WebhookRetries = [TimeSpan.FromMilliseconds(20)] });
        var provider = await SimulatedChannels.StartAsync(channel, world, default);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var trip = new RoundTrip(ChannelCatalogue.Find(channel)!, world, provider, builder.Build());
        await trip.app.StartAsync();
        trip.WebhookUrl = new Uri(trip.app.Urls.First() + "/webhooks/" + channel + "/inbox");
        await provider.ConnectAsync(trip.WebhookUrl, default);
        return trip;
    }

    /// <summary>The next event that was read, polling first where the provider is polled.</summary>
    public async Task<InboundEvent> NextAsync()
    {
        while (Channel.Listens(Settings) && events.Reader.Count == 0) { await PollAsync(); }
        return await events.Reader.ReadAsync(Ct);
    }

    /// <summary>One round of the listener: until it has stored what it found.</summary>
    public async Task PollAsync()
    {
        using var round = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var host = new PollingHost(this, round);
        try
        {
            await Channel.ListenAsync(Settings, host, round.Token);
        }
        catch (OperationCanceledException) when (round.IsCancellationRequested && !Ct.IsCancellationRequested)
        {
            // One round is enough.
        }
    }

    public Task<SendResult> AnswerAsync(InboundEvent to, string text, Func<OutboundMessage, OutboundMessage>? more = null)
    {
        var message = new OutboundMessage
        {
            Id = Guid.NewGuid(), IdempotencyKey = Guid.NewGuid().ToString("N"), ThreadId = to.ThreadId, RecipientId = to.Sender!.Id, Text = text,
        };
        return Channel.SendAsync(more?.Invoke(message) ?? message, Settings, Context, Ct);
    }

    public Task<SendResult> ActAsync(OutboundAct act) => Channel.ActAsync(act, Settings, Context, Ct);

    public async Task<byte[]> OpenAsync(InboundAttachment file)
    {
        await using var content = await Channel.OpenMediaAsync(new(file.MediaRef!, null), Settings, Context, Ct);
        using var bytes = new MemoryStream();
        await content.Stream.CopyToAsync(bytes, Ct);
        return bytes.ToArray();
    }

    public static OutboundAttachment File(SimulatedFile file) =>
        new(file.Name, file.ContentType, file.Content.Length, _ => Task.FromResult<Stream>(new MemoryStream(file.Content)));

    public async ValueTask DisposeAsync()
    {
        await Provider.DisposeAsync();
        await World.DisposeAsync();
        await app.DisposeAsync();
        http.Dispose();
        limit.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, Ct);
        var request = new WebhookRequest
        {
            Method = context.Request.Method,
            Url = new Uri(WebhookUrl + context.Request.QueryString.Value),
            Headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            Query = context.Request.Query.ToDictionary(q => q.Key, q => q.Value.ToString(), StringComparer.Ordinal),
            Body = body.ToArray(),
            ReceivedAt = TimeProvider.System.GetUtcNow(),
        };
        var keys = new Dictionary<string, string>();
        foreach (var address in Channel.KeysFor(request, Settings)) { keys[address.AbsoluteUri] = await http.GetStringAsync(address, Ct); }
        var verdict = Channel.Verify(request with { Keys = keys }, Settings);
        lock (Verdicts) { Verdicts.Add(verdict); }
        switch (verdict)
        {
            case Verdict.Challenge { Answer: var answer }:
                await WriteAsync(context, answer);
                break;
            case Verdict.Genuine { Answer: var answer }:
                Take(new RawDelivery { Body = request.Body, ContentType = context.Request.ContentType, Headers = request.Headers, Query = request.Query, ReceivedAt = request.ReceivedAt });
                await WriteAsync(context, answer ?? HttpReply.Text(""));
                break;
            case Verdict.Forged { Status: var status }:
                context.Response.StatusCode = status;
                break;
        }
    }

    private static async Task WriteAsync(HttpContext context, HttpReply reply)
    {
        context.Response.StatusCode = reply.Status;
        context.Response.ContentType = reply.ContentType;
        await context.Response.Body.WriteAsync(reply.Body);
    }

    /// <summary>As the product does: what was said is known by its key, and comes once.</summary>
    private void Take(RawDelivery delivery)
    {
        switch (Channel.Read(delivery, Settings))
        {
            case Reading.Events read:
                foreach (var e in read.Items)
                {
                    var said = e.Kind is InboundKind.Message or InboundKind.Comment or InboundKind.Postback;
                    lock (seen)
                    {
                        if (said && !seen.Add(e.Key!)) { continue; }
                    }

                    events.Writer.TryWrite(e);
                }

                break;
            case Reading.Ignored ignored:
                lock (Ignored) { Ignored.Add(ignored.Reason); }
                break;
            case Reading.Unreadable bad:
                throw new InvalidOperationException(bad.Reason);
        }
    }

    private sealed class PollingHost(RoundTrip trip, CancellationTokenSource round) : IListenerHost
    {
        public HttpClient Http => trip.http;
        public TimeProvider Clock => TimeProvider.System;
        public IKeptTokens Tokens => trip.Tokens;
        public string? Position => trip.position;

        public async Task StoreAsync(IReadOnlyList<RawDelivery> deliveries, string position, CancellationToken ct)
        {
            foreach (var delivery in deliveries) { trip.Take(delivery); }
            trip.position = position;
            await round.CancelAsync();
        }

        public void Report(string? trouble) => trip.Reports.Add(trouble);
    }
}
