using System.Net.Security;
using System.Security.Cryptography;

namespace Braid.Channels.Email.Transport;

internal static class MailTls
{
    /// <summary>TLS 1.2 or later; the certificate must be valid for the host, or be exactly the one whose fingerprint is set.</summary>
    public static async Task<SslStream> SecureAsync(Stream inner, string host, string? fingerprint, CancellationToken ct)
    {
        var tls = new SslStream(inner, leaveInnerStreamOpen: false);
        try
        {
            var options = new SslClientAuthenticationOptions { TargetHost = host, EnabledSslProtocols = System.Security.Authentication.SslProtocols.None };
            if (!string.IsNullOrEmpty(fingerprint))
            {
                var expected = Convert.FromHexString(fingerprint.Replace(":", "", StringComparison.Ordinal));
                options.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                    certificate is not null && CryptographicOperations.FixedTimeEquals(SHA256.HashData(certificate.GetRawCertData()), expected);
            }

            await tls.AuthenticateAsClientAsync(options, ct);
            if (tls.SslProtocol < System.Security.Authentication.SslProtocols.Tls12)
            {
                throw new System.Security.Authentication.AuthenticationException("The server speaks only outdated TLS.");
            }

            return tls;
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }
}
