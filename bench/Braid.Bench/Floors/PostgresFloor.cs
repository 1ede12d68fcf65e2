using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Braid.Bench.Machine;
using Braid.Testing;
using Npgsql;

namespace Braid.Bench.Floors;

/// <summary>
/// What PostgreSQL itself can do: pgbench on one connection, 100 messages per transaction, set-based: messages, counters, events. No dedupe
/// probe, no look-up of people, no upsert, no HTTP. The second script also stores the 1 KB raw delivery of each message.
/// </summary>
internal sealed partial class PostgresFloor(Stand stand)
{
    private const int Batch = 100;
    private const string Schema = """
        create table contacts (id bigint primary key, workspace_id bigint not null, name text);
        create table conversations (id bigint primary key, workspace_id bigint not null, inbox_id bigint not null, contact_id bigint not null references contacts, status int not null,
          message_count int not null default 0, unread_count int not null default 0, last_message_id bigint, last_message_at timestamptz not null default now());
        create unique index on conversations (inbox_id, contact_id) where status = 0;
        create index on conversations (workspace_id, status, last_message_at);
        create table messages (id bigint generated always as identity primary key, workspace_id bigint not null, conversation_id bigint not null references conversations,
          inbox_id bigint not null, contact_id bigint not null references contacts, external_id text not null, direction int not null, body text, created_at timestamptz not null default now());
        create unique index on messages (inbox_id, external_id);
        create index on messages (conversation_id, id);
        create table events (id bigint generated always as identity primary key, workspace_id bigint not null, kind int not null, conversation_id bigint not null, message_id bigint not null, at timestamptz not null default now());
        create table raw (id bigint generated always as identity primary key, inbox_id bigint not null, received_at timestamptz not null default now(), body bytea not null);
        create sequence external_ids;
        insert into contacts select g, 1, 'Load ' || g from generate_series(1, 50000) g;
        insert into conversations (id, workspace_id, inbox_id, contact_id, status) select g, 1, 1, g, 0 from generate_series(1, 50000) g;
        insert into conversations (id, workspace_id, inbox_id, contact_id, status) select 50000 + g, 1, 1, g, 1 from generate_series(1, 50000) g;
        """;

    private static readonly string Apply = $"""
        with t as materialized (select 1 + floor(random() * 50000)::bigint as c, 'wamid.floor-' || nextval('external_ids') as ext from generate_series(1, {Batch})),
        m as (insert into messages (workspace_id, conversation_id, inbox_id, contact_id, external_id, direction, body)
          select 1, t.c, 1, t.c, t.ext, 0, 'Is my kettle on its way? (000000000)' from t returning id, conversation_id),
        u as (update conversations c set message_count = c.message_count + g.n, unread_count = c.unread_count + g.n, last_message_id = g.mx, last_message_at = now()
          from (select conversation_id, count(*) n, max(id) mx from m group by 1) g where c.id = g.conversation_id)
        insert into events (workspace_id, kind, conversation_id, message_id) select 1, 1, conversation_id, id from m;
        """;

    private static readonly string Raw = $"insert into raw (inbox_id, body) select 1, convert_to(repeat('x', 1000) || g, 'UTF8') from generate_series(1, {Batch}) g;";

    private string connectionString = "";

    public async Task PrepareAsync()
    {
        connectionString = await stand.DatabaseAsync("floor");
        await stand.ExecuteAsync(connectionString, Schema);
        await stand.SettleAsync(connectionString);
    }

    public Task<Sample> RunAsync(bool raw, int seconds) => RunAsync($"begin;\n{(raw ? Raw + "\n" : "")}{Apply}\ncommit;\n", seconds);

    private async Task<Sample> RunAsync(string script, int seconds)
    {
        var file = Path.Combine(stand.Folder, "floor.sql");
        await File.WriteAllTextAsync(file, script.Replace("\n", " ", StringComparison.Ordinal).Replace(";", ";\n", StringComparison.Ordinal));
        var to = new NpgsqlConnectionStringBuilder(connectionString);
        var start = new ProcessStartInfo(Path.Combine(PostgresServer.Binaries!, "pgbench"),
            ["-n", "-M", "prepared", "-c", "1", "-j", "1", "-T", seconds.ToString(CultureInfo.InvariantCulture), "-f", file, "-h", to.Host!, "-p", to.Port.ToString(CultureInfo.InvariantCulture), "-U", to.Username!, to.Database!])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        var cpu = new CpuMeter(null, stand.DatabaseProcess);
        using var bench = Process.Start(start)!;
        var errors = bench.StandardError.ReadToEndAsync();
        var output = await bench.StandardOutput.ReadToEndAsync();
        await bench.WaitForExitAsync();
        var use = cpu.Stop();
        if (Tps().Match(output) is not { Success: true } tps) { throw new InvalidOperationException("pgbench failed: " + await errors); }
        var rate = double.Parse(tps.Groups[1].Value, CultureInfo.InvariantCulture) * Batch;
        return new(rate, rate * use.Seconds, default, default, use);
    }

    [GeneratedRegex(@"tps = ([0-9.]+)")]
    private static partial Regex Tps();
}
