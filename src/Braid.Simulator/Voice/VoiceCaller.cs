using Braid.Simulator.Channels;

namespace Braid.Simulator.Voice;

/// <summary>Somebody who calls. What they "write" is what they say after the tone; what they hear is what Braid had said.</summary>
public sealed class VoiceCaller : ISimulatedPerson
{
    private readonly VoiceExchange exchange;

    internal VoiceCaller(string id, VoiceExchange exchange) => (Id, this.exchange) = (id, exchange);

    public string Id { get; }

    public string? Name => null;

    public Arrivals<SimulatedReceived> Received { get; } = new();

    public Task WritesAsync(string text) => CallsAsync(text, SimulatedFile.Voice());

    public Task SendsAsync(SimulatedFile file, string? caption = null) => CallsAsync(caption, file);

    /// <summary>One whole call; done when all is reported. Gives the call's id.</summary>
    public async Task<string> CallsAsync(string? says, SimulatedFile voice)
    {
        var call = new VoiceCall(exchange, this, says, voice);
        await call.RunAsync();
        return call.Sid;
    }

    public Task ReadsAsync(SimulatedReceived received) => Task.CompletedTask;
}
