using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Braid.Testing;

/// <summary>
/// A throw-away PostgreSQL in a temporary folder, shared by the tests of one process: Debian's binaries, loopback only, no fsync.
/// Each test takes a database of its own, copied from one that is already migrated.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly SemaphoreSlim One = new(1, 1);
    private static PostgresServer? shared;

    private readonly string folder;
    private readonly string bin;

    private PostgresServer(string folder, string bin, int port)
    {
        this.folder = folder;
        this.bin = bin;
        Port = port;
    }

    public int Port { get; }

    /// <summary>The postmaster: its tree is the whole server.</summary>
    public int ProcessId => int.Parse(File.ReadLines(Path.Combine(folder, "data", "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    /// <summary>The folder with initdb and pg_ctl, or null where PostgreSQL is not installed.</summary>
    public static string? Binaries { get; } = FindBinaries();

    /// <summary>Started at the first call of the process; ends with it. Null where PostgreSQL is not installed.</summary>
    public static async Task<PostgresServer?> SharedAsync()
    {
        if (Binaries is null)
        {
            return null;
        }

        await One.WaitAsync();
        try
        {
            if (shared is null)
            {
                shared = await StartAsync();
                AppDomain.CurrentDomain.ProcessExit += (_, _) => shared.StopBehindUs();
            }

            return shared;
        }
        finally
        {
            One.Release();
        }
    }

    /// <param name="durable">True: fsync on, as in production; for kill and load runs.</param>
    /// <param name="settings">Further `-c name=value`; the last word on a setting.</param>
    public static async Task<PostgresServer> StartAsync(bool durable = false, string settings = "")
    {
        var bin = Binaries ?? throw new InvalidOperationException("PostgreSQL is not installed.");
        var folder = Directory.CreateTempSubdirectory("braid-pg-").FullName;
        if (Environment.UserName == "root")
        {
            await RunAsync("chown", ["postgres", folder]);
        }

        var port = FreePort();
        await RunAsync(Path.Combine(bin, "initdb"), ["-D", Path.Combine(folder, "data"), "-A", "trust", "-U", "braid", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]);
        var options = $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c max_connections=300 -c shared_buffers=256MB"
            + (durable ? " -c max_wal_size=4GB" : " -c fsync=off -c synchronous_commit=off -c full_page_writes=off")
            + (settings.Length == 0 ? "" : " " + settings);
        await RunAsync(Path.Combine(bin, "pg_ctl"), ["-D", Path.Combine(folder, "data"), "-l", Path.Combine(folder, "log"), "-w", "-t", "60", "-o", options, "start"]);
        return new PostgresServer(folder, bin, port);
    }

    public string ConnectionString(string database) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Username=braid;Database={database};Maximum Pool Size=40");

    public async Task<string> CreateDatabaseAsync(string? template = null)
    {
        var name = "t" + Guid.NewGuid().ToString("n");
        await ExecuteAsync($"create database {name}" + (template is null ? "" : $" template {template}"));
        return name;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Stops at once, as a crash would; <see cref="StartAgainAsync"/> brings it back on the same port.</summary>
    public Task StopAsync() => RunAsync(Path.Combine(bin, "pg_ctl"), ["-D", Path.Combine(folder, "data"), "-m", "immediate", "-w", "stop"]);

    public Task StartAgainAsync() => RunAsync(
        Path.Combine(bin, "pg_ctl"),
        ["-D", Path.Combine(folder, "data"), "-l", Path.Combine(folder, "log"), "-w", "-o", $"-p {Port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c max_connections=300", "start"]);

    public async ValueTask DisposeAsync()
    {
        await Task.Run(Stop);
    }

    private void Stop()
    {
        try
        {
            using var stop = Process.Start(Info(Path.Combine(bin, "pg_ctl"), ["-D", Path.Combine(folder, "data"), "-m", "immediate", "stop"]))!;
            stop.WaitForExit(10_000);
            Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
            // A file of the dying server: the temporary folder is the system's to clean.
        }
    }

    /// <summary>
    /// Nobody waits for it: a run's hundreds of databases take longer to delete than the test runner grants a process that ends (it
    /// then speaks of threads left running).
    /// </summary>
    private void StopBehindUs()
    {
        using var stop = Process.Start(Info("/bin/sh", ["-c", "\"$1\" -D \"$2/data\" -m immediate stop; rm -rf \"$2\"", "sh", Path.Combine(bin, "pg_ctl"), folder]));
    }

    private static async Task RunAsync(string program, IEnumerable<string> arguments)
    {
        // Output goes nowhere: the server inherits the pipes and would keep a reader waiting.
        using var process = Process.Start(Info(program, arguments))!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{Path.GetFileName(program)} ended with {process.ExitCode}.");
        }
    }

    private static ProcessStartInfo Info(string program, IEnumerable<string> arguments)
    {
        var direct = Environment.UserName != "root" || program == "chown";
        IEnumerable<string> words = direct ? [program, .. arguments] : ["runuser", "-u", "postgres", "--", program, .. arguments];
        var info = new ProcessStartInfo("/bin/sh") { WorkingDirectory = "/tmp" };
        info.ArgumentList.Add("-c");
        info.ArgumentList.Add("exec \"$@\" >/dev/null 2>&1 </dev/null");
        info.ArgumentList.Add("sh");
        foreach (var word in words)
        {
            info.ArgumentList.Add(word);
        }

        return info;
    }

    private static string? FindBinaries() =>
        Environment.GetEnvironmentVariable("PGBIN")
        ?? new[] { "/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt" }
            .Where(Directory.Exists)
            .SelectMany(d => Directory.GetDirectories(d))
            .Select(d => Path.Combine(d, "bin"))
            .Where(d => File.Exists(Path.Combine(d, "initdb")))
            .OrderDescending(StringComparer.Ordinal)
            .FirstOrDefault();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
