using System.Text.Json.Nodes;
using Braid.Simulator.Webhooks;

namespace Braid.Simulator.WhatsApp;

/// <summary>
/// One body for several changes. Meta nests them in every way it can: more messages of one person in one value, more changes in one entry,
/// more entries of one account. All three are used, so that a reader who takes the first of anything loses something.
/// </summary>
internal static class WhatsAppBatch
{
    private const int ChangesPerEntry = 2;

    public static JsonObject Build(string wabaId, IReadOnlyList<JsonObject> changes)
    {
        var entries = new JsonArray();
        JsonArray? open = null;
        JsonObject? last = null;
        foreach (var change in changes.Select(c => c.Copy()))
        {
            if (last is not null && Joins(last, change))
            {
                last["value"]!["messages"]!.AsArray().Add(change["value"]!["messages"]![0]!.DeepClone());
                continue;
            }

            if (open is null || open.Count == ChangesPerEntry)
            {
                entries.Add(new JsonObject { ["id"] = wabaId, ["changes"] = open = [] });
            }

            open.Add(change);
            last = change;
        }

        return new JsonObject { ["object"] = "whatsapp_business_account", ["entry"] = entries };
    }

    private static bool Joins(JsonObject a, JsonObject b) =>
        Sender(a) is { } sender && sender == Sender(b) && JsonNode.DeepEquals(a["value"]!["contacts"], b["value"]!["contacts"]);

    private static string? Sender(JsonObject change) => change["value"]?["messages"]?[0]?["from_user_id"]?.GetValue<string>();
}
