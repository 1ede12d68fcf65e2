using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Braid.Channels.Common;

namespace Braid.Channels.Voice;

/// <summary>Call plans in Twilio's words (TwiML). All addresses in them lead back to the one webhook, with the caller in the query.</summary>
internal sealed class VoiceCalls : ICalls<VoiceSettings>
{
    private const int MostTargets = 10;
    private static readonly string[] Callbacks = ["RecordingSid", "RecordingUrl", "TranscriptionSid", "TranscriptionEvent"];
    private const string CallEvents = "initiated ringing answered completed";

    public CallQuestion? Asked(WebhookRequest request, VoiceSettings settings)
    {
        var form = FormFields.Of(new RawDelivery { Body = request.Body, Query = request.Query, ReceivedAt = request.ReceivedAt });
        if (form.Text("CallSid") is not { } call) { return null; }
        var caller = VoiceEvents.Number(form) ?? "";
        if (form.Text("DialCallStatus") is { } dialled) { return dialled is "completed" or "answered" ? null : new CallQuestion(call, caller, Unanswered: true); }

        var isCallback = Array.Exists(Callbacks, field => form.Text(field) is not null);
        return !isCallback && VoiceEvents.IsIncoming(form) ? new CallQuestion(call, caller, Unanswered: false) : null;
    }

    public HttpReply Answer(CallPlan plan, CallQuestion question, VoiceSettings settings, Uri webhookUrl)
    {
        var back = Back(webhookUrl, question);
        var response = new XElement("Response");
        switch (plan)
        {
            case CallPlan.Ring ring:
                Say(response, ring.Greeting, ring.Language);
                if (ring.Targets.Count > 0) { response.Add(Dial(ring, back)); }
                break;
            case CallPlan.Voicemail voicemail:
                Say(response, voicemail.Greeting, voicemail.Language);
                response.Add(Record(voicemail, back), new XElement("Hangup"));
                break;
            case CallPlan.HangUp { Words: null } when !question.Unanswered:
                // Nobody took the call yet, so nobody pays for it.
                response.Add(new XElement("Reject"));
                break;
            case CallPlan.HangUp words:
                Say(response, words.Words, words.Language);
                response.Add(new XElement("Hangup"));
                break;
        }

        return new HttpReply(200, "text/xml", Encoding.UTF8.GetBytes("<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + response.ToString(SaveOptions.DisableFormatting)));
    }

    public PhoneToken? TokenFor(string client, VoiceSettings settings, DateTimeOffset now) => VoiceTokens.Make(client, settings, now);

    private static XElement Dial(CallPlan.Ring ring, string back)
    {
        var seconds = (int)Math.Clamp(ring.Patience.TotalSeconds, 5, 600);
        var dial = new XElement(
            "Dial", new XAttribute("action", back), new XAttribute("method", "POST"), new XAttribute("timeout", seconds.ToString(CultureInfo.InvariantCulture)),
            new XAttribute("answerOnBridge", "true"));
        if (ring.Record) { dial.Add(new XAttribute("record", "record-from-answer-dual"), new XAttribute("recordingStatusCallback", back)); }
        foreach (var target in ring.Targets.Take(MostTargets))
        {
            var noun = target.Kind switch { CallTargetKind.Sip => "Sip", CallTargetKind.Browser => "Client", _ => "Number" };
            dial.Add(new XElement(noun, new XAttribute("statusCallback", back), new XAttribute("statusCallbackEvent", CallEvents), Clean(target.Address)));
        }

        return dial;
    }

    /// <summary>With an address of its own for "done": without one Twilio would ask for the first instructions again.</summary>
    private static XElement Record(CallPlan.Voicemail voicemail, string back)
    {
        var record = new XElement(
            "Record", new XAttribute("action", back), new XAttribute("maxLength", "120"), new XAttribute("playBeep", "true"), new XAttribute("timeout", "5"),
            new XAttribute("finishOnKey", "#"),
            new XAttribute("recordingStatusCallback", back));
        if (voicemail.Transcribe) { record.Add(new XAttribute("transcribe", "true"), new XAttribute("transcribeCallback", back)); }
        return record;
    }

    private static void Say(XElement response, string? words, string? language)
    {
        if (string.IsNullOrWhiteSpace(words)) { return; }
        var say = new XElement("Say", Clean(words));
        if (!string.IsNullOrWhiteSpace(language)) { say.Add(new XAttribute("language", Clean(language))); }
        response.Add(say);
    }

    /// <summary>XML knows no control characters.</summary>
    private static string Clean(string words) => string.Concat(JsonText.WellFormed(words).Where(c => c is '\n' or '\t' || !char.IsControl(c)));

    private static string Back(Uri webhook, CallQuestion question)
    {
        if (question.CallerId.Length == 0) { return webhook.AbsoluteUri; }
        return $"{webhook.AbsoluteUri}{(webhook.Query.Length > 0 ? '&' : '?')}caller={Uri.EscapeDataString(question.CallerId)}";
    }
}
