using System.Globalization;
using Braid.Channels.Common;

namespace Braid.Channels.Sms;

/// <summary>What all providers' messages have in common once their fields are found.</summary>
internal static class SmsEvents
{
    private static readonly Dictionary<string, string> Nothing = [];

    /// <param name="id">The person's id as the provider writes it; a phone number proves itself by being written from.</param>
    /// <param name="service">"by SMS", "on WhatsApp": for the proof's words.</param>
    public static Sender Sender(string id, string? name = null, string service = "by SMS")
    {
        var phone = PhoneNumbers.E164(id);
        return new Sender(id)
        {
            Name = name,
            Address = phone ?? id,
            Keys = phone is null ? [] : [new ContactKey(KeyKind.Phone, phone, $"wrote from this number {service}")],
        };
    }

    public static InboundEvent Message(string id, string thread, Sender sender, string? text) => new(InboundKind.Message)
    {
        ExternalId = id, ThreadId = thread, Sender = sender, Text = text, Extra = OptOut(text) is { } word ? OptOutExtra(word) : Nothing,
    };

    /// <summary>A report about our message.</summary>
    public static InboundEvent Status(string id, string? to, string status, string? errorCode = null, string? errorText = null) => new(InboundKind.Status)
    {
        ExternalId = id, TargetKey = id, ThreadId = to, Sender = to is null ? null : new Sender(to),
        Status = status, ErrorCode = errorCode, ErrorText = status == "failed" ? errorText ?? "The message was not delivered." : null,
    };

    public static Dictionary<string, string> OptOutExtra(string word) => new() { ["optOut"] = word };

    /// <summary>The words carriers and providers act on when they stand alone: `stop`, `start`, `help`; null for all other texts.</summary>
    public static string? OptOut(string? text) => text?.Trim().TrimEnd('.', '!').ToUpperInvariant() switch
    {
        "STOP" or "STOPALL" or "UNSUBSCRIBE" or "CANCEL" or "END" or "QUIT" or "REVOKE" or "OPTOUT" => "stop",
        "START" or "UNSTOP" => "start",
        "HELP" => "help",
        _ => null,
    };

    public static InboundAttachment File(string? url, string? contentType, string? name = null, long? size = null) => new(Kind(contentType))
    {
        MediaRef = url, ContentType = contentType, Name = name, Size = size,
    };

    public static AttachmentKind Kind(string? contentType) => contentType?.Split('/', ';') switch
    {
        ["image", ..] => AttachmentKind.Image,
        ["video", ..] => AttachmentKind.Video,
        ["audio", ..] => AttachmentKind.Audio,
        ["text", "vcard" or "x-vcard" or "directory", ..] => AttachmentKind.Contact,
        _ => AttachmentKind.File,
    };

    public static InboundAttachment Place(string? latitude, string? longitude, string? name, string? address) => new(AttachmentKind.Location)
    {
        Facts = new[] { ("latitude", latitude), ("longitude", longitude), ("name", name), ("address", address) }
            .Where(f => f.Item2 is not null).ToDictionary(f => f.Item1, f => f.Item2!),
    };

    /// <summary>
    /// ISO 8601, also with an offset without colon as Infobip writes it. Whole seconds: networks tell no more, and fractions are the
    /// provider's own bookkeeping, which differs from report to report.
    /// </summary>
    public static DateTimeOffset? Time(string? text)
    {
        if (text is { Length: > 19 } && text[^5] is '+' or '-' && !text![^5..].Contains(':')) { text = $"{text[..^2]}:{text[^2..]}"; }
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds())
            : null;
    }

    /// <summary>One answer to a delivery: its events, or why there are none.</summary>
    public static Reading Reading(List<InboundEvent> events, List<string> skipped, string nothing) =>
        events.Count == 0 ? new Reading.Ignored(skipped.Count > 0 ? string.Join("; ", skipped) : nothing) : new Reading.Events(events) { Skipped = skipped };

    public const string Empty = "the message is empty";

    public static InboundEvent WithUnknown(InboundEvent message) => message with { Attachments = [new(AttachmentKind.Unknown)], Status = "unsupported" };
}
