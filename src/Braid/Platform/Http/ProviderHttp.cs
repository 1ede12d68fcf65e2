using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Braid.Platform.Http;

/// <summary>
/// The one client for calls to the outside: providers, their files, webhooks. Keeps no cookies, unpacks nothing, uses no proxy (it
/// would resolve names behind the guard's back).
/// </summary>
internal sealed class ProviderHttp : IDisposable
{
    private readonly bool allowPrivate;

    public ProviderHttp(IOptions<BraidOptions> options, IHostEnvironment environment)
    {
        allowPrivate = options.Value.Security.AllowPrivateTargets ?? environment.IsDevelopment();
        Client = new HttpClient(new GuardedRedirects(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ConnectTimeout = TimeSpan.FromSeconds(10),
            MaxResponseHeadersLength = 64,
            ConnectCallback = ConnectAsync,
        }))
        {
            Timeout = TimeSpan.FromSeconds(100),
            MaxResponseContentBufferSize = 32 * 1024 * 1024,
        };
        Client.DefaultRequestHeaders.UserAgent.ParseAdd("Braid/0.1");
    }

    public HttpClient Client { get; }

    public void Dispose() => Client.Dispose();

    /// <summary>A TCP connection under the same guard; any port, for mail and chat servers have their own.</summary>
    public Task<Stream> DialAsync(string host, int port, CancellationToken ct) => OpenAsync(host, port, anyPort: true, ct);

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct) =>
        await OpenAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, anyPort: false, ct);

    private async Task<Stream> OpenAsync(string host, int port, bool anyPort, CancellationToken ct)
    {
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, ct);
        var open = allowPrivate ? addresses : anyPort || TargetGuard.IsOpen(port) ? Array.FindAll(addresses, TargetGuard.IsPublic) : [];
        if (open.Length == 0)
        {
            throw addresses.Length == 0 ? new HttpRequestException(HttpRequestError.NameResolutionError, $"{host} has no address.") : new BlockedTargetException(host);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(open, port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

internal static class CappedReading
{
    /// <summary>Reads at most <paramref name="most"/> bytes; more is refused, however the sender declares its length.</summary>
    public static async Task<byte[]> ReadAtMostAsync(this HttpContent content, int most, CancellationToken ct)
    {
        if (content.Headers.ContentLength > most)
        {
            throw TooLong(most);
        }

        await using var stream = await content.ReadAsStreamAsync(ct);
        using var kept = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, ct)) > 0)
        {
            if (kept.Length + read > most)
            {
                throw TooLong(most);
            }

            kept.Write(buffer, 0, read);
        }

        return kept.ToArray();
    }

    private static HttpRequestException TooLong(int most) => new($"The answer is longer than {most} bytes.");
}
