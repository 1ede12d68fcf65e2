using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Viber;

/// <summary>
/// What we give Viber to bring back with the customer's next message: our message id, and which button means what. The customer sees the
/// button's title as said; the payload stays here.
/// </summary>
internal static class ViberTracking
{
    private const int Most = 4096;

    /// <returns>With the buttons if they have room, else with the id alone.</returns>
    public static string Of(Guid id, IEnumerable<RichButton> buttons)
    {
        var choices = new JsonObject();
        foreach (var button in buttons.Where(b => b.Kind == RichButtonKind.Reply)) { choices.TryAdd(button.Title, button.Value); }
        var alone = new JsonObject { ["msg"] = id.ToString("D") };
        if (choices.Count == 0) { return alone.ToJsonString(SettingsReader.Json); }
        var whole = new JsonObject { ["msg"] = id.ToString("D"), ["choices"] = choices }.ToJsonString(SettingsReader.Json);
        return whole.Length <= Most ? whole : alone.ToJsonString(SettingsReader.Json);
    }

    public static string? Choice(string? tracking, string text)
    {
        if (tracking is null || !tracking.StartsWith('{')) { return null; }
        try
        {
            using var document = JsonDocument.Parse(tracking);
            return document.RootElement.Get("choices").Text(text);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }
}
