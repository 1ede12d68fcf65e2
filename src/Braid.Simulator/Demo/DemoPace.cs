namespace Braid.Simulator.Demo;

/// <summary>How long people take. Lively in the first minutes, then calmer, and nearly silent when a demo is left running for days.</summary>
internal sealed class DemoPace(TimeProvider time, int seed)
{
    private static readonly TimeSpan Lively = TimeSpan.FromMinutes(10);
    private const int Plenty = 800;
    private readonly Lock gate = new();
    private readonly Random chance = new(seed);
    private readonly long start = time.GetTimestamp();
    private int said;

    public int Pick(int below)
    {
        lock (gate)
        {
            return chance.Next(below);
        }
    }

    public Task SoonAsync(CancellationToken ct) => WaitAsync(0.2, 0.5, ct);

    public Task LookAtPhoneAsync(CancellationToken ct) => WaitAsync(1.5, 5, ct);

    public Task ThinkAsync(CancellationToken ct) => WaitAsync(4, 11, ct);

    public Task TypeAsync(CancellationToken ct) => WaitAsync(1.5, 4, ct);

    /// <summary>Until the next person has something to say.</summary>
    public Task NextAsync(CancellationToken ct) => (++said > Plenty, time.GetElapsedTime(start) > Lively) switch
    {
        (true, _) => WaitAsync(240, 400, ct),
        (_, true) => WaitAsync(15, 45, ct),
        _ => WaitAsync(4, 9, ct),
    };

    private Task WaitAsync(double from, double to, CancellationToken ct)
    {
        double share;
        lock (gate)
        {
            share = chance.NextDouble();
        }

        return Task.Delay(TimeSpan.FromSeconds(from + ((to - from) * share)), time, ct);
    }
}
