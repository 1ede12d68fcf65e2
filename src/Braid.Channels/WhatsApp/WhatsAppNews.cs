using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.WhatsApp;

/// <summary>What Meta tells about the account, its number and its templates, in words for the inbox's log.</summary>
internal static class WhatsAppNews
{
    /// <summary>Null for fields that are no news.</summary>
    public static AccountNews? Of(string field, JsonElement value)
    {
        var happened = value.Text("event") ?? "";
        return field switch
        {
            "message_template_status_update" => Template(value, happened),
            "message_template_quality_update" => new(
                value.Text("new_quality_score") is "YELLOW" or "RED" ? NewsKind.Warning : NewsKind.Info,
                $"The quality of the template {Name(value)} is {value.Text("new_quality_score")} now, it was {value.Text("previous_quality_score")}."),
            "template_category_update" => new(NewsKind.Info, $"The template {Name(value)} is in the category {value.Text("new_category")} now, which may change its price."),
            "message_template_components_update" => new(NewsKind.Info, $"The template {Name(value)} was changed."),
            "phone_number_quality_update" => new(
                happened is "DOWNGRADE" or "FLAGGED" ? NewsKind.Warning : NewsKind.Info,
                $"The number {value.Text("display_phone_number")}: {happened}{Suffix(", limit ", value.Text("current_limit"))}."),
            "phone_number_name_update" => new(
                value.Text("decision") == "APPROVED" ? NewsKind.Info : NewsKind.Warning,
                $"The display name {value.Text("requested_verified_name")} was {value.Text("decision")}{Suffix(": ", value.Text("rejection_reason"))}."),
            "account_update" => Account(value, happened),
            "account_review_update" => new(value.Text("decision") == "APPROVED" ? NewsKind.Info : NewsKind.Warning, $"Meta reviewed the account: {value.Text("decision")}."),
            "account_alerts" => new(
                value.Text("alert_severity") is null or "INFORMATIONAL" ? NewsKind.Info : NewsKind.Warning,
                $"Meta says: {value.Text("alert_type")}{Suffix(". ", value.Text("alert_description"))}."),
            "business_capability_update" => new(NewsKind.Info, $"The account may now write first to {Limit(value) ?? "another number of"} people a day."),
            "security" => new(NewsKind.Warning, $"A security setting of the number changed: {happened}."),
            _ => null,
        };
    }

    private static AccountNews Template(JsonElement value, string happened)
    {
        var info = value.Get("rejection_info");
        var why = value.Get("other_info").Text("description") ?? info.Text("reason") ?? (value.Text("reason") is { } reason and not "NONE" ? reason : null);
        var good = happened is "APPROVED" or "REINSTATED" or "PENDING" or "IN_APPEAL";
        return new(good ? NewsKind.Info : NewsKind.Warning, $"The template {Name(value)} is {happened} now{Suffix(": ", why?.TrimEnd('.'))}.{Suffix(" ", info.Text("recommendation"))}");
    }

    private static AccountNews Account(JsonElement value, string happened)
    {
        var ban = value.Get("ban_info");
        var details = ban.Text("waba_ban_state") ?? value.Get("violation_info").Text("violation_type")
            ?? value.Items("restriction_info").Select(r => r.Text("restriction_type")).OfType<string>().FirstOrDefault();
        var text = $"The account: {happened}{Suffix(", ", details)}{Suffix(", ", ban.Text("waba_ban_date"))}. See Meta's business support.";
        return happened switch
        {
            "ACCOUNT_DELETED" or "PARTNER_REMOVED" or "PARTNER_APP_UNINSTALLED" => new(NewsKind.Revoked, text),
            "DISABLED_UPDATE" => new(details == "DISABLE" ? NewsKind.Revoked : details == "REINSTATE" ? NewsKind.Info : NewsKind.Warning, text),
            "ACCOUNT_RESTRICTION" or "ACCOUNT_VIOLATION" => new(NewsKind.Warning, text),
            _ => new(NewsKind.Info, $"The account: {happened}{Suffix(", ", details)}."),
        };
    }

    private static string Name(JsonElement value) => $"{value.Text("message_template_name")} ({value.Text("message_template_language")})";

    /// <summary>The field's name changed with the versions.</summary>
    private static string? Limit(JsonElement value) =>
        value.Id("max_daily_conversations_per_business") ?? value.Id("max_daily_conversation_per_phone") ?? value.Id("max_daily_conversations_per_phone");

    private static string Suffix(string before, string? words) => words is null ? "" : before + words;
}
