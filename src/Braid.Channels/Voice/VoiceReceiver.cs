using Braid.Channels.Common;

namespace Braid.Channels.Voice;

/// <summary>
/// One address takes everything Twilio says about calls; which it is, the fields tell. A call's number is stated by whoever calls, so it
/// proves nothing.
/// </summary>
internal sealed class VoiceReceiver : IReceiver<VoiceSettings>
{
    // To a callback it says "taken"; to a question that nobody answers otherwise it ends the call.
    private static readonly HttpReply Empty = HttpReply.Text("<Response></Response>", contentType: "text/xml");

    public Verdict Verify(WebhookRequest request, VoiceSettings settings) =>
        TwilioSignature.IsGenuine(request, settings.AuthToken, settings.SecondaryAuthToken)
            ? new Verdict.Genuine(Empty)
            : new Verdict.Forged("X-Twilio-Signature does not match: compare the Auth Token, and the public address of this server", 403);

    public Reading Read(RawDelivery delivery, VoiceSettings settings)
    {
        var form = FormFields.Of(delivery);
        if (form.Text("CallSid") is not { } call) { return new Reading.Unreadable("not a Twilio call: it has no CallSid"); }
        if (!string.IsNullOrEmpty(settings.AccountSid) && form.Text("AccountSid") is { } account && account != settings.AccountSid)
        {
            return new Reading.Ignored("it belongs to another Twilio account");
        }

        return form switch
        {
            _ when form.Text("TranscriptionEvent") is { } happened => VoiceEvents.Live(form, call, happened),
            _ when form.Text("TranscriptionSid") is { } transcript => One(VoiceEvents.Transcript(form, call, transcript)),
            _ when form.Text("RecordingSid") is { } recording && form.Text("RecordingStatus") is { } status => One(VoiceEvents.Recording(form, call, recording, status)),
            _ when form.Text("DialCallStatus") is { } status => One(VoiceEvents.Dialled(form, call, status)),
            _ when form.Text("RecordingUrl") is not null => new Reading.Ignored("the caller has spoken; the recording follows by itself"),
            _ when (form.Text("SpeechResult") ?? form.Text("Digits")) is { } input => One(VoiceEvents.Input(form, call, input)),
            _ when form.Text("CallStatus") is not { } status => new Reading.Ignored("nothing in it is about the call's course"),
            _ when VoiceEvents.IsIncoming(form) => One(VoiceEvents.Call(form, call)),
            _ when form.Text("CallbackSource") is null && form.Text("Direction")?.StartsWith("outbound", StringComparison.Ordinal) == true =>
                new Reading.Ignored("an outgoing call asks for its instructions"),
            _ => One(VoiceEvents.Status(form, call, form.Text("CallStatus")!)),
        };
    }

    private static Reading.Events One(InboundEvent e) => new([e]);
}
