using System.Text.Json;
using Braid.Channels.Tests.Asia;
using Braid.Channels.Tests.Conformance;
using Braid.Simulator;
using Braid.Simulator.Channels;
using Braid.Simulator.MailServices;

namespace Braid.Channels.Tests.EmailWebhook;

/// <summary>A mailbox that is asked by HTTP, against its simulated provider: listening, sending, tokens, and what goes wrong.</summary>
public abstract class MailboxRoundTrip<TChannel>(SimulatedProvider provider) : IAsyncLifetime
    where TChannel : IChannel, new()
{
    private readonly CancellationTokenSource limit = new(TimeSpan.FromSeconds(90));
    private readonly List<(RawDelivery Delivery, InboundEvent Event)> seen = [];
    private CancellationTokenSource? stop;
    private Task listening = Task.CompletedTask;
    private ChannelSettings settings = null!;
    private SimulatedWorld world = null!;

    protected TChannel Channel { get; } = new();
    protected ISimulatedChannel Provider { get; private set; } = null!;
    protected ISimulatedPerson Maya { get; private set; } = null!;
    private protected TestListenerHost Host { get; private set; } = null!;
    protected CancellationToken Ct => limit.Token;

    private ProviderContext Context => new(Host.Http, TimeProvider.System) { Tokens = Host.Tokens };

    protected abstract ChannelSettings Quick(ChannelSettings settings);

    /// <summary>Every mail is too large.</summary>
    protected abstract ChannelSettings Small(ChannelSettings settings);

    protected abstract ChannelSettings Wrong(ChannelSettings settings);

    protected abstract void RevokeAccess();

    public async ValueTask InitializeAsync()
    {
        world = await SimulatedWorld.StartAsync(new SimulatorOptions(), Ct);
        Provider = await SimulatedChannels.StartAsync(Channel.Descriptor.Id, world, Ct);
        settings = Quick(Channel.ParseSettings(JsonSerializer.SerializeToElement(Provider.Settings)));
        Maya = Provider.Person("Maya");
        Host = new TestListenerHost();
        Listen(null);
        await Host.NextAsync(Ct);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await StopAsync();
        await Provider.DisposeAsync();
        await world.DisposeAsync();
        limit.Dispose();
    }

    /// <summary>The tokens are kept, as the product keeps them.</summary>
    private void Listen(string? position, ChannelSettings? with = null)
    {
        Host = new TestListenerHost(position) { Tokens = Host.Tokens };
        stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        listening = Task.Run(() => Channel.ListenAsync(with ?? settings, Host, stop.Token), Ct);
    }

    private async Task StopAsync()
    {
        if (stop is not null) { await stop.CancelAsync(); }
        await listening.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        stop?.Dispose();
        stop = null;
    }

    private async Task<(RawDelivery Delivery, InboundEvent Event)> NextAsync(Func<InboundEvent, bool> wanted)
    {
        while (true)
        {
            if (seen.FirstOrDefault(s => wanted(s.Event)) is { Event: not null } found)
            {
                seen.Remove(found);
                return found;
            }

            var next = Host.NextAsync(Ct);
            if (await Task.WhenAny(next, listening) == listening) { await listening; }
            foreach (var delivery in await next)
            {
                if (Channel.Read(delivery, settings) is Reading.Events events) { seen.AddRange(events.Items.Select(e => (delivery, e))); }
            }
        }
    }

    protected async Task<InboundEvent> HearsAsync(string text)
    {
        await Maya.WritesAsync(text);
        return (await NextAsync(e => e.Text == text)).Event;
    }

    protected Task<SendResult> SendAsync(OutboundMessage message) => Channel.SendAsync(message, settings, Context, Ct);

    protected OutboundMessage Answer(InboundEvent said, string text) => RoundTrip.To(Maya, text) with
    {
        ThreadId = said.ThreadId,
        Mail = new OutboundMail
        {
            Subject = "Re: " + said.Mail!.Subject, MessageId = $"out.7q2k9xw4.{Guid.NewGuid():n}@northwind.example", InReplyTo = said.Mail.MessageId, References = [said.Mail.MessageId!], ThreadToken = "7q2k9xw4",
        },
    };

    [Fact]
    public async Task Words_and_files_go_both_ways_in_one_thread()
    {
        var said = await HearsAsync("Passt Größe 43? 🎁");
        said.ShouldSatisfyAllConditions(e => e.Sender!.Id.ShouldBe(Maya.Id), e => e.Sender!.Name.ShouldBe("Maya"), e => e.Sender!.Keys[0].Proven.ShouldBeTrue(), e => e.Timestamp.ShouldNotBeNull());

        await Maya.SendsAsync(SimulatedFile.Photo(), "see");
        var (delivery, shown) = await NextAsync(e => e.Attachments.Count > 0);
        await using (var media = await Channel.OpenMediaAsync(new(shown.Attachments[0].MediaRef!, delivery), settings, Context, Ct))
        {
            media.Size.ShouldBe(SimulatedFile.Photo().Content.Length);
        }

        var sent = (await SendAsync(Answer(said, "Ja – 5 €") with { LatestExtra = said.Extra, Attachments = [Invoice] })).ShouldBeOfType<SendResult.Sent>();
        var got = await Maya.Received.WaitForAsync(r => r.Id == sent.ExternalId, Ct);
        got.Text.ShouldBe("Ja – 5 €");
        got.Files.ShouldHaveSingleItem().Content.ShouldBe(RoundTrip.FileBytes("invoice.pdf"));
        (await HearsAsync("Danke")).ShouldSatisfyAllConditions(e => e.ThreadId.ShouldBe(said.ThreadId), e => e.Mail!.ThreadToken.ShouldBe("7q2k9xw4"));
        Host.Reports.ShouldAllBe(r => r == null);
    }

    private static OutboundAttachment Invoice => new(
        "invoice.pdf", "application/pdf", RoundTrip.FileBytes("invoice.pdf").Length, _ => Task.FromResult<Stream>(new MemoryStream(RoundTrip.FileBytes("invoice.pdf"))));

    [Fact]
    public async Task What_came_while_nobody_listened_is_not_lost_even_when_the_provider_forgot()
    {
        await HearsAsync("one");
        await StopAsync();
        for (var i = 0; i < 5; i++) { await Maya.WritesAsync($"missed {i}"); }
        Listen(Host.Position);
        for (var i = 0; i < 5; i++) { await NextAsync(e => e.Text == $"missed {i}"); }
        await StopAsync();

        await Maya.WritesAsync("after");
        ((MailboxServer)Provider).ForgetHistory();
        Listen(Host.Position);
        await NextAsync(e => e.Text == "after");
        // All of yesterday comes again, with the same keys.
        (await HearsAsync("and on")).Key.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_mail_that_is_too_large_comes_as_its_header()
    {
        await StopAsync();
        Listen(Host.Position, Small(settings));
        await Maya.WritesAsync("huge");

        (await NextAsync(e => e.Extra.ContainsKey("truncated"))).Event.ShouldSatisfyAllConditions(e => e.Text!.ShouldContain("could not be fetched whole"), e => e.Sender!.Id.ShouldBe(Maya.Id));
    }

    [Fact]
    public async Task Tokens_are_renewed_and_a_lost_permission_is_told_in_words()
    {
        var said = await HearsAsync("Hello");
        RevokeAccess();
        (await SendAsync(Answer(said, "Hi"))).ShouldBeOfType<SendResult.Sent>();
        (await Channel.CheckAsync(settings, new ConnectContext(Host.Http, TimeProvider.System, new("https://braid.example.com/x")) { Tokens = Host.Tokens }, Ct)).ShouldAllBe(s => s.Ok);

        var fresh = new ProviderContext(Host.Http, TimeProvider.System);
        (await Channel.SendAsync(Answer(said, "Hi"), Wrong(settings), fresh, Ct)).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.Credentials);
        await StopAsync();
        var host = new TestListenerHost(Host.Position);
        await Should.ThrowAsync<IOException>(() => Channel.ListenAsync(Wrong(settings), host, Ct));
        host.Reports[^1].ShouldNotBeNull().ShouldContain("sign in");
    }

    [Fact]
    public async Task What_goes_wrong_is_told_apart()
    {
        var said = await HearsAsync("Hello");
        world.Faults.Next(provider, "send", new Fault.TooManyRequests(7));
        world.Faults.Next(provider, "sendMail", new Fault.TooManyRequests(7));
        (await SendAsync(Answer(said, "Hi"))).ShouldBeOfType<SendResult.Retry>().After.ShouldBe(TimeSpan.FromSeconds(7));
        world.Faults.Clear();
        world.Faults.Next(provider, "send", new Fault.ResetAfter());
        world.Faults.Next(provider, "sendMail", new Fault.ResetAfter());
        (await SendAsync(Answer(said, "Hi"))).ShouldBeOfType<SendResult.Unknown>();

        var lost = Answer(said, "Hi") with { RecipientId = "nobody@example.org" };
        var sent = (await SendAsync(lost)).ShouldBeOfType<SendResult.Sent>();
        (await NextAsync(e => e is { Kind: InboundKind.Status, Status: "failed" })).Event.ShouldSatisfyAllConditions(e => e.TargetKey.ShouldBe(sent.ExternalId), e => e.ErrorCode.ShouldBe("5.1.1"));
    }
}
