using System.Text.Json.Nodes;
using Braid.Simulator.Channels;

namespace Braid.Simulator.Matrix;

internal sealed record MatrixEntry(long Position, string Id, JsonObject Json);

internal sealed class MatrixRoom(string id, MatrixPerson person)
{
    public string Id { get; } = id;
    public MatrixPerson Person { get; } = person;
    public bool Joined { get; set; }
    public string? Alias { get; init; }
    public long ChangedAt { get; set; }
    public List<MatrixEntry> Events { get; } = [];
    public List<MatrixEntry> Ephemeral { get; } = [];
}

internal sealed class MatrixPerson(MatrixServer server, string id, string name) : ISimulatedPerson
{
    public string Id { get; } = id;
    public string? Name { get; } = name;
    public MatrixRoom Room { get; set; } = null!;
    public Arrivals<SimulatedReceived> Received { get; } = new();
    /// <summary>What Braid did besides writing: typing, receipts.</summary>
    public Arrivals<(string Act, string Target)> Acts { get; } = new();

    public Task WritesAsync(string text)
    {
        server.Post(Room, Id, "m.room.message", new JsonObject { ["msgtype"] = "m.text", ["body"] = text });
        return Task.CompletedTask;
    }

    public Task SendsAsync(SimulatedFile file, string? caption = null)
    {
        server.Post(Room, Id, "m.room.message", new JsonObject
        {
            ["msgtype"] = file.ContentType.Split('/')[0] switch { "image" => "m.image", "audio" => "m.audio", "video" => "m.video", _ => "m.file" },
            ["body"] = caption ?? file.Name, ["filename"] = file.Name, ["url"] = server.Store(file),
            ["info"] = new JsonObject { ["mimetype"] = file.ContentType, ["size"] = file.Content.Length },
        });
        return Task.CompletedTask;
    }

    public Task ReadsAsync(SimulatedReceived received)
    {
        server.Receipt(Room, Id, received.Id);
        return Task.CompletedTask;
    }
}
