using System.Xml.Linq;
using Braid.Simulator.Channels;
using Braid.Simulator.Sms;

namespace Braid.Simulator.Voice;

/// <summary>One call on its way through the TwiML that Braid answers with.</summary>
internal sealed class VoiceCall(VoiceExchange exchange, VoiceCaller caller, string? says, SimulatedFile voice)
{
    private int sequence;

    public string Sid { get; } = exchange.Id("CA");

    public async Task RunAsync()
    {
        var document = await AskAsync(exchange.Webhook!, Fields("ringing", []));
        await FollowAsync(document);
        await PostAsync(exchange.Webhook!, Progress(Sid, "completed", null, "12"));
    }

    private async Task FollowAsync(XDocument? document)
    {
        foreach (var verb in document?.Root?.Elements() ?? [])
        {
            switch (verb.Name.LocalName)
            {
                case "Say":
                    caller.Received.Add(new SimulatedReceived(exchange.Id("SAY"), verb.Value, []));
                    break;
                case "Dial":
                    await FollowAsync(await DialAsync(verb));
                    return;
                case "Record":
                    await FollowAsync(await RecordAsync(verb));
                    return;
                case "Hangup" or "Reject":
                    return;
            }
        }
    }

    private async Task<XDocument?> DialAsync(XElement dial)
    {
        string? taken = null;
        foreach (var noun in dial.Elements())
        {
            var leg = exchange.Id("CA");
            var steps = !exchange.AgentsPickUp ? ["initiated", "ringing", "no-answer"] : taken is null ? new[] { "initiated", "ringing", "in-progress", "completed" } : ["initiated", "ringing", "canceled"];
            if (exchange.AgentsPickUp) { taken ??= leg; }
            foreach (var step in steps)
            {
                if (Address(noun, "statusCallback") is { } callback)
                {
                    await PostAsync(callback, Progress(leg, step, noun.Value, step == "completed" ? "10" : null));
                }
            }
        }

        if (taken is not null && Address(dial, "recordingStatusCallback") is { } recorded) { await RecordedAsync(recorded, "DialVerb"); }
        List<KeyValuePair<string, string>> outcome = [new("DialCallStatus", taken is null ? "no-answer" : "completed")];
        if (taken is not null) { outcome.AddRange([new("DialCallSid", taken), new("DialCallDuration", "10"), new("DialBridged", "true")]); }
        return Address(dial, "action") is { } action ? await AskAsync(action, Fields("in-progress", outcome)) : null;
    }

    private async Task<XDocument?> RecordAsync(XElement record)
    {
        var url = await RecordedAsync(Address(record, "recordingStatusCallback"), "RecordVerb");
        var next = Address(record, "action") is { } action
            ? await AskAsync(action, Fields("completed", [new("RecordingUrl", url.ToString()), new("RecordingDuration", "4"), new("Digits", "hangup")]))
            : null;
        if (Address(record, "transcribeCallback") is { } transcribed && says is not null)
        {
            await PostAsync(transcribed, Fields("completed",
            [
                new("TranscriptionSid", exchange.Id("TR")), new("TranscriptionText", says), new("TranscriptionStatus", "completed"), new("TranscriptionType", "fast"),
                new("RecordingSid", url.Segments[^1]), new("RecordingUrl", url.ToString()),
            ]));
        }

        return next;
    }

    private async Task<Uri> RecordedAsync(Uri? callback, string source)
    {
        var sid = exchange.Id("RE");
        var url = exchange.Keep(sid, voice);
        if (callback is not null)
        {
            await PostAsync(callback,
            [
                new("RecordingSid", sid), new("RecordingUrl", url.ToString()), new("RecordingStatus", "completed"), new("RecordingDuration", "4"), new("RecordingSource", source), new("CallSid", Sid),
                new("AccountSid", exchange.Account), new("RecordingStartTime", exchange.World.Time.GetUtcNow().ToString("r").Replace("GMT", "+0000", StringComparison.Ordinal)), new("ErrorCode", "0"),
            ]);
        }

        return url;
    }

    private List<KeyValuePair<string, string>> Fields(string status, IEnumerable<KeyValuePair<string, string>> more) =>
    [
        new("CallSid", Sid), new("AccountSid", exchange.Account), new("From", caller.Id), new("Caller", caller.Id), new("To", VoiceExchange.Number), new("Called", VoiceExchange.Number),
        new("CallStatus", status), new("Direction", "inbound"), new("ApiVersion", "2010-04-01"), new("StirVerstat", "TN-Validation-Passed-A"), .. more,
    ];

    private List<KeyValuePair<string, string>> Progress(string sid, string status, string? target, string? duration)
    {
        List<KeyValuePair<string, string>> fields =
        [
            new("CallSid", sid), new("AccountSid", exchange.Account), new("From", caller.Id), new("To", target ?? VoiceExchange.Number), new("CallStatus", status), new("ApiVersion", "2010-04-01"),
            new("Direction", target is null ? "inbound" : "outbound-dial"), new("CallbackSource", "call-progress-events"), new("SequenceNumber", $"{sequence++}"),
            new("Timestamp", exchange.World.Time.GetUtcNow().ToString("r").Replace("GMT", "+0000", StringComparison.Ordinal)),
        ];
        if (target is not null) { fields.Add(new("ParentCallSid", Sid)); }
        if (duration is not null) { fields.AddRange([new("CallDuration", duration), new("Duration", "1")]); }
        return fields;
    }

    private async Task<XDocument?> AskAsync(Uri url, List<KeyValuePair<string, string>> fields) =>
        await PostAsync(url, fields) is { Length: > 0 } answer ? XDocument.Parse(answer) : null;

    private async Task<string> PostAsync(Uri url, List<KeyValuePair<string, string>> fields)
    {
        var copies = exchange.World.Faults.Strike(SimulatedProvider.Voice, "webhook") is Fault.Duplicate { Copies: var n } ? n : 0;
        var answer = "";
        for (var attempt = 0; attempt <= copies; attempt++)
        {
            using var request = TwilioPost.Signed(url, fields, exchange.Token);
            using var response = await exchange.World.Http.SendAsync(request);
            exchange.World.Webhooks.Add(new WebhookAttempt(SimulatedProvider.Voice, url, 1, attempt, (int)response.StatusCode, null));
            response.EnsureSuccessStatusCode();
            answer = await response.Content.ReadAsStringAsync();
        }

        return answer;
    }

    private static Uri? Address(XElement element, string attribute) => element.Attribute(attribute)?.Value is { } text ? new Uri(text) : null;
}
