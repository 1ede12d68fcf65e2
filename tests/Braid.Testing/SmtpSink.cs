using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Braid.Testing;

/// <summary>Postfix's smtp-sink: takes every mail, as strictly as Postfix reads SMTP, and keeps it in a file.</summary>
public sealed class SmtpSink : IAsyncDisposable
{
    private static readonly string[] Places = ["/usr/sbin/smtp-sink", "/usr/bin/smtp-sink", "/usr/local/sbin/smtp-sink"];

    private readonly string folder;
    private readonly Process process;

    private SmtpSink(string folder, Process process, int port) => (this.folder, this.process, Port) = (folder, process, port);

    public int Port { get; }

    public static string? Missing { get; } = Array.Exists(Places, File.Exists) ? null : "smtp-sink is not installed: the SMTP client was not tested against Postfix's code.";

    public static async Task<SmtpSink> StartAsync(CancellationToken ct)
    {
        var program = Array.Find(Places, File.Exists) ?? throw new InvalidOperationException(Missing);
        var folder = Directory.CreateTempSubdirectory("braid-sink").FullName;
        if (!OperatingSystem.IsWindows()) { File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111); }
        int port;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        string[] user = Environment.UserName == "root" ? ["-u", "nobody"] : [];
        var process = Process.Start(new ProcessStartInfo(program, [.. user, "-d", Path.Combine(folder, "mail."), "127.0.0.1:" + port.ToString(CultureInfo.InvariantCulture), "100"]))!;
        var sink = new SmtpSink(folder, process, port);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, patience.Token);
                return sink;
            }
            catch (SocketException) when (!process.HasExited)
            {
                await Task.Delay(20, patience.Token);
            }
        }
    }

    /// <summary>The mails taken so far, each with the envelope lines smtp-sink writes above it.</summary>
    public IReadOnlyList<string> Mails() => [.. Directory.EnumerateFiles(folder).Select(File.ReadAllText).Where(t => t.Length > 0)];

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) { process.Kill(); }
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
