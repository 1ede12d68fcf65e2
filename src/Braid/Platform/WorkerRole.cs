using Microsoft.Extensions.Options;

namespace Braid.Platform;

/// <summary>Starts a background service only where the server has the role `worker`.</summary>
internal static class WorkerRole
{
    /// <summary>The service itself is registered as a singleton, so that it can also be asked to do its work step by step.</summary>
    public static void AddWorker<TService>(this IServiceCollection services)
        where TService : class, IHostedService => services.AddSingleton<IHostedService>(s => new IfWorker<TService>(s));

    private sealed class IfWorker<TService>(IServiceProvider services) : IHostedService
        where TService : class, IHostedService
    {
        private readonly TService? service = services.GetRequiredService<IOptions<BraidOptions>>().Value.IsWorker ? services.GetRequiredService<TService>() : null;

        public Task StartAsync(CancellationToken cancellationToken) => service?.StartAsync(cancellationToken) ?? Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => service?.StopAsync(cancellationToken) ?? Task.CompletedTask;
    }
}
