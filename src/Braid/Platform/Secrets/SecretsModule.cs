using Braid.Platform.Data;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Options;

namespace Braid.Platform.Secrets;

internal static class SecretsModule
{
    public static void AddSecrets(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<MasterKey>();
        builder.Services.AddDataProtection().SetApplicationName("Braid");
        builder.Services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(s => new ConfigureOptions<KeyManagementOptions>(o =>
        {
            o.XmlRepository = new KeyRingStore(s.GetRequiredService<Database>(), s.GetRequiredService<IServiceScopeFactory>());
            o.XmlEncryptor = new MasterKeyEncryptor(s.GetRequiredService<MasterKey>());
        }));
        builder.Services.AddHostedService<KeyRingWarmUp>();
    }
}

/// <summary>
/// Makes the first key before requests are served: not inside somebody's transaction (SQLite has one writer), and not once per node
/// that starts (a node does not look for a younger node's key for a day).
/// </summary>
internal sealed class KeyRingWarmUp(Database database, IDataProtectionProvider protection) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        if (database.Engine == Engine.Postgres)
        {
            await using var wait = connection.CreateCommand();
            wait.CommandText = "select pg_advisory_lock(4207003)";
            await wait.ExecuteNonQueryAsync(cancellationToken);
        }

        try
        {
            protection.CreateProtector("warm-up").Protect([1]);
        }
        finally
        {
            if (database.Engine == Engine.Postgres)
            {
                await using var done = connection.CreateCommand();
                done.CommandText = "select pg_advisory_unlock(4207003)";
                await done.ExecuteNonQueryAsync(CancellationToken.None);
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
