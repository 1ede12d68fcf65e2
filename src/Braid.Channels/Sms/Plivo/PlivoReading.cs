using Braid.Channels.Common;

namespace Braid.Channels.Sms.Plivo;

internal static class PlivoReading
{
    public static Reading Of(FormFields form, string? reference)
    {
        if (form.Text("MessageUUID") is not { } id) { return new Reading.Unreadable("not a Plivo message: it has no MessageUUID"); }
        if (form.Text("Status") is { } status) { return new Reading.Events([Report(form, form.Text("ParentMessageUUID") ?? id, status, reference)]); }
        if (form.Text("From") is not { } from) { return new Reading.Unreadable("not a Plivo message: it has no sender"); }

        var service = form.Text("Type") == "whatsapp" ? "on WhatsApp" : "by SMS";
        var message = SmsEvents.Message(id, from, SmsEvents.Sender(from, form.Text("ProfileName"), service), form.Text("Text") ?? form.Text("Body") ?? form.Text("Caption")) with
        {
            Attachments = [.. Files(form)],
        };
        var word = form.Text("MessageIntent") switch { "optout" => "stop", "optin" => "start", "help" => "help", _ => null };
        if (word is not null) { message = message with { Extra = SmsEvents.OptOutExtra(word) }; }
        if (form.Text("ButtonPayload") is { } payload)
        {
            message = message with { Kind = InboundKind.Postback, Payload = payload, Text = form.Text("ButtonText") ?? message.Text };
        }

        return message is { Text: null, Attachments.Count: 0, Payload: null } ? new Reading.Ignored(SmsEvents.Empty) : new Reading.Events([message]);
    }

    private static IEnumerable<InboundAttachment> Files(FormFields form)
    {
        for (var i = 0; form.Text($"Media{i}") is { } url && i < 20; i++)
        {
            // The address is all there is; the type itself comes with the file.
            yield return new InboundAttachment(Kind(url)) { MediaRef = url };
        }

        if (form.Text("Latitude") is { } latitude && form.Text("Longitude") is { } longitude) { yield return SmsEvents.Place(latitude, longitude, null, null); }
    }

    private static AttachmentKind Kind(string url) => url[(url.LastIndexOf('.') + 1)..].ToLowerInvariant() switch
    {
        "jpg" or "jpeg" or "png" or "gif" or "webp" or "bmp" => AttachmentKind.Image,
        "mp4" or "3gp" or "3gpp" or "mov" => AttachmentKind.Video,
        "mp3" or "amr" or "ogg" or "wav" or "m4a" => AttachmentKind.Audio,
        "vcf" or "vcard" => AttachmentKind.Contact,
        _ => AttachmentKind.File,
    };

    private static InboundEvent Report(FormFields form, string id, string status, string? reference)
    {
        var code = form.Text("ErrorCode");
        return SmsEvents.Status(id, form.Text("To"), status switch
        {
            "queued" => "queued",
            "sent" or "delivered" or "read" => status,
            "undelivered" or "rejected" or "failed" => "failed",
            _ => "unknown",
        }, code is "000" or "0" ? null : code, PlivoErrors.Words(code)) with { Correlation = reference };
    }
}
