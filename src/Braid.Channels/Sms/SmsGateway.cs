using Braid.Channels.Common;

namespace Braid.Channels.Sms;

/// <summary>What one provider takes. Text in UTF-16 code units, for the basic alphabet and for anything else; files only as addresses.</summary>
internal sealed record SmsLimits(int BasicText, int AnyText)
{
    public int FilesPerMessage { get; init; } = 10;
    public long FileBytes { get; init; } = 5 * 1024 * 1024;
}

/// <summary>One message as the provider gets it: a long text becomes several, files go with the first.</summary>
internal sealed record SmsPart(string To, string Text, IReadOnlyList<OutboundAttachment> Files, Guid MessageId, int Index)
{
    /// <summary>Echoed by the provider in its reports. The first part's is our message id.</summary>
    public string Reference => MessageId.ToString("D");
}

/// <summary>The seam between the channel and one provider: how it signs, writes, sends and answers.</summary>
internal abstract class SmsGateway
{
    public abstract string Name { get; }
    public abstract SmsLimits Limits { get; }

    /// <summary>Hosts of this provider that hold files and want our credentials, besides the API's own.</summary>
    public virtual IReadOnlyList<string> FileHosts => [];

    /// <summary>What this provider needs, in words for the admin.</summary>
    public abstract IEnumerable<(string Field, string Problem)> Check(SmsSettings settings);

    public abstract Verdict Verify(WebhookRequest request, SmsSettings settings);

    public abstract Reading Read(RawDelivery delivery, SmsSettings settings);

    /// <summary>A customer's address as this provider writes it in messages from them.</summary>
    public abstract string AddressOf(string recipient);

    public abstract Task<SendResult> SendAsync(SmsPart part, SmsSettings settings, ProviderContext context, CancellationToken ct);

    /// <param name="connect">Also does what can be done for the admin.</param>
    public abstract Task<IReadOnlyList<CheckStep>> SetUpAsync(SmsSettings settings, ConnectContext context, bool connect, CancellationToken ct);

    public string Base(SmsSettings settings) => JsonApi.Base(settings.ApiBaseUrl, DefaultBase(settings));

    protected abstract string DefaultBase(SmsSettings settings);

    public abstract Action<HttpRequestMessage> Authorize(SmsSettings settings, TimeProvider clock);

    protected JsonApi Api(SmsSettings settings, ProviderContext context) =>
        new(Base(settings), context, SmsChannel.Limits.CallTimeout, Authorize(settings, context.Clock));

    /// <summary>Where reports about this message go; our id in the query comes back with them.</summary>
    protected static string? Callback(SmsPart part, SmsSettings settings, ProviderContext context)
    {
        var address = string.IsNullOrWhiteSpace(settings.StatusCallback) ? context.WebhookUrl?.AbsoluteUri : settings.StatusCallback;
        return address is null ? null : $"{address}{(address.Contains('?') ? '&' : '?')}ref={part.Reference}";
    }

    /// <summary>The id that <see cref="Callback"/> put into the address.</summary>
    protected static string? Reference(RawDelivery delivery) =>
        delivery.Query.TryGetValue("ref", out var reference) && Guid.TryParse(reference, out _) ? reference : null;

    protected static IEnumerable<(string Field, string Problem)> Needs(params (string? Value, string Field, string Problem)[] fields) =>
        fields.Where(f => string.IsNullOrWhiteSpace(f.Value)).Select(f => (f.Field, f.Problem));

    protected const string NoNumber = "Enter the number (or sender name) that customers see.";

    /// <summary>A step nobody can check for the admin.</summary>
    protected static CheckStep ByHand(string words) => new("Webhook", true, words);
}

internal static class SmsGateways
{
    private static readonly Twilio.TwilioSms Twilio = new();
    private static readonly Vonage.VonageSms Vonage = new();
    private static readonly MessageBird.MessageBirdSms MessageBird = new();
    private static readonly Telnyx.TelnyxSms Telnyx = new();
    private static readonly Plivo.PlivoSms Plivo = new();
    private static readonly Infobip.InfobipSms Infobip = new();

    /// <summary>Null while no provider is chosen.</summary>
    public static SmsGateway? Of(SmsSettings settings) => settings.Provider switch
    {
        SmsProvider.Twilio => Twilio,
        SmsProvider.Vonage => Vonage,
        SmsProvider.Messagebird => MessageBird,
        SmsProvider.Telnyx => Telnyx,
        SmsProvider.Plivo => Plivo,
        SmsProvider.Infobip => Infobip,
        _ => null,
    };
}
