namespace Braid.Platform.Data;

/// <summary>What EF's model can't say: statements that follow the baseline, per engine.</summary>
internal static class SchemaExtras
{
    public static IReadOnlyList<string> Sqlite { get; } = [];

    public static IReadOnlyList<string> Postgres { get; } =
    [
        // The ledger and the outbox come and go all day: clean up early, so that their partial indexes stay small.
        "alter table deliveries set (autovacuum_vacuum_scale_factor = 0.02)",
        "alter table sends set (autovacuum_vacuum_scale_factor = 0.02)",
        // Each message updates a row of these: with room in the page the new version stays there, and indexes are left alone where they can be.
        .. new[] { "conversations", "channel_threads", "strands", "identities", "customers", "event_counters" }.Select(table => $"alter table {table} set (fillfactor = 80)"),
    ];
}
