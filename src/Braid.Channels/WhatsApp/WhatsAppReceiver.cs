using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.WhatsApp;

internal sealed class WhatsAppReceiver : IReceiver<WhatsAppSettings>
{
    private const string Prefix = "sha256=";

    public Verdict Verify(WebhookRequest request, WhatsAppSettings settings) =>
        request.Method == "GET" ? Handshake(request, settings)
        : IsSigned(request, settings.AppSecret) ? new Verdict.Genuine()
        : new Verdict.Forged("X-Hub-Signature-256 does not match the app secret");

    public Reading Read(RawDelivery delivery, WhatsAppSettings settings) =>
        ChannelJson.Read(delivery, "a WhatsApp webhook", json =>
        {
            if (json.Text("object") is not { } kind) return new Reading.Unreadable("not a WhatsApp webhook: it names no object");
            if (kind != "whatsapp_business_account") return new Reading.Ignored($"{kind}: no content for us");

            var events = new List<InboundEvent>();
            var skipped = new List<string>();
            foreach (var change in json.Items("entry").SelectMany(entry => entry.Items("changes")))
            {
                ReadChange(change.Text("field") ?? "unknown", new(change.Get("value")), events, skipped);
            }

            return events.Count > 0
                ? new Reading.Events(events) { Skipped = skipped }
                : new Reading.Ignored(skipped.Count == 0 ? "nothing in it" : string.Join("; ", skipped));
        });

    private static void ReadChange(string field, WhatsAppValue value, List<InboundEvent> events, List<string> skipped)
    {
        switch (field)
        {
            case "messages":
                foreach (var item in value.Json.Items("messages")) WhatsAppMessages.Read(value, new(item), outbound: false, events, skipped);
                foreach (var item in value.Json.Items("statuses")) WhatsAppStatuses.Read(value, item, events, skipped);
                foreach (var item in value.Json.Items("errors"))
                {
                    var error = new GraphError(item);
                    skipped.Add($"WhatsApp reports trouble: {error.Details} ({error.CodeText})");
                }

                break;
            case "smb_message_echoes":
                foreach (var item in value.Json.Items("message_echoes")) WhatsAppMessages.Read(value, new(item), outbound: true, events, skipped);
                break;
            case "user_id_update":
                foreach (var item in value.Json.Items("user_id_update"))
                {
                    skipped.Add($"a customer's id changed from {item.Get("user_id").Id("previous")} to {item.Get("user_id").Id("current")}");
                }

                break;
            case "user_preferences":
                foreach (var item in value.Json.Items("user_preferences"))
                {
                    skipped.Add($"{item.Id("wa_id") ?? item.Id("user_id")} chose {item.Text("value")} for {item.Text("category")}");
                }

                break;
            default:
                skipped.Add($"{field}: {Summary(value.Json)}");
                break;
        }
    }

    /// <summary>News of the account: the few words an admin looks for.</summary>
    private static string Summary(JsonElement value) =>
        string.Join(' ', new[] { "event", "message_template_name", "new_category", "new_quality_score", "decision", "alert_type", "reason" }
            .Select(name => value.Text(name)).OfType<string>()) is { Length: > 0 } words ? words : "no content for us";

    private static Verdict Handshake(WebhookRequest request, WhatsAppSettings settings)
    {
        string? Asked(string name) => request.Query.GetValueOrDefault(name);
        return Asked("hub.mode") == "subscribe" && Secrets.Match(Asked("hub.verify_token"), settings.VerifyToken) && Asked("hub.challenge") is { } challenge
            ? new Verdict.Challenge(HttpReply.Text(challenge))
            : new Verdict.Forged("the verify token does not match", 403);
    }

    /// <summary>Over the bytes as received: Meta escapes non-ASCII, so a body written anew would not match.</summary>
    private static bool IsSigned(WebhookRequest request, string appSecret)
    {
        if (appSecret.Length == 0 || request.Header("X-Hub-Signature-256") is not { } given || !given.StartsWith(Prefix, StringComparison.Ordinal)) return false;

        Span<byte> claimed = stackalloc byte[HMACSHA256.HashSizeInBytes], expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (Convert.FromHexString(given.AsSpan(Prefix.Length), claimed, out _, out var length) != OperationStatus.Done || length != claimed.Length) return false;
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(appSecret), request.Body.Span, expected);
        return CryptographicOperations.FixedTimeEquals(claimed, expected);
    }
}
