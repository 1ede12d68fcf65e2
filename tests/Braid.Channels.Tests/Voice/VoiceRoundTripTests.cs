using System.Text.Json;
using Braid.Channels.Tests.Sms;
using Braid.Channels.Voice;
using Braid.Simulator;
using Braid.Simulator.Channels;
using Braid.Simulator.Voice;

namespace Braid.Channels.Tests.Voice;

/// <summary>Whole calls against the simulated exchange, over real HTTP.</summary>
public sealed class VoiceRoundTripTests : IAsyncLifetime
{
    private static readonly VoiceChannel Channel = new();
    private readonly CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
    private SimulatedWorld world = null!;
    private VoiceExchange exchange = null!;
    private ChannelSettings settings = null!;
    private HookListener braid = null!;

    private CancellationToken Ct => limit.Token;

    public async ValueTask InitializeAsync()
    {
        world = await SimulatedWorld.StartAsync(new SimulatorOptions(), Ct);
        exchange = (VoiceExchange)await SimulatedChannels.StartAsync("voice-twilio", world, Ct);
        settings = Channel.ParseSettings(JsonSerializer.SerializeToElement(exchange.Settings));
        braid = await HookListener.StartAsync(Channel, () => settings, Plan);
        await exchange.ConnectAsync(braid.Url, Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await exchange.DisposeAsync();
        await braid.DisposeAsync();
        await world.DisposeAsync();
        http.Dispose();
        limit.Dispose();
    }

    /// <summary>What the product would decide: ring Ana, then voicemail.</summary>
    private HttpReply? Plan(WebhookRequest request) => Channel.AskedBy(request, settings) is not { } question ? null
        : Channel.AnswerCall(
            question.Unanswered
                ? new CallPlan.Voicemail("Please leave a message.", "en-GB") { Transcribe = true }
                : new CallPlan.Ring([new(CallTargetKind.Phone, "+14155550177"), new(CallTargetKind.Browser, "agent_42")]) { Greeting = "Hello!", Record = true },
            question, settings, braid.Url);

    [Fact]
    public async Task A_call_nobody_takes_ends_as_a_voicemail_with_transcript()
    {
        var maya = (VoiceCaller)exchange.Person("Maya");

        var call = await maya.CallsAsync("Please call me back about order 52.", SimulatedFile.Voice());

        (await braid.WaitForAsync(e => e.Kind == InboundKind.Call, Ct)).ShouldSatisfyAllConditions(e => e.Key.ShouldBe(call), e => e.Sender!.Id.ShouldBe(maya.Id));
        (await braid.WaitForAsync(e => e.Kind == InboundKind.Status && e.Status == "noAnswer" && e.ExternalId == call, Ct)).TargetKey.ShouldBe(call);
        var recording = await braid.WaitForAsync(e => e.Kind == InboundKind.Recording, Ct);
        (recording.ThreadId, recording.TargetKey).ShouldBe((maya.Id, call));
        (await braid.WaitForAsync(e => e.Kind == InboundKind.Transcription, Ct)).Text.ShouldBe("Please call me back about order 52.");
        (await braid.WaitForAsync(e => e.Kind == InboundKind.Status && e.Status == "completed", Ct)).Extra["durationSeconds"].ShouldBe("12");
        maya.Received.Items.Select(r => r.Text).ShouldBe(["Hello!", "Please leave a message."]);

        var context = new ProviderContext(http, TimeProvider.System);
        await using var file = await Channel.OpenMediaAsync(new(recording.Attachments[0].MediaRef!, null), settings, context, Ct);
        (await SmsRoundTripTests.ReadAsync(file.Stream)).ShouldBe(SimulatedFile.Voice().Content);
        var wrong = ((VoiceSettings)settings) with { AuthToken = "wrong" };
        (await Should.ThrowAsync<MediaUnavailableException>(() => Channel.OpenMediaAsync(new(recording.Attachments[0].MediaRef!, null), wrong, context, Ct))).Message.ShouldContain("401");
        braid.Trouble.ShouldAllBe(t => t.Contains("the recording follows"));
    }

    [Fact]
    public async Task A_call_an_agent_takes_is_followed_leg_by_leg()
    {
        exchange.AgentsPickUp = true;
        var maya = (VoiceCaller)exchange.Person("Maya");

        var call = await maya.CallsAsync(null, SimulatedFile.Voice());

        var answered = await braid.WaitForAsync(e => e.Status == "inProgress", Ct);
        (answered.TargetKey, answered.Extra["target"]).ShouldBe((call, "+14155550177"));
        (await braid.WaitForAsync(e => e.Kind == InboundKind.Recording, Ct)).Extra["source"].ShouldBe("DialVerb");
        (await braid.WaitForAsync(e => e.Status == "completed" && e.ExternalId == answered.ExternalId, Ct)).TargetKey.ShouldBe(call);
        braid.Trouble.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_number_is_connected_and_wrong_credentials_are_explained()
    {
        var context = new ConnectContext(http, TimeProvider.System, braid.Url);

        (await Channel.ConnectAsync(settings, context, Ct)).ShouldAllBe(step => step.Ok);
        (await Channel.CheckAsync(((VoiceSettings)settings) with { AuthToken = "wrong" }, context, Ct))[0].Fix!.ShouldContain("Auth Token");
    }
}
