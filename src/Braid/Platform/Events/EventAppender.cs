using System.Data.Common;
using Braid.Platform.Data;
using Npgsql;
using NpgsqlTypes;

namespace Braid.Platform.Events;

/// <summary>
/// The one writer of events, for EF and for raw SQL. It raises each workspace's counter, in id order, as the transaction's last
/// statement: the row lock lasts until commit, so commit order is number order and `number > after` never misses a late commit.
/// </summary>
internal static class EventAppender
{
    /// <returns>What to tell readers once it is committed.</returns>
    public static async Task<IReadOnlyList<News>> AppendAsync(
        DbConnection connection, DbTransaction transaction, Engine engine, IReadOnlyList<DomainEvent> events, DateTimeOffset now, CancellationToken ct)
    {
        var written = new List<News>();
        foreach (var group in events.GroupBy(e => e.Workspace).OrderBy(g => g.Key))
        {
            var list = group.ToList();
            var last = engine == Engine.Postgres
                ? await PostgresAsync((NpgsqlConnection)connection, (NpgsqlTransaction)transaction, group.Key, list, now, ct)
                : await SqliteAsync(connection, transaction, group.Key, list, now, ct);
            written.Add(News.Of(group.Key, last, list, now));
        }

        return written;
    }

    private static async Task<long> PostgresAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Id<Workspace> workspace, List<DomainEvent> events, DateTimeOffset now, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(PostgresSql, connection, transaction);
        AddParameters(command.Parameters, workspace, events, now);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    public const string PostgresSql = """
        with c as (
          insert into event_counters as k (workspace_id, last) values ($1, $2)
          on conflict (workspace_id) do update set last = k.last + excluded.last returning last),
        e as (
          insert into events (workspace_id, number, kind, at, conversation_id, message_id, customer_id, inbox_id, restricted_to, data)
          select $1, (select last from c) - $2 + t.n, t.kind, $3, t.conversation_id, t.message_id, t.customer_id, t.inbox_id, t.restricted_to, t.data
          from (select generate_series(1, $2) as n, unnest($4::text[]) as kind, unnest($5::uuid[]) as conversation_id, unnest($6::uuid[]) as message_id,
            unnest($7::uuid[]) as customer_id, unnest($8::uuid[]) as inbox_id, unnest($9::uuid[]) as restricted_to, unnest($10::text[]) as data) as t)
        select last from c
        """;

    public static void AddParameters(NpgsqlParameterCollection p, Id<Workspace> workspace, List<DomainEvent> events, DateTimeOffset now)
    {
        p.Add(new NpgsqlParameter<Guid> { TypedValue = workspace.Value });
        p.Add(new NpgsqlParameter<long> { TypedValue = events.Count });
        p.Add(new NpgsqlParameter<long> { TypedValue = now.ToUnixTimeMilliseconds() });
        p.Add(new NpgsqlParameter { Value = events.ConvertAll(e => e.Kind).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        foreach (var column in new Func<DomainEvent, Guid?>[] { e => e.ConversationId, e => e.MessageId, e => e.CustomerId, e => e.InboxId, e => e.RestrictedTo })
        {
            p.Add(new NpgsqlParameter { Value = events.Select(column).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        }

        p.Add(new NpgsqlParameter { Value = events.ConvertAll(e => e.Data).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
    }

    public const string SqliteCounterSql =
        "insert into event_counters (workspace_id, last) values (?1, ?2) on conflict (workspace_id) do update set last = last + excluded.last returning last";

    public const string SqliteEventSql = """
        insert into events (workspace_id, at, number, kind, conversation_id, message_id, customer_id, inbox_id, restricted_to, data)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
        """;

    private static async Task<long> SqliteAsync(
        DbConnection connection, DbTransaction transaction, Id<Workspace> workspace, List<DomainEvent> events, DateTimeOffset now, CancellationToken ct)
    {
        await using var counter = connection.CreateCommand();
        counter.Transaction = transaction;
        counter.CommandText = SqliteCounterSql;
        Add(counter, "?1", workspace.Value.ToByteArray(true));
        Add(counter, "?2", events.Count);
        var last = (long)(await counter.ExecuteScalarAsync(ct))!;

        await using var insert = connection.CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText = SqliteEventSql;
        Add(insert, "?1", workspace.Value.ToByteArray(true));
        Add(insert, "?2", now.ToUnixTimeMilliseconds());
        var row = Enumerable.Range(3, 8).Select(n => Add(insert, $"?{n}", DBNull.Value)).ToArray();
        for (var i = 0; i < events.Count; i++)
        {
            var e = events[i];
            object?[] values = [last - events.Count + i + 1, e.Kind, Bytes(e.ConversationId), Bytes(e.MessageId), Bytes(e.CustomerId), Bytes(e.InboxId), Bytes(e.RestrictedTo), e.Data];
            for (var c = 0; c < row.Length; c++)
            {
                row[c].Value = values[c] ?? DBNull.Value;
            }

            await insert.ExecuteNonQueryAsync(ct);
        }

        return last;
    }

    private static byte[]? Bytes(Guid? id) => id?.ToByteArray(true);

    private static DbParameter Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
        return parameter;
    }
}
