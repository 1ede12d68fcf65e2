using System.Text.Json.Nodes;
using Braid.Channels.Common;
using Braid.Channels.Meta;

namespace Braid.Channels.WhatsApp;

/// <summary>Sends texts, files and templates. Receipts echo our message id, so a lost answer is settled by the first receipt.</summary>
internal sealed class WhatsAppSender : ISender<WhatsAppSettings>
{
    public Task<SendResult> SendAsync(OutboundMessage message, WhatsAppSettings settings, ProviderContext context, CancellationToken ct)
    {
        var api = new GraphApi(settings.Access, context.Http, context.Clock);
        var parts = WhatsAppParts.Of(message);
        return PartwiseSend.RunAsync(message, parts, async (part, index) =>
        {
            var body = WhatsAppParts.Envelope(message, first: index == 0, last: index == parts.Count - 1);
            if (part.File is not null && await UploadAsync(api, settings, part, ct) is var upload)
            {
                if (upload.Refused is not null) return upload.Refused;
                part.Fill(body, upload.MediaId);
            }
            else
            {
                part.Fill(body, null);
            }

            return Result(await api.PostAsync($"{settings.PhoneNumberId}/messages", body, ct), message);
        });
    }

    /// <summary>Nothing has reached the customer yet, so whatever is lost here can be tried again.</summary>
    private static async Task<(string? MediaId, SendResult? Refused)> UploadAsync(GraphApi api, WhatsAppSettings settings, WhatsAppPart part, CancellationToken ct)
    {
        var file = part.File!;
        if (file.Size > WhatsAppChannel.Limits.AttachmentBytes)
        {
            return (null, new SendResult.Failed(FailureKind.Content, $"{file.Name} is larger than the 100 MB WhatsApp takes. Send a link instead."));
        }

        using var form = FileParts.Form([new("messaging_product", "whatsapp"), new("type", file.ContentType)]);
        if (!await form.TryAddAsync("file", file, ct))
        {
            return (null, new SendResult.Failed(FailureKind.Content, $"The file {file.Name} can't be read. Attach it again."));
        }

        var answer = await api.CallAsync(HttpMethod.Post, $"{settings.PhoneNumberId}/media", form, ct);
        if (answer is ProviderAnswer.Answered { Ok: true } yes && yes.Json.Id("id") is { } id) return (id, null);
        return (null, WhatsAppErrors.Result(answer) is SendResult.Unknown lost ? new SendResult.Retry(lost.Reason) { ProviderDown = true } : WhatsAppErrors.Result(answer));
    }

    private static SendResult Result(ProviderAnswer answer, OutboundMessage message)
    {
        if (answer is not ProviderAnswer.Answered { Ok: true } yes) return WhatsAppErrors.Result(answer);

        var accepted = yes.Json.Items("messages").FirstOrDefault();
        if (accepted.Id("id") is not { } id) return WhatsAppErrors.Result(answer);

        var contact = yes.Json.Items("contacts").FirstOrDefault();
        return new SendResult.Sent(id)
        {
            // WhatsApp may know the number by another id (Brazil's extra 9); that is where the customer will answer.
            ThreadId = message.ThreadId is null ? contact.Id("wa_id") ?? contact.Id("user_id") : null,
            Note = accepted.Text("message_status") switch
            {
                "held_for_quality_assessment" => "WhatsApp holds this message for a quality check; it may arrive later.",
                "paused" => "WhatsApp paused this template; the message may arrive later.",
                _ => null,
            },
        };
    }
}
