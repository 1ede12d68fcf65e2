using System.Globalization;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.WhatsApp;

/// <summary>Buttons, lists, links and places as WhatsApp shows them: one kind in a message, so a rich message may become several.</summary>
internal static class WhatsAppRich
{
    private const int BodyLength = 1024;
    private const int LineLength = 60;
    // Interactive messages need a body; when the agent gave none, this points at what follows.
    private const string Pointer = "👇";

    public static RichSupport Support { get; } = new()
    {
        ReplyButtons = 3, LinkButtons = 1, ButtonsTogether = 3, MixesButtons = false, ButtonTitleLength = 20, ListRows = 10, RowTitleLength = 24,
        QuickReplies = 3, QuickReplyTitleLength = 20, Location = true, Header = true, Footer = true, TextLength = BodyLength,
    };

    /// <summary>The words go into the first interactive message when they fit, else ahead of it.</summary>
    public static IEnumerable<WhatsAppPart> Parts(OutboundMessage message)
    {
        var rich = message.Rich!;
        var header = rich.Header;
        var footer = rich.Footer;
        var text = message.Text;
        if (header?.Length > LineLength) (text, header) = ($"{header}\n\n{text}", null);
        if (footer?.Length > LineLength) (text, footer) = ($"{text}\n\n{footer}", null);

        var interactive = Interactive(rich).ToList();
        var inside = interactive.Count > 0 && text.Length <= BodyLength;
        var parts = new List<WhatsAppPart>();
        if (!inside) parts.AddRange(WhatsAppParts.Texts(text));
        parts.AddRange(message.Attachments.Select(WhatsAppParts.Of));
        parts.AddRange(interactive.Select((content, i) => new WhatsAppPart(null, (body, _) =>
        {
            if (i == 0 && header is not null) content["header"] = new JsonObject { ["type"] = "text", ["text"] = header };
            content["body"] = new JsonObject { ["text"] = i == 0 && inside && !string.IsNullOrWhiteSpace(text) ? text : Pointer };
            if (i == 0 && footer is not null) content["footer"] = new JsonObject { ["text"] = footer };
            body["type"] = "interactive";
            body["interactive"] = content.DeepClone();
        })));
        if (rich.Location is { } place) parts.Add(new(null, (body, _) => Location(body, place)));
        return parts;
    }

    private static IEnumerable<JsonObject> Interactive(RichContent rich)
    {
        if (rich.Buttons is [{ Kind: RichButtonKind.Link } link]) yield return Link(link);
        else if (rich.Buttons.Count > 0) yield return Buttons(rich.Buttons);
        if (rich.List is { } list) yield return List(list);
        if (rich.QuickReplies.Count > 0) yield return Buttons(rich.QuickReplies);
    }

    private static JsonObject Buttons(IEnumerable<RichButton> buttons) => new()
    {
        ["type"] = "button",
        ["action"] = new JsonObject
        {
            ["buttons"] = new JsonArray([.. buttons.Select(b => new JsonObject { ["type"] = "reply", ["reply"] = new JsonObject { ["id"] = b.Value, ["title"] = b.Title } })]),
        },
    };

    private static JsonObject Link(RichButton link) => new()
    {
        ["type"] = "cta_url",
        ["action"] = new JsonObject { ["name"] = "cta_url", ["parameters"] = new JsonObject { ["display_text"] = link.Title, ["url"] = link.Value } },
    };

    private static JsonObject List(RichList list)
    {
        // With more than one section each needs a title.
        var sections = list.Sections.Count > 1 && list.Sections.Any(s => string.IsNullOrWhiteSpace(s.Title))
            ? [new(null, [.. list.Sections.SelectMany(s => s.Rows)])]
            : list.Sections;
        return new JsonObject
        {
            ["type"] = "list",
            ["action"] = new JsonObject { ["button"] = Cut(list.Button, 20), ["sections"] = new JsonArray([.. sections.Select(Section)]) },
        };
    }

    private static JsonObject Section(RichSection section)
    {
        var json = new JsonObject();
        if (!string.IsNullOrWhiteSpace(section.Title)) json["title"] = Cut(section.Title, 24);
        json["rows"] = new JsonArray([.. section.Rows.Select(Row)]);
        return json;
    }

    private static JsonObject Row(RichRow row)
    {
        var json = new JsonObject { ["id"] = row.Id, ["title"] = row.Title };
        if (!string.IsNullOrWhiteSpace(row.Description)) json["description"] = Cut(row.Description, 72);
        return json;
    }

    private static void Location(JsonObject body, RichLocation place)
    {
        var location = new JsonObject
        {
            ["latitude"] = place.Latitude.ToString(CultureInfo.InvariantCulture), ["longitude"] = place.Longitude.ToString(CultureInfo.InvariantCulture),
        };
        if (place.Name is not null) location["name"] = place.Name;
        if (place.Address is not null) location["address"] = place.Address;
        body["type"] = "location";
        body["location"] = location;
    }

    private static string Cut(string text, int most) => text.Length <= most ? text : TextSplitter.Split(text, most - 1)[0].TrimEnd() + "…";
}
