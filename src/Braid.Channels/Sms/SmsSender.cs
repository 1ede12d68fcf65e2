using Braid.Channels.Common;

namespace Braid.Channels.Sms;

/// <summary>
/// Splits a message into what the provider takes at once and sends the pieces in order. A text with an emoji is counted (and charged) as a
/// whole in the wide alphabet, so the note says how many parts left.
/// </summary>
internal sealed class SmsSender : ISender<SmsSettings>
{
    public async Task<SendResult> SendAsync(OutboundMessage message, SmsSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (SmsGateways.Of(settings) is not { } gateway)
        {
            return new SendResult.Failed(FailureKind.Configuration, "This inbox has no SMS provider. Choose one in its settings.");
        }

        var to = message.ThreadId ?? gateway.AddressOf(message.RecipientId);
        if (Refused(message, gateway) is { } refused) { return refused; }

        var parts = Parts(message, to, gateway);
        var result = await PartwiseSend.RunAsync(message, parts, (part, _) => gateway.SendAsync(part, settings, context, ct));
        return result is not SendResult.Sent sent ? result : sent with
        {
            ThreadId = message.ThreadId is null ? to : null,
            Note = sent.Note ?? Note(message.Text, parts),
        };
    }

    /// <summary>MMS providers fetch files by themselves, so a file without a public address can't travel.</summary>
    private static SendResult.Failed? Refused(OutboundMessage message, SmsGateway gateway)
    {
        foreach (var file in message.Attachments)
        {
            if (file.Size > gateway.Limits.FileBytes)
            {
                return new(FailureKind.Content, $"{file.Name} is larger than the {Size(gateway.Limits.FileBytes)} an MMS by {gateway.Name} may hold. Send a link instead.");
            }

            if (file.Link is null)
            {
                return new(FailureKind.Content, $"{gateway.Name} fetches MMS files from this server, which has no public address for {file.Name}. Send a link instead.");
            }
        }

        return null;
    }

    private static List<SmsPart> Parts(OutboundMessage message, string to, SmsGateway gateway)
    {
        var texts = SmsText.Split(message.Text, gateway.Limits);
        var files = message.Attachments.Chunk(gateway.Limits.FilesPerMessage).ToList();
        var count = Math.Max(texts.Count, files.Count);
        return [.. Enumerable.Range(0, count).Select(i => new SmsPart(to, i < texts.Count ? texts[i] : "", i < files.Count ? files[i] : [], message.Id, i))];
    }

    private static string? Note(string text, List<SmsPart> parts)
    {
        var charged = parts.Where(p => p.Files.Count == 0).Sum(p => SmsText.Parts(p.Text));
        return charged < 2 ? null
            : SmsText.IsBasic(text) ? $"Sent as {charged} SMS parts."
            : $"Sent as {charged} SMS parts: with characters outside the basic SMS alphabet (an emoji, a typographic quote) a part holds 67 instead of 153.";
    }

    private static string Size(long bytes) => bytes >= 1024 * 1024 ? $"{bytes / (1024 * 1024)} MB" : $"{bytes / 1024} KB";
}
