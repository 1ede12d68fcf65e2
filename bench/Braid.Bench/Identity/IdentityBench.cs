using System.CommandLine;
using System.Diagnostics;
using Braid.Bench.Machine;
using Braid.Customers;
using Braid.Platform.Data;

namespace Braid.Bench.Identity;

/// <summary>`identity`: who is found to be one person, against the truth. B-cubed over handles; recall over what proven keys connect.</summary>
internal static class IdentityBench
{
    public static Command Create()
    {
        var count = new Option<int>("--people") { DefaultValueFactory = _ => 20_000 };
        var seeds = new Option<int>("--seeds") { DefaultValueFactory = _ => 3 };
        var febrl = new Option<DirectoryInfo?>("--febrl") { Description = "A folder with FEBRL's dataset1.csv to dataset3.csv: how names compare there" };
        var command = new Command("identity", "Precision and recall of linking and suggesting, on made-up people.") { Options = { count, seeds, febrl } };
        command.SetAction(p =>
        {
            Run(p.GetValue(count), p.GetValue(seeds));
            if (p.GetValue(febrl) is { } folder) { FebrlNames.Run(folder.FullName); }
        });
        return command;
    }

    private sealed record Handle(int Person, string Channel, string Id, bool Decidable, bool Hostile, HashSet<string> Proven);

    private static void Run(int count, int seeds)
    {
        var report = new Report("seed", "handles", "links", "precision", "recall", "suggestions", "their precision", "hostile claims", "hostile attached", "undecidable", "wrong among them", "s");
        for (var seed = 1; seed <= seeds; seed++)
        {
            var said = Population.Make(count, seed);
            var watch = Stopwatch.StartNew();
            var replay = new Replay();
            foreach (var one in said) { replay.Hear(one); }
            watch.Stop();

            var handles = said.GroupBy(u => (u.Channel, u.Handle)).Select(g => new Handle(
                g.First().Person, g.Key.Channel, g.Key.Handle, g.All(u => u.Decidable), g.Any(u => u.Hostile),
                [.. g.Where(u => u.Verified).SelectMany(u => u.Keys).Where(k => k.Proven).Select(k => $"{k.Kind} {k.Value}")])).ToList();
            var persons = handles.ToDictionary(h => h, h => replay.PersonOf(h.Channel, h.Id));
            var (precision, recall) = BCubed([.. handles.Where(h => h.Decidable)], persons);
            var members = handles.GroupBy(h => persons[h]).ToDictionary(g => g.Key, g => g.ToList());
            var suggestions = replay.Suggestions().Where(s => members.ContainsKey(s.Left) && members.ContainsKey(s.Right)).ToList();
            var right = suggestions.Count(s => members[s.Left].Select(h => h.Person).Intersect(members[s.Right].Select(h => h.Person)).Any());
            var hostile = handles.Where(h => h.Hostile).ToList();
            var undecidable = handles.Where(h => !h.Decidable).ToList();
            report.Add(
                seed, handles.Count, replay.Links, precision.ToString("0.0000", null), recall.ToString("0.0000", null), suggestions.Count, (right / (double)suggestions.Count).ToString("0.000", null),
                hostile.Count, hostile.Count(h => members[persons[h]].Exists(m => m.Person != h.Person)), undecidable.Count, undecidable.Count(h => members[persons[h]].Exists(m => m.Person != h.Person)), watch.Elapsed.TotalSeconds);
        }

        report.Print("Identity (goals: precision 0.999 at recall 0.95, suggestions 0.90, hostile attachments 0)");
    }

    private static (double Precision, double Recall) BCubed(List<Handle> handles, Dictionary<Handle, Id<Customer>> persons)
    {
        var clusters = handles.GroupBy(h => persons[h]).ToDictionary(g => g.Key, g => g.ToList());
        var connected = Connected(handles);
        var truths = handles.GroupBy(h => connected[h]).ToDictionary(g => g.Key, g => g.ToList());
        var (precision, recall) = (0.0, 0.0);
        foreach (var handle in handles)
        {
            var cluster = clusters[persons[handle]];
            precision += cluster.Count(h => h.Person == handle.Person) / (double)cluster.Count;
            var truth = truths[connected[handle]];
            recall += truth.Count(h => persons[h] == persons[handle]) / (double)truth.Count;
        }

        return (precision / handles.Count, recall / handles.Count);
    }

    /// <summary>Handles of one person that proven keys connect.</summary>
    private static Dictionary<Handle, int> Connected(List<Handle> handles)
    {
        var group = new Dictionary<Handle, int>();
        foreach (var person in handles.GroupBy(h => h.Person))
        {
            var rest = person.ToList();
            while (rest.Count > 0)
            {
                var (reached, keys) = (new List<Handle> { rest[0] }, new HashSet<string>(rest[0].Proven));
                rest.RemoveAt(0);
                while (rest.FindIndex(h => h.Proven.Overlaps(keys)) is >= 0 and var at)
                {
                    reached.Add(rest[at]);
                    keys.UnionWith(rest[at].Proven);
                    rest.RemoveAt(at);
                }

                var number = group.Count;
                foreach (var handle in reached) { group[handle] = number; }
            }
        }

        return group;
    }
}
