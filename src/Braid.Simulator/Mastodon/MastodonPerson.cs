using Braid.Simulator.Channels;

namespace Braid.Simulator.Mastodon;

/// <summary>Somebody on another instance. Writes in public, and goes on as privately as Braid answered last.</summary>
internal sealed class MastodonPerson(MastodonServer server, string id, string name, string acct) : ISimulatedPerson
{
    public string Id { get; } = id;
    public string? Name { get; } = name;
    public string Acct { get; } = acct;
    public Arrivals<SimulatedReceived> Received { get; } = new();
    /// <summary>The ids of what was posted.</summary>
    public List<string> Posts { get; } = [];

    public Task WritesAsync(string text)
    {
        Post(text, null);
        return Task.CompletedTask;
    }

    public Task SendsAsync(SimulatedFile file, string? caption = null)
    {
        Post(caption ?? "", file);
        return Task.CompletedTask;
    }

    /// <summary>Nobody is told.</summary>
    public Task ReadsAsync(SimulatedReceived received) => Task.CompletedTask;

    private void Post(string text, SimulatedFile? file)
    {
        var last = Received.Items.Count > 0 ? Received.Items[^1] : null;
        Posts.Add(server.Mention(this, text, last?.Id, last is { Public: false } ? "direct" : "public", file));
    }
}
