using System.Globalization;

namespace Braid.Bench.Machine;

/// <summary>A Markdown table that goes to the console as it is, and from there into docs/benchmarks.md.</summary>
internal sealed class Report(params string[] columns)
{
    private readonly List<string[]> rows = [];

    public void Add(params object[] cells) => rows.Add([.. cells.Select(Show)]);

    public void Print(string title)
    {
        Console.WriteLine();
        Console.WriteLine($"### {title}");
        Console.WriteLine();
        Console.WriteLine($"| {string.Join(" | ", columns)} |");
        Console.WriteLine($"|{string.Concat(columns.Select(_ => "---|"))}");
        foreach (var row in rows)
        {
            Console.WriteLine($"| {string.Join(" | ", row)} |");
        }
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }

    private static string Show(object cell) => cell switch
    {
        double d when Math.Abs(d) >= 100 => d.ToString("N0", CultureInfo.InvariantCulture),
        double d when Math.Abs(d) >= 10 => d.ToString("N1", CultureInfo.InvariantCulture),
        double d => d.ToString("N2", CultureInfo.InvariantCulture),
        TimeSpan t => t.TotalMilliseconds.ToString(t.TotalMilliseconds >= 10 ? "N0" : "N1", CultureInfo.InvariantCulture),
        IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
        _ => cell.ToString()!,
    };
}

/// <summary>One measured span of one way.</summary>
internal sealed record Sample(double PerSecond, double Messages, TimeSpan P50, TimeSpan P99, CpuUse Cpu)
{
    public static void Table(string title, IEnumerable<(string Way, List<Sample> Samples)> ways)
    {
        var report = new Report("way", "msg/s, median (min-max)", "p50 / p99 ms", "app + database us/msg", "load us/msg", "foreign CPU, cores");
        foreach (var (way, s) in ways.Where(w => w.Samples.Count > 0))
        {
            double Mid(Func<Sample, double> of) => Report.Median(s.Select(of));
            var rates = string.Create(CultureInfo.InvariantCulture, $"**{Mid(x => x.PerSecond):N0}** ({s.Min(x => x.PerSecond):N0}-{s.Max(x => x.PerSecond):N0})");
            var latency = s[0].P99 == default ? "-" : string.Create(CultureInfo.InvariantCulture, $"{Mid(x => x.P50.TotalMilliseconds):N1} / {Mid(x => x.P99.TotalMilliseconds):N1}");
            report.Add(
                way, rates, latency,
                string.Create(CultureInfo.InvariantCulture, $"{Mid(x => x.Cpu.AppMicros(x.Messages)):N0} + {Mid(x => x.Cpu.DatabaseMicros(x.Messages)):N0}"),
                Mid(x => x.Cpu.LoadMicros(x.Messages)), string.Join(", ", s.Select(x => x.Cpu.Foreign.ToString("N2", CultureInfo.InvariantCulture))));
        }

        report.Print(title);
    }
}
