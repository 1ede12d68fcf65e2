using System.Text.Json;
using System.Text.Json.Nodes;

namespace Braid.Channels.Teams;

/// <summary>Rich content as adaptive cards.</summary>
internal static class TeamsCards
{
    /// <summary>Under this name a tap returns its payload.</summary>
    public const string Payload = "braid";
    public const string Title = "title";

    public static void Fill(JsonObject body, string text, RichContent rich, bool personal, string recipient)
    {
        var cards = new List<JsonObject>();
        // Suggestions exist in chats of one person only; elsewhere they are buttons.
        var buttons = personal ? rich.Buttons : [.. rich.Buttons, .. rich.QuickReplies];
        if (buttons.Count > 0 || rich.List is not null || rich.Header is not null || rich.Footer is not null) { cards.Add(Main(text, rich, buttons)); }
        else if (!string.IsNullOrWhiteSpace(text)) { body["text"] = TeamsText.Markdown(text); }

        cards.AddRange(rich.Cards.Select(Card));
        if (cards.Count > 0) { body["attachments"] = new JsonArray([.. cards]); }
        if (rich.Cards.Count > 1) { body["attachmentLayout"] = "carousel"; }
        if (personal && rich.QuickReplies.Count > 0)
        {
            body["suggestedActions"] = new JsonObject
            {
                ["to"] = new JsonArray(recipient),
                ["actions"] = new JsonArray([.. rich.QuickReplies.Select(q => new JsonObject { ["type"] = "imBack", ["title"] = q.Title, ["value"] = q.Title })]),
            };
        }
    }

    private static JsonObject Main(string text, RichContent rich, IReadOnlyList<RichButton> buttons)
    {
        var body = new JsonArray();
        if (rich.Header is { } header) { body.Add(new JsonObject { ["type"] = "TextBlock", ["text"] = header, ["wrap"] = true, ["weight"] = "Bolder", ["size"] = "Large" }); }
        if (!string.IsNullOrWhiteSpace(text)) { body.Add(Block(text)); }
        List<JsonObject> actions = [.. buttons.Select(Action)];
        if (rich.List is { } list)
        {
            body.Add(new JsonObject
            {
                ["type"] = "Input.ChoiceSet", ["id"] = Payload, ["style"] = "compact", ["placeholder"] = list.Button,
                ["choices"] = new JsonArray([.. list.Sections.SelectMany(s => s.Rows).Select(r => new JsonObject { ["title"] = r.Description is { } more ? $"{r.Title} ({more})" : r.Title, ["value"] = r.Id })]),
            });
            actions.Insert(0, new JsonObject { ["type"] = "Action.Submit", ["title"] = list.Button });
        }

        if (rich.Footer is { } footer) { body.Add(new JsonObject { ["type"] = "TextBlock", ["text"] = footer, ["wrap"] = true, ["isSubtle"] = true, ["size"] = "Small" }); }
        return Adaptive(body, actions);
    }

    private static JsonObject Card(RichCard card)
    {
        var body = new JsonArray();
        if (card.ImageUrl is { } image) { body.Add(new JsonObject { ["type"] = "Image", ["url"] = image, ["altText"] = card.Title }); }
        body.Add(new JsonObject { ["type"] = "TextBlock", ["text"] = card.Title, ["wrap"] = true, ["weight"] = "Bolder" });
        if (card.Subtitle is { } more) { body.Add(Block(more)); }
        return Adaptive(body, [.. card.Buttons.Select(Action)]);
    }

    private static JsonObject Block(string text) => new() { ["type"] = "TextBlock", ["text"] = text, ["wrap"] = true };

    private static JsonObject Adaptive(JsonArray body, List<JsonObject> actions)
    {
        var card = new JsonObject { ["type"] = "AdaptiveCard", ["version"] = "1.4", ["body"] = body };
        if (actions.Count > 0) { card["actions"] = new JsonArray([.. actions]); }
        return new JsonObject { ["contentType"] = "application/vnd.microsoft.card.adaptive", ["content"] = card };
    }

    private static JsonObject Action(RichButton button) => button.Kind == RichButtonKind.Link
        ? new() { ["type"] = "Action.OpenUrl", ["title"] = button.Title, ["url"] = button.Value }
        : new() { ["type"] = "Action.Submit", ["title"] = button.Title, ["data"] = Data(button) };

    /// <summary>A payload that is a JSON object goes as it is, as cards of other makers have it.</summary>
    private static JsonObject Data(RichButton button)
    {
        if (button.Value.StartsWith('{'))
        {
            try
            {
                if (JsonNode.Parse(button.Value) is JsonObject data) { return data; }
            }
            catch (JsonException)
            {
                // Only looks like JSON.
            }
        }

        return new JsonObject { [Payload] = button.Value, [Title] = button.Title };
    }
}
