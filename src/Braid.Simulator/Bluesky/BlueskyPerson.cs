using Braid.Simulator.Channels;

namespace Braid.Simulator.Bluesky;

/// <summary>Writes in public, and goes on in the chat when Braid answered there last.</summary>
public sealed class BlueskyPerson : ISimulatedPerson
{
    private readonly BlueskyServer server;

    internal BlueskyPerson(BlueskyServer server, string id, string name, string handle) => (this.server, Id, Name, Handle) = (server, id, name, handle);

    public string Id { get; }
    public string? Name { get; }
    public string Handle { get; }
    public Arrivals<SimulatedReceived> Received { get; } = new();

    public Task WritesAsync(string text)
    {
        if (Last is { Public: false }) { server.Chat(this, text); }
        else { server.Post(this, text, Last?.Id, null); }
        return Task.CompletedTask;
    }

    /// <summary>A chat message, whatever came before.</summary>
    public void Chats(string text) => server.Chat(this, text);

    public Task SendsAsync(SimulatedFile file, string? caption = null)
    {
        server.Post(this, caption ?? "", Last is { Public: true } ? Last.Id : null, file);
        return Task.CompletedTask;
    }

    /// <summary>Nobody is told.</summary>
    public Task ReadsAsync(SimulatedReceived received) => Task.CompletedTask;

    private SimulatedReceived? Last => Received.Items is [.., var last] ? last : null;
}
