using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Braid.Channels.Common;

namespace Braid.Channels.EmailWebhook;

/// <summary>A post of Amazon SNS and its proof: RSA over named fields in a fixed order, by a certificate that lies on Amazon's hosts only.</summary>
internal sealed partial class SnsEnvelope
{
    private static readonly string[] NotificationFields = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"];
    private static readonly string[] HandshakeFields = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];

    private readonly Dictionary<string, string> fields = new(StringComparer.Ordinal);

    private SnsEnvelope()
    {
    }

    public string? Type => fields.GetValueOrDefault("Type");
    public string? Topic => fields.GetValueOrDefault("TopicArn");

    /// <summary>Null when this is no post of SNS.</summary>
    public static SnsEnvelope? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (!document.RootElement.IsObject()) { return null; }
            var envelope = new SnsEnvelope();
            foreach (var property in document.RootElement.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.String)) { envelope.fields.TryAdd(property.Name, property.Value.GetString()!); }
            return envelope.Type is not null && envelope.Topic is not null ? envelope : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Null when it does not lie where Amazon's certificates lie.</summary>
    /// <param name="ownApi">The API address of the settings, trusted by the admin.</param>
    public Uri? Certificate(string? ownApi) => Allowed("SigningCertURL", ownApi);

    public bool IsSignedBy(string certificate)
    {
        if (Signatures.Base64(fields.GetValueOrDefault("Signature")) is not { } signature) { return false; }
        var text = new StringBuilder();
        foreach (var name in Type == "Notification" ? NotificationFields : HandshakeFields)
        {
            if (fields.TryGetValue(name, out var value)) { text.Append(name).Append('\n').Append(value).Append('\n'); }
        }

        try
        {
            using var known = X509Certificate2.CreateFromPem(certificate);
            using var key = known.GetRSAPublicKey();
#pragma warning disable CA5350 // Version 1 of Amazon's signature, the default of topics, is SHA-1.
            var hash = fields.GetValueOrDefault("SignatureVersion") == "2" ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1;
#pragma warning restore CA5350
            return key is not null && key.VerifyData(Encoding.UTF8.GetBytes(text.ToString()), signature, hash, RSASignaturePadding.Pkcs1);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Amazon wants a visit to its link before it posts. A person follows it: who may decide that is an admin.</summary>
    public Reading Handshake(string? ownApi) => (Type, Allowed("SubscribeURL", ownApi)) switch
    {
        ("SubscriptionConfirmation", { } link) => new Reading.Ignored("Amazon SNS asks to confirm the subscription: an admin opens its link once")
        {
            News = [new(NewsKind.Warning, $"Amazon SNS waits for a confirmation before it posts here. Open this link once: {link.AbsoluteUri}")],
        },
        ("UnsubscribeConfirmation", _) => new Reading.Ignored("the subscription was ended at Amazon SNS")
        {
            News = [new(NewsKind.Revoked, "The subscription to the topic was ended at Amazon SNS, so no mail comes in. Choose Connect to subscribe again.")],
        },
        _ => new Reading.Ignored($"{Type}: nothing for the conversation"),
    };

    private Uri? Allowed(string field, string? ownApi)
    {
        if (!Uri.TryCreate(fields.GetValueOrDefault(field), UriKind.Absolute, out var address)) { return null; }
        if (address.Scheme == Uri.UriSchemeHttps && address.IsDefaultPort && address.UserInfo.Length == 0 && AmazonHost().IsMatch(address.Host)) { return address; }
        return Uri.TryCreate(ownApi, UriKind.Absolute, out var own) && own.Scheme == address.Scheme && own.Authority == address.Authority ? address : null;
    }

    [GeneratedRegex(@"^sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\z")]
    private static partial Regex AmazonHost();
}
