using Braid.Platform.Data;
using Braid.Platform.Events;
using Braid.Platform.Secrets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Braid.Platform;

internal static class PlatformModule
{
    public static void AddPlatform(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<BraidOptions>().Bind(builder.Configuration.GetSection(BraidOptions.Section))
            .Validate(o => o.RoleNames is { Length: > 0 } roles && roles.All(r => r.ToLowerInvariant() is "web" or "worker"), "Braid__Roles takes web, worker, or both: web,worker.")
            .ValidateOnStart();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(s => new Database(ConnectionString(s)));
        services.AddSingleton<WriteGate>();
        services.AddSingleton<EventSignal>();
        services.AddSingleton<LiveSignals>();
        services.AddSingleton<PostgresBridge>();
        services.AddBackground<PostgresBridge>();
        services.AddScoped<DomainEvents>();
        services.AddScoped<Schema>();
        builder.AddSecrets();
        services.AddScoped<BraidDb>(s => s.GetRequiredService<Database>().Engine == Engine.Postgres
            ? new PostgresBraidDb(Build<PostgresBraidDb>(s, o => o.UseNpgsql(s.GetRequiredService<Database>().Postgres)), s.GetRequiredService<DomainEvents>(), s.GetRequiredService<WriteGate>())
            : new SqliteBraidDb(Build<SqliteBraidDb>(s, o => o.UseSqlite(s.GetRequiredService<Database>().ConnectionString)), s.GetRequiredService<DomainEvents>(), s.GetRequiredService<WriteGate>()));
    }

    private static DbContextOptions<TContext> Build<TContext>(IServiceProvider services, Action<DbContextOptionsBuilder> engine)
        where TContext : DbContext
    {
        var builder = new DbContextOptionsBuilder<TContext>();
        builder.UseLoggerFactory(services.GetRequiredService<ILoggerFactory>());
        engine(builder);
        return builder.Options;
    }

    private static string ConnectionString(IServiceProvider services)
    {
        if (services.GetRequiredService<IConfiguration>().GetConnectionString("Braid") is { Length: > 0 } configured)
        {
            return configured;
        }

        var path = Path.GetFullPath(services.GetRequiredService<IOptions<BraidOptions>>().Value.DataPath);
        Directory.CreateDirectory(path);
        return $"Data Source={Path.Combine(path, "braid.db")}";
    }
}
