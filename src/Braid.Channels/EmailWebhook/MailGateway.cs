using Braid.Channels.Common;
using Braid.Channels.Email;

namespace Braid.Channels.EmailWebhook;

/// <summary>A mail as a service posted it.</summary>
/// <param name="Raw">The mail as it was, or put together again from the service's fields.</param>
internal sealed record PostedMail(ReadOnlyMemory<byte> Raw)
{
    /// <summary>The address it came to, which copies in Bcc don't show.</summary>
    public string? Recipient { get; init; }
    public DateTimeOffset? At { get; init; }
    /// <summary>What the service itself found about the sender's domain: the proof in words, or null.</summary>
    public Func<string, string?>? Vouch { get; init; }
    /// <summary>Why only the header is here.</summary>
    public string? Truncated { get; init; }
}

/// <summary>The seam between the channel and one service: how it signs, posts, reports and sends.</summary>
internal abstract class MailGateway
{
    /// <summary>Under this name our message id goes along with each mail and comes back in every report.</summary>
    protected const string OurId = "messageId";

    public abstract string Title { get; }

    /// <summary>What this service needs, in words for the admin.</summary>
    public abstract IEnumerable<(string Field, string Problem)> Check(EmailWebhookSettings settings);

    public abstract Verdict Verify(WebhookRequest request, EmailWebhookSettings settings);

    /// <summary>Null when the delivery is no mail.</summary>
    public abstract PostedMail? Mail(RawDelivery delivery);

    /// <summary>Everything else a service posts: reports, handshakes.</summary>
    public abstract Reading Report(RawDelivery delivery, EmailWebhookSettings settings);

    /// <param name="draft">Ready to be written as MIME, for services that take it.</param>
    public abstract Task<SendResult> SendAsync(OutboundMessage message, Email.Mime.MailDraft draft, EmailWebhookSettings settings, ProviderContext context, CancellationToken ct);

    /// <param name="connect">Also does what can be done for the admin.</param>
    public abstract Task<IReadOnlyList<CheckStep>> SetUpAsync(EmailWebhookSettings settings, ConnectContext context, bool connect, CancellationToken ct);

    public virtual IReadOnlyList<Uri> KeysFor(WebhookRequest request, EmailWebhookSettings settings) => [];

    protected static IEnumerable<(string Field, string Problem)> Needs(params (string? Value, string Field, string Problem)[] fields) =>
        fields.Where(f => string.IsNullOrWhiteSpace(f.Value)).Select(f => (f.Field, f.Problem));

    /// <summary>What became of a mail of ours.</summary>
    /// <param name="id">Our Message-ID or the service's own id: sending told both.</param>
    protected static InboundEvent Status(string status, string id, string? ours, DateTimeOffset? at, string? recipient, string? eventId = null) => new(InboundKind.Status)
    {
        ExternalId = id,
        TargetKey = id,
        Status = status,
        Timestamp = at,
        Correlation = ours,
        EventId = eventId,
        Extra = recipient is null ? [] : new Dictionary<string, string> { ["recipient"] = recipient },
    };

    /// <summary>The same for a mail that will not arrive.</summary>
    protected static InboundEvent Failure(InboundEvent status, string? recipient, string? code, string? words) => status with
    {
        Status = "failed",
        ErrorCode = code ?? EnhancedStatus.Find(words),
        ErrorText = new DeliveryReport(null, [new RecipientStatus(recipient, "failed", code ?? EnhancedStatus.Find(words), words)]).Reason,
    };

    protected static AccountNews Complaint(string? recipient) =>
        new(NewsKind.Warning, $"{recipient ?? "A recipient"} marked a mail of yours as spam. Don't write to this address again.");

    protected static Reading Reports(IReadOnlyList<InboundEvent> events, IReadOnlyList<string> skipped, IReadOnlyList<AccountNews> news) => events.Count > 0
        ? new Reading.Events(events) { Skipped = skipped, News = news }
        : new Reading.Ignored(skipped.Count > 0 ? string.Join("; ", skipped) : "nothing to report") { News = news };

    protected static SendResult.Sent Sent(OutboundMessage message, Email.Mime.MailDraft draft, params IEnumerable<string?> otherKeys) => new(draft.MessageId)
    {
        ThreadId = message.ThreadId ?? (draft.References is [var root, ..] ? root : draft.MessageId),
        OtherKeys = [.. otherKeys.Where(key => !string.IsNullOrEmpty(key) && key != draft.MessageId).Select(key => key!)],
    };

    protected static string Bare(string id) => id.Trim('<', '>', ' ');

    protected static DateTimeOffset? Time(string? text) => DateTimeOffset.TryParse(
        text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal | System.Globalization.DateTimeStyles.AdjustToUniversal, out var time) ? time : null;

    /// <summary>Of a provider's error in words an agent may see.</summary>
    protected static string Words(string? text) => text is null ? "" : " (" + (text.Length > 200 ? text[..200] : text).Trim().TrimEnd('.') + ")";
}

internal static class MailGateways
{
    private static readonly PostmarkMail Postmark = new();
    private static readonly MailgunMail Mailgun = new();
    private static readonly SendGridMail SendGrid = new();
    private static readonly SesMail Ses = new();

    /// <summary>Null while no service is chosen.</summary>
    public static MailGateway? Of(EmailWebhookSettings settings) => settings.Provider switch
    {
        MailProvider.Postmark => Postmark,
        MailProvider.Mailgun => Mailgun,
        MailProvider.Sendgrid => SendGrid,
        MailProvider.Ses => Ses,
        _ => null,
    };
}

/// <summary>The enhanced code (RFC 3463) in a server's words: `smtp;550 5.1.1 user unknown`.</summary>
internal static partial class EnhancedStatus
{
    public static string? Find(string? words) => words is not null && Code().Match(words.Length > 2000 ? words[..2000] : words) is { Success: true } match ? match.Value : null;

    [System.Text.RegularExpressions.GeneratedRegex(@"\b[245]\.\d{1,3}\.\d{1,3}\b")]
    private static partial System.Text.RegularExpressions.Regex Code();
}
