using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Braid.Channels.Tests.Sms;

/// <summary>
/// Stands where Braid's webhook endpoint and its public files stand: checks and reads what a simulated provider posts, as the product would,
/// and keeps the events.
/// </summary>
internal sealed class HookListener : IAsyncDisposable
{
    private readonly WebApplication app;

    private HookListener(WebApplication app) => this.app = app;

    public Uri Url => new(new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()), "/webhooks/x/in/key");

    /// <summary>What was not genuine, or could not be read.</summary>
    public List<string> Trouble { get; } = [];

    /// <summary>Served at /files/{name}.</summary>
    public Dictionary<string, (string Type, byte[] Content)> Files { get; } = [];

    public Uri Share(string name, string type, byte[] content)
    {
        Files[name] = (type, content);
        return new Uri(Url, "/files/" + name);
    }

    /// <param name="answer">For calls: what the product would say instead of the verdict's answer.</param>
    public static async Task<HookListener> StartAsync(IChannel channel, Func<ChannelSettings> settings, Func<WebhookRequest, HttpReply?>? answer = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var listener = new HookListener(app);
        app.Run(context => listener.HandleAsync(context, channel, settings(), answer));
        await app.StartAsync();
        return listener;
    }

    private async Task HandleAsync(HttpContext context, IChannel channel, ChannelSettings settings, Func<WebhookRequest, HttpReply?>? answer)
    {
        if (context.Request.Path.StartsWithSegments("/files") && Files.TryGetValue(context.Request.Path.Value!.Split('/')[^1], out var file))
        {
            context.Response.ContentType = file.Type;
            await context.Response.Body.WriteAsync(file.Content);
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var request = new WebhookRequest
        {
            Method = context.Request.Method, Url = new Uri($"http://{context.Request.Host}{context.Request.Path}{context.Request.QueryString}"), Body = body.ToArray(),
            Headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            Query = context.Request.Query.ToDictionary(q => q.Key, q => q.Value.ToString()), ReceivedAt = TimeProvider.System.GetUtcNow(),
        };
        if (channel.Verify(request, settings) is not Verdict.Genuine genuine)
        {
            lock (Trouble) { Trouble.Add("forged: " + System.Text.Encoding.UTF8.GetString(body.ToArray())); }
            context.Response.StatusCode = 401;
            return;
        }

        var reading = channel.Read(new RawDelivery { Body = request.Body, ContentType = context.Request.ContentType, Query = request.Query, ReceivedAt = request.ReceivedAt }, settings);
        if (reading is Reading.Events events) { foreach (var e in events.Items) { Add(e); } }
        else { lock (Trouble) { Trouble.Add(reading.ToString()); } }

        var reply = answer?.Invoke(request) ?? genuine.Answer;
        context.Response.StatusCode = reply?.Status ?? 200;
        if (reply is null) { return; }
        context.Response.ContentType = reply.ContentType;
        await context.Response.Body.WriteAsync(reply.Body);
    }

    private readonly Dictionary<int, InboundEvent> kept = [];
    private readonly List<(Func<InboundEvent, bool> Wanted, TaskCompletionSource<InboundEvent> Found)> waiting = [];

    private void Add(InboundEvent e)
    {
        lock (kept)
        {
            kept[kept.Count] = e;
            foreach (var wish in waiting.Where(w => w.Wanted(e)).ToList()) { wish.Found.TrySetResult(e); }
        }
    }

    /// <summary>The first event that fits, come already or still to come.</summary>
    public Task<InboundEvent> WaitForAsync(Func<InboundEvent, bool> wanted, CancellationToken ct)
    {
        lock (kept)
        {
            if (kept.Values.FirstOrDefault(wanted) is { } here) { return Task.FromResult(here); }
            var found = new TaskCompletionSource<InboundEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Add((wanted, found));
            return found.Task.WaitAsync(ct);
        }
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}
