using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Matrix;

/// <summary>
/// What is known of the rooms while the listener runs: members with their names, the title, reactions that may be taken back. It goes into
/// each delivery, because reading one must not call anybody.
/// </summary>
internal sealed class MatrixRooms
{
    private const int MostReactions = 2000;
    private readonly Dictionary<string, Known> rooms = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Target, string Key)> reactions = new(StringComparer.Ordinal);
    private readonly Queue<string> oldest = new();

    public async Task<JsonObject> FactsAsync(MatrixApi api, string room, IReadOnlyList<JsonElement> events, CancellationToken ct)
    {
        if (events.Any(e => e.Text("type") is "m.room.member" or "m.room.name")) { rooms.Remove(room); }
        if (!rooms.TryGetValue(room, out var known) && await AskAsync(api, room, ct) is { } asked) { rooms[room] = known = asked; }

        var names = new JsonObject();
        var removed = new JsonObject();
        foreach (var e in events)
        {
            if (e.Id("sender") is { } sender && known?.Names.GetValueOrDefault(sender) is { } name) { names[sender] = name; }
            Note(e, removed);
        }

        return new JsonObject { ["members"] = known?.Members, ["title"] = known?.Title, ["names"] = names, ["reactions"] = removed };
    }

    private static async Task<Known?> AskAsync(MatrixApi api, string room, CancellationToken ct)
    {
        if (await api.GetAsync($"rooms/{MatrixApi.Part(room)}/joined_members", ct) is not ProviderAnswer.Answered { Ok: true } members) { return null; }
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var count = 0;
        if (members.Json.Get("joined").IsObject())
        {
            foreach (var member in members.Json.Get("joined").EnumerateObject())
            {
                count++;
                if (member.Value.Text("display_name") is { } name) { names[member.Name] = name; }
            }
        }

        if (count == 0) { return null; }
        var title = count > 2 && await api.GetAsync($"rooms/{MatrixApi.Part(room)}/state/m.room.name", ct) is ProviderAnswer.Answered { Ok: true } named ? named.Json.Text("name") : null;
        return new(count, title, names);
    }

    private void Note(JsonElement e, JsonObject removed)
    {
        var relation = e.Get("content").Get("m.relates_to");
        if (e.Text("type") == "m.reaction" && e.Id("event_id") is { } id && relation.Id("event_id") is { } target && relation.Text("key") is { } key && reactions.TryAdd(id, (target, key)))
        {
            oldest.Enqueue(id);
            if (oldest.Count > MostReactions) { reactions.Remove(oldest.Dequeue()); }
        }
        else if (e.Text("type") == "m.room.redaction" && (e.Id("redacts") ?? e.Get("content").Id("redacts")) is { } gone && reactions.TryGetValue(gone, out var was))
        {
            removed[gone] = new JsonObject { ["event_id"] = was.Target, ["key"] = was.Key };
        }
    }

    private sealed record Known(int Members, string? Title, Dictionary<string, string> Names);
}
