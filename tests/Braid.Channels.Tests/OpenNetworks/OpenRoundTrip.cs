using System.Text.Json;
using Braid.Channels.Tests.Conformance;
using Braid.Simulator;
using Braid.Simulator.Channels;

namespace Braid.Channels.Tests.OpenNetworks;

/// <summary>
/// Our adapter against the pretend provider, over a real socket: what a person writes is read, what we send reaches them, files both ways,
/// receipts, and a provider that stumbles.
/// </summary>
public abstract class OpenRoundTrip<TChannel>(SimulatedProvider network) : IAsyncLifetime
    where TChannel : IChannel, new()
{
    private readonly CancellationTokenSource stop = new();
    private readonly List<InboundEvent> seen = [];
    private Task listening = Task.CompletedTask;

    protected TChannel Channel { get; } = new();
    protected SimulatedWorld World { get; private set; } = null!;
    protected ISimulatedChannel Provider { get; private set; } = null!;
    protected ChannelSettings Settings { get; private set; } = null!;
    private protected TestListenerHost Host { get; private set; } = null!;
    protected ISimulatedPerson Kim { get; private set; } = null!;
    protected ProviderContext Context => new(Host.Http, TimeProvider.System) { Tokens = Host.Tokens };

    /// <summary>The fault word of a send.</summary>
    protected abstract string SendMethod { get; }

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        World = await SimulatedWorld.StartAsync(new SimulatorOptions(), Ct);
        Provider = await SimulatedChannels.StartAsync(Channel.Descriptor.Id, World, Ct);
        Settings = Channel.ParseSettings(JsonSerializer.SerializeToElement(Provider.Settings));
        Kim = Provider.Person("Kim Minji");
        Listen(null);
        await ReadyAsync();
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await StopAsync();
        await Provider.DisposeAsync();
        await World.DisposeAsync();
        stop.Dispose();
    }

    /// <summary>Until the listener has what is new from now on.</summary>
    protected virtual Task ReadyAsync() => Host.NextAsync(Ct);

    protected void Listen(string? position)
    {
        Host = new TestListenerHost(position);
        listening = Task.Run(() => Channel.ListenAsync(Settings, Host, stop.Token), Ct);
    }

    protected async Task StopAsync()
    {
        await stop.CancelAsync();
        await listening.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    /// <summary>The next event that fits, whatever else comes before it.</summary>
    protected async Task<InboundEvent> NextAsync(Func<InboundEvent, bool> wanted)
    {
        while (true)
        {
            if (seen.FirstOrDefault(wanted) is { } found)
            {
                seen.Remove(found);
                return found;
            }

            var next = Host.NextAsync(Ct);
            if (await Task.WhenAny(next, listening) == listening) { await listening; }
            foreach (var delivery in await next)
            {
                if (Channel.Read(delivery, Settings) is Reading.Events events) { seen.AddRange(events.Items); }
            }
        }
    }

    protected async Task<InboundEvent> HearsAsync(string text)
    {
        await Kim.WritesAsync(text);
        return await NextAsync(e => e.Text?.EndsWith(text, StringComparison.Ordinal) == true);
    }

    protected static OutboundMessage Answer(InboundEvent to, string text) => new()
    {
        Id = Guid.NewGuid(), IdempotencyKey = Guid.NewGuid().ToString("N"), ThreadId = to.ThreadId, RecipientId = to.Sender!.Id, Text = text,
    };

    protected Task<SendResult> SendAsync(OutboundMessage message) => Channel.SendAsync(message, Settings, Context, Ct);

    protected async Task<SimulatedReceived> ReceivesAsync(string text)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        return await Kim.Received.WaitForAsync(r => r.Text.Contains(text, StringComparison.Ordinal), patience.Token);
    }

    [Fact]
    public async Task The_connection_is_checked()
    {
        var steps = await Channel.CheckAsync(Settings, new ConnectContext(Host.Http, TimeProvider.System, new Uri("https://braid.example.com/x")) { Tokens = Host.Tokens }, Ct);

        steps.ShouldNotBeEmpty();
        steps.ShouldAllBe(step => step.Ok);
    }

    [Fact]
    public async Task What_a_person_writes_is_read_and_the_answer_reaches_them()
    {
        var heard = await HearsAsync("Where is my parcel? 🙏");
        heard.Sender!.Id.ShouldBe(Kim.Id);
        heard.Outbound.ShouldBeFalse();

        (await SendAsync(Answer(heard, "On its way, Kim."))).ShouldBeOfType<SendResult.Sent>();

        (await ReceivesAsync("On its way, Kim.")).Public.ShouldBe(heard.Audience == Audience.Public);
        (await HearsAsync("Thank you!")).ThreadId.ShouldNotBeNull();
    }

    [Fact]
    public async Task Receipts_find_the_message_they_are_about()
    {
        Assert.SkipUnless(Provider.Skills.Read, "this network tells no one that a message was read");
        var sent = (await SendAsync(Answer(await HearsAsync("Hello?"), "Good morning."))).ShouldBeOfType<SendResult.Sent>();

        await Kim.ReadsAsync(await ReceivesAsync("Good morning."));

        (await NextAsync(e => e.Status == "read")).TargetKey.ShouldBe(sent.Key ?? sent.ExternalId);
    }

    [Fact]
    public async Task Files_travel_both_ways()
    {
        Assert.SkipUnless(Provider.Skills.FilesIn || Provider.Skills.FilesOut, "this network carries no files");
        var heard = await HearsAsync("I send you a picture.");
        var photo = SimulatedFile.Photo();
        if (Provider.Skills.FilesIn)
        {
            await Kim.SendsAsync(photo, "see here");
            var file = (await NextAsync(e => e.Attachments.Count > 0)).Attachments[0];
            file.Kind.ShouldBe(AttachmentKind.Image);
            await using var media = await Channel.OpenMediaAsync(new(file.MediaRef!, null), Settings, Context, Ct);
            using var bytes = new MemoryStream();
            await media.Stream.CopyToAsync(bytes, Ct);
            bytes.ToArray().ShouldBe(photo.Content);
        }

        if (!Provider.Skills.FilesOut) { return; }
        var mine = SimulatedFile.Photo(2, "label.png");
        (await SendAsync(Answer(heard, "") with
        {
            Attachments = [new(mine.Name, mine.ContentType, mine.Content.Length, _ => Task.FromResult<Stream>(new MemoryStream(mine.Content))) { Kind = AttachmentKind.Image }],
        })).ShouldBeOfType<SendResult.Sent>();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        (await Kim.Received.WaitForAsync(r => r.Files.Count > 0, patience.Token)).Files[0].Content.ShouldBe(mine.Content);
    }

    [Fact]
    public virtual async Task A_provider_that_is_busy_is_asked_again_later()
    {
        var heard = await HearsAsync("Are you there?");
        World.Faults.Next(network, SendMethod, new Fault.TooManyRequests(7));

        (await SendAsync(Answer(heard, "We are."))).ShouldBeOfType<SendResult.Retry>().ProviderDown.ShouldBeFalse();
        (await SendAsync(Answer(heard, "We are indeed."))).ShouldBeOfType<SendResult.Sent>();

        await ReceivesAsync("We are indeed.");
        Kim.Received.Items.ShouldNotContain(r => r.Text == "We are.");
    }

    [Fact]
    public virtual async Task An_answer_that_got_lost_doubles_nothing()
    {
        var heard = await HearsAsync("Are you sure?");
        World.Faults.Next(network, SendMethod, new Fault.ResetAfter());
        var message = Answer(heard, "Quite sure.");

        (await SendAsync(message)).ShouldBeOfType<SendResult.Unknown>();
        if (Channel.Descriptor.WhenUnknown == UnknownSend.Repeat) { (await SendAsync(message with { Attempt = 2 })).ShouldBeOfType<SendResult.Sent>(); }

        await ReceivesAsync("Quite sure.");
        Kim.Received.Items.Count(r => r.Text.Contains("Quite sure.", StringComparison.Ordinal)).ShouldBe(1);
    }
}
