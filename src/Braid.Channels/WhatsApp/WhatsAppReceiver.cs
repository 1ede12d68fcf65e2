using System.Text.Json;
using Braid.Channels.Common;
using Braid.Channels.Meta;

namespace Braid.Channels.WhatsApp;

internal sealed class WhatsAppReceiver : IReceiver<WhatsAppSettings>
{
    public Verdict Verify(WebhookRequest request, WhatsAppSettings settings) => MetaSignature.Verify(request, settings.VerifyToken, settings.AppSecret);

    public Reading Read(RawDelivery delivery, WhatsAppSettings settings) =>
        ChannelJson.Read(delivery, "a WhatsApp webhook", json =>
        {
            if (json.Text("object") is not { } kind) return new Reading.Unreadable("not a WhatsApp webhook: it names no object");
            if (kind != "whatsapp_business_account") return new Reading.Ignored($"{kind}: no content for us");

            var read = new WhatsAppBatch();
            foreach (var entry in json.Items("entry"))
            {
                foreach (var change in entry.Items("changes")) ReadChange(change.Text("field") ?? "unknown", new(change.Get("value")), entry.Id("id"), settings, read);
            }

            return read.ToReading();
        });

    private static void ReadChange(string field, WhatsAppValue value, string? wabaId, WhatsAppSettings settings, WhatsAppBatch read)
    {
        switch (field)
        {
            case "messages":
                foreach (var item in value.Json.Items("messages")) ReadMessage(value, new(item), read);
                foreach (var item in value.Json.Items("statuses")) WhatsAppStatuses.Read(value, item, read.Events, read.Skipped);
                foreach (var item in value.Json.Items("errors"))
                {
                    var error = new GraphError(item);
                    read.Skipped.Add($"WhatsApp reports trouble: {error.Details} ({error.CodeText})");
                }

                break;
            case "smb_message_echoes":
                foreach (var item in value.Json.Items("message_echoes")) WhatsAppMessages.Read(value, new(item), outbound: true, read.Events, read.Skipped);
                break;
            case "user_id_update":
                foreach (var item in value.Json.Items("user_id_update")) WhatsAppIdentities.Updated(value, item, read);
                break;
            case "user_preferences":
                foreach (var item in value.Json.Items("user_preferences"))
                {
                    read.Skipped.Add($"{item.Id("wa_id") ?? item.Id("user_id")} chose {item.Text("value")} for {item.Text("category")}");
                }

                break;
            default:
                read.Skipped.Add($"{field}: {Summary(value.Json)}");
                // One app may post for several accounts; another account's news is not this inbox's.
                var ours = string.IsNullOrEmpty(settings.WabaId) || wabaId is null || wabaId == settings.WabaId;
                if (ours && WhatsAppNews.Of(field, value.Json) is { } news) read.News.Add(news);
                break;
        }
    }

    private static void ReadMessage(WhatsAppValue value, WhatsAppMessage message, WhatsAppBatch read)
    {
        if (message.Type == "system") WhatsAppIdentities.Changed(value, message, read);
        WhatsAppMessages.Read(value, message, outbound: false, read.Events, read.Skipped);
    }

    /// <summary>News of the account: the few words an admin looks for.</summary>
    private static string Summary(JsonElement value) =>
        string.Join(' ', new[] { "event", "message_template_name", "new_category", "new_quality_score", "decision", "alert_type", "reason" }
            .Select(name => value.Text(name)).OfType<string>()) is { Length: > 0 } words ? words : "no content for us";
}
