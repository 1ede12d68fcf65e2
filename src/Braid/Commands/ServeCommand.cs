using System.CommandLine;
using Braid.Accounts;
using Braid.Platform;
using Braid.Platform.Data;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Braid.Commands;

/// <summary>`serve` (the default): the server, until Ctrl+C. Further arguments are ASP.NET's, such as `--urls http://127.0.0.1:8081`.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var command = new Command("serve", "Start the server (the default).") { TreatUnmatchedTokensAsErrors = false };
        command.SetAction((parsed, ct) => RunAsync([.. parsed.UnmatchedTokens], ct));
        return command;
    }

    public static Task<int> RunAsync(string[] args, CancellationToken ct) => StartUp.GuardAsync(async () =>
    {
        await using var app = BraidApp.Create(args, StartUp.OnlyDescribes ? builder => builder.Services.RemoveAll<IHostedService>() : null);
        if (StartUp.OnlyDescribes)
        {
            await app.RunAsync(ct);
            return 0;
        }

        await StartUp.PrepareAsync(app, ct);
        await app.StartAsync(ct);
        await WelcomeAsync(app, ct);
        await app.WaitForShutdownAsync(ct);
        return 0;
    });

    private static async Task WelcomeAsync(WebApplication app, CancellationToken ct)
    {
        var options = app.Services.GetRequiredService<IOptions<BraidOptions>>().Value;
        var database = app.Services.GetRequiredService<Database>();
        Console.WriteLine();
        Console.WriteLine(options.IsWeb ? $"  Braid is running at  {StartUp.AddressOf(app)}" : $"  Braid's worker runs  {StartUp.AddressOf(app)}health/live (it serves no pages)");
        Console.WriteLine($"  Data lies in         {Path.GetFullPath(options.DataPath)}{(database.Engine == Engine.Postgres ? " (files) and PostgreSQL" : "")}");
        if (options.IsWeb && await FirstOwner.IsMissingAsync(database, ct))
        {
            Console.WriteLine($"  One-time code        {app.Services.GetRequiredService<SetupCode>().Code}   (the first visitor needs it to set Braid up)");
        }

        Console.WriteLine("  Stop it with         Ctrl+C");
        Console.WriteLine();
    }
}
