using Braid.Simulator.Channels;

namespace Braid.Simulator.Signal;

internal sealed class SignalPerson(SignalServer server, string id, string name, string phone) : ISimulatedPerson
{
    public string Id { get; } = id;
    public string? Name { get; } = name;
    public string Phone { get; } = phone;
    public Arrivals<SimulatedReceived> Received { get; } = new();

    public Task WritesAsync(string text)
    {
        server.Say(this, text, null);
        return Task.CompletedTask;
    }

    public Task SendsAsync(SimulatedFile file, string? caption = null)
    {
        server.Say(this, caption, file);
        return Task.CompletedTask;
    }

    public Task ReadsAsync(SimulatedReceived received)
    {
        server.Receipt(this, received.Id, read: true);
        return Task.CompletedTask;
    }
}
