namespace Braid.Simulator.Channels;

/// <summary>All providers that can be started by the name of their channel.</summary>
public static class SimulatedChannels
{
    private static readonly SortedDictionary<string, ISimulatedChannelFactory> Known = Find();

    public static IReadOnlyCollection<string> Names => Known.Keys;

    public static Task<ISimulatedChannel> StartAsync(string channel, SimulatedWorld world, CancellationToken ct) => Known[channel].StartAsync(world, ct);

    private static SortedDictionary<string, ISimulatedChannelFactory> Find()
    {
        var found = new SortedDictionary<string, ISimulatedChannelFactory>(StringComparer.Ordinal);
        foreach (var type in typeof(SimulatedChannels).Assembly.GetTypes().Where(t => t is { IsClass: true, IsAbstract: false } && t.IsAssignableTo(typeof(ISimulatedChannelFactory))))
        {
            var factory = (ISimulatedChannelFactory)Activator.CreateInstance(type, nonPublic: true)!;
            found.Add(factory.Channel, factory);
        }

        return found;
    }
}
