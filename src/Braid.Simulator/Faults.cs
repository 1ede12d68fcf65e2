namespace Braid.Simulator;

/// <summary>The faults of one world. Rules are asked in the order they were added; the first that strikes decides.</summary>
public sealed class Faults
{
    private readonly Lock gate = new();
    private readonly Random luck;
    private readonly List<FaultRule> rules = [];
    private readonly Dictionary<SimulatedProvider, TaskCompletionSource> outages = [];

    internal Faults(int seed) => luck = new Random(seed);

    public FaultRule Add(FaultRule rule)
    {
        lock (gate)
        {
            rules.Add(rule);
        }

        return rule;
    }

    /// <summary>The next <paramref name="times"/> calls of a method go wrong.</summary>
    public FaultRule Next(SimulatedProvider provider, string? method, Fault fault, int times = 1) =>
        Add(new FaultRule(provider, method, fault) { Times = times });

    /// <summary>From now on every call of a method may go wrong.</summary>
    public FaultRule Sometimes(SimulatedProvider provider, string? method, Fault fault, double probability) =>
        Add(new FaultRule(provider, method, fault) { Probability = probability });

    public void Remove(FaultRule rule)
    {
        lock (gate)
        {
            rules.Remove(rule);
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            rules.Clear();
        }
    }

    /// <summary>The provider is away (connections are reset, webhooks are held back) until what is returned is disposed of.</summary>
    public IDisposable Outage(SimulatedProvider provider)
    {
        lock (gate)
        {
            outages.TryAdd(provider, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        return new End(() =>
        {
            lock (gate)
            {
                if (outages.Remove(provider, out var outage))
                {
                    outage.TrySetResult();
                }
            }
        });
    }

    internal bool IsOut(SimulatedProvider provider)
    {
        lock (gate)
        {
            return outages.ContainsKey(provider);
        }
    }

    internal Task WhenUpAsync(SimulatedProvider provider, CancellationToken ct)
    {
        lock (gate)
        {
            return outages.TryGetValue(provider, out var outage) ? outage.Task.WaitAsync(ct) : Task.CompletedTask;
        }
    }

    internal Fault? Strike(SimulatedProvider provider, string method)
    {
        lock (gate)
        {
            return rules.Find(rule => rule.Strikes(provider, method, luck))?.Fault;
        }
    }

    internal void Shuffle<T>(List<T> items)
    {
        lock (gate)
        {
            for (var i = items.Count - 1; i > 0; i--)
            {
                var j = luck.Next(i + 1);
                (items[i], items[j]) = (items[j], items[i]);
            }
        }
    }

    private sealed class End(Action act) : IDisposable
    {
        public void Dispose() => act();
    }
}
