using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Braid.Ingest;

/// <summary>
/// Prepared statements of the one writer connection, made once, run on SQLite's own interface: ADO.NET's parameters cost more than SQLite's
/// work on a row. Parameters are numbered, `?1` first.
/// </summary>
internal sealed class SqliteStatements(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteStatement> prepared = new(StringComparer.Ordinal);

    /// <summary>Ready to be bound. Dispose it after use: it goes back, not away.</summary>
    public SqliteStatement Get(string sql)
    {
        if (!prepared.TryGetValue(sql, out var statement)) { prepared[sql] = statement = new SqliteStatement(connection.Handle!, sql); }
        return statement;
    }

    public void Dispose()
    {
        foreach (var statement in prepared.Values) { statement.End(); }
    }
}

internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;
    private byte[] buffer = new byte[512];

    public SqliteStatement(sqlite3 database, string sql)
    {
        this.database = database;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement), database);
        Row = new SqliteRow(statement);
    }

    public Row Row { get; }

    public SqliteStatement Bind(int parameter, Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return Checked(raw.sqlite3_bind_blob(statement, parameter, bytes));
    }

    public SqliteStatement Bind(int parameter, Guid? value) => value is { } id ? Bind(parameter, id) : Null(parameter);

    public SqliteStatement Bind(int parameter, long value) => Checked(raw.sqlite3_bind_int64(statement, parameter, value));

    public SqliteStatement Bind(int parameter, long? value) => value is { } number ? Bind(parameter, number) : Null(parameter);

    public SqliteStatement Bind(int parameter, bool value) => Bind(parameter, value ? 1L : 0L);

    public SqliteStatement Bind(int parameter, string? value)
    {
        if (value is null) { return Null(parameter); }
        // An empty span has no address, and SQLite takes that for NULL.
        if (value.Length == 0) { return Checked(raw.sqlite3_bind_text(statement, parameter, "")); }
        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        if (buffer.Length < most) { buffer = new byte[most]; }
        var length = Encoding.UTF8.GetBytes(value, buffer);
        return Checked(raw.sqlite3_bind_text(statement, parameter, buffer.AsSpan(0, length)));
    }

    public SqliteStatement Bind(int parameter, byte[]? value) => value switch
    {
        null => Null(parameter),
        { Length: 0 } => Checked(raw.sqlite3_bind_zeroblob(statement, parameter, 0)),
        _ => Checked(raw.sqlite3_bind_blob(statement, parameter, value.AsSpan())),
    };

    /// <summary>True: <see cref="Row"/> stands on the next row.</summary>
    public bool Next()
    {
        var result = raw.sqlite3_step(statement);
        if (result == raw.SQLITE_ROW) { return true; }
        if (result == raw.SQLITE_DONE) { return false; }
        try
        {
            SqliteException.ThrowExceptionForRC(result, database);
            return false;
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Runs a write and makes ready for the next. Returns the rows written.</summary>
    public int Run()
    {
        while (Next()) { /* A `returning` nobody reads. */ }
        Dispose();
        return raw.sqlite3_changes(database);
    }

    public void Dispose() => _ = raw.sqlite3_reset(statement);

    public void End() => statement.Dispose();

    private SqliteStatement Null(int parameter) => Checked(raw.sqlite3_bind_null(statement, parameter));

    private SqliteStatement Checked(int result)
    {
        if (result != raw.SQLITE_OK) { SqliteException.ThrowExceptionForRC(result, database); }
        return this;
    }
}
