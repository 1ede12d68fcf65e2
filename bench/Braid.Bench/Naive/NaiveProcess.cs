using System.Diagnostics;
using System.Net.Sockets;
using Braid.Bench.Machine;
using Braid.Simulator.Load;
using Braid.Testing;

namespace Braid.Bench.Naive;

/// <summary>The naive server in a process of its own, with the same 50,000 people in its database.</summary>
internal sealed class NaiveProcess(Stand stand) : IAsyncDisposable
{
    private Process? process;

    public LoadTarget Target { get; private set; } = null!;
    public int ProcessId => process!.Id;

    public async Task StartAsync()
    {
        var database = await stand.DatabaseAsync("naive");
        var address = new Uri($"http://127.0.0.1:{BraidServer.FreePort()}");
        process = Process.Start("dotnet", [typeof(NaiveProcess).Assembly.Location, "naive", "--url", address.ToString(), "--database", database])!;
        using var http = new HttpClient { BaseAddress = address };
        while (true)
        {
            try
            {
                await http.GetAsync("/");
                break;
            }
            catch (HttpRequestException e) when (e.InnerException is SocketException && !process.HasExited)
            {
                await Task.Delay(50);
            }
        }

        await PreloadAsync(database);
        await stand.SettleAsync(database);
        Target = new LoadTarget.WhatsApp(new Uri(address, "/webhooks/whatsapp"), NaiveServer.AppSecret, "106540352242922");
    }

    private Task PreloadAsync(string database)
    {
        var (rows, number) = stand.Engine == TestEngine.Postgres
            ? ($"generate_series(0, {Load.People - 1}) g(n)", "'44' || lpad(n::text, 9, '0')")
            : ($"(with recursive g(n) as (select 0 union all select n + 1 from g where n < {Load.People - 1}) select n from g)", "'44' || printf('%09d', n)");
        return stand.ExecuteAsync(database, $"""
            insert into "Contacts" ("Id", "WorkspaceId", "Name") select n + 1000000, 1, 'Load ' || n from {rows};
            insert into "Identities" ("Id", "InboxId", "ExternalId", "ContactId") select n + 1000000, 1, {number}, n + 1000000 from {rows};
            insert into "Conversations" ("Id", "WorkspaceId", "InboxId", "ContactId", "Status", "MessageCount", "UnreadCount", "LastMessageAt") select n + 1000000, 1, 1, n + 1000000, 0, 0, 0, 0 from {rows};
            """);
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process?.Dispose();
    }
}
