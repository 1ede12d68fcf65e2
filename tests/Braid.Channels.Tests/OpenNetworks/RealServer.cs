using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Braid.Channels.Tests.OpenNetworks;

/// <summary>A real server program for a test, on a free loopback port and in a folder of its own; where it is missing the test skips, visibly.</summary>
internal sealed class RealServer : IAsyncDisposable
{
    private readonly Process process;

    private RealServer(Process process, string folder, int port) => (this.process, Folder, Port) = (process, folder, port);

    public string Folder { get; }
    public int Port { get; }

    /// <summary>Skips the test where the program is missing, unless nothing may be skipped.</summary>
    public static string Require(string program, string proves)
    {
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Append("/usr/local/sbin").Select(d => Path.Combine(d, program)).FirstOrDefault(File.Exists);
        if (found is null && Environment.GetEnvironmentVariable("BRAID_TEST_ALL") != "1") { Assert.Skip($"{program} is not installed: {proves} was not tested against a real server."); }
        return found ?? throw new InvalidOperationException($"{program} is not installed.");
    }

    /// <param name="prepare">Writes what the program needs into the folder and says how it is started.</param>
    public static async Task<RealServer> StartAsync(Func<string, int, ProcessStartInfo> prepare, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("braid-server").FullName;
        var port = FreePort();
        var start = prepare(folder, port);
        start.RedirectStandardError = start.RedirectStandardOutput = true;
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new RealServer(process, folder, port);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(TimeSpan.FromSeconds(40));
        try
        {
            while (true)
            {
                try
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(IPAddress.Loopback, port, patience.Token);
                    return server;
                }
                catch (SocketException) when (!process.HasExited)
                {
                    await Task.Delay(50, patience.Token);
                }
            }
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>`cert.pem` and `key.pem` of localhost; gives the certificate's SHA-256.</summary>
    public static string WriteCertificate(string folder)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(2));
        File.WriteAllText(Path.Combine(folder, "cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "key.pem"), key.ExportPkcs8PrivateKeyPem());
        return Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));
    }

    /// <summary>Everybody may enter: a server started by root gives up its rights.</summary>
    public static void Open(string folder)
    {
        if (!OperatingSystem.IsWindows()) { File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111); }
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
