using System.Text;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.WeChat;

/// <summary>One customer-service message: a text, a menu of choices, a card, or a file that is uploaded first.</summary>
internal sealed record WeChatPart(string Type, JsonObject? Content, OutboundAttachment? File = null)
{
    private const int MostBytes = 2048;
    private const int FewestCharacters = 680;

    public static IReadOnlyList<WeChatPart> Of(OutboundMessage message)
    {
        var parts = new List<WeChatPart>();
        var rich = message.Rich;
        RichButton[] choices = rich is null ? [] : [.. rich.Buttons, .. rich.QuickReplies];
        var card = rich?.Cards.Count > 0 ? rich.Cards[0] : null;
        var texts = Texts(card is not null && LinkOf(card) is null ? string.Join("\n\n", new[] { message.Text, Words(card) }.Where(t => t.Length > 0)) : message.Text);
        for (var i = 0; i < texts.Count; i++)
        {
            var last = i == texts.Count - 1;
            parts.Add(last && choices.Length > 0 ? Menu(texts[i], choices, rich!.Footer) : new("text", new JsonObject { ["content"] = texts[i] }));
        }

        if (texts.Count == 0 && choices.Length > 0) { parts.Add(Menu("", choices, rich!.Footer)); }
        if (card is not null && LinkOf(card) is { } link) { parts.Add(News(card, link)); }
        parts.AddRange(message.Attachments.Select(file => new WeChatPart(TypeOf(file), null, file)));
        return parts;
    }

    /// <summary>Limited in bytes, of which a Chinese character takes three.</summary>
    private static List<string> Texts(string text) =>
        [.. TextSplitter.Split(text, WeChatChannel.Limits.TextLength)
            .SelectMany(part => Encoding.UTF8.GetByteCount(part) <= MostBytes ? [part] : TextSplitter.Split(part, FewestCharacters))];

    /// <summary>image, voice or video; "" for what WeChat can't carry.</summary>
    private static string TypeOf(OutboundAttachment file) => file.ContentType.Split(';')[0].Trim().ToLowerInvariant() switch
    {
        "image/jpeg" or "image/png" or "image/gif" or "image/bmp" => "image",
        "audio/amr" or "audio/mpeg" or "audio/mp3" => "voice",
        "video/mp4" => "video",
        _ => "",
    };

    private static WeChatPart Menu(string text, IEnumerable<RichButton> choices, string? footer)
    {
        var menu = new JsonObject
        {
            ["head_content"] = text,
            ["list"] = new JsonArray([.. choices.Select(c => new JsonObject { ["id"] = c.Value, ["content"] = c.Title })]),
        };
        if (footer is not null) { menu["tail_content"] = footer; }
        return new("msgmenu", menu);
    }

    /// <summary>An article opens an address; a card without one can't be an article.</summary>
    private static RichButton? LinkOf(RichCard card) => card.Buttons is [{ Kind: RichButtonKind.Link } link] ? link : null;

    private static WeChatPart News(RichCard card, RichButton link)
    {
        var article = new JsonObject
        {
            ["title"] = card.Title,
            ["description"] = string.Join('\n', new[] { card.Subtitle, link.Title }.Where(line => !string.IsNullOrEmpty(line))),
            ["url"] = link.Value,
        };
        if (card.ImageUrl is not null) { article["picurl"] = card.ImageUrl; }
        return new("news", new JsonObject { ["articles"] = new JsonArray(article) });
    }

    private static string Words(RichCard card)
    {
        var buttons = card.Buttons.Select(b => b.Kind == RichButtonKind.Reply ? b.Title : $"{b.Title}: {b.Value}");
        return string.Join('\n', new[] { card.Title, card.Subtitle, card.ImageUrl }.Concat(buttons).OfType<string>());
    }
}
