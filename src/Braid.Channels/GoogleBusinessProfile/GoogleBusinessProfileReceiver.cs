using System.Text;
using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.GoogleBusinessProfile;

/// <summary>
/// Notifications only point at a review; the listener, which looks every minute, brings it. They are proven and told on the deliveries
/// screen, so that a lost one is seen.
/// </summary>
internal sealed class GoogleBusinessProfileReceiver : IReceiver<GoogleBusinessProfileSettings>, IKeys<GoogleBusinessProfileSettings>
{
    /// <summary>The listener's note: a changed review that was not seen before its change.</summary>
    public const string First = "first";

    private static readonly string[] Issuers = ["https://accounts.google.com", "accounts.google.com"];

    public IReadOnlyList<Uri> KeysFor(WebhookRequest request, GoogleBusinessProfileSettings settings) => [KeysAt(settings)];

    public Verdict Verify(WebhookRequest request, GoogleBusinessProfileSettings settings)
    {
        if (string.IsNullOrWhiteSpace(settings.PushServiceAccount))
        {
            return new Verdict.Forged("notifications are not set up: no push service account is entered", 403);
        }

        var audience = string.IsNullOrWhiteSpace(settings.PushAudience) ? request.Url.GetLeftPart(UriPartial.Path) : settings.PushAudience;
        if (Jwt.Check(Jwt.Bearer(request), request.Keys.GetValueOrDefault(KeysAt(settings).AbsoluteUri), Issuers, [audience], request.ReceivedAt) is not { } token)
        {
            return new Verdict.Forged("the bearer token is not Google's, or not for this address");
        }

        var (email, verified) = (token.TryGetClaim("email", out var e) ? e.Value : null, token.TryGetClaim("email_verified", out var v) ? v.Value : null);
        return Secrets.Match(email, settings.PushServiceAccount) && string.Equals(verified, "true", StringComparison.OrdinalIgnoreCase)
            ? new Verdict.Genuine()
            : new Verdict.Forged("the bearer token is another service account's", 403);
    }

    public Reading Read(RawDelivery delivery, GoogleBusinessProfileSettings settings) => ChannelJson.Read(delivery, "a review or notification of Google Business Profile", json =>
    {
        // A recorded notification may be wrapped, with its decoded data beside it.
        var envelope = json.Get("body").IsObject() ? json.Get("body") : json;
        if (envelope.Get("message").IsObject()) { return Notification(envelope.Get("message")); }

        var first = delivery.Query.ContainsKey(First);
        var reviews = json.Get("name").Exists() ? [json] : json.Items("reviews").ToList();
        List<InboundEvent> events = [.. reviews.Select(review => GoogleReview.Read(review, first)).OfType<InboundEvent>()];
        return events.Count > 0 ? new Reading.Events(events)
            : json.IsObject() ? new Reading.Ignored("no reviews in it")
            : new Reading.Unreadable("not a review or notification of Google Business Profile");
    });

    private static Reading.Ignored Notification(JsonElement message)
    {
        if (Signatures.Base64(message.Text("data")) is not { } data) { return new Reading.Ignored("a notification without data"); }
        try
        {
            using var document = JsonDocument.Parse(data);
            var json = document.RootElement;
            // Google's own integrations disagree on the names.
            var about = new[] { "review", "reviewName", "name", "reviewId" }.Select(n => json.Text(n) ?? json.Get(n).Text("name")).OfType<string>().FirstOrDefault();
            return new Reading.Ignored($"{json.Text("notificationType") ?? "notification"}{(about is null ? "" : $" {about}")}: the next look brings what is new");
        }
        catch (JsonException)
        {
            return new Reading.Ignored($"a notification of {Encoding.UTF8.GetByteCount(message.GetRawText())} bytes that is no JSON");
        }
    }

    private static Uri KeysAt(GoogleBusinessProfileSettings settings) => new(JsonApi.Base(settings.KeysUrl, "https://www.googleapis.com/oauth2/v3/certs"));
}
