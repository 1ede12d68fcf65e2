using System.Text.Json.Nodes;

namespace Braid.Channels.Slack;

/// <summary>Rich content as Block Kit.</summary>
internal static class SlackBlocks
{
    /// <summary>Slack tells when a link button was opened; by this name the receiver knows that it is no answer.</summary>
    public const string LinkAction = "link-";

    private const int HeaderLength = 150;
    private const int DescriptionLength = 75;

    public static JsonArray Of(string text, RichContent rich)
    {
        var blocks = new JsonArray();
        var number = 0;
        if (rich.Header is { Length: <= HeaderLength } header) { blocks.Add(new JsonObject { ["type"] = "header", ["text"] = Plain(header) }); }
        else if (rich.Header is { } tall) { blocks.Add(Section($"*{SlackText.Escape(tall)}*")); }

        if (!string.IsNullOrWhiteSpace(text)) { blocks.Add(Section(SlackText.Escape(text))); }
        foreach (var card in rich.Cards)
        {
            blocks.Add(Card(card));
            if (card.Buttons.Count > 0) { blocks.Add(Actions(card.Buttons.Select(b => Button(b, number++)))); }
        }

        if (rich.List is { } list) { blocks.Add(Actions([List(list, number++)])); }
        var buttons = rich.Buttons.Concat(rich.QuickReplies).ToList();
        foreach (var row in buttons.Chunk(25)) { blocks.Add(Actions(row.Select(b => Button(b, number++)))); }
        if (rich.Footer is { } footer)
        {
            blocks.Add(new JsonObject { ["type"] = "context", ["elements"] = new JsonArray(Markdown(SlackText.Escape(footer))) });
        }

        return blocks;
    }

    private static JsonObject Section(string text) => new() { ["type"] = "section", ["text"] = Markdown(text) };

    private static JsonObject Card(RichCard card)
    {
        var section = Section($"*{SlackText.Escape(card.Title)}*{(card.Subtitle is null ? "" : "\n" + SlackText.Escape(card.Subtitle))}");
        if (card.ImageUrl is { } image) { section["accessory"] = new JsonObject { ["type"] = "image", ["image_url"] = image, ["alt_text"] = card.Title }; }
        return section;
    }

    private static JsonObject Actions(IEnumerable<JsonObject> elements) => new() { ["type"] = "actions", ["elements"] = new JsonArray([.. elements]) };

    private static JsonObject Button(RichButton button, int number)
    {
        var json = new JsonObject { ["type"] = "button", ["text"] = Plain(button.Title), ["action_id"] = $"{(button.Kind == RichButtonKind.Link ? LinkAction : "reply-")}{number}" };
        json[button.Kind == RichButtonKind.Link ? "url" : "value"] = button.Value;
        return json;
    }

    private static JsonObject List(RichList list, int number)
    {
        var select = new JsonObject { ["type"] = "static_select", ["placeholder"] = Plain(list.Button), ["action_id"] = $"list-{number}" };
        if (list.Sections.All(s => s.Title is { Length: <= 75 }))
        {
            select["option_groups"] = new JsonArray([.. list.Sections.Select(s => new JsonObject { ["label"] = Plain(s.Title!), ["options"] = Options(s.Rows) })]);
        }
        else
        {
            select["options"] = Options(list.Sections.SelectMany(s => s.Rows));
        }

        return select;
    }

    private static JsonArray Options(IEnumerable<RichRow> rows) => [.. rows.Select(row =>
    {
        var option = new JsonObject { ["text"] = Plain(row.Title), ["value"] = row.Id };
        if (row.Description is { } more) { option["description"] = Plain(more.Length <= DescriptionLength ? more : more[..(DescriptionLength - 1)] + "…"); }
        return option;
    })];

    private static JsonObject Plain(string text) => new() { ["type"] = "plain_text", ["text"] = text, ["emoji"] = true };

    private static JsonObject Markdown(string text) => new() { ["type"] = "mrkdwn", ["text"] = text };
}
