using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Braid.Simulator.Load;

namespace Braid.Bench.Machine;

/// <summary>Braid as users run it: `dotnet Braid.dll serve` in a process of its own, with one WhatsApp inbox.</summary>
internal sealed class BraidServer(string connectionString, string folder, int port, string? program = null) : IAsyncDisposable
{
    public const string Token = "braid_bench_owner_token_0123456789abcdef";
    private const string AppSecret = "bench app secret";
    private const string PhoneNumberId = "106540352242922";

    private Process? process;

    public Uri Address { get; } = new($"http://127.0.0.1:{port}");
    public int ProcessId => process!.Id;
    public LoadTarget Target { get; private set; } = null!;

    public static string Built => Path.Combine(AppContext.BaseDirectory, "Braid.dll");

    /// <summary>Starts and waits until it takes connections.</summary>
    public async Task StartAsync()
    {
        Launch();
        using var http = Client();
        while (true)
        {
            try
            {
                if ((await http.GetAsync("/health/ready")).IsSuccessStatusCode) { return; }
            }
            catch (HttpRequestException)
            {
                if (process!.HasExited) { throw new InvalidOperationException("Braid ended at its start: " + await process.StandardError.ReadToEndAsync()); }
            }

            await Task.Delay(20);
        }
    }

    public void Launch()
    {
        var start = new ProcessStartInfo("dotnet", [program ?? Built, "serve", "--urls", Address.ToString()]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in new (string, string)[]
        {
            ("ConnectionStrings__Braid", connectionString), ("Braid__DataPath", folder), ("Braid__Bootstrap__Email", "owner@braid.example"),
            ("Braid__Bootstrap__Password", "correct horse battery"), ("Braid__Bootstrap__ApiToken", Token), ("Braid__Security__MasterKey", "the master key of a bench that keeps nothing"),
            ("Logging__LogLevel__Default", "Warning"), ("ASPNETCORE_ENVIRONMENT", "Production"),
        })
        {
            start.Environment[name] = value;
        }

        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => { if (line.Data?.Contains("warn", StringComparison.Ordinal) == true || line.Data?.Contains("fail", StringComparison.Ordinal) == true) { Console.Error.WriteLine(line.Data); } };
        process.BeginOutputReadLine();
    }

    public async Task ConnectInboxAsync()
    {
        using var http = Client();
        Target = await ConnectInboxAsync(http, Address);
    }

    public static async Task<LoadTarget> ConnectInboxAsync(HttpClient owner, Uri address)
    {
        using var made = await owner.PostAsJsonAsync("/api/v1/inboxes", new
        {
            channel = "whatsapp", name = "Bench",
            settings = new { phoneNumberId = PhoneNumberId, accessToken = "bench", appSecret = AppSecret, verifyToken = "bench", apiBaseUrl = "http://127.0.0.1:9" },
        });
        var body = await made.Content.ReadAsStringAsync();
        if (!made.IsSuccessStatusCode) { throw new InvalidOperationException($"The inbox was not made: {body}"); }
        var path = new Uri(JsonDocument.Parse(body).RootElement.GetProperty("webhookUrl").GetString()!).PathAndQuery;
        return new LoadTarget.WhatsApp(new Uri(address, path), AppSecret, PhoneNumberId);
    }

    public HttpClient Client()
    {
        var http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(30) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        return http;
    }

    /// <summary>As a power cut would end it: SIGKILL.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Resident memory in MiB.</summary>
    public double ResidentMiB()
    {
        var line = File.ReadLines($"/proc/{ProcessId}/status").First(l => l.StartsWith("VmRSS", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false }) { await KillAsync(); }
        process?.Dispose();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
