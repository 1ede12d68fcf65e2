using System.Data.Common;

namespace Braid.Platform.Data;

/// <summary>Plain commands with named parameters (`@name`), which both drivers read alike.</summary>
internal static class RawSql
{
    public static DbCommand Sql(this DbConnection connection, DbTransaction? transaction, string text, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = text;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        return command;
    }

    public static Guid Id(this DbDataReader row, int column) =>
        row.GetFieldType(column) == typeof(Guid) ? row.GetGuid(column) : new Guid(row.GetFieldValue<byte[]>(column), bigEndian: true);
}
