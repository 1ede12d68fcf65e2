using System.Text;
using System.Text.Json;
using Braid.Channels.Common;
using Braid.Channels.Cti;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.Tests.Sms;
using Braid.Simulator;
using Braid.Simulator.Channels;

namespace Braid.Channels.Tests.Cti;

public sealed class CtiConformance : ChannelConformance<CtiChannel>
{
    protected override string SettingsJson =>
        """{"signingSecret":"whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX","phoneNumber":"+441632960141","apiBaseUrl":"https://pbx.example.com","recordingToken":"recording-token-one"}""";

    protected override string OtherSettingsJson => """{"signingSecret":"whsec_BBECAwQFBgcICQoLDA0ODxAREhMUFRYX"}""";

    /// <summary>Nothing written goes out on a call.</summary>
    protected override bool SendsByHttp => false;

    protected override IReadOnlyDictionary<string, string> Sign(byte[] body, ChannelSettings settings) => Sign(body, settings, "1795003200");

    protected override IReadOnlyDictionary<string, string> SignStale(byte[] body, ChannelSettings settings) => Sign(body, settings, "1795002800");

    private static Dictionary<string, string> Sign(byte[] body, ChannelSettings settings, string at) => new()
    {
        ["webhook-id"] = "evt-1", ["webhook-timestamp"] = at, ["webhook-signature"] = "v1," + StandardWebhooks.Sign(((CtiSettings)settings).SigningSecret, "evt-1", at, body),
    };
}

public sealed class CtiTests : IAsyncLifetime
{
    private static readonly CtiChannel Channel = new();
    private readonly CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
    private SimulatedWorld world = null!;
    private ISimulatedChannel board = null!;
    private ChannelSettings settings = null!;
    private HookListener braid = null!;

    private CancellationToken Ct => limit.Token;

    public async ValueTask InitializeAsync()
    {
        world = await SimulatedWorld.StartAsync(new SimulatorOptions { WebhookRetries = [TimeSpan.FromMilliseconds(20)] }, Ct);
        board = await SimulatedChannels.StartAsync("cti", world, Ct);
        settings = Channel.ParseSettings(JsonSerializer.SerializeToElement(board.Settings));
        braid = await HookListener.StartAsync(Channel, () => settings);
        await board.ConnectAsync(braid.Url, Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await board.DisposeAsync();
        await braid.DisposeAsync();
        await world.DisposeAsync();
        http.Dispose();
        limit.Dispose();
    }

    [Fact]
    public void The_signing_vectors_hold()
    {
        foreach (var vector in Fixtures.Json("cti", "signing-vectors.json").EnumerateArray())
        {
            string Of(string name) => vector.GetProperty(name).GetString()!;
            var headers = new Dictionary<string, string> { ["webhook-id"] = Of("id"), ["webhook-timestamp"] = Of("timestamp"), ["webhook-signature"] = "v1,old " + Of("signature") };
            var request = RecordedRequest.Of("POST", "https://braid.example.com/h", headers, Encoding.UTF8.GetBytes(Of("body")), 1795003200);

            Channel.Verify(request, new CtiSettings { SigningSecret = Of("secret") }).ShouldBeOfType<Verdict.Genuine>();
            Channel.Verify(request, new CtiSettings { SigningSecret = "another secret", SecondarySigningSecret = Of("secret") }).ShouldBeOfType<Verdict.Genuine>();
            Channel.Verify(request, new CtiSettings { SigningSecret = "another secret" }).ShouldBeOfType<Verdict.Forged>();
        }
    }

    [Fact]
    public void A_calls_number_is_no_proof()
    {
        var call = Channel.Read(new RawDelivery { Body = Fixtures.Bytes("cti", "inbound-ringing.json"), ReceivedAt = default }, new CtiSettings()).ShouldBeOfType<Reading.Events>().Items[0];

        (call.Sender!.Verified, call.Sender.Keys[0].Proven, call.Key).ShouldBe((false, false, "c-1"));
    }

    [Fact]
    public void A_token_needs_the_address_it_is_for() =>
        Should.Throw<SettingsException>(() => Channel.ParseSettings(JsonDocument.Parse("""{"signingSecret":"a secret of sixteen","recordingToken":"t"}""").RootElement)).Problems.Keys.ShouldContain("apiBaseUrl");

    [Fact]
    public async Task A_call_rings_and_ends_as_a_voicemail_with_recording_and_transcript()
    {
        var maya = board.Person("Maya");
        await maya.WritesAsync("Where is my parcel?");

        var call = await braid.WaitForAsync(e => e.Kind == InboundKind.Call, Ct);
        (call.Sender!.Id, call.Sender.Name, call.ThreadId).ShouldBe((maya.Id, "Maya", maya.Id));
        (await braid.WaitForAsync(e => e.Kind == InboundKind.Status, Ct)).ShouldSatisfyAllConditions(e => e.Status.ShouldBe("noAnswer"), e => e.TargetKey.ShouldBe(call.Key));
        (await braid.WaitForAsync(e => e.Kind == InboundKind.Transcription, Ct)).Text.ShouldBe("Where is my parcel?");

        var recording = await braid.WaitForAsync(e => e.Kind == InboundKind.Recording, Ct);
        var context = new ProviderContext(http, TimeProvider.System);
        await using var file = await Channel.OpenMediaAsync(new(recording.Attachments[0].MediaRef!, null), settings, context, Ct);
        (await SmsRoundTripTests.ReadAsync(file.Stream)).ShouldBe(SimulatedFile.Voice().Content);
        (await Should.ThrowAsync<MediaUnavailableException>(() => Channel.OpenMediaAsync(new(recording.Attachments[0].MediaRef!, null), ((CtiSettings)settings) with { RecordingToken = "wrong" }, context, Ct)))
            .Message.ShouldBe("The phone system answered 401 when asked for the file.");
        braid.Trouble.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_posted_twice_or_in_one_body_is_read_as_one_by_one()
    {
        world.Faults.Next(SimulatedProvider.Cti, "webhook", new Fault.Duplicate());
        await board.Person("anonymous").WritesAsync("No number");

        var call = await braid.WaitForAsync(e => e.Kind == InboundKind.Call, Ct);
        (call.Sender!.Anonymous, call.ThreadId).ShouldBe((true, call.ExternalId));
        (await braid.WaitForAsync(e => e.Kind == InboundKind.Transcription, Ct)).TargetKey.ShouldBe(call.Key);
    }

    [Fact]
    public async Task Writing_is_declined_in_words()
    {
        var message = new OutboundMessage { Id = Guid.NewGuid(), IdempotencyKey = "k", RecipientId = "+447700900123", Text = "Hi" };

        (await Channel.SendAsync(message, settings, new ProviderContext(http, TimeProvider.System), Ct)).ShouldBeOfType<SendResult.Failed>().Reason.ShouldContain("Call back");
        (await Channel.CheckAsync(settings, new ConnectContext(http, TimeProvider.System, braid.Url), Ct)).ShouldAllBe(step => step.Ok);
    }
}
