using System.CommandLine;
using System.Security.Cryptography;
using Braid.Accounts;
using Braid.Simulator.Demo;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Braid.Commands;

/// <summary>
/// `demo`: a fictional company with customers who write on all channels, live. Its data lies apart and is made anew at each start; the
/// providers it talks to are pretended on this machine.
/// </summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var channels = new Option<string>("--channels") { Description = "all: an inbox of every channel, each with somebody who writes", DefaultValueFactory = _ => "some" };
        var command = new Command("demo", "Show Braid with a fictional company and live pretended traffic.") { channels };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((parsed, ct) => RunAsync([.. parsed.UnmatchedTokens], parsed.GetValue(channels) == "all", ct));
        return command;
    }

    private static Task<int> RunAsync(string[] args, bool allChannels, CancellationToken ct) => StartUp.GuardAsync(async () =>
    {
        var token = "braid_demo_" + RandomNumberGenerator.GetHexString(40, lowercase: true);
        var folder = Path.Combine("data", "demo");
        if (Directory.Exists(folder)) { Directory.Delete(folder, recursive: true); }
        await using var app = BraidApp.Create(args, builder =>
        {
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Braid:DataPath"] = folder,
                ["ConnectionStrings:Braid"] = null,
                ["Braid:Bootstrap:Email"] = "demo@braid.example",
                ["Braid:Bootstrap:ApiToken"] = token,
                ["Braid:Security:AllowPrivateTargets"] = "true",
            });
            builder.Services.Replace(ServiceDescriptor.Singleton(new DemoMode(true)));
        });
        await StartUp.PrepareAsync(app, ct);
        await app.StartAsync(ct);
        var address = StartUp.AddressOf(app);
        Console.WriteLine();
        Console.WriteLine($"  The demo runs at  {new Uri(address, "/app/?demo=1")}   (you are signed in by opening it)");
        Console.WriteLine($"  Its data lies in  {Path.GetFullPath(folder)}   (made anew at each start)");
        Console.WriteLine("  Stop it with      Ctrl+C");
        Console.WriteLine();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct, app.Lifetime.ApplicationStopping);
        await DemoRunner.RunAsync(address, token, TimeProvider.System, ending.Token, sentence => Console.WriteLine("  " + sentence), allChannels);
        await app.WaitForShutdownAsync(ct);
        return 0;
    });
}
