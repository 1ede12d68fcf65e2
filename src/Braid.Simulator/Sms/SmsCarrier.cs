using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Channels;
using Braid.Simulator.Http;
using Braid.Simulator.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Sms;

/// <summary>
/// A provider with one number and the phones that write to it. Messages are taken, carried and reported; STOP is obeyed; files are fetched
/// from the addresses Braid names and lie behind the provider's own credentials the other way.
/// </summary>
internal sealed class SmsCarrier : ISimulatedChannel
{
    private readonly World world;
    private readonly SmsWire wire;
    private readonly ConcurrentDictionary<string, SmsPhone> phones = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SimulatedFile> files = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, object> posts = new(StringComparer.Ordinal);
    private readonly List<WebhookEvent> early = [];
    private readonly Lock gate = new();
    private ProviderHost host = null!;
    private WebhookQueue? queue;
    private Uri? webhook;

    private SmsCarrier(World world, SmsWire wire) => (this.world, this.wire) = (world, wire);

    public JsonObject Settings => wire.Settings(host.Address);

    public SimulatedSkills Skills { get; } = new() { FilesIn = true, FilesOut = true, Delivered = true };

    public static async Task<ISimulatedChannel> StartAsync(World world, SmsWire wire, CancellationToken ct)
    {
        var carrier = new SmsCarrier(world, wire);
        carrier.host = await ProviderHost.StartAsync(0, carrier.HandleAsync, ct);
        return carrier;
    }

    public Task ConnectAsync(Uri webhookUrl, CancellationToken ct)
    {
        lock (gate)
        {
            webhook = webhookUrl;
            queue ??= new WebhookQueue(world, SimulatedProvider.Sms, batches: false, TimeSpan.FromHours(24), Request);
            early.ForEach(queue.Add);
            early.Clear();
        }

        return Task.CompletedTask;
    }

