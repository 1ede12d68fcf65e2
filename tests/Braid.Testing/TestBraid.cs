using System.Net.Http.Headers;
using Braid.Platform;
using Braid.Platform.Data;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Braid.Testing;

internal enum TestEngine { Sqlite, Postgres }

/// <summary>
/// A whole Braid on a real database of its own and a free port, with a clock the test moves. The first owner and an API token are made
/// by bootstrap, so <see cref="Api"/> speaks as the owner.
/// </summary>
internal sealed class TestBraid : IAsyncDisposable
{
    public const string OwnerEmail = "owner@braid.example";
    public const string OwnerPassword = "correct horse battery";
    public const string OwnerToken = "braid_test_owner_token_0123456789abcdef";

    private static readonly SemaphoreSlim Templates = new(1, 1);
    private static readonly Dictionary<TestEngine, string> Made = [];

    private TestBraid(WebApplication app, string folder, string connectionString)
    {
        App = app;
        Folder = folder;
        ConnectionString = connectionString;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Api = Client(OwnerToken);
    }

    public WebApplication App { get; }
    public Uri Address { get; }
    public HttpClient Api { get; }
    public string Folder { get; }
    public string ConnectionString { get; }
    public IServiceProvider Services => App.Services;

    public FakeTimeProvider Clock => (FakeTimeProvider)Services.GetRequiredService<TimeProvider>();

    public static bool Has(TestEngine engine) => engine == TestEngine.Sqlite || PostgresServer.Binaries is not null;

    /// <param name="connectionString">A database in use by another node; null = one of its own.</param>
    /// <param name="clock">Null = a fake clock that stands at the real now.</param>
    public static async Task<TestBraid> StartAsync(
        TestEngine engine, string? connectionString = null, string? folder = null, TimeProvider? clock = null, Action<WebApplicationBuilder>? configure = null, params (string Key, string Value)[] settings)
    {
        folder ??= Directory.CreateTempSubdirectory("braid-test-").FullName;
        connectionString ??= await DatabaseAsync(engine, folder);
        var app = BraidApp.Create([], builder =>
        {
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["ConnectionStrings:Braid"] = connectionString,
                ["Braid:DataPath"] = folder,
                ["Braid:BackgroundAfter"] = "00:00:00",
                ["Braid:Bootstrap:Email"] = OwnerEmail,
                ["Braid:Bootstrap:Password"] = OwnerPassword,
                ["Braid:Bootstrap:ApiToken"] = OwnerToken,
                ["Braid:Security:AllowPrivateTargets"] = "true",
                ["Braid:Security:MasterKey"] = "one key for all nodes of a test",
                ["Logging:LogLevel:Default"] = Environment.GetEnvironmentVariable("BRAID_TEST_LOG") ?? "None",
                ["Logging:LogLevel:Braid"] = Environment.GetEnvironmentVariable("BRAID_TEST_LOG") ?? "None",
            });
            builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
            builder.Services.Replace(ServiceDescriptor.Singleton(clock ?? new FakeTimeProvider(TimeProvider.System.GetUtcNow())));
            builder.Services.Configure<BraidOptions>(o => o.Security.PasswordIterations = 1000);
            configure?.Invoke(builder);
        });
        await using (var scope = app.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<Schema>().EnsureAsync(mayMigrate: true, CancellationToken.None);
        }

        await app.StartAsync();
        return new TestBraid(app, folder, connectionString);
    }

    public HttpClient Client(string? token)
    {
        var client = new HttpClient { BaseAddress = Address };
        if (token is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return client;
    }

    /// <summary>Runs with a database context of its own, as a request would.</summary>
    public async Task<T> WithDbAsync<T>(Func<BraidDb, Task<T>> read)
    {
        await using var scope = Services.CreateAsyncScope();
        return await read(scope.ServiceProvider.GetRequiredService<BraidDb>());
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        try { Directory.Delete(Folder, recursive: true); }
        catch (IOException) { /* The system cleans its temporary folder. */ }
    }

    /// <summary>A fresh, migrated database: a copy of a template made once per process.</summary>
    public static async Task<string> DatabaseAsync(TestEngine engine, string folder)
    {
        await Templates.WaitAsync();
        try
        {
            if (!Made.TryGetValue(engine, out var template))
            {
                Made[engine] = template = await MakeTemplateAsync(engine);
            }

            if (engine == TestEngine.Sqlite)
            {
                var file = Path.Combine(folder, "braid.db");
                File.Copy(template, file);
                return $"Data Source={file}";
            }

            var server = (await PostgresServer.SharedAsync())!;
            return server.ConnectionString(await server.CreateDatabaseAsync(template));
        }
        finally
        {
            Templates.Release();
        }
    }

    private static async Task<string> MakeTemplateAsync(TestEngine engine)
    {
        string name, connectionString;
        if (engine == TestEngine.Sqlite)
        {
            name = Path.Combine(Directory.CreateTempSubdirectory("braid-template-").FullName, "braid.db");
            connectionString = $"Data Source={name};Pooling=false";
        }
        else
        {
            var server = (await PostgresServer.SharedAsync())!;
            name = await server.CreateDatabaseAsync();
            connectionString = server.ConnectionString(name) + ";Pooling=false";
        }

        await using (var app = BraidApp.Create([], b => b.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?> { ["ConnectionStrings:Braid"] = connectionString, ["Logging:LogLevel:Default"] = "None" })))
        {
            await using var scope = app.Services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<Schema>().EnsureAsync(mayMigrate: true, CancellationToken.None);
        }

        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        return name;
    }
}
