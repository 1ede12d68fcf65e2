namespace Braid.Simulator;

/// <summary>What every provider of one world shares.</summary>
internal sealed record World(SimulatorOptions Options, Faults Faults, HttpClient Http, Arrivals<WebhookAttempt> Webhooks)
{
    private readonly Lock gate = new();
    private readonly Random chance = new(Options.Seed);

    public TimeProvider Time => Options.Time;

    public long Number(long from, long to)
    {
        lock (gate)
        {
            return chance.NextInt64(from, to);
        }
    }

    public long SupergroupId() => -1_002_000_000_000 - Number(1, 900_000_000);

    public string Letters(int count, string alphabet)
    {
        lock (gate)
        {
            return new string(chance.GetItems<char>(alphabet, count));
        }
    }

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        lock (gate)
        {
            chance.NextBytes(bytes);
        }

        return bytes;
    }
}