    /// <summary>The same number for the same name, in this world and the next.</summary>
    public ISimulatedPerson Person(string name)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(name));
        var phone = $"+4477009{(((hash[0] << 16) | (hash[1] << 8) | hash[2]) % 100_000):d5}";
        return phones.GetOrAdd(phone, p => new SmsPhone(p, wire.Write(p), this));
    }

    public async ValueTask DisposeAsync()
    {
        if (queue is not null) { await queue.DisposeAsync(); }
        await host.DisposeAsync();
    }

    internal Task CarryAsync(SmsPhone from, string text, SimulatedFile? file)
    {
        switch (text.Trim().ToUpperInvariant())
        {
            case "STOP": from.OptedOut = true; break;
            case "START": from.OptedOut = false; break;
        }

        var id = Convert.ToHexStringLower(world.Bytes(16));
        List<SmsFile> sent = [];
        if (file is not null)
        {
            files[id] = file;
            sent.Add(new(new Uri(host.Address, wire.FilePath(id)), file.ContentType, file.Name));
        }

        return Post(new SmsFromPhone(id, from.Phone, text, sent, world.Time.GetUtcNow())).Acknowledged;
    }

    private WebhookEvent Post(object what)
    {
        var key = Guid.NewGuid().ToString("N");
        posts[key] = what;
        var item = new WebhookEvent(new JsonObject { ["key"] = key }, world.Time.GetUtcNow());
        lock (gate)
        {
            if (queue is null) { early.Add(item); }
            else { queue.Add(item); }
        }

        return item;
    }

    private HttpRequestMessage Request(IReadOnlyList<WebhookEvent> events) => posts[events[0].Body.Text("key")!] switch
    {
        SmsFromPhone message => wire.Inbound(webhook!, message),
        SmsReport report => wire.Report(report.Order.Callback is { } callback ? new Uri(callback) : webhook!, report),
        _ => throw new InvalidOperationException(),
    };

    private async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (path is ["cdn", var direct] && files.TryGetValue(direct, out var content))
        {
            context.Response.ContentType = content.ContentType;
            await context.Response.Body.WriteAsync(content.Content, context.RequestAborted);
            return;
        }

        if (context.Request.Method == "GET" && path.Length > 0 && files.ContainsKey(path[^1]))
        {
            if (wire.IsAuthorized(context.Request)) { context.Response.Redirect($"/cdn/{path[^1]}"); }
            else { context.Response.StatusCode = 401; }
            return;
        }

        var method = path.LastOrDefault()?.ToLowerInvariant().Replace(".json", "", StringComparison.Ordinal) ?? "root";
        await ProviderHost.ServeAsync(context, world, SimulatedProvider.Sms, method, wire.Of, async () =>
        {
            if (!wire.IsAuthorized(context.Request)) { return wire.Unauthorized; }
            var call = await Call.ReadAsync(context.Request);
            return wire.Order(context.Request.Method, path, call) is { } order ? Accept(order) : wire.Other(context.Request.Method, path, call);
        });
    }

    private Answer Accept(SmsOrder order)
    {
        var known = phones.TryGetValue(order.To, out var phone);
        if (known && phone!.OptedOut) { return wire.OptedOut(order); }
        _ = Task.Run(() => DeliverAsync(order, phone));
        return wire.Accepted(order);
    }

    private async Task DeliverAsync(SmsOrder order, SmsPhone? phone)
    {
        List<SimulatedFile> fetched = [];
        try
        {
            foreach (var address in order.Files)
            {
                using var response = await world.Http.GetAsync(new Uri(address));
                response.EnsureSuccessStatusCode();
                fetched.Add(new(address.Split('/')[^1], response.Content.Headers.ContentType?.MediaType ?? "application/octet-stream", await response.Content.ReadAsByteArrayAsync()));
            }
        }
        catch (Exception e) when (e is HttpRequestException or UriFormatException)
        {
            Report(order, SmsOutcome.Failed);
            return;
        }

        Report(order, SmsOutcome.Sent);
        if (phone is null)
        {
            Report(order, SmsOutcome.Failed);
            return;
        }

        phone.Show(new SimulatedReceived(order.Id, order.Text, fetched));
        Report(order, SmsOutcome.Delivered);
    }

    private void Report(SmsOrder order, SmsOutcome outcome)
    {
        if (order.Callback is not null || wire.ReportsToWebhook) { Post(new SmsReport(order, outcome, world.Time.GetUtcNow())); }
    }
}

/// <summary>A phone and who holds it.</summary>
internal sealed class SmsPhone(string phone, string id, SmsCarrier carrier) : ISimulatedPerson
{
    public string Phone => phone;
    public string Id => id;

    /// <summary>A text message names nobody.</summary>
    public string? Name => null;

    public bool OptedOut { get; set; }

    public Arrivals<SimulatedReceived> Received { get; } = new();

    public Task WritesAsync(string text) => carrier.CarryAsync(this, text, null);

    public Task SendsAsync(SimulatedFile file, string? caption = null) => carrier.CarryAsync(this, caption ?? "", file);

    public Task ReadsAsync(SimulatedReceived received) => Task.CompletedTask;

    public void Show(SimulatedReceived received) => Received.Add(received);
}

internal abstract class SmsFactory(string channel, Func<World, SmsWire> wire) : ISimulatedChannelFactory
{
    public string Channel => channel;

    public Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct) => SmsCarrier.StartAsync(world.Inner, wire(world.Inner), ct);
}

internal sealed class TwilioSmsFactory() : SmsFactory("sms-twilio", world => new TwilioWire(world));

internal sealed class VonageSmsFactory() : SmsFactory("sms-vonage", world => new VonageWire(world));

internal sealed class MessageBirdSmsFactory() : SmsFactory("sms-messagebird", world => new BirdWire(world));

internal sealed class TelnyxSmsFactory() : SmsFactory("sms-telnyx", world => new TelnyxWire(world));

internal sealed class PlivoSmsFactory() : SmsFactory("sms-plivo", world => new PlivoWire(world));

internal sealed class InfobipSmsFactory() : SmsFactory("sms-infobip", world => new InfobipWire(world));
