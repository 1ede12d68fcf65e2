using Braid.Bench.Machine;
using Braid.Customers;

namespace Braid.Bench.Identity;

/// <summary>An outside check of how names are compared: records of FEBRL that are one person, with its slips, beside records that are two.</summary>
internal static class FebrlNames
{
    public static void Run(string folder)
    {
        var report = new Report("set", "pairs of one person", "same", "compatible", "unknown", "of two", "pairs of two persons", "of two", "same or compatible");
        foreach (var file in Directory.EnumerateFiles(folder, "dataset*.csv").Order(StringComparer.Ordinal))
        {
            var records = File.ReadLines(file).Skip(1).Select(l => l.Split(',')).Select(c => (Person: c[0].Split('-')[1], Name: $"{c[1].Trim()} {c[2].Trim()}".Trim())).ToList();
            var one = records.GroupBy(r => r.Person).SelectMany(g => g.SelectMany((a, i) => g.Skip(i + 1).Select(b => NameLikeness.Compare(a.Name, b.Name)))).ToList();
            var random = new Random(1);
            var two = Enumerable.Range(0, 20_000).Select(_ => (A: records[random.Next(records.Count)], B: records[random.Next(records.Count)])).Where(p => p.A.Person != p.B.Person).Select(p => NameLikeness.Compare(p.A.Name, p.B.Name)).ToList();
            report.Add(
                Path.GetFileName(file), one.Count, Share(one, NamesAgree.Same), Share(one, NamesAgree.Compatible), Share(one, NamesAgree.Unknown), Share(one, NamesAgree.Apart, NamesAgree.Family), two.Count, Share(two, NamesAgree.Apart, NamesAgree.Family),
                Share(two, NamesAgree.Same, NamesAgree.Compatible));
        }

        report.Print("Names in FEBRL");

        static string Share(List<NamesAgree> all, params NamesAgree[] wanted) => (all.Count(wanted.Contains) / (double)Math.Max(1, all.Count)).ToString("0.000", null);
    }
}
