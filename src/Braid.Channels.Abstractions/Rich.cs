namespace Braid.Channels;

/// <summary>
/// What a message shows besides its text, written once for every channel. <see cref="RichPlan"/> tells what of it a channel shows by itself
/// and what becomes text there.
/// </summary>
public sealed record RichContent
{
    public string? Header { get; init; }
    public string? Footer { get; init; }
    /// <summary>Taps that come back as a postback, links, numbers to call.</summary>
    public IReadOnlyList<RichButton> Buttons { get; init; } = [];
    public RichList? List { get; init; }
    /// <summary>Suggestions that vanish when one is tapped; each comes back as a postback.</summary>
    public IReadOnlyList<RichButton> QuickReplies { get; init; } = [];
    public IReadOnlyList<RichCard> Cards { get; init; } = [];
    public RichLocation? Location { get; init; }

    public bool IsEmpty => Header is null && Footer is null && Buttons.Count == 0 && List is null && QuickReplies.Count == 0 && Cards.Count == 0 && Location is null;
}

public enum RichButtonKind { Reply, Link, Call }

/// <param name="Value">Reply: the id that comes back as the postback's payload. Link: the address. Call: the number in E.164.</param>
public sealed record RichButton(RichButtonKind Kind, string Title, string Value);

/// <param name="Button">What is tapped to open the list.</param>
public sealed record RichList(string Button, IReadOnlyList<RichSection> Sections);

public sealed record RichSection(string? Title, IReadOnlyList<RichRow> Rows);

/// <param name="Id">Comes back as the postback's payload.</param>
public sealed record RichRow(string Id, string Title, string? Description = null);

/// <param name="ImageUrl">A public address; null without picture.</param>
public sealed record RichCard(string Title, string? Subtitle, string? ImageUrl, IReadOnlyList<RichButton> Buttons);

public sealed record RichLocation(double Latitude, double Longitude, string? Name = null, string? Address = null);

/// <summary>What a channel can show by itself. 0 means none; lengths are UTF-16 code units.</summary>
public sealed record RichSupport
{
    public int ReplyButtons { get; init; }
    public int LinkButtons { get; init; }
    public int CallButtons { get; init; }
    /// <summary>Largest number of buttons of all kinds in one message; 0: the sum of the kinds.</summary>
    public int ButtonsTogether { get; init; }
    /// <summary>False where reply buttons and link buttons can't stand in one message.</summary>
    public bool MixesButtons { get; init; } = true;
    public int ButtonTitleLength { get; init; } = 20;
    public int ListRows { get; init; }
    public int RowTitleLength { get; init; } = 24;
    public int QuickReplies { get; init; }
    public int QuickReplyTitleLength { get; init; } = 20;
    public int Cards { get; init; }
    public int CardButtons { get; init; }
    public bool Location { get; init; }
    public bool Header { get; init; }
    public bool Footer { get; init; }
    /// <summary>Largest text beside buttons or a list, where it is shorter than a plain text; 0: as long as a plain text.</summary>
    public int TextLength { get; init; }

    public static RichSupport None { get; } = new();
}

/// <summary>
/// How one channel shows rich content: natively what it can, the rest as text in a stable form (`1. Title`, `Title: address`), so that
/// nothing the agent wrote is lost. Pure; the composer's preview and the adapters use the same plan. What does not fit is degraded whole:
/// three buttons never become two buttons and a line.
/// </summary>
public sealed record RichPlan
{
    /// <summary>Text to send, degraded parts included.</summary>
    public required string Text { get; init; }
    public string? Header { get; init; }
    public string? Footer { get; init; }
    public IReadOnlyList<RichButton> Buttons { get; init; } = [];
    public RichList? List { get; init; }
    public IReadOnlyList<RichButton> QuickReplies { get; init; } = [];
    public IReadOnlyList<RichCard> Cards { get; init; } = [];
    public RichLocation? Location { get; init; }
    /// <summary>What became text, in words for the agent: "buttons", "the list". Empty when all is native.</summary>
    public IReadOnlyList<string> Degraded { get; init; } = [];

    /// <summary>True when something native is left to send besides the text.</summary>
    public bool HasNative => Buttons.Count > 0 || List is not null || QuickReplies.Count > 0 || Cards.Count > 0 || Location is not null || Header is not null || Footer is not null;

    /// <summary>The message as the channel can show it: what it can't is text now, and <see cref="OutboundMessage.Rich"/> holds the rest.</summary>
    public static OutboundMessage Fit(OutboundMessage message, RichSupport can)
    {
        if (message.Rich is null) { return message; }
        var plan = Of(message.Text, message.Rich, can);
        return message with
        {
            Text = plan.Text,
            Rich = !plan.HasNative ? null : new RichContent
            {
                Header = plan.Header, Footer = plan.Footer, Buttons = plan.Buttons, List = plan.List, QuickReplies = plan.QuickReplies, Cards = plan.Cards, Location = plan.Location,
            },
        };
    }

