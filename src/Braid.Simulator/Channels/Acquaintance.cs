namespace Braid.Simulator.Channels;

/// <summary>Somebody who uses a provider; the provider decides what they can do there.</summary>
internal abstract class Acquaintance(string id, string? name) : ISimulatedPerson
{
    public string Id { get; } = id;
    public string? Name { get; } = name;
    public Arrivals<SimulatedReceived> Received { get; } = new();

    public abstract Task WritesAsync(string text);

    public virtual Task SendsAsync(SimulatedFile file, string? caption = null) => throw new NotSupportedException("Nobody can send files here.");

    public virtual Task ReadsAsync(SimulatedReceived received) => Task.CompletedTask;
}
