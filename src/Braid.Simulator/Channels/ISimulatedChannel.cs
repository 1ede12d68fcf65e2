using System.Text.Json.Nodes;

namespace Braid.Simulator.Channels;

/// <summary>
/// One provider of the pretend world, seen the same way whatever it speaks, so that one story and the demo can walk over all of them.
/// Each owns its server.
/// </summary>
public interface ISimulatedChannel : IAsyncDisposable
{
    /// <summary>For POST /api/v1/inboxes: complete, and leading to this server.</summary>
    JsonObject Settings { get; }

    SimulatedSkills Skills { get; }

    /// <summary>The inbox is there: where the provider posts from now on. Providers that are asked (polling, sockets) ignore it.</summary>
    Task ConnectAsync(Uri webhookUrl, CancellationToken ct);

    /// <summary>Somebody who uses this provider; the same person for the same name.</summary>
    ISimulatedPerson Person(string name);
}

/// <summary>How a provider is started; implementations are found by their type.</summary>
public interface ISimulatedChannelFactory
{
    /// <summary>Braid's channel id, or its variant's: `line`, `sms-twilio`.</summary>
    string Channel { get; }

    Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct);
}

/// <summary>What a story may ask of this provider.</summary>
public sealed record SimulatedSkills
{
    public bool FilesIn { get; init; } = true;
    public bool FilesOut { get; init; } = true;
    public bool Delivered { get; init; }
    public bool Read { get; init; }
    /// <summary>What people write is public: a comment, a review.</summary>
    public bool Public { get; init; }
    /// <summary>The person must not hear more than one answer (reviews), or none before they wrote.</summary>
    public bool OneAnswer { get; init; }
    /// <summary>False where nothing written reaches the person: phone calls.</summary>
    public bool Answers { get; init; } = true;
}

public interface ISimulatedPerson
{
    /// <summary>The provider's id of the person, as Braid will see it.</summary>
    string Id { get; }
    string? Name { get; }

    /// <summary>On its way at once; done when Braid took it, or when it lies ready to be fetched.</summary>
    Task WritesAsync(string text);

    Task SendsAsync(SimulatedFile file, string? caption = null);

    /// <summary>What Braid sent to this person, in order.</summary>
    Arrivals<SimulatedReceived> Received { get; }

    /// <summary>Opens the chat, where the provider tells the sender.</summary>
    Task ReadsAsync(SimulatedReceived received);
}

/// <summary>A message as the person sees it.</summary>
public sealed record SimulatedReceived(string Id, string Text, IReadOnlyList<SimulatedFile> Files)
{
    /// <summary>The body Braid sent.</summary>
    public JsonNode? Raw { get; init; }
    /// <summary>Everybody can read it.</summary>
    public bool Public { get; init; }
}
