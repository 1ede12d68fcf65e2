using System.Text.Json.Nodes;

namespace Braid.Channels.Discord;

/// <summary>Rich content as rows of components and embeds.</summary>
internal static class DiscordComponents
{
    private const int ButtonsInRow = 5;

    public static void Fill(JsonObject body, RichContent rich)
    {
        var rows = new JsonArray();
        if (rich.List is { } list) { rows.Add(Row([List(list)])); }
        foreach (var row in rich.Buttons.Chunk(ButtonsInRow)) { rows.Add(Row(row.Select(Button))); }
        if (rich.QuickReplies.Count > 0) { rows.Add(Row(rich.QuickReplies.Select(Button))); }
        var taps = rich.Cards.SelectMany(c => c.Buttons).ToList();
        if (taps.Count > 0) { rows.Add(Row(taps.Select(Button))); }
        if (rows.Count > 0) { body["components"] = rows; }
        if (rich.Cards.Count > 0) { body["embeds"] = new JsonArray([.. rich.Cards.Select(Card)]); }
    }

    private static JsonObject Row(IEnumerable<JsonObject> components) => new() { ["type"] = 1, ["components"] = new JsonArray([.. components]) };

    private static JsonObject Button(RichButton button) => button.Kind == RichButtonKind.Link
        ? new() { ["type"] = 2, ["style"] = 5, ["label"] = button.Title, ["url"] = button.Value }
        : new() { ["type"] = 2, ["style"] = 1, ["label"] = button.Title, ["custom_id"] = button.Value };

    private static JsonObject List(RichList list) => new()
    {
        ["type"] = 3,
        ["custom_id"] = "list",
        ["placeholder"] = list.Button,
        ["options"] = new JsonArray([.. list.Sections.SelectMany(s => s.Rows).Select(row =>
        {
            var option = new JsonObject { ["label"] = row.Title, ["value"] = row.Id };
            if (row.Description is { } more) { option["description"] = more.Length <= 100 ? more : more[..99] + "…"; }
            return option;
        })]),
    };

    private static JsonObject Card(RichCard card)
    {
        var embed = new JsonObject { ["title"] = card.Title };
        if (card.Subtitle is { } more) { embed["description"] = more; }
        if (card.ImageUrl is { } image) { embed["image"] = new JsonObject { ["url"] = image }; }
        return embed;
    }
}
