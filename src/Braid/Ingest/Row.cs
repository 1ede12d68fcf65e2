using Npgsql;
using SQLitePCL;

namespace Braid.Ingest;

/// <summary>The current row of a result, read the same way on both engines and without boxing.</summary>
internal abstract class Row
{
    public abstract bool IsNull(int column);
    public abstract Guid Id(int column);
    public abstract long Long(int column);
    public abstract bool Flag(int column);
    protected abstract string String(int column);

    public Guid? IdOrNull(int column) => IsNull(column) ? null : Id(column);

    public string Text(int column) => String(column);

    public string? TextOrNull(int column) => IsNull(column) ? null : String(column);

    public int Int(int column) => (int)Long(column);

    public DateTimeOffset Time(int column) => DateTimeOffset.FromUnixTimeMilliseconds(Long(column));

    public DateTimeOffset? TimeOrNull(int column) => IsNull(column) ? null : Time(column);
}

internal sealed class PostgresRow(NpgsqlDataReader reader) : Row
{
    public override bool IsNull(int column) => reader.IsDBNull(column);
    public override Guid Id(int column) => reader.GetGuid(column);
    public override long Long(int column) => reader.GetInt64(column);
    public override bool Flag(int column) => reader.GetBoolean(column);
    protected override string String(int column) => reader.GetString(column);
}

internal sealed class SqliteRow(sqlite3_stmt statement) : Row
{
    public override bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;
    public override Guid Id(int column) => new(raw.sqlite3_column_blob(statement, column), bigEndian: true);
    public override long Long(int column) => raw.sqlite3_column_int64(statement, column);
    public override bool Flag(int column) => raw.sqlite3_column_int(statement, column) != 0;
    protected override string String(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();
}
