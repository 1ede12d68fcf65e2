using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Braid.Channels.Telegram;

/// <summary>Rich content as Telegram shows it: one keyboard under a message, and places as messages of their own.</summary>
internal static class TelegramMarkup
{
    private const int MostData = 64;
    private const int ShortTitle = 20;

    public static RichSupport Support { get; } = new()
    {
        ReplyButtons = 20, LinkButtons = 20, ButtonTitleLength = 64, ListRows = 20, RowTitleLength = 64, QuickReplies = 20, QuickReplyTitleLength = 64, Location = true,
    };

    /// <summary>The message as it can go out: what a tap would return must fit into 64 bytes, else the choices become text.</summary>
    public static OutboundMessage Fit(OutboundMessage message)
    {
        if (message.Rich is not { } rich) return message;
        var data = rich.Buttons.Where(b => b.Kind == RichButtonKind.Reply).Select(b => b.Value)
            .Concat(rich.List?.Sections.SelectMany(s => s.Rows).Select(r => r.Id) ?? [])
            .Concat(rich.QuickReplies.Where(q => q.Value != q.Title).Select(q => q.Value));
        if (data.Any(value => Encoding.UTF8.GetByteCount(value) is 0 or > MostData)) return RichPlan.Fit(message, new RichSupport { Location = true });

        // Titles of sections and what rows say more have no place on a button.
        return rich.List is { } list && Words(list) is { Length: > 0 } words
            ? message with { Text = string.Join("\n\n", new[] { message.Text, words }.Where(part => part.Length > 0)) }
            : message;
    }

    public static JsonObject? Keyboard(RichContent? rich)
    {
        if (rich is null) return null;
        var inline = new JsonArray();
        Rows(inline, rich.Buttons.Where(b => b.Kind == RichButtonKind.Reply), Button);
        Rows(inline, rich.Buttons.Where(b => b.Kind != RichButtonKind.Reply), Button);
        foreach (var row in rich.List?.Sections.SelectMany(s => s.Rows) ?? []) inline.Add(new JsonArray(Button(new(RichButtonKind.Reply, row.Title, row.Id))));

        // A key of the reply keyboard says its title, nothing more: it serves where title and payload are the same and no other keyboard is shown.
        if (inline.Count == 0 && rich.QuickReplies.Count > 0 && rich.QuickReplies.All(q => q.Value == q.Title))
        {
            var keys = new JsonArray();
            Rows(keys, rich.QuickReplies, key => new JsonObject { ["text"] = key.Title });
            return new JsonObject { ["keyboard"] = keys, ["resize_keyboard"] = true, ["one_time_keyboard"] = true };
        }

        Rows(inline, rich.QuickReplies, Button);
        return inline.Count == 0 ? null : new JsonObject { ["inline_keyboard"] = inline };
    }

    public static (string Method, JsonObject Parameters) Place(RichLocation place, JsonObject address)
    {
        address["latitude"] = place.Latitude;
        address["longitude"] = place.Longitude;
        if ((place.Name ?? place.Address) is not { } title) return ("sendLocation", address);
        address["title"] = title;
        address["address"] = place.Address ?? string.Create(CultureInfo.InvariantCulture, $"{place.Latitude}, {place.Longitude}");
        return ("sendVenue", address);
    }

    /// <summary>Two short titles share a row.</summary>
    private static void Rows(JsonArray rows, IEnumerable<RichButton> buttons, Func<RichButton, JsonObject> key)
    {
        JsonArray? open = null;
        foreach (var button in buttons)
        {
            var brief = button.Title.Length <= ShortTitle;
            if (open is not null && brief)
            {
                open.Add(key(button));
                open = null;
                continue;
            }

            var row = new JsonArray(key(button));
            rows.Add(row);
            open = brief ? row : null;
        }
    }

    private static JsonObject Button(RichButton button) => button.Kind == RichButtonKind.Reply
        ? new() { ["text"] = button.Title, ["callback_data"] = button.Value }
        : new() { ["text"] = button.Title, ["url"] = button.Value };

    private static string Words(RichList list) => list.Sections.All(s => s.Title is null && s.Rows.All(r => r.Description is null)) ? "" : string.Join(
        '\n', list.Sections.SelectMany(s => (s.Title is { } title ? new[] { title } : []).Concat(s.Rows.Select(r => r.Description is { } more ? $"• {r.Title} ({more})" : $"• {r.Title}"))));
}
