using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Braid.Channels.Email.Transport;

/// <summary>Opens a TCP connection to a mail server. The product may give one that refuses private addresses.</summary>
public delegate Task<Stream> MailDialer(string host, int port, CancellationToken ct);

internal static class MailDialers
{
    public static async Task<Stream> DirectAsync(string host, int port, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            await socket.ConnectAsync(host, port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

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
