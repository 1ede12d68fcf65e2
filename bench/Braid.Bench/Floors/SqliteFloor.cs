using Braid.Bench.Machine;
using Microsoft.Data.Sqlite;

namespace Braid.Bench.Floors;

/// <summary>What SQLite itself can do, the same way: one connection, WAL and synchronous=FULL, 100 messages per transaction, set-based.</summary>
internal sealed class SqliteFloor(Stand stand) : IDisposable
{
    private const int Batch = 100;
    private const string Schema = """
        pragma journal_mode=wal;
        create table contacts (id integer primary key, workspace_id integer not null, name text);
        create table conversations (id integer primary key, workspace_id integer not null, inbox_id integer not null, contact_id integer not null references contacts, status integer not null,
          message_count integer not null default 0, unread_count integer not null default 0, last_message_id integer, last_message_at integer not null default 0);
        create unique index ux_open on conversations (inbox_id, contact_id) where status = 0;
        create index ix_list on conversations (workspace_id, status, last_message_at);
        create table messages (id integer primary key, workspace_id integer not null, conversation_id integer not null references conversations, inbox_id integer not null,
          contact_id integer not null references contacts, external_id text not null, direction integer not null, body text, created_at integer not null);
        create unique index ux_external on messages (inbox_id, external_id);
        create index ix_thread on messages (conversation_id, id);
        create table events (id integer primary key, workspace_id integer not null, kind integer not null, conversation_id integer not null, message_id integer not null, at integer not null);
        create table raw (id integer primary key, inbox_id integer not null, received_at integer not null, body blob not null);
        with recursive g(n) as (select 1 union all select n + 1 from g where n < 50000) insert into contacts select n, 1, 'Load ' || n from g;
        insert into conversations (id, workspace_id, inbox_id, contact_id, status) select id, 1, 1, id, 0 from contacts;
        insert into conversations (id, workspace_id, inbox_id, contact_id, status) select 50000 + id, 1, 1, id, 1 from contacts;
        """;

    private static readonly string[] Apply =
    [
        $"""
        insert into messages (workspace_id, conversation_id, inbox_id, contact_id, external_id, direction, body, created_at)
        with recursive g(n, c) as (select 1, 1 + abs(random() % 50000) union all select n + 1, 1 + abs(random() % 50000) from g where n < {Batch})
        select 1, c, 1, c, 'wamid.floor-' || ($from + n), 0, 'Is my kettle on its way? (000000000)', $now from g
        """,
        """
        update conversations set message_count = message_count + g.n, unread_count = unread_count + g.n, last_message_id = g.mx, last_message_at = $now
        from (select conversation_id, count(*) n, max(id) mx from messages where id > $from group by 1) g where conversations.id = g.conversation_id
        """,
        "insert into events (workspace_id, kind, conversation_id, message_id, at) select 1, 1, conversation_id, id, $now from messages where id > $from",
    ];

    private static readonly string Raw =
        $"insert into raw (inbox_id, received_at, body) with recursive g(n) as (select 1 union all select n + 1 from g where n < {Batch}) select 1, $now, cast(printf('%.*c', 1000, 'x') || ($from + n) as blob) from g";

    private SqliteConnection? connection;
    private long written;

    public async Task PrepareAsync()
    {
        connection = new SqliteConnection(await stand.DatabaseAsync("floor") + ";Foreign Keys=true");
        await connection.OpenAsync();
        foreach (var sql in new[] { Schema, "pragma synchronous=full; pragma temp_store=memory; pragma cache_size=-65536; pragma mmap_size=268435456; analyze" })
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            await command.ExecuteNonQueryAsync();
        }
    }

    public Sample Run(bool raw, int seconds)
    {
        List<SqliteCommand> commands = [.. (raw ? [Raw, .. Apply] : Apply).Select(Command)];
        var (start, before) = (TimeProvider.System.GetTimestamp(), written);
        var cpu = new CpuMeter(null, null);
        while (TimeProvider.System.GetElapsedTime(start).TotalSeconds < seconds)
        {
            using var transaction = connection!.BeginTransaction(deferred: false);
            foreach (var command in commands)
            {
                command.Transaction = transaction;
                command.Parameters[0].Value = written;
                command.Parameters[1].Value = start;
                command.ExecuteNonQuery();
            }

            transaction.Commit();
            written += Batch;
        }

        var use = cpu.Stop();
        foreach (var command in commands) { command.Dispose(); }
        return new((written - before) / use.Seconds, written - before, default, default, use);
    }

    public void Dispose() => connection?.Dispose();

    private SqliteCommand Command(string sql)
    {
        var command = connection!.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$from", 0L);
        command.Parameters.AddWithValue("$now", 0L);
        return command;
    }
}
