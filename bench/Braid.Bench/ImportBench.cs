using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Braid.Bench.Machine;
using Braid.Testing;

namespace Braid.Bench;

/// <summary>`import`: a CSV of customers, each with name, address, number, company and two tags: checked, run, run again (all known now), undone.</summary>
internal static class ImportBench
{
    public static Command Create()
    {
        var engine = Prepared.EngineOption();
        var rows = new Option<int>("--rows") { DefaultValueFactory = _ => 100_000 };
        var command = new Command("import", "A file of customers in, and out again.") { Options = { engine, rows } };
        command.SetAction((p, ct) => RunAsync(p.GetValue(engine), p.GetValue(rows)));
        return command;
    }

    private static async Task RunAsync(TestEngine engine, int rows)
    {
        await using var stand = await Stand.StartAsync(engine);
        await using var server = new BraidServer(await stand.DatabaseAsync("braid"), stand.Folder, BraidServer.FreePort());
        await server.StartAsync();
        using var http = server.Client();
        var report = new Report("step", "s", "rows/s", "made, changed, failed", "foreign CPU, cores");
        var file = await UploadAsync(http, rows);
        var first = (await CallAsync(http, HttpMethod.Post, "/imports", new { fileId = file })).GetProperty("id").GetString()!;
        var second = (await CallAsync(http, HttpMethod.Post, "/imports", new { fileId = file })).GetProperty("id").GetString()!;
        foreach (var (import, step) in new[] { (first, "check"), (first, "run"), (second, "check"), (second, "run"), (first, "undo") })
        {
            var cpu = new CpuMeter(server.ProcessId, stand.DatabaseProcess);
            var watch = Stopwatch.StartNew();
            await CallAsync(http, HttpMethod.Post, $"/imports/{import}/{step}", new { });
            JsonElement now;
            do
            {
                await Task.Delay(100); // Another process does the work; its state is asked as a browser would.
                now = await CallAsync(http, HttpMethod.Get, $"/imports/{import}", null);
            }
            while (now.GetProperty("state").GetString() is "checking" or "running" or "undoing");
            watch.Stop();
            if (now.GetProperty("state").GetString() == "failed") { throw new InvalidOperationException(now.GetProperty("error").GetString()); }
            report.Add(
                (import == first ? "" : "again: ") + step, watch.Elapsed.TotalSeconds, rows / watch.Elapsed.TotalSeconds,
                $"{now.GetProperty("made").GetInt32()}, {now.GetProperty("changed").GetInt32()}, {now.GetProperty("failed").GetInt32()}", cpu.Stop().Foreign.ToString("N2", CultureInfo.InvariantCulture));
        }

        report.Print($"Import of {rows:N0} rows, {engine} (gate: run < 60 s)");
    }

    private static async Task<string> UploadAsync(HttpClient http, int rows)
    {
        var csv = new StringBuilder("name,email,phone,company,tags\n");
        for (var i = 0; i < rows; i++) { csv.Append(CultureInfo.InvariantCulture, $"Person {(char)('A' + (i % 26))}{(char)('a' + (i / 26 % 26))} Number{i},p{i}@example.org,+4915{i:D9},Company {i % 5000},\"customer, group {i % 7}\"\n"); }
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes(csv.ToString())) { Headers = { ContentType = new("text/csv") } }, "file", "customers.csv" } };
        using var response = await http.PostAsync("/api/v1/files", form);
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    private static async Task<JsonElement> CallAsync(HttpClient http, HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, "/api/v1" + path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? JsonSerializer.Deserialize<JsonElement>(text) : throw new InvalidOperationException($"{path}: {text}");
    }
}
