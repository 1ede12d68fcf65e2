using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Tests.Conformance;
using Braid.Simulator;
using Braid.Simulator.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Braid.Channels.Tests.WorkChat;

/// <summary>
/// An adapter against its simulated provider over real connections: what people write is verified and read, what we send is seen by them,
/// files go both ways, and what goes wrong has the right outcome.
/// </summary>
public abstract class RoundTrip<TChannel> : IAsyncLifetime
    where TChannel : IChannel, new()
{
    private readonly CancellationTokenSource limit = new(TimeSpan.FromSeconds(40));
    private readonly System.Threading.Channels.Channel<InboundEvent> events = System.Threading.Channels.Channel.CreateUnbounded<InboundEvent>();
    private readonly List<string> forged = [];
    private WebApplication? hook;
    private Task listening = Task.CompletedTask;

    private protected TestListenerHost Host { get; } = new();

    protected TChannel Channel { get; } = new();
    protected SimulatedWorld World { get; private set; } = null!;
    protected ISimulatedChannel Provider { get; private set; } = null!;
    protected ChannelSettings Settings { get; private set; } = null!;
    protected HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false });
    protected Uri WebhookUrl { get; private set; } = null!;
    protected CancellationToken Ct => limit.Token;
    protected IKeptTokens Tokens { get; } = new MemoryTokens(TimeProvider.System);
    protected ProviderContext Context => new(Http, TimeProvider.System) { Tokens = Tokens };

    protected abstract SimulatedProvider Kind { get; }

    /// <summary>The setting whose value, changed, the provider refuses.</summary>
    protected abstract (string Name, string Wrong) WrongCredential { get; }

    /// <summary>The name by which the simulator's faults know the call that posts a message.</summary>
    protected abstract string SendMethod { get; }

    public async ValueTask InitializeAsync()
    {
        World = await SimulatedWorld.StartAsync(new SimulatorOptions { WebhookRetries = [TimeSpan.FromMilliseconds(50)] }, Ct);
        Provider = await SimulatedChannels.StartAsync(Channel.Descriptor.Id, World, Ct);
        await StartHookAsync();
        var json = Provider.Settings;
        Prepare(json);
        Settings = Channel.ParseSettings(JsonSerializer.SerializeToElement(json));
        await Provider.ConnectAsync(WebhookUrl, Ct);
        if (Channel.Listens(Settings)) { Listen(); }
    }

    public async ValueTask DisposeAsync()
    {
        await limit.CancelAsync();
        await listening.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        await Provider.DisposeAsync();
        await World.DisposeAsync();
        if (hook is not null) { await hook.DisposeAsync(); }
        Http.Dispose();
        limit.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_a_person_writes_is_read()
    {
        var kim = Provider.Person("Kim Tanaka");

        await kim.WritesAsync("Where is A-1042? 荷物 <b> & co");
        var message = await NextAsync();

        message.Text.ShouldBe("Where is A-1042? 荷物 <b> & co");
        message.Sender!.Id.ShouldBe(kim.Id);
        message.Audience.ShouldBe(Audience.Private);
        forged.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_answer_reaches_the_person_and_its_echo_is_no_message()
    {
        var kim = Provider.Person("Kim Tanaka");
        await kim.WritesAsync("Hello");
        var message = await NextAsync();

        var sent = (await SendAsync(Answer(message, "It left <today> & is on its way"))).ShouldBeOfType<SendResult.Sent>();

        var seen = await kim.Received.WaitForAsync(_ => true, Ct);
        seen.Text.ShouldBe("It left <today> & is on its way");
        seen.Id.ShouldBe(sent.ExternalId);
        await kim.WritesAsync("Thanks");
        (await NextAsync()).Text.ShouldBe("Thanks");
    }

    [Fact]
    public async Task A_file_from_a_person_can_be_fetched()
    {
        Assert.SkipUnless(Provider.Skills.FilesIn, "no files come in");
        var photo = SimulatedFile.Photo();
        await Provider.Person("Kim Tanaka").SendsAsync(photo, "the box");

        var message = await NextAsync();
        var attachment = message.Attachments.ShouldHaveSingleItem();

        attachment.Kind.ShouldBe(AttachmentKind.Image);
        await using var media = await Channel.OpenMediaAsync(new(attachment.MediaRef!, null), Settings, Context, Ct);
        using var bytes = new MemoryStream();
        await media.Stream.CopyToAsync(bytes, Ct);
        bytes.ToArray().ShouldBe(photo.Content);
    }

    [Fact]
    public async Task A_file_reaches_the_person()
    {
        Assert.SkipUnless(Provider.Skills.FilesOut, "no files go out");
        var kim = Provider.Person("Kim Tanaka");
        await kim.WritesAsync("Hello");
        var message = await NextAsync();
        var label = SimulatedFile.Photo(2, "label.png");

        var result = await SendAsync(Answer(message, "Your label") with
        {
            Attachments = [new(label.Name, label.ContentType, label.Content.Length, _ => Task.FromResult<Stream>(new MemoryStream(label.Content)))],
        });

        result.ShouldBeOfType<SendResult.Sent>();
        var seen = await kim.Received.WaitForAsync(r => r.Files.Count > 0, Ct);
        seen.Files[0].Content.ShouldBe(label.Content);
        kim.Received.Items.ShouldContain(r => r.Text.Contains("Your label", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_lost_answer_is_unknown_and_never_doubled_where_we_repeat()
    {
        var kim = Provider.Person("Kim Tanaka");
        await kim.WritesAsync("Hello");
        var answer = Answer(await NextAsync(), "Only once");
        World.Faults.Next(Kind, SendMethod, new Fault.ResetAfter());

        (await SendAsync(answer)).ShouldBeOfType<SendResult.Unknown>();

        if (Channel.Descriptor.WhenUnknown != UnknownSend.Repeat) { return; }
        (await SendAsync(answer with { Attempt = 2 })).ShouldBeOfType<SendResult.Sent>();
        kim.Received.Items.Count(r => r.Text == "Only once").ShouldBe(1);
    }

    [Fact]
    public async Task Slow_down_waits_and_trouble_is_retried()
    {
        await Provider.Person("Kim Tanaka").WritesAsync("Hello");
        var answer = Answer(await NextAsync(), "Hi");
        World.Faults.Next(Kind, SendMethod, new Fault.TooManyRequests(7));
        World.Faults.Next(Kind, SendMethod, new Fault.ServerError(503));

        (await SendAsync(answer)).ShouldBeOfType<SendResult.Retry>().After.ShouldBe(TimeSpan.FromSeconds(7));
        (await SendAsync(answer)).ShouldBeOfType<SendResult.Retry>().ProviderDown.ShouldBeTrue();
        (await SendAsync(answer)).ShouldBeOfType<SendResult.Sent>();
    }

    [Fact]
    public async Task A_wrong_credential_is_named()
    {
        await Provider.Person("Kim Tanaka").WritesAsync("Hello");
        var answer = Answer(await NextAsync(), "Hi");
        var wrong = Changed(WrongCredential.Name, WrongCredential.Wrong);

        (await Channel.SendAsync(answer, wrong, new ProviderContext(Http, TimeProvider.System), Ct)).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.Credentials);
        (await Channel.CheckAsync(wrong, new ConnectContext(Http, TimeProvider.System, WebhookUrl), Ct)).ShouldContain(step => !step.Ok);
    }

    [Fact]
    public async Task Connecting_checks_every_link()
    {
        var context = new ConnectContext(Http, TimeProvider.System, WebhookUrl);

        (await Channel.ConnectAsync(Settings, context, Ct)).ShouldAllBe(step => step.Ok);
        (await Channel.CheckAsync(Settings, context, Ct)).ShouldAllBe(step => step.Ok);
    }

    [Fact]
    public async Task What_we_sent_can_be_changed_as_declared()
    {
        await Provider.Person("Kim Tanaka").WritesAsync("Hello");
        var message = await NextAsync();
        var sent = (await SendAsync(Answer(message, "Hi"))).ShouldBeOfType<SendResult.Sent>();
        var can = Channel.Descriptor.Capabilities;
        foreach (var (kind, declared) in new[] { (ActKind.Edit, can.EditsSent), (ActKind.React, can.Reacts), (ActKind.Unreact, can.Reacts), (ActKind.Typing, can.SendsTyping), (ActKind.Delete, can.DeletesSent) })
        {
            var act = new OutboundAct(kind)
            {
                ThreadId = message.ThreadId!, RecipientId = message.Sender!.Id, ExternalId = kind == ActKind.Typing ? null : sent.ExternalId, Key = sent.Key ?? sent.ExternalId,
                Ours = true, Text = "Better", Emoji = "👍", IdempotencyKey = "act",
            };
            if (declared) { (await Channel.ActAsync(act, Settings, Context, Ct)).ShouldBeOfType<SendResult.Sent>(kind.ToString()); }
        }
    }

    /// <summary>Settings the simulator can't know.</summary>
    protected virtual void Prepare(JsonObject settings) { }

    protected Task<SendResult> SendAsync(OutboundMessage message) => Channel.SendAsync(message, Settings, Context, Ct);

    protected static OutboundMessage Answer(InboundEvent to, string text) => new()
    {
        Id = Guid.Parse("0198c0de-0000-7000-8000-000000000001"), IdempotencyKey = "key-1", ThreadId = to.ThreadId, RecipientId = to.Sender!.Id, Text = text,
    };

    /// <summary>The next thing a person said.</summary>
    protected async Task<InboundEvent> NextAsync()
    {
        while (true)
        {
            var found = await events.Reader.ReadAsync(Ct);
            if (found.Kind is InboundKind.Message or InboundKind.Postback) { return found; }
        }
    }

    protected ChannelSettings Changed(string name, string value)
    {
        var json = JsonSerializer.SerializeToNode(Settings, Channel.Descriptor.SettingsType, SettingsReader.Json)!.AsObject();
        json[name] = value;
        return Channel.ParseSettings(JsonSerializer.SerializeToElement(json));
    }

    protected void Listen() => listening = Task.Run(async () =>
    {
        Host.Storing = batch =>
        {
            foreach (var delivery in batch) { Keep(delivery); }
            return Task.CompletedTask;
        };
        while (!Ct.IsCancellationRequested)
        {
            try { await Channel.ListenAsync(Settings, Host, Ct); }
            catch (Exception e) when (e is IOException or System.Net.WebSockets.WebSocketException or HttpRequestException) { await Task.Delay(50, Ct); }
        }
    });

    private void Keep(RawDelivery delivery)
    {
        if (Channel.Read(delivery, Settings) is not Reading.Events reading) { return; }
        foreach (var found in reading.Items) { events.Writer.TryWrite(found); }
    }

    private async Task StartHookAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        hook = builder.Build();
        hook.Run(TakeAsync);
        await hook.StartAsync(Ct);
        WebhookUrl = new Uri(hook.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/webhooks/" + Channel.Descriptor.Id + "/inbox");
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, Ct);
        var request = new WebhookRequest
        {
            Method = context.Request.Method, Url = WebhookUrl, Body = body.ToArray(), ReceivedAt = TimeProvider.System.GetUtcNow(),
            Headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            Query = context.Request.Query.ToDictionary(q => q.Key, q => q.Value.ToString()),
        };
        var keys = new Dictionary<string, string>();
        foreach (var address in Channel.KeysFor(request, Settings)) { keys[address.AbsoluteUri] = keys[address.ToString()] = await Http.GetStringAsync(address, Ct); }

        var verdict = Channel.Verify(request with { Keys = keys }, Settings);
        var answer = verdict switch { Verdict.Genuine genuine => genuine.Answer, Verdict.Challenge challenge => challenge.Answer, _ => null };
        if (verdict is Verdict.Forged no) { lock (forged) { forged.Add(no.Reason); } }
        context.Response.StatusCode = verdict is Verdict.Forged lie ? lie.Status : answer?.Status ?? 200;
        context.Response.ContentType = answer?.ContentType;
        if (answer is not null) { await context.Response.Body.WriteAsync(answer.Body, Ct); }
        if (verdict is Verdict.Genuine) { Keep(new RawDelivery { Body = request.Body, ContentType = context.Request.ContentType, ReceivedAt = request.ReceivedAt, Query = request.Query }); }
    }
}