    public static RichPlan Of(string text, RichContent? rich, RichSupport can)
    {
        if (rich is null || rich.IsEmpty) { return new RichPlan { Text = text }; }

        List<string> before = [], after = [], degraded = [];
        var tooLong = can.TextLength > 0 && text.Length > can.TextLength;
        var buttons = !tooLong && Fit(rich.Buttons, can);
        var list = !tooLong && rich.List is { } l && FitsList(l, can);
        var quick = rich.QuickReplies.Count <= can.QuickReplies && rich.QuickReplies.All(q => q.Kind == RichButtonKind.Reply && q.Title.Length <= can.QuickReplyTitleLength);
        var cards = rich.Cards.Count <= can.Cards && rich.Cards.All(c => c.Buttons.Count <= can.CardButtons && c.Buttons.All(b => b.Title.Length <= can.ButtonTitleLength));
        var location = rich.Location is not null && can.Location;

        if (rich.Header is { } header && !(can.Header && (buttons || list))) { before.Add(header); }
        if (rich.Cards.Count > 0 && !cards) { after.AddRange(rich.Cards.Select(Lines)); degraded.Add("cards"); }
        if (rich.List is { } rows && !list) { after.Add(Lines(rows)); degraded.Add("the list"); }
        if (rich.Buttons.Count > 0 && !buttons) { after.Add(Lines(rich.Buttons)); degraded.Add("buttons"); }
        if (rich.QuickReplies.Count > 0 && !quick) { after.Add(Lines(rich.QuickReplies)); degraded.Add("quick replies"); }
        if (rich.Location is { } place && !location) { after.Add(Lines(place)); degraded.Add("the location"); }
        if (rich.Footer is { } footer && !(can.Footer && (buttons || list))) { after.Add(footer); }

        return new RichPlan
        {
            Text = string.Join("\n\n", before.Append(text).Concat(after).Where(part => part.Length > 0)),
            Header = can.Header && (buttons || list) ? rich.Header : null,
            Footer = can.Footer && (buttons || list) ? rich.Footer : null,
            Buttons = buttons ? rich.Buttons : [],
            List = list ? rich.List : null,
            QuickReplies = quick ? rich.QuickReplies : [],
            Cards = cards ? rich.Cards : [],
            Location = location ? rich.Location : null,
            Degraded = degraded,
        };
    }

    private static bool Fit(IReadOnlyList<RichButton> buttons, RichSupport can)
    {
        if (buttons.Count == 0) { return false; }
        int Of(RichButtonKind kind) => buttons.Count(b => b.Kind == kind);
        return Of(RichButtonKind.Reply) <= can.ReplyButtons && Of(RichButtonKind.Link) <= can.LinkButtons && Of(RichButtonKind.Call) <= can.CallButtons
            && (can.ButtonsTogether == 0 || buttons.Count <= can.ButtonsTogether)
            && (can.MixesButtons || buttons.Select(b => b.Kind == RichButtonKind.Reply).Distinct().Count() == 1)
            && buttons.All(b => b.Title.Length <= can.ButtonTitleLength);
    }

    private static bool FitsList(RichList list, RichSupport can)
    {
        var rows = list.Sections.SelectMany(s => s.Rows).ToList();
        return rows.Count > 0 && rows.Count <= can.ListRows && rows.TrueForAll(r => r.Title.Length <= can.RowTitleLength);
    }

    private static string Lines(IReadOnlyList<RichButton> buttons)
    {
        var number = 0;
        return string.Join('\n', buttons.Select(b => b.Kind == RichButtonKind.Reply ? $"{++number}. {b.Title}" : $"{b.Title}: {b.Value}"));
    }

    private static string Lines(RichList list)
    {
        var number = 0;
        return string.Join('\n', list.Sections.SelectMany(s => (s.Title is { } title ? new[] { title } : []).Concat(
            s.Rows.Select(r => r.Description is { } more ? $"{++number}. {r.Title} ({more})" : $"{++number}. {r.Title}"))));
    }

    private static string Lines(RichCard card) =>
        string.Join('\n', new[] { card.Title, card.Subtitle, card.ImageUrl, card.Buttons.Count > 0 ? Lines(card.Buttons) : null }.OfType<string>());

    private static string Lines(RichLocation place) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{string.Join(", ", new[] { place.Name, place.Address }.OfType<string>())}{(place.Name ?? place.Address) switch { null => "", _ => "\n" }}https://www.openstreetmap.org/?mlat={place.Latitude:0.######}&mlon={place.Longitude:0.######}");
}
