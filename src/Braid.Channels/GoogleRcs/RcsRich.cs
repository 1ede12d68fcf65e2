using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.GoogleRcs;

/// <summary>One call's worth of a message: its content, or a file to upload first.</summary>
internal sealed record RcsPart(JsonObject Content, OutboundAttachment? File = null);

/// <summary>Texts with suggestions, cards and carousels in Google's form.</summary>
internal static class RcsRich
{
    private const int MostSuggestions = 11;

    public static List<RcsPart> Parts(OutboundMessage message)
    {
        var rich = message.Rich ?? new();
        var files = message.Attachments.Where(f => Shows(f) || f.Link is null).ToList();
        var links = message.Attachments.Except(files).Select(f => $"{f.Name}\n{f.Link!.AbsoluteUri}");
        var list = rich.List is null ? "" : RichPlan.Of("", new() { List = rich.List }, RichSupport.None).Text;
        var place = rich.Location is null ? "" : string.Join(", ", new[] { rich.Location.Name, rich.Location.Address }.OfType<string>());
        var words = string.Join("\n\n", new[] { message.Text, list, place }.Concat(links).Where(w => w.Trim().Length > 0));

        var parts = TextSplitter.Split(words, GoogleRcsChannel.Limits.TextLength).Select(text => new RcsPart(Text(text))).ToList();
        parts.AddRange(files.Select(file => new RcsPart([], file)));
        if (rich.Cards.Count > 0) { parts.Add(new(Cards(rich.Cards))); }

        var suggestions = rich.Buttons.Concat(rich.QuickReplies).Select(Suggestion)
            .Concat((rich.List?.Sections ?? []).SelectMany(s => s.Rows).Select(row => Reply(row.Title, row.Id)))
            .Concat(rich.Location is null ? [] : [Place(rich.Location)]).Chunk(MostSuggestions).ToList();
        for (var i = 0; i < suggestions.Count; i++)
        {
            if (i > 0 || parts.Count == 0 || parts[^1].File is not null) { parts.Add(new(Text("…"))); }
            parts[^1].Content["suggestions"] = new JsonArray([.. suggestions[i]]);
        }

        return parts;
    }

    public static string TypeOf(OutboundAttachment file) => file.ContentType.Split(';')[0].Trim().ToLowerInvariant();

    public static bool Shows(OutboundAttachment file) => TypeOf(file) is "image/jpeg" or "image/png" or "image/gif" or "application/pdf" or "video/mp4" or "video/h263" or "video/mpeg4" or "video/mpeg" or "video/webm"
        || TypeOf(file).StartsWith("audio/", StringComparison.Ordinal);

    private static JsonObject Text(string text) => new() { ["text"] = text };

    private static JsonObject Cards(IReadOnlyList<RichCard> cards)
    {
        var card = cards.Count == 1
            ? new JsonObject { ["standaloneCard"] = new JsonObject { ["cardOrientation"] = "VERTICAL", ["cardContent"] = Card(cards[0], "MEDIUM", alone: true) } }
            : new JsonObject { ["carouselCard"] = new JsonObject { ["cardWidth"] = "MEDIUM", ["cardContents"] = new JsonArray([.. cards.Select(c => Card(c, "SHORT", alone: false))]) } };
        return new() { ["richCard"] = card };
    }

    private static JsonObject Card(RichCard card, string height, bool alone)
    {
        var content = new JsonObject { ["title"] = card.Title };
        if (card.Subtitle is { Length: > 0 } more) { content["description"] = more; }
        if (card.ImageUrl is { } image)
        {
            var info = new JsonObject { ["fileUrl"] = image };
            if (alone) { info["forceRefresh"] = false; }
            content["media"] = new JsonObject { ["height"] = height, ["contentInfo"] = info };
        }

        if (card.Buttons.Count > 0) { content["suggestions"] = new JsonArray([.. card.Buttons.Select(Suggestion)]); }
        return content;
    }

    private static JsonObject Suggestion(RichButton button) => button.Kind switch
    {
        RichButtonKind.Link => Action(button.Title, button.Value, "openUrlAction", new() { ["url"] = button.Value }),
        RichButtonKind.Call => Action(button.Title, button.Value, "dialAction", new() { ["phoneNumber"] = button.Value }),
        _ => Reply(button.Title, button.Value),
    };

    private static JsonObject Reply(string text, string postback) => new() { ["reply"] = new JsonObject { ["text"] = text, ["postbackData"] = postback } };

    private static JsonObject Place(RichLocation place)
    {
        var view = new JsonObject { ["latLong"] = new JsonObject { ["latitude"] = place.Latitude, ["longitude"] = place.Longitude } };
        if (place.Name is { } name) { view["label"] = name; }
        return Action("📍 " + (place.Name is { Length: <= 20 } shown ? shown : ""), "location", "viewLocationAction", view);
    }

    private static JsonObject Action(string text, string postback, string kind, JsonObject what) =>
        new() { ["action"] = new JsonObject { ["text"] = text.Trim(), ["postbackData"] = postback, [kind] = what } };
}
