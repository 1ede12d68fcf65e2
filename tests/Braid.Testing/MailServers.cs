using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Braid.Testing;

/// <summary>
/// A real IMAP server (dovecot) for tests, on free loopback ports and in a folder of its own. Any user name, the password is
/// <see cref="Password"/>. Mail gets in by LMTP, as on a real server. Disposing stops it and removes the folder.
/// </summary>
public sealed class MailServers : IAsyncDisposable
{
    public const string Password = "pw";

    private readonly string folder;
    private Process? dovecot;

    private MailServers(string folder) => this.folder = folder;

    public int ImapPort { get; private set; }
    public int ImapsPort { get; private set; }
    public int LmtpPort { get; private set; }

    /// <summary>SHA-256 of the server's own certificate, in hex.</summary>
    public string CertificateSha256 { get; private set; } = "";

    /// <summary>Why the servers can't run here, in words for a skipped test; null when they can.</summary>
    public static string? Missing { get; } = Find("dovecot") is null || !Serves("imap") || !Serves("lmtp")
        ? "dovecot with IMAP and LMTP (dovecot-imapd, dovecot-lmtpd) is not installed: the IMAP client was not tested against a real server."
        : null;

    /// <summary>With BRAID_TEST_ALL=1 nothing may be skipped.</summary>
    public static bool MustRun => Environment.GetEnvironmentVariable("BRAID_TEST_ALL") == "1";

