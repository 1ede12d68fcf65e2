using System.Globalization;
using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Voice;

/// <summary>
/// Twilio's fields as events. Everything about one call names it as target: the legs that ring agents (<c>parentCall</c>), recordings,
/// transcripts. The thread is the caller's number; a caller without one has a thread per call.
/// </summary>
internal static class VoiceEvents
{
    /// <summary>What callers without a number look like; the digits spell the words on a keypad.</summary>
    private static readonly HashSet<string> Withheld = new(StringComparer.OrdinalIgnoreCase)
    {
        "anonymous", "restricted", "blocked", "unavailable", "unknown", "+266696687", "266696687", "+7378742883", "7378742883", "+2562533", "2562533",
        "+86282452253", "86282452253", "+8656696", "8656696",
    };

    public static bool IsIncoming(FormFields form) =>
        form.Text("CallStatus") == "ringing" && form.Text("CallbackSource") is null && form.Text("ParentCallSid") is null && form.Text("Direction") is null or "inbound";

    public static InboundEvent Call(FormFields form, string call)
    {
        var extra = new Dictionary<string, string> { ["direction"] = "inbound" };
        Add(extra, "to", form.Text("To"));
        Add(extra, "forwardedFrom", form.Text("ForwardedFrom"));
        Add(extra, "callerCheck", form.Text("StirVerstat"));
        return About(InboundKind.Call, form, call) with { ExternalId = call, TargetKey = null, Sender = Caller(form, call), Status = "ringing", Extra = extra };
    }

    /// <summary>Call progress, of the call itself or of a leg that rings an agent.</summary>
    public static InboundEvent Status(FormFields form, string call, string status)
    {
        var parent = form.Text("ParentCallSid");
        var extra = new Dictionary<string, string>();
        Add(extra, "parentCall", parent);
        Add(extra, "durationSeconds", form.Text("CallDuration"));
        Add(extra, "sequence", form.Text("SequenceNumber"));
        Add(extra, "target", parent is null ? null : form.Text("To"));
        return About(InboundKind.Status, form, parent ?? call) with
        {
            ExternalId = call, Sender = Caller(form, parent ?? call), Status = Word(status), Timestamp = Time(form.Text("Timestamp")), Extra = extra,
            Key = $"{call}:{status}:{form.Text("SequenceNumber")}",
        };
    }

    /// <summary>What came of ringing the agents.</summary>
    public static InboundEvent Dialled(FormFields form, string call, string status)
    {
        var extra = new Dictionary<string, string> { ["parentCall"] = call };
        Add(extra, "durationSeconds", form.Text("DialCallDuration"));
        return About(InboundKind.Status, form, call) with
        {
            ExternalId = form.Text("DialCallSid") ?? call, Sender = Caller(form, call), Status = Word(status), Extra = extra, Key = $"{call}:dialled:{status}",
        };
    }

    /// <summary>Keys pressed or words spoken at a menu.</summary>
    public static InboundEvent Input(FormFields form, string call, string input)
    {
        var extra = new Dictionary<string, string>();
        Add(extra, "confidence", form.Text("Confidence"));
        Add(extra, "language", form.Text("Language"));
        return About(InboundKind.CallInput, form, call) with { ExternalId = call, Sender = Caller(form, call), Text = input, Extra = extra, Key = $"{call}:input:{input}" };
    }

    public static InboundEvent Recording(FormFields form, string call, string recording, string status)
    {
        var extra = new Dictionary<string, string> { ["call"] = call };
        Add(extra, "durationSeconds", form.Text("RecordingDuration"));
        Add(extra, "source", form.Text("RecordingSource"));
        return About(InboundKind.Recording, form, call) with
        {
            ExternalId = recording, Status = Word(status), Timestamp = Time(form.Text("RecordingStartTime")), Extra = extra, Key = $"{recording}:{status}",
            Attachments = status == "completed" && form.Text("RecordingUrl") is { } url
                ? [new InboundAttachment(AttachmentKind.Audio) { MediaRef = url, ContentType = "audio/mpeg", Name = $"{recording}.mp3" }]
                : [],
        };
    }

    public static InboundEvent Transcript(FormFields form, string call, string transcript)
    {
        var extra = new Dictionary<string, string> { ["call"] = call };
        Add(extra, "recording", form.Text("RecordingSid"));
        return About(InboundKind.Transcription, form, call) with
        {
            ExternalId = transcript, Sender = form.Text("From") is null ? null : Caller(form, call), Text = form.Text("TranscriptionText"),
            Status = Word(form.Text("TranscriptionStatus") ?? "completed"), Extra = extra,
        };
    }

    /// <summary>Transcripts while people speak: only finished sentences are kept.</summary>
    public static Reading Live(FormFields form, string call, string happened)
    {
        if (happened != "transcription-content" || form.Text("Final") is "false") { return new Reading.Ignored($"{happened} is not a finished sentence"); }
        var said = Said(form.Text("TranscriptionData"));
        if (said is null) { return new Reading.Ignored("the sentence is empty"); }

        var id = $"{form.Text("TranscriptionSid") ?? call}:{form.Text("SequenceId")}";
        var extra = new Dictionary<string, string> { ["call"] = call };
        Add(extra, "track", form.Text("Track"));
        return new Reading.Events([About(InboundKind.Transcription, form, call) with
        {
            ExternalId = id, Text = said, Status = "completed", Timestamp = Time(form.Text("Timestamp")), Extra = extra,
        }]);
    }

    private static string? Said(string? data)
    {
        try
        {
            using var json = JsonDocument.Parse(data ?? "");
            return json.RootElement.Text("transcript");
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static InboundEvent About(InboundKind kind, FormFields form, string call) => new(kind)
    {
        TargetKey = call,
        // Callbacks about recordings don't name the caller; the address we gave Twilio does.
        ThreadId = Number(form) ?? form.Text("caller") ?? call,
    };

    private static Sender Caller(FormFields form, string call)
    {
        if (Number(form) is not { } number) { return new Sender($"withheld:{call}") { Anonymous = true, Verified = false }; }
        return new Sender(number)
        {
            Name = form.Text("CallerName"),
            Verified = false,
            Address = number,
            Keys = PhoneNumbers.E164(number) is { } phone ? [new ContactKey(KeyKind.Phone, phone, Proof: null)] : [],
        };
    }

    /// <summary>The customer's: who calls, or whom we call. Null when it is withheld.</summary>
    public static string? Number(FormFields form)
    {
        var number = form.Text("Direction") == "outbound-api" ? form.Text("To") : form.Text("From") ?? form.Text("Caller");
        return number is null || Withheld.Contains(number) ? null : number;
    }

    private static string Word(string status) => status switch { "in-progress" or "answered" => "inProgress", "no-answer" => "noAnswer", _ => status };

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;

    private static void Add(Dictionary<string, string> extra, string name, string? value)
    {
        if (value is not null) { extra[name] = value; }
    }
}
