using System.Globalization;
using System.Text.Json.Nodes;

namespace Braid.Simulator.WhatsApp;

/// <summary>How far one message of the business has come. Called under the number's gate.</summary>
internal sealed class WhatsAppTrack(WhatsAppNumber number, string id, string address, WhatsAppPerson? person, string? callbackData, bool template)
{
    private WhatsAppReceipts reached;

    public string Id => id;

    /// <summary>Raises the status step by step, as the phone would; never back.</summary>
    public void RiseTo(WhatsAppReceipts wanted, DateTimeOffset at)
    {
        while (reached < wanted)
        {
            Report((++reached).ToString().ToLowerInvariant(), at, null);
        }
    }

    public void Fail(int code, string title, string details, DateTimeOffset at) =>
        Report("failed", at, new JsonObject
        {
            ["code"] = code, ["title"] = title, ["message"] = title, ["error_data"] = new JsonObject { ["details"] = details },
            ["href"] = "https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes",
        });

    private void Report(string status, DateTimeOffset at, JsonObject? error)
    {
        var item = new JsonObject
        {
            ["id"] = id, ["status"] = status, ["timestamp"] = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        };
        if (person is null || !person.HidesPhone)
        {
            item["recipient_id"] = person?.Phone ?? address;
        }

        if (error is null && person is not null)
        {
            item["recipient_user_id"] = person.UserId;
        }

        if (status is "sent" or "delivered")
        {
            item["pricing"] = template
                ? new JsonObject { ["billable"] = true, ["pricing_model"] = "PMP", ["category"] = "utility", ["type"] = "regular" }
                : new JsonObject { ["billable"] = false, ["pricing_model"] = "PMP", ["category"] = "service", ["type"] = "free_customer_service" };
        }

        if (error is not null)
        {
            item["errors"] = new JsonArray(error);
        }

        if (callbackData is not null)
        {
            item["biz_opaque_callback_data"] = callbackData;
        }

        number.Report(error is null && person is not null ? [person.Contact] : null, "statuses", item, at);
    }
}
