using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Matrix;

/// <summary>Reads what /sync gives, and an application service's transactions, which hold the same events in another envelope.</summary>
internal sealed class MatrixReceiver : IReceiver<MatrixSettings>
{
    public Verdict Verify(WebhookRequest request, MatrixSettings settings) => new Verdict.Forged("Matrix is listened to, it calls no webhook.", 403);

    public Reading Read(RawDelivery delivery, MatrixSettings settings) =>
        ChannelJson.Read(delivery, "a Matrix sync", json =>
        {
            var batch = new MatrixBatch(settings, new MatrixFacts(json.Get("braid")));
            if (json.Get("rooms").IsObject() || json.Get("next_batch").Exists())
            {
                foreach (var room in Rooms(json, "join").Concat(Rooms(json, "leave"))) { batch.Room(room.Name, room.Value); }
                foreach (var invite in Rooms(json, "invite")) { batch.Skipped.Add($"invited to {invite.Name}"); }
            }
            else if (json.Get("events").ValueKind == JsonValueKind.Array)
            {
                foreach (var e in json.Items("events")) { batch.Event(e, e.Id("room_id"), fromSync: false); }
                foreach (var e in json.Items("ephemeral")) { batch.Ephemeral(e, e.Id("room_id")); }
            }
            else
            {
                return new Reading.Unreadable("not a Matrix sync");
            }

            return batch.Events.Count == 0
                ? new Reading.Ignored(batch.Skipped.Count == 0 ? "nothing for a conversation in it" : string.Join("; ", batch.Skipped)) { Signals = batch.Signals }
                : new Reading.Events(batch.Events) { Signals = batch.Signals, Skipped = batch.Skipped };
        });

    private static IEnumerable<JsonProperty> Rooms(JsonElement json, string kind) =>
        json.Get("rooms").Get(kind) is { ValueKind: JsonValueKind.Object } rooms ? rooms.EnumerateObject() : Enumerable.Empty<JsonProperty>();
}

/// <summary>What the listener looked up beside the events: how many are in the room, what they and it are called.</summary>
internal readonly record struct MatrixFacts(JsonElement Json)
{
    public Audience Audience => Json.Number("members") is > 0 and <= 2 ? Audience.Private : Audience.Shared;
    public string? Title => Json.Text("title");
    public string? Name(string userId) => Json.Get("names").Text(userId);

    /// <summary>Reactions that were seen before and are redacted now.</summary>
    public JsonElement Reaction(string eventId) => Json.Get("reactions").Get(eventId);
}
