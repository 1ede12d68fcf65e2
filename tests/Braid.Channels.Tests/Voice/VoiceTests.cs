using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.Tests.Sms;
using Braid.Channels.Voice;

namespace Braid.Channels.Tests.Voice;

public sealed class VoiceTests
{
    private static readonly VoiceChannel Channel = new();
    private static readonly ChannelSettings Settings = Channel.ParseSettings(JsonDocument.Parse(VoiceConformance.SettingsText).RootElement);
    private static readonly Uri Webhook = new("https://braid.example.com/webhooks/voice/in");
    private static readonly CallQuestion Question = new("CA1", "+14155550142", Unanswered: false);

    public static TheoryData<string> Recorded => Fixtures.Names("voice-twilio", "*.form");

    [Theory, MemberData(nameof(Recorded))]
    public void A_recorded_request_is_genuine(string fixture)
    {
        var (request, secrets, genuine) = RecordedRequest.Read("voice-twilio", Path.GetFileNameWithoutExtension(fixture));

        secrets["authToken"].ShouldBe(((VoiceSettings)Settings).AuthToken);
        (Channel.Verify(request, Settings) is Verdict.Genuine).ShouldBe(genuine);
    }

    [Theory]
    [InlineData("inbound-incoming-call", "+14155550142", false), InlineData("inbound-incoming-call-anonymous", "", false)]
    [InlineData("inbound-incoming-call", "+14155550142", true)]
    public void A_call_asks_and_asks_again_when_nobody_took_it(string fixture, string caller, bool unanswered)
    {
        var body = Encoding.UTF8.GetString(Fixtures.Bytes("voice-twilio", fixture + ".form"));
        if (unanswered) { body = body.Replace("CallStatus=ringing", "CallStatus=in-progress&DialCallStatus=no-answer", StringComparison.Ordinal); }

        Channel.AskedBy(Request(body), Settings).ShouldBe(new CallQuestion("CA3a21cd7317e1445be89999f5d7f62a53", caller, unanswered));
    }

    [Theory]
    [InlineData("inbound-dial-action"), InlineData("inbound-recording-completed"), InlineData("inbound-status-completed"), InlineData("inbound-status-ringing"), InlineData("inbound-transcription"), InlineData("inbound-gather-digits")]
    public void Reports_ask_nothing(string fixture) => Channel.AskedBy(Request(Encoding.UTF8.GetString(Fixtures.Bytes("voice-twilio", fixture + ".form"))), Settings).ShouldBeNull();

    [Fact]
    public void Ringing_names_all_targets_and_leads_back_to_us()
    {
        var plan = new CallPlan.Ring([new(CallTargetKind.Phone, "+14155550177"), new(CallTargetKind.Sip, "sip:ana@pbx.example.com"), new(CallTargetKind.Browser, "agent_42")])
        {
            Greeting = "Thank you for calling Tarn & Ember.", Language = "en-GB", Record = true, Patience = TimeSpan.FromSeconds(20),
        };

        Answer(plan).ShouldBe(
            """
            <Response><Say language="en-GB">Thank you for calling Tarn &amp; Ember.</Say><Dial action="https://braid.example.com/webhooks/voice/in?caller=%2B14155550142" method="POST" timeout="20" answerOnBridge="true" record="record-from-answer-dual" recordingStatusCallback="https://braid.example.com/webhooks/voice/in?caller=%2B14155550142"><Number statusCallback="https://braid.example.com/webhooks/voice/in?caller=%2B14155550142" statusCallbackEvent="initiated ringing answered completed">+14155550177</Number><Sip statusCallback="https://braid.example.com/webhooks/voice/in?caller=%2B14155550142" statusCallbackEvent="initiated ringing answered completed">sip:ana@pbx.example.com</Sip><Client statusCallback="https://braid.example.com/webhooks/voice/in?caller=%2B14155550142" statusCallbackEvent="initiated ringing answered completed">agent_42</Client></Dial></Response>
            """);
    }

    [Fact]
    public void Voicemail_records_and_transcribes()
    {
        Answer(new CallPlan.Voicemail("Please leave a message.", null) { Transcribe = true }).ShouldBe(
            """
            <Response><Say>Please leave a message.</Say><Record action="https://braid.example.com/webhooks/voice/in?caller=%2B14155550142" maxLength="120" playBeep="true" timeout="5" finishOnKey="#" recordingStatusCallback="https://braid.example.com/webhooks/voice/in?caller=%2B14155550142" transcribe="true" transcribeCallback="https://braid.example.com/webhooks/voice/in?caller=%2B14155550142" /><Hangup /></Response>
            """);
    }

    [Fact]
    public void Hanging_up_says_why_or_rejects()
    {
        Answer(new CallPlan.HangUp("We are closed.\u0000", "en")).ShouldBe("<Response><Say language=\"en\">We are closed.\uFFFD</Say><Hangup /></Response>");
        Answer(new CallPlan.HangUp(null, null)).ShouldBe("<Response><Reject /></Response>");
        Channel.AnswerCall(new CallPlan.HangUp(null, null), Question with { Unanswered = true }, Settings, Webhook).ContentType.ShouldBe("text/xml");
    }

