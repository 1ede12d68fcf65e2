using System.Globalization;

namespace Braid.Bench.Machine;

/// <summary>CPU time of one span, in cores: the server under test, its database, this process (the load), and everybody else on the machine.</summary>
internal sealed record CpuUse(double Seconds, double App, double Database, double Load, double Foreign)
{
    public double AppMicros(double messages) => App * Seconds * 1e6 / messages;

    public double DatabaseMicros(double messages) => Database * Seconds * 1e6 / messages;

    public double LoadMicros(double messages) => Load * Seconds * 1e6 / messages;
}

/// <summary>
/// Reads /proc: whose CPU time it was. "Foreign" is what was busy and none of ours, the kernel's interrupts included; a row with much of it
/// was measured on a machine that others used.
/// </summary>
internal sealed class CpuMeter(int? app, int? database)
{
    private const double TicksPerSecond = 100;
    private readonly Reading start = Read(app, database);

    public CpuUse Stop()
    {
        var end = Read(app, database);
        var seconds = TimeProvider.System.GetElapsedTime(start.At, end.At).TotalSeconds;
        double Cores(Func<Reading, long> of) => Math.Max(0, of(end) - of(start)) / TicksPerSecond / seconds;
        var (ours, all) = (Cores(r => r.App + r.Database + r.Load), Cores(r => r.Busy));
        return new CpuUse(seconds, Cores(r => r.App), Cores(r => r.Database), Cores(r => r.Load), Math.Max(0, all - ours));
    }

    private static Reading Read(int? app, int? database)
    {
        var processes = new Dictionary<int, (int Parent, long Own, long Ended)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) && Stat(folder) is { } stat)
            {
                processes[id] = stat;
            }
        }

        long appTicks = 0, databaseTicks = 0, loadTicks = 0;
        foreach (var (id, process) in processes)
        {
            // Ended children count for the parent that waited for them; an ended server of an earlier round is in both readings.
            var owner = OwnerOf(id, processes, app, database);
            if (owner is null) { continue; }
            if (owner == app) { appTicks += process.Own; }
            else if (owner == database) { databaseTicks += process.Own + (id == database ? process.Ended : 0); }
            else if (owner == Environment.ProcessId) { loadTicks += process.Own + (id == Environment.ProcessId ? process.Ended : 0); }
        }

        return new(TimeProvider.System.GetTimestamp(), Busy(), appTicks, databaseTicks, loadTicks);
    }

    private static int? OwnerOf(int id, Dictionary<int, (int Parent, long Own, long Ended)> processes, int? app, int? database)
    {
        for (var at = id; processes.TryGetValue(at, out var process); at = process.Parent)
        {
            if (at == app || at == database || at == Environment.ProcessId) { return at; }
        }

        return null;
    }

    /// <summary>Parent, own ticks, and those of children that ended. Null when the process is gone.</summary>
    private static (int Parent, long Own, long Ended)? Stat(string folder)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(folder, "stat"));
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            long Field(int i) => long.Parse(fields[i], CultureInfo.InvariantCulture);
            return ((int)Field(1), Field(11) + Field(12), Field(13) + Field(14));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static long Busy()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(f => long.Parse(f, CultureInfo.InvariantCulture)).ToArray();
        return fields[0] + fields[1] + fields[2] + fields[5] + fields[6];
    }

    private sealed record Reading(long At, long Busy, long App, long Database, long Load);
}