    public static async Task<MailServers> StartAsync(CancellationToken ct)
    {
        if (Missing is not null) { throw new InvalidOperationException(Missing); }
        var servers = new MailServers(Directory.CreateTempSubdirectory("braid-mail").FullName);
        try
        {
            await servers.RunAsync(ct);
            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    /// <summary>Hands a mail to the server; it is in the user's INBOX when this returns.</summary>
    public async Task DeliverAsync(string user, ReadOnlyMemory<byte> mail, CancellationToken ct)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, LmtpPort, ct);
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.Latin1);
        await ExpectAsync(reader, '2', ct);
        await SayAsync(stream, "LHLO test", ct);
        await ExpectAsync(reader, '2', ct);
        await SayAsync(stream, "MAIL FROM:<sender@example.org>", ct);
        await ExpectAsync(reader, '2', ct);
        await SayAsync(stream, $"RCPT TO:<{user}>", ct);
        await ExpectAsync(reader, '2', ct);
        await SayAsync(stream, "DATA", ct);
        await ExpectAsync(reader, '3', ct);
        var text = Encoding.Latin1.GetString(mail.Span).ReplaceLineEndings("\r\n").Replace("\r\n.", "\r\n..", StringComparison.Ordinal);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(text.EndsWith('\n') ? text : text + "\r\n"), ct);
        await SayAsync(stream, ".", ct);
        await ExpectAsync(reader, '2', ct);
        await SayAsync(stream, "QUIT", ct);
    }

    /// <summary>Makes the server number a mailbox anew, as after a restore from a backup: everybody's UIDs lose their meaning.</summary>
    public void Renumber(string user)
    {
        foreach (var name in (string[])["dovecot-uidlist", "dovecot.index", "dovecot.index.log", "dovecot.index.cache", "dovecot-uidvalidity"])
        {
            File.Delete(Path.Combine(folder, "mail", user, name));
        }

        foreach (var file in Directory.EnumerateFiles(Path.Combine(folder, "mail", user), "dovecot-uidvalidity.*")) { File.Delete(file); }

        // UIDVALIDITY is the clock's second; a number of our own makes sure that it differs.
        var list = Path.Combine(folder, "mail", user, "dovecot-uidlist");
        File.WriteAllText(list, $"3 V{RandomNumberGenerator.GetInt32(1_000_000, 9_000_000)} N1 G{Guid.NewGuid():N}\n");
        if (!OperatingSystem.IsWindows()) { File.SetUnixFileMode(list, (UnixFileMode)0b110_110_110); }
    }

    public async ValueTask DisposeAsync()
    {
        if (dovecot is { HasExited: false })
        {
            // The master stops its children when it is asked politely.
            using var stop = Process.Start("kill", dovecot.Id.ToString(CultureInfo.InvariantCulture));
            await stop.WaitForExitAsync();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            try
            {
                await dovecot.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                dovecot.Kill(entireProcessTree: true);
            }
        }

        dovecot?.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private async Task RunAsync(CancellationToken ct)
    {
        (ImapPort, ImapsPort, LmtpPort) = (FreePort(), FreePort(), FreePort());
        WriteCertificate();
        Directory.CreateDirectory(Path.Combine(folder, "run"));
        Directory.CreateDirectory(Path.Combine(folder, "mail"));
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
            File.SetUnixFileMode(folder, everybody);
            File.SetUnixFileMode(Path.Combine(folder, "mail"), everybody | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite);
        }

        var configuration = Path.Combine(folder, "dovecot.conf");
        await File.WriteAllTextAsync(configuration, Configuration(), ct);
        dovecot = Process.Start(new ProcessStartInfo(Find("dovecot")!, ["-F", "-c", configuration]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        foreach (var port in (int[])[ImapPort, ImapsPort, LmtpPort]) { await ListeningAsync(port, patience.Token); }
    }

    private async Task ListeningAsync(int port, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, ct);
                return;
            }
            catch (SocketException) when (dovecot is { HasExited: false })
            {
                await Task.Delay(20, ct);
            }
            catch (SocketException)
            {
                throw new InvalidOperationException("dovecot did not start: " + await dovecot!.StandardError.ReadToEndAsync(ct) + Log());
            }
        }
    }

    private string Log() => File.Exists(Path.Combine(folder, "dovecot.log")) ? File.ReadAllText(Path.Combine(folder, "dovecot.log")) : "";

    private void WriteCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(2));
        File.WriteAllText(Path.Combine(folder, "cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "key.pem"), key.ExportPkcs8PrivateKeyPem());
        CertificateSha256 = Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));
    }

    private string Configuration()
    {
        // dovecot's login process refuses to be root, so root runs it as the users its package made.
        var root = Environment.UserName == "root";
        var user = root ? "dovecot" : Run("id", "-un");
        var group = root ? "dovecot" : Run("id", "-gn");
        var mailUser = root ? "65534" : Run("id", "-u");
        var mailGroup = root ? "65534" : Run("id", "-g");
        return $$"""
            protocols = imap lmtp
            base_dir = {{folder}}/run
            state_dir = {{folder}}/run
            log_path = {{folder}}/dovecot.log
            listen = 127.0.0.1
            ssl = yes
            ssl_cert = <{{folder}}/cert.pem
            ssl_key = <{{folder}}/key.pem
            disable_plaintext_auth = no
            auth_mechanisms = plain login
            default_internal_user = {{user}}
            default_internal_group = {{group}}
            default_login_user = {{(root ? "dovenull" : user)}}
            first_valid_uid = 1
            mail_location = maildir:{{folder}}/mail/%u
            mailbox_idle_check_interval = 1 secs
            recipient_delimiter = +
            namespace inbox {
              inbox = yes
              mailbox "Entwürfe" {
                auto = create
              }
            }
            passdb {
              driver = static
              args = password={{Password}}
            }
            userdb {
              driver = static
              args = uid={{mailUser}} gid={{mailGroup}} home={{folder}}/mail/%u allow_all_users=yes
            }
            service anvil {
              chroot =
            }
            service stats {
              chroot =
            }
            service imap-login {
              chroot =
              inet_listener imap {
                port = {{ImapPort}}
              }
              inet_listener imaps {
                port = {{ImapsPort}}
              }
            }
            service lmtp {
              user = {{(root ? "root" : user)}}
              inet_listener lmtp {
                address = 127.0.0.1
                port = {{LmtpPort}}
              }
            }
            """;
    }

    private static async Task SayAsync(NetworkStream stream, string line, CancellationToken ct) => await stream.WriteAsync(Encoding.Latin1.GetBytes(line + "\r\n"), ct);

    private static async Task ExpectAsync(StreamReader reader, char kind, CancellationToken ct)
    {
        string? line;
        do { line = await reader.ReadLineAsync(ct); }
        while (line is { Length: > 3 } && line[3] == '-');
        if (line is null || line[0] != kind) { throw new InvalidOperationException("LMTP: " + line); }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool Serves(string protocol) =>
        Array.Exists(["/usr/lib/dovecot", "/usr/libexec/dovecot", "/usr/local/libexec/dovecot", "/opt/homebrew/libexec/dovecot"], folder => File.Exists(Path.Combine(folder, protocol)));

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Append("/usr/local/sbin").Select(d => Path.Combine(d, program)).FirstOrDefault(File.Exists);

    private static string Run(string program, string argument)
    {
        using var process = Process.Start(new ProcessStartInfo(program, argument) { RedirectStandardOutput = true })!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return text.Trim();
    }
}