    [Fact]
    public void More_targets_than_Twilio_rings_at_once_are_left_out()
    {
        var targets = Enumerable.Range(0, 15).Select(i => new CallTarget(CallTargetKind.Browser, $"agent_{i}")).ToList();

        XDocument.Parse(Answer(new CallPlan.Ring(targets))).Descendants("Client").Count().ShouldBe(10);
    }

    [Fact]
    public void A_calls_number_is_no_proof()
    {
        var call = Read("inbound-incoming-call");

        call.Sender!.Verified.ShouldBeFalse();
        call.Sender.Keys.ShouldHaveSingleItem().Proven.ShouldBeFalse();
        (call.ThreadId, call.Extra["callerCheck"]).ShouldBe(("+14155550142", "TN-Validation-Passed-A"));
    }

    [Theory]
    [InlineData("anonymous"), InlineData("%2B266696687"), InlineData("%2B7378742883"), InlineData("%2B2562533"), InlineData("%2B86282452253"), InlineData("%2B8656696"), InlineData("Restricted")]
    public void A_withheld_number_is_nobody_and_each_call_a_thread(string from)
    {
        var call = Events($"CallSid=CA9&CallStatus=ringing&Direction=inbound&From={from}")[0];

        (call.Sender!.Unnamed, call.Sender.Keys.Count, call.ThreadId).ShouldBe((true, 0, "CA9"));
    }

    [Fact]
    public void A_recording_finds_its_caller_in_our_own_query()
    {
        var recording = Channel.Read(
            new RawDelivery { Body = Fixtures.Bytes("voice-twilio", "inbound-recording-completed.form"), Query = new Dictionary<string, string> { ["caller"] = "+14155550142" }, ReceivedAt = default }, Settings)
            .ShouldBeOfType<Reading.Events>().Items[0];

        (recording.ThreadId, recording.TargetKey).ShouldBe(("+14155550142", "CA3a21cd7317e1445be89999f5d7f62a53"));
    }

    [Fact]
    public void A_live_sentence_is_a_transcript_and_half_a_sentence_is_not()
    {
        const string Body = "CallSid=CA1&TranscriptionEvent=transcription-content&SequenceId=3&TranscriptionData=%7B%22transcript%22%3A%22Hello+there%22%7D&Final=";

        Events(Body + "true")[0].ShouldSatisfyAllConditions(e => e.Kind.ShouldBe(InboundKind.Transcription), e => e.Text.ShouldBe("Hello there"), e => e.ExternalId.ShouldBe("CA1:3"));
        Channel.Read(Delivery(Body + "false"), Settings).ShouldBeOfType<Reading.Ignored>();
    }

    [Fact]
    public async Task Writing_is_declined_in_words()
    {
        var message = new OutboundMessage { Id = Guid.NewGuid(), IdempotencyKey = "k", RecipientId = "+14155550142", Text = "Hi" };

        (await Channel.SendAsync(message, Settings, new ProviderContext(new HttpClient(), TimeProvider.System), default)).ShouldBeOfType<SendResult.Failed>().Reason.ShouldContain("Call back");
    }

    [Fact]
    public async Task Connecting_sets_both_addresses_of_the_number_and_hides_secrets()
    {
        var provider = new FakeProvider((request, _) => ProviderReply.Ok(request.Url.AbsolutePath switch
        {
            var p when p.EndsWith("IncomingPhoneNumbers.json", StringComparison.Ordinal) => """{"incoming_phone_numbers":[{"sid":"PN1","voice_url":"https://elsewhere.example/"}]}""",
            _ => """{"status":"active"}""",
        }));
        var context = new ConnectContext(provider.Client, TimeProvider.System, Webhook);

        (await Channel.CheckAsync(Settings, context, default))[^1].Ok.ShouldBeFalse();
        (await Channel.ConnectAsync(Settings, context, default)).ShouldAllBe(step => step.Ok);

        provider.Requests[^1].Text.ShouldBe("VoiceUrl=https%3A%2F%2Fbraid.example.com%2Fwebhooks%2Fvoice%2Fin&VoiceMethod=POST&StatusCallback=https%3A%2F%2Fbraid.example.com%2Fwebhooks%2Fvoice%2Fin&StatusCallbackMethod=POST");
        var dead = new ConnectContext(new HttpClient(new BrokenLine(r => new HttpRequestException($"no {r.RequestUri} {r.Headers}"), takesBody: false)), TimeProvider.System, Webhook);
        (await Channel.CheckAsync(Settings, dead, default)).ShouldAllBe(step => !step.Ok && step.Fix != null && !step.ToString().Contains("12345f7a"));
    }

    private static string Answer(CallPlan plan) => Encoding.UTF8.GetString(Channel.AnswerCall(plan, Question, Settings, Webhook).Body.Span).Replace("<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "", StringComparison.Ordinal);

    private static InboundEvent Read(string fixture) => Events(Encoding.UTF8.GetString(Fixtures.Bytes("voice-twilio", fixture + ".form")))[0];

    private static IReadOnlyList<InboundEvent> Events(string body) => Channel.Read(Delivery(body), Settings).ShouldBeOfType<Reading.Events>().Items;

    private static RawDelivery Delivery(string body) => new() { Body = Encoding.UTF8.GetBytes(body), ReceivedAt = DateTimeOffset.UnixEpoch };

    private static WebhookRequest Request(string body) => RecordedRequest.Of("POST", Webhook.AbsoluteUri, new Dictionary<string, string>(), Encoding.UTF8.GetBytes(body), 0);
}
