using System.Data.Common;
using Npgsql;
using NpgsqlTypes;

namespace Braid.Ingest;

internal enum ColumnKind { Uuid, Text, Long, Bool, Bytes }

/// <summary>One column of a set-based write: its name, its kind and where its value comes from.</summary>
internal sealed record Column<T>(string Name, ColumnKind Kind, Func<T, object?> Value);

/// <summary>
/// Writes many rows with one statement (PostgreSQL: unnest over arrays) or one prepared statement (SQLite). One definition per table
/// serves both engines, so that they can't drift apart.
/// </summary>
internal sealed class Rows<T>(string table, Column<T>[] columns, string? keyColumn = null, string suffix = "")
{
    private readonly string postgres = keyColumn is null
        ? $"insert into {table} ({string.Join(", ", columns.Select(c => c.Name))}) select {string.Join(", ", columns.Select(c => "t." + c.Name))} "
          + $"from unnest({string.Join(", ", columns.Select((c, i) => $"${i + 1}::{PostgresType(c.Kind)}[]"))}) with ordinality as t({string.Join(", ", columns.Select(c => c.Name))}, row_number) order by t.row_number {suffix}"
        : $"update {table} as x set {string.Join(", ", columns.Where(c => c.Name != keyColumn).Select(c => $"{c.Name} = t.{c.Name}"))} "
          + $"from unnest({string.Join(", ", columns.Select((c, i) => $"${i + 1}::{PostgresType(c.Kind)}[]"))}) as t({string.Join(", ", columns.Select(c => c.Name))}) where x.{keyColumn} = t.{keyColumn}";

    private readonly string sqlite = keyColumn is null
        ? $"insert into {table} ({string.Join(", ", columns.Select(c => c.Name))}) values ({string.Join(", ", columns.Select(c => "$" + c.Name))}) {suffix}"
        : $"update {table} set {string.Join(", ", columns.Where(c => c.Name != keyColumn).Select(c => $"{c.Name} = ${c.Name}"))} where {keyColumn} = ${keyColumn}";

    /// <summary>Adds one statement for all rows; none when there are none.</summary>
    public void AddTo(NpgsqlBatch batch, IReadOnlyCollection<T> rows)
    {
        if (rows.Count == 0) { return; }
        var command = new NpgsqlBatchCommand(postgres);
        foreach (var column in columns)
        {
            command.Parameters.Add(Array(column, rows));
        }

        batch.BatchCommands.Add(command);
    }

    /// <summary>Runs the prepared statement per row. Returns the rows really written.</summary>
    public int Write(SqliteStatements statements, IReadOnlyCollection<T> rows)
    {
        if (rows.Count == 0) { return 0; }
        var command = statements.Get(sqlite, columns.Select(c => "$" + c.Name));
        var written = 0;
        foreach (var row in rows)
        {
            for (var i = 0; i < columns.Length; i++)
            {
                command.Parameters[i].Value = columns[i].Value(row) switch
                {
                    null => DBNull.Value,
                    Guid id => id.ToByteArray(true),
                    var value => value,
                };
            }

            written += command.ExecuteNonQuery();
        }

        return written;
    }

    private static NpgsqlParameter Array(Column<T> column, IReadOnlyCollection<T> rows) => column.Kind switch
    {
        ColumnKind.Uuid => new NpgsqlParameter { Value = Values(rows, r => (Guid?)column.Value(r)), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid },
        ColumnKind.Text => new NpgsqlParameter { Value = Values(rows, r => (string?)column.Value(r)), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
        ColumnKind.Long => new NpgsqlParameter { Value = Values(rows, r => (long?)column.Value(r)), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint },
        ColumnKind.Bool => new NpgsqlParameter { Value = Values(rows, r => (bool?)column.Value(r)), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Boolean },
        _ => new NpgsqlParameter { Value = Values(rows, r => (byte[]?)column.Value(r)), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
    };

    private static TValue[] Values<TValue>(IReadOnlyCollection<T> rows, Func<T, TValue> read)
    {
        var values = new TValue[rows.Count];
        var i = 0;
        foreach (var row in rows)
        {
            values[i++] = read(row);
        }

        return values;
    }

    private static string PostgresType(ColumnKind kind) => kind switch
    {
        ColumnKind.Uuid => "uuid",
        ColumnKind.Text => "text",
        ColumnKind.Long => "bigint",
        ColumnKind.Bool => "boolean",
        _ => "bytea",
    };
}

/// <summary>Prepared statements of the one writer connection, made once.</summary>
internal sealed class SqliteStatements(Microsoft.Data.Sqlite.SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, Microsoft.Data.Sqlite.SqliteCommand> prepared = new(StringComparer.Ordinal);

    public Microsoft.Data.Sqlite.SqliteTransaction? Transaction { get; set; }

    public Microsoft.Data.Sqlite.SqliteCommand Get(string sql, IEnumerable<string> parameters)
    {
        if (!prepared.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            foreach (var name in parameters)
            {
                command.Parameters.Add(new Microsoft.Data.Sqlite.SqliteParameter { ParameterName = name });
            }

            prepared[sql] = command;
        }

        command.Transaction = Transaction;
        return command;
    }

    /// <summary>Binds by order and reads all rows.</summary>
    public void Query(string sql, Action<DbDataReader> row, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        var names = new List<string>(values.Length);
        foreach (var (name, _) in values) { names.Add(name); }
        var command = Get(sql, names);
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i].Value switch { null => DBNull.Value, Guid id => id.ToByteArray(true), var v => v };
        }

        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            row(reader);
        }
    }

    public void Dispose()
    {
        foreach (var command in prepared.Values) { command.Dispose(); }
    }
}
