using System.Globalization;
using System.Text;

namespace Braid.Platform.Metrics;

/// <summary>Prometheus' text format, version 0.0.4. Pure.</summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Write(IEnumerable<FamilyView> counted, IEnumerable<Gauge> measured)
    {
        var text = new StringBuilder();
        foreach (var family in counted)
        {
            Head(text, family.Name, family.Help, family.IsHistogram ? "histogram" : "counter");
            foreach (var series in family.Series)
            {
                if (family.IsHistogram) { Histogram(text, family.Name, series); }
                else { Line(text, family.Name, series.Labels, series.Sum); }
            }
        }

        foreach (var family in measured.GroupBy(g => g.Name))
        {
            Head(text, family.Key, family.First().Help, family.Key.EndsWith("_total", StringComparison.Ordinal) ? "counter" : "gauge");
            foreach (var gauge in family) { Line(text, gauge.Name, gauge.Labels, gauge.Value); }
        }

        return text.ToString();
    }

    private static void Histogram(StringBuilder text, string name, SeriesView series)
    {
        for (var i = 0; i < series.Buckets.Count; i++)
        {
            Line(text, name + "_bucket", [.. series.Labels, ("le", Number(Tally.Bounds[i]))], series.Buckets[i]);
        }

        Line(text, name + "_bucket", [.. series.Labels, ("le", "+Inf")], series.Count);
        Line(text, name + "_sum", series.Labels, series.Sum);
        Line(text, name + "_count", series.Labels, series.Count);
    }

    private static void Head(StringBuilder text, string name, string help, string type) =>
        text.Append("# HELP ").Append(name).Append(' ').Append(help.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal))
            .Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    private static void Line(StringBuilder text, string name, IReadOnlyList<(string Name, string Value)> labels, double value)
    {
        text.Append(name);
        if (labels.Count > 0) { text.Append('{').AppendJoin(',', labels.Select(l => $"{l.Name}=\"{Escaped(l.Value)}\"")).Append('}'); }
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Escaped(string value) =>
        value.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);
}
