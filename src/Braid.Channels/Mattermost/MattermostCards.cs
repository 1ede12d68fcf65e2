using System.Globalization;
using System.Text.Json.Nodes;

namespace Braid.Channels.Mattermost;

/// <summary>Rich content as message attachments. A button's context comes back with the tap; ours holds the secret that proves it.</summary>
internal static class MattermostCards
{
    public const string Payload = "braid";
    public const string Title = "title";
    public const string Secret = "key";

    public static JsonArray Of(RichContent rich, MattermostSettings settings)
    {
        var attachments = new JsonArray();
        var number = 0;
        var actions = new JsonArray([.. rich.Buttons.Concat(rich.QuickReplies).Select(b => Button(b, number++, settings))]);
        if (rich.List is { } list) { actions.Add(List(list, number++, settings)); }
        if (actions.Count > 0 || rich.Header is not null || rich.Footer is not null)
        {
            var main = new JsonObject();
            if (rich.Header is { } header) { main["title"] = header; }
            if (rich.Footer is { } footer) { main["footer"] = footer; }
            if (actions.Count > 0) { main["actions"] = actions; }
            attachments.Add(main);
        }

        foreach (var card in rich.Cards)
        {
            var attachment = new JsonObject { ["title"] = card.Title };
            if (card.Subtitle is { } more) { attachment["text"] = more; }
            if (card.ImageUrl is { } image) { attachment["image_url"] = image; }
            var links = card.Buttons.Where(b => b.Kind != RichButtonKind.Reply).Select(b => $"[{b.Title}]({b.Value})").ToList();
            if (links.Count > 0) { attachment["text"] = string.Join('\n', new[] { card.Subtitle }.OfType<string>().Concat(links)); }
            var taps = new JsonArray([.. card.Buttons.Where(b => b.Kind == RichButtonKind.Reply).Select(b => Button(b, number++, settings))]);
            if (taps.Count > 0) { attachment["actions"] = taps; }
            attachments.Add(attachment);
        }

        return attachments;
    }

    private static JsonObject Button(RichButton button, int number, MattermostSettings settings) => new()
    {
        ["id"] = "reply" + number.ToString(CultureInfo.InvariantCulture), ["name"] = button.Title, ["type"] = "button", ["integration"] = Integration(button.Value, button.Title, settings),
    };

    private static JsonObject List(RichList list, int number, MattermostSettings settings) => new()
    {
        ["id"] = "list" + number.ToString(CultureInfo.InvariantCulture), ["name"] = list.Button, ["type"] = "select", ["integration"] = Integration("list", null, settings),
        ["options"] = new JsonArray([.. list.Sections.SelectMany(s => s.Rows).Select(r => new JsonObject { ["text"] = r.Title, ["value"] = r.Id })]),
    };

    private static JsonObject Integration(string payload, string? title, MattermostSettings settings)
    {
        var context = new JsonObject { [Payload] = payload, [Secret] = settings.ButtonSecret };
        if (title is not null) { context[Title] = title; }
        return new JsonObject { ["url"] = settings.ButtonUrl, ["context"] = context };
    }
}
