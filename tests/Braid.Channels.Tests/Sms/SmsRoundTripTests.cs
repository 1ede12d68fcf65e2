using System.Text.Json;
using Braid.Channels.Sms;
using Braid.Simulator;
using Braid.Simulator.Channels;

namespace Braid.Channels.Tests.Sms;

/// <summary>The adapter against each simulated provider, over real HTTP: both were written from the documents, not from each other.</summary>
public sealed class SmsRoundTripTests : IAsyncLifetime
{
    private static readonly SmsChannel Channel = new();
    private readonly CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
    private SimulatedWorld world = null!;

    private CancellationToken Ct => limit.Token;

    public async ValueTask InitializeAsync() => world = await SimulatedWorld.StartAsync(new SimulatorOptions { WebhookRetries = [TimeSpan.FromMilliseconds(20)] }, Ct);

    public async ValueTask DisposeAsync()
    {
        await world.DisposeAsync();
        http.Dispose();
        limit.Dispose();
    }

    public static TheoryData<string> Providers => ["sms-twilio", "sms-vonage", "sms-messagebird", "sms-telnyx", "sms-plivo", "sms-infobip"];

    [Theory, MemberData(nameof(Providers))]
    public async Task Words_files_and_reports_go_both_ways(string name)
    {
        await using var provider = await SimulatedChannels.StartAsync(name, world, Ct);
        var settings = Channel.ParseSettings(JsonSerializer.SerializeToElement(provider.Settings));
        await using var braid = await HookListener.StartAsync(Channel, () => settings);
        await provider.ConnectAsync(braid.Url, Ct);
        var maya = provider.Person("Maya");
        var context = new ProviderContext(http, TimeProvider.System) { WebhookUrl = braid.Url };

        // In: words, a picture.
        await maya.WritesAsync("Grüße, is it 50% & free? 🎁");
        var said = await braid.WaitForAsync(e => e.Kind == InboundKind.Message, Ct);
        said.Text.ShouldBe("Grüße, is it 50% & free? 🎁");
        said.Sender!.Id.ShouldBe(maya.Id);
        said.Sender.Keys.ShouldHaveSingleItem().Value.ShouldStartWith("+4477009");

        var photo = SimulatedFile.Photo();
        await maya.SendsAsync(photo, "see");
        var shown = await braid.WaitForAsync(e => e.Attachments.Count > 0, Ct);
        shown.Text.ShouldBe("see");
        await using (var file = await Channel.OpenMediaAsync(new(shown.Attachments[0].MediaRef!, null), settings, context, Ct))
        {
            (await ReadAsync(file.Stream)).ShouldBe(photo.Content);
        }

        // Out: words, a picture, and what became of them.
        var sent = (await Channel.SendAsync(Message(said, "Yes – 5 € {today}"), settings, context, Ct)).ShouldBeOfType<SendResult.Sent>();
        (await maya.Received.WaitForAsync(r => r.Id == sent.ExternalId, Ct)).Text.ShouldBe("Yes – 5 € {today}");
        var delivered = await braid.WaitForAsync(e => e is { Kind: InboundKind.Status, Status: "delivered" } && e.TargetKey == sent.ExternalId, Ct);
        delivered.Correlation.ShouldBe("0198c0de-0000-7000-8000-000000000001");

        var picture = new OutboundAttachment("map.png", "image/png", photo.Content.Length, _ => throw new IOException()) { Link = braid.Share("map.png", "image/png", photo.Content) };
        sent = (await Channel.SendAsync(Message(said, "The way") with { Id = Guid.NewGuid(), Attachments = [picture] }, settings, context, Ct)).ShouldBeOfType<SendResult.Sent>();
        var got = await maya.Received.WaitForAsync(r => r.Id == sent.ExternalId, Ct);
        (got.Text, got.Files.ShouldHaveSingleItem().Content.Length).ShouldBe(("The way", photo.Content.Length));

        braid.Trouble.ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task What_goes_wrong_is_told_apart(string name)
    {
        await using var provider = await SimulatedChannels.StartAsync(name, world, Ct);
        var json = JsonSerializer.SerializeToElement(provider.Settings);
        var settings = Channel.ParseSettings(json);
        await using var braid = await HookListener.StartAsync(Channel, () => settings);
        await provider.ConnectAsync(braid.Url, Ct);
        var maya = provider.Person("Maya");
        var context = new ProviderContext(http, TimeProvider.System) { WebhookUrl = braid.Url };
        await maya.WritesAsync("Hello");
        var said = await braid.WaitForAsync(e => e.Kind == InboundKind.Message, Ct);
        Task<SendResult> SendAsync(ChannelSettings with) => Channel.SendAsync(Message(said, "Hi"), with, context, Ct);

        world.Faults.Next(SimulatedProvider.Sms, null, new Fault.TooManyRequests(7));
        (await SendAsync(settings)).ShouldBeOfType<SendResult.Retry>().After.ShouldBe(TimeSpan.FromSeconds(7));
        world.Faults.Next(SimulatedProvider.Sms, null, new Fault.ServerError());
        (await SendAsync(settings)).ShouldBeOfType<SendResult.Retry>().ProviderDown.ShouldBeTrue();
        world.Faults.Next(SimulatedProvider.Sms, null, new Fault.ResetAfter());
        (await SendAsync(settings)).ShouldBeOfType<SendResult.Unknown>();

        var wrong = ((SmsSettings)settings) with { AuthToken = "wrong", ApiSecret = "wrong", AccessKey = "wrong", ApiKey = "wrong" };
        (await SendAsync(wrong)).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.Credentials);
        (await Channel.CheckAsync(settings, new ConnectContext(http, TimeProvider.System, braid.Url), Ct))[0].Ok.ShouldBeTrue();

        await maya.WritesAsync("STOP");
        (await braid.WaitForAsync(e => e.Extra.ContainsKey("optOut"), Ct)).Extra["optOut"].ShouldBe("stop");
        (await SendAsync(settings)).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBeOneOf(FailureKind.Unreachable, FailureKind.Other, FailureKind.Content);
    }

    private static OutboundMessage Message(InboundEvent to, string text) => new()
    {
        Id = Guid.Parse("0198c0de-0000-7000-8000-000000000001"), IdempotencyKey = "k", ThreadId = to.ThreadId, RecipientId = to.Sender!.Id, Text = text,
    };

    internal static async Task<byte[]> ReadAsync(Stream stream)
    {
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }
}
