using System.Data.Common;
using System.Globalization;
using Braid.Platform.Data;

namespace Braid.Inboxes;

/// <summary>What the directory reads, by plain SQL: it is asked by the first webhook after a start, which must not wait until EF is ready.</summary>
internal static class InboxRows
{
    public static async Task<List<Inbox>> ReadAsync(DbConnection connection, CancellationToken ct)
    {
        await using var command = connection.Sql(null, "select id, workspace_id, brand, channel, name, settings, account, address, enabled, \"join\", restricted, webhook_key, region from inboxes where deleted_at is null");
        await using var row = await command.ExecuteReaderAsync(ct);
        var rows = new List<Inbox>();
        while (await row.ReadAsync(ct))
        {
            rows.Add(new Inbox
            {
                Id = new(row.Id(0)), WorkspaceId = new(row.Id(1)), Brand = row.GetString(2), Channel = row.GetString(3), Name = row.GetString(4), Settings = row.GetString(5),
                Account = Text(row, 6), Address = Text(row, 7), Enabled = row.GetBoolean(8), Join = EnumNames.Parse<JoinPolicyKind>(row.GetString(9)), Restricted = row.GetBoolean(10), WebhookKey = Text(row, 11), Region = Text(row, 12),
            });
        }

        return rows;
    }

    /// <summary>Changes with every change of any inbox.</summary>
    public static async Task<string> StampAsync(DbConnection connection, CancellationToken ct)
    {
        await using var command = connection.Sql(null, "select count(*), coalesce(sum(version), 0) from inboxes");
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return string.Create(CultureInfo.InvariantCulture, $"{row.GetInt64(0)}/{row.GetInt64(1)}");
    }

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
