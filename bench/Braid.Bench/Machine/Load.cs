using Braid.Simulator.Load;

namespace Braid.Bench.Machine;

/// <summary>Load of signed 1 KB webhooks, as the simulator's generator makes it, beside a reading of the CPU.</summary>
internal static class Load
{
    public const int People = 50_000;
    private const int BodyBytes = 1024;
    private static int runs;

    public static LoadOptions Options(LoadTarget target, int messages, int connections, int? rate = null) => new()
    {
        Target = target, Messages = messages, Connections = connections, Rate = rate, People = People, BodyBytes = BodyBytes, Run = $"r{++runs}",
    };

    /// <param name="settle">What must still be waited for when all is answered, so that its CPU is counted.</param>
    public static async Task<Sample> RunAsync(LoadOptions options, int app, int? database, Func<Task>? settle = null)
    {
        var cpu = new CpuMeter(app, database);
        var result = await new LoadGenerator(options).RunAsync(CancellationToken.None);
        if (settle is not null) { await settle(); }
        if (result.Failed > 0) { throw new InvalidOperationException($"{result.Failed} of {options.Messages} messages were not acknowledged."); }
        return new(result.PerSecond, result.Acknowledged, result.Latency.Quantile(0.5), result.Latency.Quantile(0.99), cpu.Stop());
    }
}
