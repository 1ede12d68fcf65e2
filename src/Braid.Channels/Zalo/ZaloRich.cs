using System.Text.Json.Nodes;

namespace Braid.Channels.Zalo;

/// <summary>The contents of messages in Zalo's forms.</summary>
internal static class ZaloRich
{
    public static JsonObject Text(string text) => new() { ["text"] = text };

    public static JsonObject File(string token) => new() { ["attachment"] = new JsonObject { ["type"] = "file", ["payload"] = new JsonObject { ["token"] = token } } };

    public static JsonObject Media(string kind, string id)
    {
        var element = new JsonObject { ["media_type"] = kind, ["attachment_id"] = id };
        return new() { ["attachment"] = Template("media", new JsonArray(element)) };
    }

    public static JsonObject Card(RichCard card)
    {
        var element = new JsonObject { ["title"] = card.Title };
        if (card.Subtitle is { } subtitle) { element["subtitle"] = subtitle; }
        if (card.ImageUrl is { } image) { element["image_url"] = image; }
        if (card.Buttons.FirstOrDefault(b => b.Kind == RichButtonKind.Link) is { } link) { element["default_action"] = new JsonObject { ["type"] = "oa.open.url", ["url"] = link.Value }; }
        var template = Template("list", new JsonArray(element));
        if (card.Buttons.Count > 0) { template["payload"]!["buttons"] = Array(card.Buttons); }
        return new() { ["attachment"] = template };
    }

    public static JsonObject Buttons(IReadOnlyList<RichButton> buttons)
    {
        var template = Template("button", null);
        template["payload"]!["buttons"] = Array(buttons);
        return template;
    }

    private static JsonObject Template(string type, JsonArray? elements)
    {
        var payload = new JsonObject { ["template_type"] = type };
        if (elements is not null) { payload["elements"] = elements; }
        return new() { ["type"] = "template", ["payload"] = payload };
    }

    /// <summary>`hide` keeps the payload out of the chat; it comes back as a text that begins with our mark.</summary>
    private static JsonArray Array(IEnumerable<RichButton> buttons) => new([.. buttons.Select(b => b.Kind switch
    {
        RichButtonKind.Link => new JsonObject { ["title"] = b.Title, ["type"] = "oa.open.url", ["payload"] = new JsonObject { ["url"] = b.Value } },
        RichButtonKind.Call => new JsonObject { ["title"] = b.Title, ["type"] = "oa.open.phone", ["payload"] = new JsonObject { ["phone_code"] = b.Value.TrimStart('+') } },
        _ => new JsonObject { ["title"] = b.Title, ["type"] = "oa.query.hide", ["payload"] = ZaloContent.ButtonMark + b.Value },
    })]);
}
