using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;

namespace Braid.Channels.Common;

/// <summary>TLS over a connection that is open already.</summary>
internal static class SecureLine
{
    /// <summary>The certificate must be valid for the host, or be exactly the one whose SHA-256 is set. TLS 1.2 or later.</summary>
    public static async Task<Stream> OverAsync(Stream inner, string host, string? certificateSha256, CancellationToken ct)
    {
        var tls = new SslStream(inner, leaveInnerStreamOpen: false);
        var options = new SslClientAuthenticationOptions { TargetHost = host };
        if (!string.IsNullOrEmpty(certificateSha256) && Signatures.Hex(certificateSha256.Replace(":", "", StringComparison.Ordinal)) is { } expected)
        {
            options.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                certificate is not null && CryptographicOperations.FixedTimeEquals(SHA256.HashData(certificate.GetRawCertData()), expected);
        }

        try
        {
            await tls.AuthenticateAsClientAsync(options, ct);
            return tls.SslProtocol >= SslProtocols.Tls12 ? tls : throw new AuthenticationException("The server speaks only outdated TLS.");
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    public static bool IsLoopback(string host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
