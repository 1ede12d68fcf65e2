using System.Globalization;

namespace Braid.Simulator.Load;

/// <summary>
/// Which messages were sent and which of them Braid acknowledged. After a crash every acknowledged id must be stored exactly once; ids that
/// were sent but not acknowledged may be stored, once at most.
/// </summary>
public sealed class SentLedger
{
    private readonly byte[] states;
    private readonly string prefix;
    private int next;

    internal SentLedger(LoadTarget target, string run, int capacity)
    {
        prefix = target switch
        {
            LoadTarget.Telegram => "1",
            LoadTarget.WhatsApp => $"wamid.{run}-",
            _ => run + "-",
        };
        states = new byte[capacity];
    }

    public int Attempted => states.Count(s => s > 0);
    public int Acknowledged => states.Count(s => s == 2);
    public IEnumerable<string> AcknowledgedIds => Enumerable.Range(0, states.Length).Where(i => states[i] == 2).Select(Id);

    /// <summary>The n-th message's id as the provider gives it: what Braid stores as its external id (on Telegram within its chat).</summary>
    public string Id(int number) => prefix + number.ToString("D9", CultureInfo.InvariantCulture);

    /// <summary>Holds what is stored (ids of this run, once per stored row) against what was sent.</summary>
    public LedgerCheck Compare(IEnumerable<string> stored)
    {
        var counts = new int[states.Length];
        var unknown = 0;
        foreach (var id in stored)
        {
            if (id.StartsWith(prefix, StringComparison.Ordinal) && int.TryParse(id.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var n)
                && n < counts.Length && states[n] > 0)
            {
                counts[n]++;
            }
            else
            {
                unknown++;
            }
        }

        var numbers = Enumerable.Range(0, states.Length).ToList();
        return new LedgerCheck(
            [.. numbers.Where(i => states[i] == 2 && counts[i] == 0).Select(Id)],
            [.. numbers.Where(i => counts[i] > 1).Select(Id)],
            numbers.Count(i => states[i] == 1 && counts[i] > 0),
            unknown);
    }

    internal int? Take()
    {
        var number = Interlocked.Increment(ref next) - 1;
        return number < states.Length ? number : null;
    }

    internal void Attempt(int number) => states[number] = Math.Max(states[number], (byte)1);

    internal void Acknowledge(int number) => states[number] = 2;
}

/// <summary>Lost and doubled must be empty. What was stored without an acknowledgement is fine: its answer got lost on the way.</summary>
public sealed record LedgerCheck(IReadOnlyList<string> Lost, IReadOnlyList<string> Doubled, int StoredWithoutAcknowledgement, int Unknown)
{
    public bool IsSound => Lost.Count == 0 && Doubled.Count == 0 && Unknown == 0;
}
