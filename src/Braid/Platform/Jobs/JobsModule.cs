using Braid.Platform.Data;
using Braid.Platform.Metrics;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Braid.Platform.Jobs;

internal static class JobsModule
{
    public static void AddJobs(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.TryAddSingleton<DatabaseClock>();
        services.AddSingleton<JobBells>();
        services.AddSingleton<IMeasured, JobGauges>();
        services.AddSingleton<JobStore>();
        services.AddSingleton<JobRunner>();
        services.AddScoped<JobQueue>();
        services.AddWorker<JobRunner>();
    }

    public static void AddJobHandler<THandler>(this IServiceCollection services)
        where THandler : class, IJobHandler => services.AddSingleton(new JobKind(typeof(THandler)));
}
