using System.Globalization;
using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Cti;

/// <summary>
/// A posted event in Braid's words. Every event about a call's course brings the call itself along (the second time it is a duplicate), so that
/// a phone system may post one event at the end as well as each step.
/// </summary>
internal static class CtiEvents
{
    public static (IReadOnlyList<InboundEvent> Events, string? Skipped) Of(JsonElement json)
    {
        if (json.Id("callId") is not { } call) { return ([], "an event without callId"); }
        var type = json.Text("type") ?? "";
        type = type.StartsWith("call.", StringComparison.Ordinal) ? type[5..] : type;
        string? status = type switch
        {
            "ringing" => "",
            "answered" => "inProgress",
            "ended" => "completed",
            "missed" or "voicemail" => json.Text("reason") switch { "busy" => "busy", "canceled" or "cancelled" => "canceled", "failed" => "failed", _ => "noAnswer" },
            _ => null,
        };
        if (status is null && type is not ("recording" or "transcript" or "input")) { return ([], $"an event of an unknown type ({type})"); }

        var events = new List<InboundEvent>();
        if (status is not null) { events.Add(Call(json, call)); }
        if (status is { Length: > 0 }) { events.Add(Status(json, call, status)); }
        if (Address(json) is { } recording) { events.Add(Recording(json, call, recording)); }
        if (Words(json) is { } words) { events.Add(Transcript(json, call, words)); }
        if (type == "input" && json.Id("digits") is { } digits)
        {
            events.Add(About(InboundKind.CallInput, json, call) with { ExternalId = call, Sender = Person(json, call), Text = digits, Key = Own(json, call, "input") });
        }

        return events.Count > 0 ? (events, null) : ([], $"{type} holds nothing");
    }

    private static InboundEvent Call(JsonElement json, string call)
    {
        var outgoing = IsOutgoing(json);
        var extra = Agent(json);
        extra["direction"] = outgoing ? "outbound" : "inbound";
        Add(extra, "to", json.Id(outgoing ? "from" : "to"));
        return About(InboundKind.Call, json, call) with
        {
            ExternalId = call, TargetKey = null, Outbound = outgoing, Status = "ringing", Extra = extra, Timestamp = Time(json, "startedAt") ?? Time(json, "at"),
            Sender = outgoing ? new Sender(json.Id("from") ?? "us") { Verified = false } : Person(json, call),
        };
    }

    private static InboundEvent Status(JsonElement json, string call, string status)
    {
        var extra = Agent(json);
        Add(extra, "durationSeconds", Seconds(json, "durationSeconds"));
        return About(InboundKind.Status, json, call) with { ExternalId = call, Sender = Person(json, call), Status = status, Extra = extra, Key = $"{call}:{status}" };
    }

    private static InboundEvent Recording(JsonElement json, string call, string address)
    {
        var recording = json.Get("recording");
        var id = recording.Id("id") ?? json.Id("recordingId") ?? $"{call}:recording";
        var extra = new Dictionary<string, string> { ["call"] = call };
        Add(extra, "durationSeconds", Seconds(recording, "durationSeconds") ?? Seconds(json, "recordingSeconds"));
        return About(InboundKind.Recording, json, call) with
        {
            ExternalId = id, Status = "completed", Extra = extra, Key = $"{id}:completed",
            Attachments = [new InboundAttachment(AttachmentKind.Audio) { MediaRef = address, ContentType = recording.Text("contentType") ?? json.Text("recordingContentType") }],
        };
    }

    private static InboundEvent Transcript(JsonElement json, string call, string words)
    {
        var extra = new Dictionary<string, string> { ["call"] = call };
        Add(extra, "language", json.Get("transcript").Text("language"));
        return About(InboundKind.Transcription, json, call) with
        {
            ExternalId = Own(json, call, "transcript"), Sender = Person(json, call), Text = words, Status = "completed", Extra = extra,
        };
    }

    private static InboundEvent About(InboundKind kind, JsonElement json, string call) => new(kind)
    {
        TargetKey = call, ThreadId = Number(json) ?? call, Timestamp = Time(json, "at"), EventId = json.Id("id"),
    };

    /// <summary>The customer. A call's number is stated, not proven.</summary>
    private static Sender Person(JsonElement json, string call)
    {
        if (Number(json) is not { } number) { return new Sender($"withheld:{call}") { Anonymous = true, Verified = false }; }
        return new Sender(number)
        {
            Name = json.Text("name"), Verified = false, Address = number, Keys = PhoneNumbers.E164(number) is { } phone ? [new ContactKey(KeyKind.Phone, phone, Proof: null)] : [],
        };
    }

    private static string? Number(JsonElement json) =>
        json.Id(IsOutgoing(json) ? "to" : "from") is { } number && number.ToLowerInvariant() is not ("anonymous" or "withheld") ? number : null;

    private static bool IsOutgoing(JsonElement json) => json.Text("direction") == "outbound";

    private static string? Address(JsonElement json) => json.Get("recording").Text("url") ?? json.Text("recordingUrl");

    private static string? Words(JsonElement json) => json.Get("transcript").Text("text") ?? json.Text("transcript");

    /// <summary>The event's own id where it has one: two inputs of one call are two.</summary>
    private static string Own(JsonElement json, string call, string what) => json.Id("id") ?? $"{call}:{what}";

    private static Dictionary<string, string> Agent(JsonElement json)
    {
        var extra = new Dictionary<string, string>();
        Add(extra, "agent", json.Get("agent").Text("name") ?? json.Text("agent"));
        Add(extra, "agentPhone", json.Get("agent").Id("phone"));
        return extra;
    }

    private static string? Seconds(JsonElement json, string name) =>
        json.Number(name) is >= 0 and var seconds ? seconds.ToString(CultureInfo.InvariantCulture) : null;

    private static DateTimeOffset? Time(JsonElement json, string name) =>
        json.Epoch(name)
        ?? (DateTimeOffset.TryParse(json.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null);

    private static void Add(Dictionary<string, string> extra, string name, string? value)
    {
        if (value is not null) { extra[name] = value; }
    }
}
