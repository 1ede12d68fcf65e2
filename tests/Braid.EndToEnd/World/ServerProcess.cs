using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Braid.Testing;

namespace Braid.EndToEnd;

/// <summary>`dotnet Braid.dll serve` as a process of its own, so that it can be killed as the power failing would.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(60);
    private readonly string folder;
    private readonly string connectionString;
    private readonly int port = FreePort();
    private Process? process;

    public ServerProcess(string folder, string connectionString) => (this.folder, this.connectionString) = (folder, connectionString);

    public Uri Address => new($"http://127.0.0.1:{port}");

    /// <summary>Returns when it takes requests.</summary>
    public async Task StartAsync(CancellationToken ct)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Braid.dll"), "serve", "--urls", Address.ToString()])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder,
        };
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["ConnectionStrings__Braid"] = connectionString,
            ["Braid__DataPath"] = folder,
            ["Braid__Bootstrap__Email"] = TestBraid.OwnerEmail,
            ["Braid__Bootstrap__Password"] = TestBraid.OwnerPassword,
            ["Braid__Bootstrap__ApiToken"] = TestBraid.OwnerToken,
            ["Braid__Security__MasterKey"] = "one key for all nodes of a test",
            ["Braid__Security__AllowPrivateTargets"] = "true",
        })
        {
            start.Environment[name] = value;
        }

        var running = Process.Start(start)!;
        process = running;
        _ = running.StandardError.ReadToEndAsync(CancellationToken.None);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(StartsWithin);
        // It says so itself, once it listens.
        while (await running.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.Contains(Address.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)) { break; }
        }

        running.HasExited.ShouldBeFalse("the server ended at its start");
        _ = running.StandardOutput.ReadToEndAsync(CancellationToken.None);
    }

    /// <summary>SIGKILL: nothing gets to finish.</summary>
    public async Task KillAsync()
    {
        if (process is not { } running) { return; }
        process = null;
        running.Kill();
        await running.WaitForExitAsync(CancellationToken.None);
        running.Dispose();
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
