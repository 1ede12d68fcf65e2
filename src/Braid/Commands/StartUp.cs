using System.Net;
using System.Reflection;
using Braid.Platform;
using Braid.Platform.Data;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Braid.Commands;

/// <summary>What every command does at its start, and how it says that it can't: a sentence, not a stack trace.</summary>
internal static class StartUp
{
    /// <summary>The build starts the server to ask what its API looks like (openapi/v1.json): no database, no port, no work.</summary>
    public static bool OnlyDescribes => Assembly.GetEntryAssembly()?.GetName().Name == "GetDocument.Insider";

    public static async Task PrepareAsync(WebApplication app, CancellationToken ct)
    {
        await using var scope = app.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<Schema>().EnsureAsync(mayMigrate: true, ct);
    }

    public static Uri AddressOf(WebApplication app)
    {
        var bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new Uri(bound.Replace("[::]", "localhost", StringComparison.Ordinal).Replace("0.0.0.0", "localhost", StringComparison.Ordinal));
    }

    public static async Task<int> GuardAsync(Func<Task<int>> work)
    {
        try
        {
            return await work();
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
        catch (Exception e) when (Explain(e) is { } sentence)
        {
            await Console.Error.WriteLineAsync("Braid could not start. " + sentence);
            return 1;
        }
    }

    private static string? Explain(Exception e) => e switch
    {
        WrongSchemaException => e.Message,
        IOException { InnerException: AddressInUseException } or AddressInUseException =>
            "Its port is in use by another program. Stop that one, or choose another port: ./run serve --urls http://localhost:5081",
        UnauthorizedAccessException => $"It may not write to its data folder ({e.Message}) Give this user the right to write there, or choose another folder with Braid__DataPath.",
        IOException when e.Message.Contains("Read-only", StringComparison.OrdinalIgnoreCase) =>
            $"Its data folder can't be written ({e.Message}). Choose another one with Braid__DataPath.",
        Microsoft.Data.Sqlite.SqliteException { SqliteErrorCode: 8 or 14 or 13 or 26 } sqlite =>
            $"The database file can't be used ({sqlite.Message}) Check that the folder can be written, has free space and holds a Braid database, or choose another with Braid__DataPath.",
        Npgsql.PostgresException postgres => $"PostgreSQL refused the connection: {postgres.MessageText}. Check ConnectionStrings__Braid.",
        Npgsql.NpgsqlException => $"PostgreSQL can't be reached ({e.GetBaseException().Message}). Check that it runs and that ConnectionStrings__Braid is right.",
        HttpListenerException or System.Net.Sockets.SocketException => $"The network refused it: {e.Message}.",
        OptionsValidationException => e.Message,
        InvalidOperationException when e.Message.StartsWith("Braid:", StringComparison.Ordinal) => e.Message,
        { InnerException: { } inner } => Explain(inner),
        _ => null,
    };
}
