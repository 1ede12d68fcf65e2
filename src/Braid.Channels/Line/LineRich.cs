using System.Globalization;
using System.Text.Json.Nodes;

namespace Braid.Channels.Line;

/// <summary>Buttons, lists and cards as LINE draws them: the small buttons template where it has room, else a flex bubble.</summary>
internal static class LineRich
{
    /// <summary>More text than this stands before the bubble.</summary>
    public const int MostText = 2000;
    private const int MostAltText = 400;

    public static bool HasBubble(RichContent rich) => rich.Buttons.Count > 0 || rich.List is not null || rich.Cards.Count > 0;

    public static JsonObject Bubble(string text, RichContent rich)
    {
        var room = rich.Header is null ? 160 : 60;
        var fits = (rich.Header?.Length ?? 0) <= 40 && text.Length <= room && text.Trim().Length > 0;
        return fits && rich.List is null && rich.Footer is null
                ? Template(text, rich)
                : Flex(Alt(rich.Header ?? text), Contents(text, rich));
    }

    public static JsonObject Cards(string text, RichContent rich) => Flex(Alt(text.Length > 0 ? text : rich.Cards[0].Title), new JsonObject
    {
        ["type"] = "carousel",
        ["contents"] = new JsonArray([.. rich.Cards.Select(Card)]),
    });

    public static JsonObject QuickReplies(IReadOnlyList<RichButton> replies) => new()
    {
        ["items"] = new JsonArray([.. replies.Select(r => new JsonObject
        {
            ["type"] = "action",
            ["action"] = new JsonObject { ["type"] = "postback", ["label"] = r.Title, ["data"] = r.Value, ["displayText"] = r.Title },
        })]),
    };

    public static JsonObject Location(RichLocation place) => new()
    {
        ["type"] = "location",
        ["title"] = Cut(place.Name ?? place.Address ?? "📍", 100),
        ["address"] = Cut(place.Address ?? string.Create(CultureInfo.InvariantCulture, $"{place.Latitude}, {place.Longitude}"), 100),
        ["latitude"] = place.Latitude,
        ["longitude"] = place.Longitude,
    };

    private static JsonObject Template(string text, RichContent rich)
    {
        var template = new JsonObject { ["type"] = "buttons" };
        if (rich.Header is { } title) { template["title"] = title; }
        template["text"] = text;
        template["actions"] = new JsonArray([.. rich.Buttons.Select(Action)]);
        return new() { ["type"] = "template", ["altText"] = Alt(rich.Header is { } h ? $"{h}\n{text}" : text), ["template"] = template };
    }

    private static JsonObject Flex(string altText, JsonObject contents) => new() { ["type"] = "flex", ["altText"] = altText, ["contents"] = contents };

    private static JsonObject Contents(string text, RichContent rich)
    {
        var lines = new JsonArray();
        if (rich.Header is { } header) { lines.Add(Heading(header)); }
        if (text.Trim().Length > 0) { lines.Add(Line(text)); }
        foreach (var section in rich.List?.Sections ?? [])
        {
            if (section.Title is { } title) { lines.Add(new JsonObject { ["type"] = "text", ["text"] = title, ["weight"] = "bold", ["wrap"] = true }); }
            foreach (var row in section.Rows) { lines.Add(Row(row)); }
        }

        if (rich.Footer is { } footer) { lines.Add(new JsonObject { ["type"] = "text", ["text"] = footer, ["size"] = "xs", ["color"] = "#888888", ["wrap"] = true }); }
        return WithButtons(new JsonObject { ["type"] = "bubble", ["body"] = Box(lines) }, rich.Buttons);
    }

    private static JsonObject Card(RichCard card)
    {
        var bubble = new JsonObject { ["type"] = "bubble" };
        if (card.ImageUrl is { } image)
        {
            bubble["hero"] = new JsonObject { ["type"] = "image", ["url"] = image, ["size"] = "full", ["aspectRatio"] = "20:13", ["aspectMode"] = "cover" };
        }

        var lines = new JsonArray(Heading(card.Title));
        if (card.Subtitle is { Length: > 0 } more) { lines.Add(Line(more)); }
        bubble["body"] = Box(lines);
        return WithButtons(bubble, card.Buttons);
    }

    private static JsonObject WithButtons(JsonObject bubble, IReadOnlyList<RichButton> buttons)
    {
        if (buttons.Count > 0)
        {
            bubble["footer"] = Box([.. buttons.Select((b, i) => new JsonObject { ["type"] = "button", ["style"] = i == 0 ? "primary" : "secondary", ["action"] = Action(b) })]);
        }

        return bubble;
    }

    /// <summary>The whole row is tapped; what is tapped appears as said by the customer.</summary>
    private static JsonObject Row(RichRow row)
    {
        var lines = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = row.Title, ["color"] = "#0367D3", ["wrap"] = true });
        if (row.Description is { Length: > 0 } more) { lines.Add(new JsonObject { ["type"] = "text", ["text"] = more, ["size"] = "sm", ["wrap"] = true }); }
        var box = Box(lines);
        box["margin"] = "md";
        box["action"] = new JsonObject { ["type"] = "postback", ["label"] = Cut(row.Title, 20), ["data"] = row.Id, ["displayText"] = row.Title };
        return box;
    }

    private static JsonObject Action(RichButton button) => button.Kind switch
    {
        RichButtonKind.Link => new() { ["type"] = "uri", ["label"] = button.Title, ["uri"] = button.Value },
        RichButtonKind.Call => new() { ["type"] = "uri", ["label"] = button.Title, ["uri"] = "tel:" + button.Value },
        _ => new() { ["type"] = "postback", ["label"] = button.Title, ["data"] = button.Value },
    };

    private static JsonObject Box(JsonArray contents) => new() { ["type"] = "box", ["layout"] = "vertical", ["contents"] = contents };

    private static JsonObject Heading(string text) => new() { ["type"] = "text", ["text"] = text, ["weight"] = "bold", ["size"] = "xl", ["wrap"] = true };

    private static JsonObject Line(string text) => new() { ["type"] = "text", ["text"] = text, ["wrap"] = true };

    private static string Alt(string text) => text.Trim().Length == 0 ? "💬" : Cut(text, MostAltText);

    private static string Cut(string text, int most) => text.Length <= most ? text : Common.TextSplitter.Split(text, most - 1)[0] + "…";
}
