using Npgsql;
using NpgsqlTypes;

namespace Braid.Ingest;

/// <summary>One column of a set-based write: its name, its type and where its value comes from. Typed to the end, so that nothing is boxed.</summary>
internal abstract class Column<T>(string name, string postgresType)
{
    public string Name => name;
    public string PostgresType => postgresType;

    public abstract NpgsqlParameter Array(IReadOnlyCollection<T> rows);

    public abstract bool IsEmpty(IReadOnlyCollection<T> rows);

    public abstract void Bind(SqliteStatement statement, int parameter, T row);
}

internal sealed class Column<T, TValue>(string name, string postgresType, NpgsqlDbType type, Func<T, TValue> value, Action<SqliteStatement, int, TValue> bind)
    : Column<T>(name, postgresType)
{
    public override NpgsqlParameter Array(IReadOnlyCollection<T> rows)
    {
        var values = new TValue[rows.Count];
        var i = 0;
        foreach (var row in rows) { values[i++] = value(row); }
        return new NpgsqlParameter<TValue[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };
    }

    public override bool IsEmpty(IReadOnlyCollection<T> rows)
    {
        foreach (var row in rows)
        {
            if (value(row) is not null) { return false; }
        }

        return true;
    }

    public override void Bind(SqliteStatement statement, int parameter, T row) => bind(statement, parameter, value(row));
}

/// <summary>
/// Writes many rows with one statement (PostgreSQL: unnest over arrays) or one prepared statement (SQLite). One definition per table
/// serves both engines, so that they can't drift apart.
/// </summary>
/// <param name="keys">With keys it is an update of the rows they name; without, an insert.</param>
/// <param name="rare">Of an insert: columns that are null in most batches. PostgreSQL has a second statement without them.</param>
internal sealed class Rows<T>(string table, Column<T>[] columns, string[]? keys = null, string suffix = "", string[]? rare = null)
{
    private readonly Column<T>[] often = [.. columns.Where(c => rare?.Contains(c.Name) != true)];
    private readonly Column<T>[] seldom = [.. columns.Where(c => rare?.Contains(c.Name) == true)];
    private readonly string plain = Insert(table, [.. columns.Where(c => rare?.Contains(c.Name) != true)], suffix);

    private readonly string postgres = keys is null
        ? Insert(table, columns, suffix)
        : $"update {table} as x set {string.Join(", ", columns.Where(c => !keys.Contains(c.Name)).Select(c => $"{c.Name} = t.{c.Name}"))} "
          + $"from (select {Arrays(columns)}) as t where {string.Join(" and ", keys.Select(k => $"x.{k} = t.{k}"))}";

    private readonly string sqlite = keys is null
        ? $"insert into {table} ({Names(columns)}) values ({string.Join(", ", columns.Select((_, i) => $"?{i + 1}"))}) {suffix}"
        : $"update {table} set {string.Join(", ", columns.Select((c, i) => (c.Name, Parameter: i + 1)).Where(c => !keys.Contains(c.Name)).Select(c => $"{c.Name} = ?{c.Parameter}"))} "
          + $"where {string.Join(" and ", keys.Select(k => $"{k} = ?{System.Array.FindIndex(columns, c => c.Name == k) + 1}"))}";

    /// <summary>Adds one statement for all rows; none when there are none.</summary>
    public void AddTo(NpgsqlBatch batch, IReadOnlyCollection<T> rows)
    {
        if (rows.Count == 0) { return; }
        var isPlain = seldom.Length > 0 && System.Array.TrueForAll(seldom, c => c.IsEmpty(rows));
        var command = new NpgsqlBatchCommand(isPlain ? plain : postgres);
        foreach (var column in isPlain ? often : columns)
        {
            command.Parameters.Add(column.Array(rows));
        }

        batch.BatchCommands.Add(command);
    }

    /// <summary>Runs the prepared statement per row. Returns the rows really written.</summary>
    public int Write(SqliteStatements statements, IReadOnlyCollection<T> rows)
    {
        if (rows.Count == 0) { return 0; }
        var statement = statements.Get(sqlite);
        var written = 0;
        foreach (var row in rows)
        {
            for (var i = 0; i < columns.Length; i++) { columns[i].Bind(statement, i + 1, row); }
            written += statement.Run();
        }

        return written;
    }

    private static string Insert(string table, Column<T>[] columns, string suffix) => $"insert into {table} ({Names(columns)}) select {Arrays(columns)} {suffix}";

    private static string Names(Column<T>[] columns) => string.Join(", ", columns.Select(c => c.Name));

    /// <summary>
    /// In the select list and not in `from`: there PostgreSQL hands on one row after another, in order, where it would else first copy each
    /// column into a table of its own.
    /// </summary>
    private static string Arrays(Column<T>[] columns) => string.Join(", ", columns.Select((c, i) => $"unnest(${i + 1}::{c.PostgresType}[]) as {c.Name}"));
}
