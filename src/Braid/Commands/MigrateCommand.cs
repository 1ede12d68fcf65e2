using System.CommandLine;

namespace Braid.Commands;

/// <summary>`migrate`: makes the database's tables, or says that they are there. Refuses a database of another baseline.</summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        var command = new Command("migrate", "Make or check the database's tables, then end.") { TreatUnmatchedTokensAsErrors = false };
        command.SetAction((parsed, ct) => StartUp.GuardAsync(async () =>
        {
            await using var app = BraidApp.Create([.. parsed.UnmatchedTokens]);
            await StartUp.PrepareAsync(app, ct);
            Console.WriteLine("The database is ready.");
            return 0;
        }));
        return command;
    }
}
