using System.Text.Json.Nodes;

namespace Braid.Channels.Viber;

/// <summary>Keyboards and the grid that Viber calls rich media.</summary>
internal static class ViberRich
{
    private const int CardRows = 7;

    /// <summary>Two short buttons share a row.</summary>
    public static JsonObject Keyboard(IReadOnlyList<RichButton> buttons)
    {
        var columns = buttons.Count > 1 && buttons.All(b => b.Title.Length <= 16) ? 3 : 6;
        return new()
        {
            ["Type"] = "keyboard",
            ["DefaultHeight"] = false,
            ["Buttons"] = new JsonArray([.. buttons.Select((b, i) => Button(b, columns == 3 && i == buttons.Count - 1 && i % 2 == 0 ? 6 : columns))]),
        };
    }

    public static JsonObject Cards(IReadOnlyList<RichCard> cards) => new()
    {
        ["min_api_version"] = 7,
        ["type"] = "rich_media",
        ["rich_media"] = new JsonObject
        {
            ["Type"] = "rich_media",
            ["ButtonsGroupColumns"] = 6,
            ["ButtonsGroupRows"] = CardRows,
            ["BgColor"] = "#FFFFFF",
            ["Buttons"] = new JsonArray([.. cards.SelectMany(Card)]),
        },
    };

    /// <summary>Every card fills its group of rows: picture, words, buttons.</summary>
    private static IEnumerable<JsonNode> Card(RichCard card)
    {
        var rows = CardRows - card.Buttons.Count;
        if (card.ImageUrl is { } image)
        {
            yield return new JsonObject { ["Columns"] = 6, ["Rows"] = 3, ["ActionType"] = "none", ["ActionBody"] = "", ["Image"] = image };
            rows -= 3;
        }

        var words = card.Subtitle is { Length: > 0 } more ? $"<b>{Html(card.Title)}</b><br>{Html(more)}" : $"<b>{Html(card.Title)}</b>";
        yield return new JsonObject { ["Columns"] = 6, ["Rows"] = rows, ["ActionType"] = "none", ["ActionBody"] = "", ["Text"] = words, ["TextHAlign"] = "left" };
        foreach (var button in card.Buttons) { yield return Button(button, 6); }
    }

    /// <summary>A tap says the title; <see cref="ViberTracking"/> knows what it means.</summary>
    private static JsonObject Button(RichButton button, int columns) => new()
    {
        ["Columns"] = columns,
        ["Rows"] = 1,
        ["ActionType"] = button.Kind == RichButtonKind.Reply ? "reply" : "open-url",
        ["ActionBody"] = button.Kind == RichButtonKind.Reply ? button.Title : button.Value,
        ["Text"] = Html(button.Title),
        ["TextSize"] = "regular",
    };

    /// <summary>Viber reads these words as HTML; letters of any script stay as they are.</summary>
    private static string Html(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
