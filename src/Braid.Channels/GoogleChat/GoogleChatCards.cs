using System.Net;
using System.Text.Json.Nodes;

namespace Braid.Channels.GoogleChat;

/// <summary>Rich content as cards. A tap returns its parameters; ours have these names.</summary>
internal static class GoogleChatCards
{
    public const string Payload = "braid";
    public const string Title = "title";

    public static JsonArray Of(string text, RichContent rich)
    {
        var cards = new JsonArray();
        var buttons = rich.Buttons.Concat(rich.QuickReplies).ToList();
        if (buttons.Count > 0 || rich.List is not null || rich.Header is not null || rich.Footer is not null) { cards.Add(Card($"c{cards.Count + 1}", Main(text, rich, buttons), rich.Header)); }
        foreach (var card in rich.Cards) { cards.Add(Card($"c{cards.Count + 1}", Widgets(card), card.Title, card.Subtitle)); }
        return cards;
    }

    /// <summary>True when the text stands in a card already.</summary>
    public static bool HoldsText(RichContent rich) => rich.Buttons.Count + rich.QuickReplies.Count > 0 || rich.List is not null || rich.Header is not null || rich.Footer is not null;

    private static JsonArray Main(string text, RichContent rich, List<RichButton> buttons)
    {
        var widgets = new JsonArray();
        if (!string.IsNullOrWhiteSpace(text)) { widgets.Add(Paragraph(WebUtility.HtmlEncode(text))); }
        if (rich.List is { } list)
        {
            widgets.Add(new JsonObject
            {
                ["selectionInput"] = new JsonObject
                {
                    ["name"] = Payload, ["type"] = "DROPDOWN", ["label"] = list.Button,
                    ["items"] = new JsonArray([.. list.Sections.SelectMany(s => s.Rows).Select(r => new JsonObject { ["text"] = r.Description is { } more ? $"{r.Title} ({more})" : r.Title, ["value"] = r.Id })]),
                },
            });
            widgets.Add(Buttons([new JsonObject { ["text"] = list.Button, ["onClick"] = new JsonObject { ["action"] = new JsonObject { ["function"] = Payload } } }]));
        }

        if (buttons.Count > 0) { widgets.Add(Buttons(buttons.Select(Button))); }
        if (rich.Footer is { } footer) { widgets.Add(Paragraph($"<i>{WebUtility.HtmlEncode(footer)}</i>")); }
        return widgets;
    }

    private static JsonArray Widgets(RichCard card)
    {
        var widgets = new JsonArray();
        if (card.ImageUrl is { } image) { widgets.Add(new JsonObject { ["image"] = new JsonObject { ["imageUrl"] = image, ["altText"] = card.Title } }); }
        if (card.Buttons.Count > 0) { widgets.Add(Buttons(card.Buttons.Select(Button))); }
        if (widgets.Count == 0) { widgets.Add(Paragraph(WebUtility.HtmlEncode(card.Subtitle ?? card.Title))); }
        return widgets;
    }

    private static JsonObject Card(string id, JsonArray widgets, string? title, string? subtitle = null)
    {
        var card = new JsonObject { ["sections"] = new JsonArray(new JsonObject { ["widgets"] = widgets }) };
        if (title is not null)
        {
            var header = new JsonObject { ["title"] = title };
            if (subtitle is not null) { header["subtitle"] = subtitle; }
            card["header"] = header;
        }

        return new JsonObject { ["cardId"] = id, ["card"] = card };
    }

    private static JsonObject Paragraph(string html) => new() { ["textParagraph"] = new JsonObject { ["text"] = html } };

    private static JsonObject Buttons(IEnumerable<JsonObject> buttons) => new() { ["buttonList"] = new JsonObject { ["buttons"] = new JsonArray([.. buttons]) } };

    private static JsonObject Button(RichButton button) => new()
    {
        ["text"] = button.Title,
        ["onClick"] = button.Kind == RichButtonKind.Link
            ? new JsonObject { ["openLink"] = new JsonObject { ["url"] = button.Value } }
            : new JsonObject
            {
                ["action"] = new JsonObject
                {
                    ["function"] = Payload,
                    ["parameters"] = new JsonArray(new JsonObject { ["key"] = Payload, ["value"] = button.Value }, new JsonObject { ["key"] = Title, ["value"] = button.Title }),
                },
            },
    };
}
