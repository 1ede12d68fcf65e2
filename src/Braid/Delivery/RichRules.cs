using Braid.Channels;

namespace Braid.Delivery;

/// <summary>What no channel could show: told before anything is queued. What only some can't show is degraded, not refused.</summary>
internal static class RichRules
{
    private const int MostButtons = 13;
    private const int MostRows = 100;
    private const int MostCards = 10;

    public static IEnumerable<(string Field, string Problem)> Problems(RichContent? rich)
    {
        if (rich is null) { yield break; }
        var buttons = rich.Buttons.Concat(rich.QuickReplies).Concat(rich.Cards.SelectMany(c => c.Buttons)).ToList();
        if (rich.Buttons.Count > MostButtons || rich.QuickReplies.Count > MostButtons) { yield return ("rich.buttons", $"Offer at most {MostButtons} choices at once."); }
        if (buttons.Exists(b => string.IsNullOrWhiteSpace(b.Title) || b.Title.Length > 80)) { yield return ("rich.buttons", "Give each button a title of 1 to 80 characters."); }
        if (buttons.Exists(b => string.IsNullOrWhiteSpace(b.Value) || b.Value.Length > 2000)) { yield return ("rich.buttons", "Each button needs an id, an address or a number."); }
        if (buttons.Exists(b => b.Kind == RichButtonKind.Link && !IsWeb(b.Value))) { yield return ("rich.buttons", "A link starts with https:// or http://."); }
        if (buttons.Exists(b => b.Kind == RichButtonKind.Call && !(b.Value.StartsWith('+') && b.Value.Skip(1).All(char.IsAsciiDigit)))) { yield return ("rich.buttons", "A number to call looks like +6581234567."); }
        if (rich.List is { } list)
        {
            var rows = list.Sections.SelectMany(s => s.Rows).ToList();
            if (rows.Count is 0 or > MostRows) { yield return ("rich.list", $"A list has 1 to {MostRows} rows."); }
            if (rows.Exists(r => string.IsNullOrWhiteSpace(r.Title) || string.IsNullOrWhiteSpace(r.Id))) { yield return ("rich.list", "Each row needs a title and an id."); }
            if (string.IsNullOrWhiteSpace(list.Button)) { yield return ("rich.list", "Say what opens the list, such as \"Choose\"."); }
        }

        if (rich.Cards.Count > MostCards) { yield return ("rich.cards", $"Show at most {MostCards} cards."); }
        if (rich.Cards.Any(c => string.IsNullOrWhiteSpace(c.Title))) { yield return ("rich.cards", "Each card needs a title."); }
        if (rich.Cards.Any(c => c.ImageUrl is not null && !IsWeb(c.ImageUrl))) { yield return ("rich.cards", "A picture's address starts with https://."); }
        if (rich.Location is { } place && (double.IsNaN(place.Latitude) || Math.Abs(place.Latitude) > 90 || Math.Abs(place.Longitude) > 180)) { yield return ("rich.location", "Latitude goes from -90 to 90, longitude from -180 to 180."); }
    }

    private static bool IsWeb(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http";
}
