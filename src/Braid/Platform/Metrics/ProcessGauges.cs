using System.Diagnostics;
using Braid.Platform.Data;

namespace Braid.Platform.Metrics;

/// <summary>The process itself, under the names every Prometheus client uses.</summary>
internal sealed class ProcessGauges : IMeasured
{
    public Task<IReadOnlyList<Gauge>> MeasureAsync(BraidDb db, CancellationToken ct)
    {
        using var process = Process.GetCurrentProcess();
        var version = typeof(ProcessGauges).Assembly.GetName().Version?.ToString(3) ?? "";
        return Task.FromResult<IReadOnlyList<Gauge>>(
        [
            new("braid_build_info", "The version that runs.", 1, ("version", version)),
            new("process_cpu_seconds_total", "Processor time used, user and system.", process.TotalProcessorTime.TotalSeconds),
            new("process_resident_memory_bytes", "Memory held in RAM.", process.WorkingSet64),
            new("process_start_time_seconds", "When the process started, in Unix seconds.", new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds() / 1000.0),
            new("process_threads", "Threads of the process.", process.Threads.Count),
            new("dotnet_gc_heap_bytes", "Managed memory in use.", GC.GetTotalMemory(forceFullCollection: false)),
            new("dotnet_gc_pause_seconds_total", "Time spent in garbage collection pauses.", GC.GetTotalPauseDuration().TotalSeconds),
        ]);
    }
}
