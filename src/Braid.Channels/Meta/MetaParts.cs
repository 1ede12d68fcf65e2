using System.Text;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Meta;

/// <summary>One call's worth of a message: its content, or a file that is uploaded first.</summary>
internal sealed record MetaPart(JsonObject? Message, OutboundAttachment? File = null);

/// <summary>Takes a direct message apart into what Meta accepts in one call.</summary>
internal static class MetaParts
{
    private const int TemplateText = 640;
    private const int CardText = 80;
    // A template or a row of quick replies needs words; when the agent gave none, this points at what follows.
    private const string Pointer = "👇";

    /// <summary>What both products can show.</summary>
    public static RichSupport Rich { get; } = new()
    {
        ReplyButtons = 3, LinkButtons = 3, CallButtons = 3, ButtonsTogether = 3, ButtonTitleLength = 20, ListRows = 10, RowTitleLength = CardText,
        QuickReplies = 13, QuickReplyTitleLength = 20, Cards = 10, CardButtons = 3, TextLength = TemplateText,
    };

    public static List<MetaPart> Of(OutboundMessage message, MetaDialect dialect)
    {
        if (message.Rich is { } wanted && !CardsFit(wanted)) message = RichPlan.Fit(message, Rich with { Cards = 0, ListRows = 0 });
        var rich = message.Rich ?? new RichContent();
        var inTemplate = rich.Buttons.Count > 0 && Fits(message.Text);
        var texts = inTemplate ? [] : Texts(message.Text, dialect);
        // Quick replies vanish with the next message, so the words they belong to go last.
        var last = rich.QuickReplies.Count > 0 ? texts.LastOrDefault() ?? Pointer : null;
        if (last is not null && texts.Count > 0) texts.RemoveAt(texts.Count - 1);

        var parts = new List<MetaPart>();
        parts.AddRange(texts.Select(text => new MetaPart(new JsonObject { ["text"] = text })));
        parts.AddRange(message.Attachments.Select(file => new MetaPart(null, file)));
        if (rich.Buttons.Count > 0)
        {
            parts.Add(Template(new JsonObject
            {
                ["template_type"] = "button", ["text"] = inTemplate && !string.IsNullOrWhiteSpace(message.Text) ? message.Text : Pointer, ["buttons"] = Buttons(rich.Buttons),
            }));
        }

        if (rich.Cards.Count > 0) parts.Add(Carousel(rich.Cards.Select(Card)));
        if (rich.List is { } list) parts.Add(Carousel(list.Sections.SelectMany(section => section.Rows.Select(row => Row(list, section, row)))));
        if (last is not null) parts.Add(new(new JsonObject { ["text"] = last, ["quick_replies"] = new JsonArray([.. rich.QuickReplies.Select(QuickReply)]) }));
        return parts;

        bool Fits(string text) => text.Length <= TemplateText && Encoding.UTF8.GetByteCount(text) <= dialect.TextBytes;
    }

    public static List<string> Texts(string text, MetaDialect dialect) =>
        [.. TextSplitter.Split(text, dialect.TextLength).SelectMany(part => InBytes(part, dialect.TextBytes))];

    /// <summary>Arabic and Thai fill a byte limit twice and three times as fast.</summary>
    private static IEnumerable<string> InBytes(string text, int most)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        return bytes <= most ? [text] : TextSplitter.Split(text, Math.Max(2, (int)((long)text.Length * most / bytes))).SelectMany(part => InBytes(part, most));
    }

    private static bool CardsFit(RichContent rich) =>
        rich.Cards.All(card => card.Title.Length <= CardText && (card.Subtitle?.Length ?? 0) <= CardText)
        && (rich.List is not { } list || list.Sections.All(s => s.Rows.All(r => (Subtitle(s, r)?.Length ?? 0) <= CardText) && list.Button.Length <= 20));

    private static JsonObject Card(RichCard card)
    {
        var element = new JsonObject { ["title"] = card.Title };
        if (card.Subtitle is not null) element["subtitle"] = card.Subtitle;
        if (card.ImageUrl is not null) element["image_url"] = card.ImageUrl;
        if (card.Buttons.Count > 0) element["buttons"] = Buttons(card.Buttons);
        return element;
    }

    /// <summary>There is no list; each row becomes a card with the list's word as its button.</summary>
    private static JsonObject Row(RichList list, RichSection section, RichRow row)
    {
        var element = new JsonObject { ["title"] = row.Title };
        if (Subtitle(section, row) is { } subtitle) element["subtitle"] = subtitle;
        element["buttons"] = Buttons([new(RichButtonKind.Reply, list.Button, row.Id)]);
        return element;
    }

    private static string? Subtitle(RichSection section, RichRow row) =>
        string.Join(" · ", new[] { section.Title, row.Description }.OfType<string>()) is { Length: > 0 } text ? text : null;

    private static MetaPart Carousel(IEnumerable<JsonObject> elements) =>
        Template(new JsonObject { ["template_type"] = "generic", ["elements"] = new JsonArray([.. elements]) });

    private static MetaPart Template(JsonObject payload) =>
        new(new JsonObject { ["attachment"] = new JsonObject { ["type"] = "template", ["payload"] = payload } });

    private static JsonArray Buttons(IEnumerable<RichButton> buttons) =>
    [
        .. buttons.Select(button => button.Kind switch
        {
            RichButtonKind.Link => new JsonObject { ["type"] = "web_url", ["title"] = button.Title, ["url"] = button.Value },
            RichButtonKind.Call => new JsonObject { ["type"] = "phone_number", ["title"] = button.Title, ["payload"] = button.Value },
            _ => new JsonObject { ["type"] = "postback", ["title"] = button.Title, ["payload"] = button.Value },
        }),
    ];

    private static JsonObject QuickReply(RichButton reply) => new() { ["content_type"] = "text", ["title"] = reply.Title, ["payload"] = reply.Value };
}
