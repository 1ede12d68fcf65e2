using Microsoft.Extensions.Options;

namespace Braid.Platform;

/// <summary>
/// Background services start a moment after the server listens (`Braid:BackgroundAfter`): what they do first (sweeps, first looks into the
/// database) must not keep the first webhooks waiting. A worker runs only where the server has that role.
/// </summary>
internal static class WorkerRole
{
    /// <summary>The service itself is registered as a singleton, so that it can also be asked to do its work step by step.</summary>
    public static void AddWorker<TService>(this IServiceCollection services)
        where TService : class, IHostedService =>
        services.AddSingleton<IHostedService>(s => new OnceListening<TService>(s, s.GetRequiredService<IOptions<BraidOptions>>().Value.IsWorker));

    /// <summary>The same in every role.</summary>
    public static void AddBackground<TService>(this IServiceCollection services)
        where TService : class, IHostedService => services.AddSingleton<IHostedService>(s => new OnceListening<TService>(s, true));

    private sealed class OnceListening<TService>(IServiceProvider services, bool wanted) : IHostedService
        where TService : class, IHostedService
    {
        private readonly IHostApplicationLifetime lifetime = services.GetRequiredService<IHostApplicationLifetime>();
        private readonly TimeSpan pause = services.GetRequiredService<IOptions<BraidOptions>>().Value.BackgroundAfter;
        private TService? service;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            if (wanted) { lifetime.ApplicationStarted.Register(() => _ = BeginAsync()); }
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => service?.StopAsync(cancellationToken) ?? Task.CompletedTask;

        private async Task BeginAsync()
        {
            if (pause > TimeSpan.Zero) { await Task.Delay(pause, lifetime.ApplicationStopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); }
            if (lifetime.ApplicationStopping.IsCancellationRequested) { return; }
            service = services.GetRequiredService<TService>();
            await service.StartAsync(CancellationToken.None);
        }
    }
}
