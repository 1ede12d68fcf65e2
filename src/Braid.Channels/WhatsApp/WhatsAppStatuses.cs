using System.Text.Json;
using Braid.Channels.Common;
using Braid.Channels.Meta;

namespace Braid.Channels.WhatsApp;

/// <summary>Receipts. They come in any order, and "delivered" may be missing when "read" comes.</summary>
internal static class WhatsAppStatuses
{
    public static void Read(WhatsAppValue value, JsonElement status, List<InboundEvent> events, List<string> skipped)
    {
        if (status.Id("id") is not { } id)
        {
            skipped.Add("a status without id");
            return;
        }

        var recipient = WhatsAppPerson.Of(status.Id("recipient_id"), status.Id("recipient_user_id"));
        var error = status.Items("errors").Select(e => new GraphError(e)).FirstOrDefault();
        events.Add(new InboundEvent(InboundKind.Status)
        {
            Account = value.PhoneNumberId,
            ExternalId = id,
            TargetKey = id,
            ThreadId = recipient.Id,
            Sender = recipient.Id is null ? null : new Sender(recipient.Id) { OtherIds = recipient is { Phone: not null, UserId: { } userId } ? [userId] : [] },
            Status = status.Text("status") is "sent" or "delivered" or "read" or "played" or "failed" ? status.Text("status") : "unknown",
            Timestamp = status.Epoch("timestamp"),
            Correlation = status.Id("biz_opaque_callback_data"),
            ErrorCode = error.Json.IsObject() ? error.CodeText : null,
            ErrorText = error.Json.IsObject() ? WhatsAppErrors.Explain(error).Reason : null,
        });
    }
}
